import type { Snapshot } from '../../delta/snapshot.ts';
import { simpleString, STRING } from '../../sql/types/dataType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import { quoteNamePart } from '../../catalog/tableName.ts';
import { clusteringColumnsOf } from './clustering.ts';
import { columnDefault, shownType } from './declaredColumns.ts';
import type { InformationRows } from './rows.ts';
import { tableProperties } from './tableProperties.ts';
import type { TableType } from './tableType.ts';

const COLUMNS = [
  { name: 'col_name', type: STRING },
  { name: 'data_type', type: STRING },
  { name: 'comment', type: STRING },
];
type Row = readonly [string, string, string | null];
const HEADER: Row = ['# col_name', 'data_type', 'comment'];
const BLANK: Row = ['', '', ''];

export interface TableDetails {
  readonly name: string;
  readonly type: TableType;
}

/** `DESCRIBE QUERY`, and the columns of anything that is no Delta table. */
export function describeSchema(columns: readonly CatalogColumn[]): InformationRows {
  return { columns: COLUMNS, rows: columns.map(columnRow) };
}

/**
 * `DESCRIBE [EXTENDED] t` in Spark's rows: the columns, then what partitions and clusters the table, its details, and values that writers fill in.
 * @param details undefined where they are not asked for
 */
export function describeTable(snapshot: Snapshot, details: TableDetails | undefined): InformationRows {
  const columns = snapshot.schema.fields.map(toCatalogColumn);
  const described = snapshot.schema.fields.map((field, index): Row => [field.name, shownType(field), columns[index]!.comment ?? null]);
  const rows = [...described, ...partitioning(snapshot, columns), ...clustering(snapshot, columns), ...(details === undefined ? [] : detailRows(details, snapshot)), ...defaults(snapshot)];
  return { columns: COLUMNS, rows };
}

/** What ANALYZE finds out of a column. A table's log keeps none of it. */
const COLUMN_STATISTICS = ['min', 'max', 'num_nulls', 'distinct_count', 'avg_col_len', 'max_col_len', 'histogram'];

/** `DESCRIBE [EXTENDED] t c`. @param column found by {@link findColumn} @param type as declared, where that is known */
export function describeColumn(column: CatalogColumn, extended: boolean, type = simpleString(column.type)): InformationRows {
  const rows = [['col_name', column.name], ['data_type', type], ['comment', column.comment ?? 'NULL'], ...(extended ? COLUMN_STATISTICS.map((name) => [name, 'NULL']) : [])];
  return { columns: [{ name: 'info_name', type: STRING }, { name: 'info_value', type: STRING }], rows };
}

/** The column of this name, or the struct field of this path; undefined where there is none. */
export function findColumn(columns: readonly CatalogColumn[], path: readonly string[]): CatalogColumn | undefined {
  const [name, ...rest] = path;
  const column = columns.find((candidate) => candidate.name.toLowerCase() === name?.toLowerCase());
  if (column === undefined || rest.length === 0) return column;
  return column.type.kind === 'struct' ? findColumn(column.type.fields, rest) : undefined;
}

function columnRow({ name, type, comment }: CatalogColumn): Row {
  return [name, simpleString(type), comment ?? null];
}

function partitioning(snapshot: Snapshot, columns: readonly CatalogColumn[]): readonly Row[] {
  if (snapshot.partitionColumns.length === 0) return [];
  return [['# Partition Information', '', ''], HEADER, ...namedRows(snapshot.partitionColumns.map((name) => [name]), columns)];
}

function clustering(snapshot: Snapshot, columns: readonly CatalogColumn[]): readonly Row[] {
  const paths = clusteringColumnsOf(snapshot);
  return paths.length === 0 ? [] : [['# Clustering Information', '', ''], HEADER, ...namedRows(paths, columns)];
}

function namedRows(paths: readonly (readonly string[])[], columns: readonly CatalogColumn[]): readonly Row[] {
  return paths.map((path) => {
    const column = findColumn(columns, path);
    return [path.map(quoteNamePart).join('.'), column === undefined ? '' : simpleString(column.type), column?.comment ?? null];
  });
}

function detailRows({ name, type }: TableDetails, snapshot: Snapshot): readonly Row[] {
  const { metadata } = snapshot;
  return [
    BLANK,
    ['# Detailed Table Information', '', ''],
    ['Name', name, ''],
    ['Type', type, ''],
    ...(metadata.description === undefined ? [] : [['Comment', metadata.description, ''] as const]),
    ['Location', `file:${snapshot.tablePath}`, ''],
    ['Provider', 'delta', ''],
    ['Version', String(snapshot.version), ''],
    ['Table Properties', `[${tableProperties(snapshot).map(([key, value]) => `${key}=${value}`).join(',')}]`, ''],
  ];
}

function defaults({ schema }: Snapshot): readonly Row[] {
  const found = schema.fields.flatMap((field): Row[] => {
    const value = columnDefault(field);
    return value === undefined ? [] : [[field.name, shownType(field), value]];
  });
  return found.length === 0 ? [] : [BLANK, ['# Column Default Values', '', ''], ...found];
}
