import type { Snapshot } from '../../delta/snapshot.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import { STRING, type DataType } from '../../sql/types/dataType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';
import { columnDefault } from './declaredColumns.ts';
import type { InformationRows } from './rows.ts';
import type { TableType } from './tableType.ts';
import { tableProperties } from './tableProperties.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/** `DESCRIBE EXTENDED t AS JSON`, in Spark's fields and their order; what a workspace does not record is left out. */
export function describeTableJson(name: readonly string[], type: TableType, snapshot: Snapshot): InformationRows {
  const { schema, metadata, partitionColumns, tablePath } = snapshot;
  const { createdTime, description } = metadata;
  const columns = schema.fields.map((field) => columnJson(toCatalogColumn(field), columnDefault(field)));
  return jsonRow({
    ...nameJson(name),
    columns,
    location: `file:${tablePath}`,
    created_time: createdTime === undefined ? undefined : instantText(createdTime),
    last_access: 'UNKNOWN',
    type,
    provider: 'delta',
    comment: description,
    table_properties: Object.fromEntries(tableProperties(snapshot)),
    partition_columns: partitionColumns.length === 0 ? undefined : partitionColumns,
    collation: DEFAULT_COLLATION,
  });
}

const DEFAULT_COLLATION = 'UTF8_BINARY';

function nameJson(parts: readonly string[]): Readonly<Record<string, Json>> {
  const [catalog, schema, table] = parts.length === 3 ? parts : ['spark_catalog', ...parts];
  return { table_name: table!, catalog_name: catalog!, namespace: [schema!], schema_name: schema! };
}

function columnJson({ name, type, nullable, comment }: CatalogColumn, value: string | undefined): Json {
  return { name, type: typeJson(type), nullable, comment, default: value };
}

function typeJson(type: DataType): Json {
  switch (type.kind) {
    case 'string':
      return { name: 'string', collation: DEFAULT_COLLATION };
    case 'decimal':
      return { name: 'decimal', precision: type.precision, scale: type.scale };
    case 'timestamp':
      return { name: 'timestamp_ltz' };
    case 'interval':
      return { name: 'interval', start_unit: type.from.toLowerCase(), end_unit: type.to.toLowerCase() };
    case 'array':
      return { name: 'array', element_type: typeJson(type.element), element_nullable: type.containsNull };
    case 'map':
      return { name: 'map', key_type: typeJson(type.key), value_type: typeJson(type.value), value_nullable: type.valueContainsNull };
    case 'struct':
      return { name: 'struct', fields: type.fields.map(({ name, type: inner, nullable, comment }) => ({ name, type: typeJson(inner), nullable, comment })) };
    default:
      return { name: type.kind };
  }
}

function instantText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Fields without a value are no part of the text. */
function jsonRow(json: Json): InformationRows {
  return { columns: [{ name: 'json_metadata', type: STRING }], rows: [[JSON.stringify(json)]] };
}
