import { METADATA_MARK } from '../delta/write/variantColumns.ts';
import { asStruct, ELEMENT, FILE, mapStructs, rewriteFooter, schemaOf, type SchemaNode, withFields, withSchema } from './parquetFooter.ts';
import { THRIFT, type ThriftField, type ThriftStruct } from './thriftCompact.ts';

/**
 * Makes one group of each two columns of a Parquet file that hold the halves of variants ({@link METADATA_MARK}). Their
 * pages stay as they are, so only the footer is written anew: in place, for a file that no commit speaks of yet.
 * @returns the file's size
 * @throws RangeError where the file is no Parquet file
 */
export function groupVariants(path: string): Promise<number> {
  return rewriteFooter(path, withGroups);
}

/** More ids of fields in parquet.thrift. */
const ROW_GROUP = { columns: 1 } as const;
const COLUMN = { metadata: 3 } as const;
const COLUMN_METADATA = { path: 3 } as const;
const REPETITION = { required: 0n, optional: 1n } as const;
const BYTE_ARRAY = 6n;

function withGroups(file: ThriftStruct): ThriftStruct {
  const root = groupedChildren(schemaOf(file));
  const paths = root.children.flatMap((child) => leafPaths(child, []));
    // The leaves stand in the order that they had, so each column's data is where it was.
  const rowGroups = mapStructs(file, FILE.rowGroups, (group) => mapStructs(group, ROW_GROUP.columns, (column, index) => withPath(column, paths[index] ?? [])));
  return withSchema(rowGroups, root);
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

function text(value: string): ThriftField {
  return { type: THRIFT.binary, value: new TextEncoder().encode(value) };
}

function i32(value: number | bigint): ThriftField {
  return { type: THRIFT.i32, value: BigInt(value) };
}
