import type { DeltaType, StructField } from './schema.ts';

/** `name` as a SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `text` as a SQL string; null as NULL. DuckDB's parser ends a statement at a NUL sign, so that is put together. */
export function literal(text: string | null): string {
  if (text === null) return 'NULL';
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\0') ? `(${quoted.replaceAll('\0', "' || chr(0) || '")})` : quoted;
}

function listLiteral(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

/**
 * A path for DuckDB's file functions, which take every name as a pattern: `*`, `?` and `[` stand for themselves when
 * bracketed.
 */
function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, (sign) => `[${sign}]`);
}

export function fileList(paths: readonly string[]): string {
  return listLiteral(paths.map(escapeGlob));
}

export interface TypeNames {
  /** The name of a nested field: its own by default. */
  readonly nameOf?: (field: StructField) => string;
  /** How a variant is written: by default as its two byte strings. */
  readonly variant?: string;
}

/** PROTOCOL.md "Variant Data Type". */
export const VARIANT_TYPE = 'STRUCT("value" BLOB, metadata BLOB)';

/** DuckDB's name for a Delta type. A void column has no values, so any type serves. */
export function duckdbType(type: DeltaType, names: TypeNames = {}): string {
  const { nameOf = (field: StructField): string => field.name, variant = VARIANT_TYPE } = names;
  switch (type.kind) {
    case 'string':
      return 'VARCHAR';
    case 'long':
      return 'BIGINT';
    case 'integer':
      return 'INTEGER';
    case 'short':
      return 'SMALLINT';
    case 'byte':
      return 'TINYINT';
    case 'float':
      return 'FLOAT';
    case 'double':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'binary':
      return 'BLOB';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'timestamp_ntz':
      return 'TIMESTAMP';
    case 'variant':
      return variant;
    case 'void':
      return 'INTEGER';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${identifier(nameOf(field))} ${duckdbType(field.type, names)}`).join(', ')})`;
    case 'array':
      return `${duckdbType(type.elementType, names)}[]`;
    case 'map':
      return `MAP(${duckdbType(type.keyType, names)}, ${duckdbType(type.valueType, names)})`;
  }
}
