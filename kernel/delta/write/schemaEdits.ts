import { findField, type DeltaType, type StructField, type StructType } from '../schema.ts';

/** A column by its names from the root: fields of structs, and `element`, `key`, `value` inside arrays and maps. */
export type ColumnPath = readonly string[];

export type ColumnPosition = { readonly kind: 'last' } | { readonly kind: 'first' } | { readonly kind: 'after'; readonly column: string };

/**
 * The schema with the column at `path` changed, by its nearest struct field: `within` leads from that into arrays and maps.
 * @returns undefined where there is no such column
 */
export function editColumn(schema: StructType, path: ColumnPath, edit: (field: StructField, within: ColumnPath) => StructField): StructType | undefined {
  const [name, ...below] = path;
  const field = name === undefined ? undefined : findField(schema, name);
  if (field === undefined) return undefined;
  const within = collectionSteps(field.type, below);
  const rest = below.slice(within.length);
  if (rest.length === 0) return replaceField(schema, field, edit(field, within));
  const inner = typeWithin(field.type, within);
  const edited = inner?.kind === 'struct' ? editColumn(inner, rest, edit) : undefined;
  return edited === undefined ? undefined : replaceField(schema, field, { ...field, type: replaceWithin(field.type, within, edited) });
}

/** The schema with the struct at `path` changed, the root by an empty one; undefined where there is none. */
export function editStruct(schema: StructType, path: ColumnPath, edit: (struct: StructType) => StructType): StructType | undefined {
  if (path.length === 0) return edit(schema);
  let isStruct = false;
  const edited = editColumn(schema, path, (field, within) => {
    const inner = typeWithin(field.type, within);
    if (inner?.kind !== 'struct') return field;
    isStruct = true;
    return { ...field, type: replaceWithin(field.type, within, edit(inner)) };
  });
  return isStruct ? edited : undefined;
}

/** The column at `path` in its own spelling, with its type; undefined where there is none. */
export function columnAt(schema: StructType, path: ColumnPath): { readonly path: ColumnPath; readonly field: StructField; readonly type: DeltaType } | undefined {
  const [name, ...below] = path;
  const field = name === undefined ? undefined : findField(schema, name);
  if (field === undefined) return undefined;
  const within = collectionSteps(field.type, below);
  const rest = below.slice(within.length);
  const inner = typeWithin(field.type, within);
  if (inner === undefined) return undefined;
  const here = [field.name, ...within];
  if (rest.length === 0) return { path: here, field, type: inner };
  const found = inner.kind === 'struct' ? columnAt(inner, rest) : undefined;
  return found && { ...found, path: [...here, ...found.path] };
}

/** @returns undefined where the column to stand behind is not there */
export function insertField({ fields }: StructType, field: StructField, position: ColumnPosition): StructType | undefined {
  if (position.kind === 'last') return { kind: 'struct', fields: [...fields, field] };
  if (position.kind === 'first') return { kind: 'struct', fields: [field, ...fields] };
  const before = findField({ kind: 'struct', fields }, position.column);
  if (before === undefined) return undefined;
  return { kind: 'struct', fields: fields.flatMap((each) => (each === before ? [each, field] : [each])) };
}

export function removeField({ fields }: StructType, removed: StructField): StructType {
  return { kind: 'struct', fields: fields.filter((field) => field !== removed) };
}

function replaceField({ fields }: StructType, old: StructField, field: StructField): StructType {
  return { kind: 'struct', fields: fields.map((each) => (each === old ? field : each)) };
}

/** The names at the start of a path that lead into arrays and maps, in lower case. */
function collectionSteps(type: DeltaType, [step, ...rest]: ColumnPath): ColumnPath {
  const name = step?.toLowerCase();
  if (type.kind === 'array' && name === 'element') return [name, ...collectionSteps(type.elementType, rest)];
  if (type.kind === 'map' && name === 'key') return [name, ...collectionSteps(type.keyType, rest)];
  return type.kind === 'map' && name === 'value' ? [name, ...collectionSteps(type.valueType, rest)] : [];
}

export function typeWithin(type: DeltaType, [step, ...rest]: ColumnPath): DeltaType | undefined {
  if (step === undefined) return type;
  if (type.kind === 'array') return typeWithin(type.elementType, rest);
  return type.kind === 'map' ? typeWithin(step === 'key' ? type.keyType : type.valueType, rest) : undefined;
}

export function replaceWithin(type: DeltaType, [step, ...rest]: ColumnPath, inner: DeltaType): DeltaType {
  if (step === undefined) return inner;
  if (type.kind === 'array') return { ...type, elementType: replaceWithin(type.elementType, rest, inner) };
  if (type.kind !== 'map') return type;
  return step === 'key' ? { ...type, keyType: replaceWithin(type.keyType, rest, inner) } : { ...type, valueType: replaceWithin(type.valueType, rest, inner) };
}
