import { open } from 'node:fs/promises';
import { decodeThrift, encodeThrift, THRIFT, type ThriftField, type ThriftList, type ThriftStruct, type ThriftValue } from './thriftCompact.ts';

/** A file ends with its footer, the footer's length in four bytes, and these. */
const MAGIC = 'PAR1';
const TAIL_BYTES = 8;

/** Ids of fields in parquet.thrift. */
export const FILE = { schema: 2, rowGroups: 4 } as const;
export const ELEMENT = { type: 1, repetition: 3, name: 4, childCount: 5, fieldId: 9, logicalType: 10 } as const;

/**
 * Changes a Parquet file's footer where it stands: only for a file that nobody else reads yet. Pages stay as they are.
 * @returns the file's size
 * @throws RangeError where the file is no Parquet file
 */
export async function rewriteFooter(path: string, change: (footer: ThriftStruct) => ThriftStruct): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const tail = new DataView(new ArrayBuffer(TAIL_BYTES));
    await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    const footerBytes = tail.getUint32(0, true);
    const footerAt = size - TAIL_BYTES - footerBytes;
    if (new TextDecoder().decode(tail.buffer.slice(4)) !== MAGIC || footerAt < MAGIC.length) throw new RangeError('a file has no Parquet footer');
    const footer = new Uint8Array(footerBytes);
    await file.read(footer, 0, footerBytes, footerAt);
    const changed = encodeThrift(change(decodeThrift(footer)));
    tail.setUint32(0, changed.length, true);
    await file.write(Buffer.concat([changed, new Uint8Array(tail.buffer)]), 0, changed.length + TAIL_BYTES, footerAt);
    await file.truncate(footerAt + changed.length + TAIL_BYTES);
    return footerAt + changed.length + TAIL_BYTES;
  } finally {
    await file.close();
  }
}

/** A field of the schema, which the footer keeps as a list in depth-first order. */
export interface SchemaNode {
  readonly element: ThriftStruct;
  readonly name: string;
  readonly children: readonly SchemaNode[];
}

/** The schema's root. @throws RangeError where the footer has none */
export function schemaOf(footer: ThriftStruct): SchemaNode {
  const elements = listOf(footer, FILE.schema).items.map(asStruct);
  let at = 0;
  const next = (): SchemaNode => {
    const element = elements[at++];
    if (element === undefined) throw new RangeError('the schema of a Parquet file ends early');
    return { element, name: textOf(element, ELEMENT.name), children: Array.from({ length: Number(element.get(ELEMENT.childCount)?.value ?? 0) }, next) };
  };
  return next();
}

export function withSchema(footer: ThriftStruct, root: SchemaNode): ThriftStruct {
  return withFields(footer, { [FILE.schema]: { type: THRIFT.list, value: { elementType: THRIFT.struct, items: elementsOf(root) } } });
}

function elementsOf({ element, children }: SchemaNode): readonly ThriftStruct[] {
  return [element, ...children.flatMap(elementsOf)];
}

export function mapStructs(parent: ThriftStruct, id: number, change: (item: ThriftStruct, index: number) => ThriftStruct): ThriftStruct {
  const list = listOf(parent, id);
  return withFields(parent, { [id]: { type: THRIFT.list, value: { ...list, items: list.items.map((item, index) => change(asStruct(item), index)) } } });
}

export function withFields(struct: ThriftStruct, fields: Readonly<Record<number, ThriftField>>): ThriftStruct {
  return new Map([...struct, ...Object.entries(fields).map(([id, field]) => [Number(id), field] as const)]);
}

export function listOf(struct: ThriftStruct, id: number): ThriftList {
  const value = struct.get(id)?.value;
  if (typeof value !== 'object' || !('items' in value)) throw new RangeError(`a Parquet footer has no list ${id}`);
  return value;
}

export function asStruct(value: ThriftValue): ThriftStruct {
  if (!(value instanceof Map)) throw new RangeError('a Parquet footer has something else where a struct should be');
  return value;
}

function textOf(struct: ThriftStruct, id: number): string {
  const value = struct.get(id)?.value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
}
