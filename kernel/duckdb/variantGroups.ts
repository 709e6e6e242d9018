import { open } from 'node:fs/promises';
import { METADATA_MARK } from '../delta/write/variantColumns.ts';
import { decodeThrift, encodeThrift, THRIFT, type ThriftField, type ThriftList, type ThriftStruct, type ThriftValue } from './thriftCompact.ts';

/** A file ends with its footer, the footer's length in four bytes, and these. */
const MAGIC = 'PAR1';
const TAIL_BYTES = 8;

/**
 * Makes one group of each two columns of a Parquet file that hold the halves of variants ({@link METADATA_MARK}). Their
 * pages stay as they are, so only the footer is written anew: in place, for a file that no commit speaks of yet.
 * @returns the file's size
 * @throws RangeError where the file is no Parquet file
 */
export async function groupVariants(path: string): Promise<number> {
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
    const grouped = encodeThrift(withGroups(decodeThrift(footer)));
    tail.setUint32(0, grouped.length, true);
    await file.write(Buffer.concat([grouped, new Uint8Array(tail.buffer)]), 0, grouped.length + TAIL_BYTES, footerAt);
    await file.truncate(footerAt + grouped.length + TAIL_BYTES);
    return footerAt + grouped.length + TAIL_BYTES;
  } finally {
    await file.close();
  }
}

/** Ids of fields in parquet.thrift. */
const FILE = { schema: 2, rowGroups: 4 } as const;
const ELEMENT = { type: 1, repetition: 3, name: 4, childCount: 5, fieldId: 9 } as const;
const ROW_GROUP = { columns: 1 } as const;
const COLUMN = { metadata: 3 } as const;
const COLUMN_METADATA = { path: 3 } as const;
const REPETITION = { required: 0n, optional: 1n } as const;
const BYTE_ARRAY = 6n;

/** A field of the schema, which the footer keeps as a list in depth-first order. */
interface SchemaNode {
  readonly element: ThriftStruct;
  readonly name: string;
  readonly children: readonly SchemaNode[];
}

function withGroups(file: ThriftStruct): ThriftStruct {
  const root = groupedChildren(readSchema(listOf(file, FILE.schema).items.map(asStruct)));
  const paths = root.children.flatMap((child) => leafPaths(child, []));
  const schema = { elementType: THRIFT.struct, items: elementsOf(root) };
  // The leaves stand in the order that they had, so each column's data is where it was.
  const rowGroups = mapStructs(file, FILE.rowGroups, (group) => mapStructs(group, ROW_GROUP.columns, (column, index) => withPath(column, paths[index] ?? [])));
  return new Map([...rowGroups, [FILE.schema, { type: THRIFT.list, value: schema }]]);
}

function readSchema(elements: readonly ThriftStruct[]): SchemaNode {
  let at = 0;
  const next = (): SchemaNode => {
    const element = elements[at++];
    if (element === undefined) throw new RangeError('the schema of a Parquet file ends early');
    return { element, name: textOf(element, ELEMENT.name), children: Array.from({ length: Number(element.get(ELEMENT.childCount)?.value ?? 0) }, next) };
  };
  return next();
}

function groupedChildren(node: SchemaNode): SchemaNode {
  const metadata = new Map(node.children.map((child) => [child.name, child]));
  const children = node.children.filter(({ name }) => !name.endsWith(METADATA_MARK)).map((child) => {
    const half = metadata.get(`${child.name}${METADATA_MARK}`);
    return half === undefined ? groupedChildren(child) : joined(child, half);
  });
  return { ...node, children, element: node.children.length === children.length ? node.element : withFields(node.element, { [ELEMENT.childCount]: i32(children.length) }) };
}

/** A column of values and one of metadata, lists on the way alike, as one column of groups. */
function joined(values: SchemaNode, metadata: SchemaNode): SchemaNode {
  const inner = metadata.children[0]?.children[0];
  if (inner === undefined) return variantGroup(values);
  const [repeated] = values.children;
  const last = repeated?.children.at(-1);
  if (repeated === undefined || last === undefined) throw new RangeError('the halves of a variant have other shapes');
  return { ...values, children: [{ ...repeated, children: [...repeated.children.slice(0, -1), joined(last, inner)] }] };
}

function variantGroup({ element, name }: SchemaNode): SchemaNode {
  const fieldId = element.get(ELEMENT.fieldId);
  const group = withFields(new Map(), { [ELEMENT.repetition]: i32(REPETITION.optional), [ELEMENT.name]: text(name), [ELEMENT.childCount]: i32(2), ...(fieldId === undefined ? {} : { [ELEMENT.fieldId]: fieldId }) });
  const half = (part: string): SchemaNode => ({ name: part, children: [], element: withFields(new Map(), { [ELEMENT.type]: i32(BYTE_ARRAY), [ELEMENT.repetition]: i32(REPETITION.required), [ELEMENT.name]: text(part) }) });
  return { element: group, name, children: [half('value'), half('metadata')] };
}

function elementsOf({ element, children }: SchemaNode): readonly ThriftStruct[] {
  return [element, ...children.flatMap(elementsOf)];
}

function leafPaths({ name, children }: SchemaNode, above: readonly string[]): readonly (readonly string[])[] {
  const path = [...above, name];
  return children.length === 0 ? [path] : children.flatMap((child) => leafPaths(child, path));
}

function withPath(column: ThriftStruct, path: readonly string[]): ThriftStruct {
  const field = column.get(COLUMN.metadata);
  if (field === undefined) throw new RangeError('a column of a Parquet file has no metadata');
  const names = { type: THRIFT.list, value: { elementType: THRIFT.binary, items: path.map((name) => text(name).value) } };
  return withFields(column, { [COLUMN.metadata]: { ...field, value: withFields(asStruct(field.value), { [COLUMN_METADATA.path]: names }) } });
}

function mapStructs(parent: ThriftStruct, id: number, change: (item: ThriftStruct, index: number) => ThriftStruct): ThriftStruct {
  const list = listOf(parent, id);
  return withFields(parent, { [id]: { type: THRIFT.list, value: { ...list, items: list.items.map((item, index) => change(asStruct(item), index)) } } });
}

function withFields(struct: ThriftStruct, fields: Readonly<Record<number, ThriftField>>): ThriftStruct {
  return new Map([...struct, ...Object.entries(fields).map(([id, field]) => [Number(id), field] as const)]);
}

function listOf(struct: ThriftStruct, id: number): ThriftList {
  const value = struct.get(id)?.value;
  if (typeof value !== 'object' || !('items' in value)) throw new RangeError(`a Parquet footer has no list ${id}`);
  return value;
}

function asStruct(value: ThriftValue): ThriftStruct {
  if (!(value instanceof Map)) throw new RangeError('a Parquet footer has something else where a struct should be');
  return value;
}

function textOf(struct: ThriftStruct, id: number): string {
  const value = struct.get(id)?.value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
}

function text(value: string): ThriftField {
  return { type: THRIFT.binary, value: new TextEncoder().encode(value) };
}

function i32(value: number | bigint): ThriftField {
  return { type: THRIFT.i32, value: BigInt(value) };
}
