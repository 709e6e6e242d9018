import type { DataType } from './dataType.ts';

const NAMES: Readonly<Record<string, string>> = {
  void: 'INTEGER',
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  timestamp_ntz: 'TIMESTAMP',
  // A variant travels as the two byte strings that files hold of it.
  variant: 'STRUCT("value" BLOB, metadata BLOB)',
  interval: 'INTERVAL',
};

/** The DuckDB type of a value as people see it: variants as JSON. */
export function shownDuckDbType(type: DataType): string {
  return toDuckDbType(type, 'JSON');
}

/** The DuckDB type that holds a Spark type's values. VOID becomes INTEGER: only its NULL ever stands there. */
export function toDuckDbType(type: DataType, variant = NAMES['variant']!): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'array':
      return `${toDuckDbType(type.element, variant)}[]`;
    case 'map':
      return `MAP(${toDuckDbType(type.key, variant)}, ${toDuckDbType(type.value, variant)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((f) => `${quoteIdentifier(f.name)} ${toDuckDbType(f.type, variant)}`).join(', ')})`;
    case 'variant':
      return variant;
    default:
      return NAMES[type.kind]!;
  }
}

/** A DuckDB identifier, always quoted. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""').replaceAll('\0', '\u2400')}"`; // DuckDB's text ends at a NUL
}

/** A DuckDB string literal. Its parser ends a statement at a NUL sign, so a text with one is put together. */
export function quoteString(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\0') ? `(${quoted.replaceAll('\0', "' || chr(0) || '")})` : quoted;
}
