import { LakebookError } from '../base/errors.ts';

type SimpleKind = 'string' | 'long' | 'integer' | 'short' | 'byte' | 'float' | 'double' | 'boolean' | 'binary' | 'date' | 'timestamp' | 'timestamp_ntz' | 'variant' | 'void';

/** PROTOCOL.md "Primitive Types". A collated string is a string: values compare by bytes here, and the collation stays in `collation`. */
export type PrimitiveType =
  | { readonly kind: SimpleKind; readonly collation?: string }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number };

export type DeltaType = PrimitiveType | StructType | ArrayType | MapType;

export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly StructField[];
}

export interface StructField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly elementType: DeltaType;
  readonly containsNull: boolean;
}

export interface MapType {
  readonly kind: 'map';
  readonly keyType: DeltaType;
  readonly valueType: DeltaType;
  readonly valueContainsNull: boolean;
}

const SIMPLE_KINDS: ReadonlySet<string> = new Set<SimpleKind>([
  'string', 'long', 'integer', 'short', 'byte', 'float', 'double', 'boolean', 'binary', 'date', 'timestamp', 'timestamp_ntz', 'variant', 'void',
]);

/**
 * The schema of a table from its `schemaString` (PROTOCOL.md "Schema Serialization Format").
 * @throws LakebookError DELTA_SCHEMA_INVALID, DELTA_UNSUPPORTED_DATA_TYPES, DELTA_DUPLICATE_COLUMNS_FOUND
 */
export function parseSchema(schemaString: string, table: string): StructType {
  let json: unknown;
  try {
    json = JSON.parse(schemaString);
  } catch (error) {
    throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: 'it is not JSON' }, { cause: error });
  }
  const type = parseType(json, table, '');
  if (type.kind !== 'struct') throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `its root is ${type.kind} and not a struct` });
  return type;
}

/** The type of one field, from its JSON. @throws as {@link parseSchema} */
export function parseType(json: unknown, table: string, path: string): DeltaType {
  if (typeof json === 'string') return parsePrimitive(json, table, path);
  const node = asObject(json, table, path);
  switch (node['type']) {
    case 'struct':
      return parseStruct(node, table, path);
    case 'array':
      return { kind: 'array', elementType: parseType(node['elementType'], table, `${path}.element`), containsNull: node['containsNull'] !== false };
    case 'map':
      return {
        kind: 'map',
        keyType: parseType(node['keyType'], table, `${path}.key`),
        valueType: parseType(node['valueType'], table, `${path}.value`),
        valueContainsNull: node['valueContainsNull'] !== false,
      };
    default:
      throw new LakebookError('DELTA_UNSUPPORTED_DATA_TYPES', { table, column: path, type: JSON.stringify(node['type'] ?? null) });
  }
}

function parseStruct(node: Readonly<Record<string, unknown>>, table: string, path: string): StructType {
  const fields = node['fields'];
  if (!Array.isArray(fields)) throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `the struct ${path || 'at its root'} has no list of fields` });
  const parsed = fields.map((field) => parseField(asObject(field, table, path), table, path));
  const seen = new Set<string>();
  for (const { name } of parsed) {
    const key = name.toLowerCase();
    if (seen.has(key)) throw new LakebookError('DELTA_DUPLICATE_COLUMNS_FOUND', { table, column: path === '' ? name : `${path}.${name}` });
    seen.add(key);
  }
  return { kind: 'struct', fields: parsed };
}

function parseField(node: Readonly<Record<string, unknown>>, table: string, path: string): StructField {
  const name = node['name'];
  if (typeof name !== 'string') throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `a field of ${path || 'its root'} has no name` });
  const metadata = node['metadata'];
  return {
    name,
    type: parseType(node['type'], table, path === '' ? name : `${path}.${name}`),
    nullable: node['nullable'] !== false,
    metadata: typeof metadata === 'object' && metadata !== null ? { ...metadata } : {},
  };
}

function parsePrimitive(text: string, table: string, path: string): PrimitiveType {
  if (isSimpleKind(text)) return { kind: text };
  const decimal = /^decimal(?:\(\s*(\d+)\s*,\s*(-?\d+)\s*\))?$/.exec(text);
  if (decimal !== null) {
    const [precision, scale] = [Number(decimal[1] ?? 10), Number(decimal[2] ?? 0)];
    if (precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision) return { kind: 'decimal', precision, scale };
  }
  const collated = /^string collate (\S+)$/i.exec(text);
  if (collated !== null) return { kind: 'string', collation: collated[1] ?? '' };
  if (/^(?:var)?char\(\d+\)$/.test(text)) return { kind: 'string' };
  throw new LakebookError('DELTA_UNSUPPORTED_DATA_TYPES', { table, column: path, type: text });
}

function isSimpleKind(text: string): text is SimpleKind {
  return SIMPLE_KINDS.has(text);
}

function asObject(json: unknown, table: string, path: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new LakebookError('DELTA_SCHEMA_INVALID', { table, detail: `${path || 'its root'} is not an object` });
  }
  return { ...json };
}

/** The field of `struct` with this name, ignoring case. */
export function findField(struct: StructType, name: string): StructField | undefined {
  const wanted = name.toLowerCase();
  return struct.fields.find((field) => field.name === name) ?? struct.fields.find((field) => field.name.toLowerCase() === wanted);
}

/** Delta's own text for a type, e.g. `decimal(10,2)` or `array<struct<a:long>>`, for people. */
export function formatType(type: DeltaType): string {
  if (type.kind === 'struct') return `struct<${type.fields.map((field) => `${field.name}:${formatType(field.type)}`).join(',')}>`;
  if (type.kind === 'array') return `array<${formatType(type.elementType)}>`;
  if (type.kind === 'map') return `map<${formatType(type.keyType)},${formatType(type.valueType)}>`;
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  return type.collation === undefined ? type.kind : `${type.kind} collate ${type.collation}`;
}

/** The types directly inside a type. */
function childTypes(type: DeltaType): readonly DeltaType[] {
  if (type.kind === 'struct') return type.fields.map((field) => field.type);
  if (type.kind === 'array') return [type.elementType];
  return type.kind === 'map' ? [type.keyType, type.valueType] : [];
}

/** Whether `test` holds for the type itself or anything nested in it. */
export function someType(type: DeltaType, test: (type: DeltaType) => boolean): boolean {
  return test(type) || childTypes(type).some((child) => someType(child, test));
}

/** The fields of every struct in a type, outer before inner. */
export function allFields(type: DeltaType): readonly StructField[] {
  const own = type.kind === 'struct' ? type.fields : [];
  return [...own, ...childTypes(type).flatMap(allFields)];
}

/** The type with each of its structs' fields changed, at every depth. */
export function mapFields(type: DeltaType, change: (field: StructField) => StructField): DeltaType {
  if (type.kind === 'struct') return { kind: 'struct', fields: type.fields.map((field) => change({ ...field, type: mapFields(field.type, change) })) };
  if (type.kind === 'array') return { ...type, elementType: mapFields(type.elementType, change) };
  return type.kind === 'map' ? { ...type, keyType: mapFields(type.keyType, change), valueType: mapFields(type.valueType, change) } : type;
}
