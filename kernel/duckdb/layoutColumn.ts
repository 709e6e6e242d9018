import { LakebookError } from '../base/errors.ts';
import { fieldIdOf } from '../delta/columnMapping.ts';
import type { ColumnSource, ScanPlan } from '../delta/scanPlan.ts';
import { someType, type DeltaType, type StructField } from '../delta/schema.ts';
import type { VariantStorage } from './columnShape.ts';
import type { FileLayout, ParquetNode } from './fileLayouts.ts';

/** A column as one file has it. */
export interface ResolvedColumn {
  readonly name: string;
  readonly type: DeltaType;
  readonly variant: VariantStorage;
}

type FileColumn = Extract<ColumnSource, { kind: 'file' }>;

export interface LayoutContext {
  readonly layout: FileLayout;
  readonly matchBy: ScanPlan['matchBy'];
  readonly path: string;
  readonly table: string;
  /** Whether rows are to be written again, and so must be read without any loss. */
  readonly rewritten: boolean;
}

/**
 * Finds a column in a file by what the file says of itself: by field ids at every depth (PROTOCOL.md "Column Mapping",
 * CM-3), and how its variants are stored.
 * @throws LakebookError DELTA_DATA_FILE_UNSUPPORTED
 */
export function layoutColumn(source: FileColumn, context: LayoutContext): ResolvedColumn {
  const named = context.matchBy === 'fieldId' && source.fieldId !== undefined ? byFieldId(source, context) : { name: source.physicalName, type: source.physicalType };
  return { ...named, variant: variantStorage(source, named.name, context) };
}

function byFieldId({ fieldId, physicalType }: FileColumn, { layout: { columns }, path, table }: LayoutContext): { readonly name: string; readonly type: DeltaType } {
  if (!columns.some((column) => column.fieldId !== undefined)) {
    throw new LakebookError('DELTA_DATA_FILE_UNSUPPORTED', { table, file: path, detail: 'its columns have no field ids' });
  }
  const node = columns.find((column) => column.fieldId === fieldId);
  return node === undefined ? { name: absentName(fieldId), type: physicalType } : { name: node.name, type: namedAsIn(physicalType, node) };
}

/** A name that no file has. */
function absentName(fieldId: number | undefined): string {
  return `:absent:${fieldId ?? ''}`;
}

function namedAsIn(type: DeltaType, node: ParquetNode): DeltaType {
  if (type.kind === 'struct') return { kind: 'struct', fields: type.fields.map((field) => fieldAsIn(field, node.children)) };
  // Parquet puts a group between a list or map and its elements
  const [first, second] = node.children[0]?.children ?? [];
  if (type.kind === 'array' && first !== undefined) return { ...type, elementType: namedAsIn(type.elementType, first) };
  if (type.kind === 'map' && first !== undefined && second !== undefined) return { ...type, keyType: namedAsIn(type.keyType, first), valueType: namedAsIn(type.valueType, second) };
  return type;
}

function fieldAsIn(field: StructField, children: readonly ParquetNode[]): StructField {
  const id = fieldIdOf(field);
  const node = children.find((child) => child.fieldId !== undefined && child.fieldId === id);
  if (node === undefined) return children.some((child) => child.fieldId !== undefined) ? { ...field, name: absentName(id) } : field;
  return { ...field, name: node.name, type: namedAsIn(field.type, node) };
}

function variantStorage({ type }: FileColumn, name: string, { layout: { columns, types, variantsWithoutNull }, path, table, rewritten }: LayoutContext): VariantStorage {
  if (!someType(type, ({ kind }) => kind === 'variant')) return 'none';
  const stored = types.get(name.toLowerCase()) ?? '';
  if (stored.includes('VARIANT')) {
    if (rewritten && !columns.some((column) => column.name.toLowerCase() === name.toLowerCase() && isShredded(column))) return 'unmarked';
    return variantsWithoutNull.has(name.toLowerCase()) ? 'annotatedNotNull' : 'annotated';
  }
  if (stored.includes('typed_value')) {
    throw new LakebookError('DELTA_DATA_FILE_UNSUPPORTED', { table, file: path, detail: `its column ${name} is shredded but not marked as a variant` });
  }
  return 'plain';
}

function isShredded({ children }: ParquetNode): boolean {
  return children.some((child) => child.name === 'typed_value' || isShredded(child));
}
