import type { Snapshot } from '../../delta/snapshot.ts';
import { simpleString, STRING } from '../../sql/types/dataType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import { quoteNamePart } from '../../catalog/tableName.ts';
import { clusteringColumnsOf } from './clustering.ts';
import type { InformationRows, InformationValue } from './rows.ts';

const COLUMNS = [
  { name: 'col_name', type: STRING },
  { name: 'data_type', type: STRING },
  { name: 'comment', type: STRING },
];
type Row = readonly [string, string, string | null];
const HEADER: Row = ['# col_name', 'data_type', 'comment'];
const BLANK: Row = ['', '', ''];

/** `DESCRIBE QUERY`, and the columns of anything that is no Delta table. */
export function describeSchema(columns: readonly CatalogColumn[]): InformationRows {
  return { columns: COLUMNS, rows: columns.map(columnRow) };
}

/** `DESCRIBE [EXTENDED] t` in Spark's rows: the columns, then what partitions and clusters the table, then its details. */
export function describeTable(name: string, snapshot: Snapshot, extended: boolean): InformationRows {
  const columns = snapshot.schema.fields.map(toCatalogColumn);
  const rows = [...columns.map(columnRow), ...partitioning(snapshot, columns), ...clustering(snapshot, columns), ...(extended ? details(name, snapshot) : [])];
  return { columns: COLUMNS, rows };
}

/** `DESCRIBE t c`. @param path the column's names from the root, resolved by {@link findColumn} */
export function describeColumn(column: CatalogColumn): InformationRows {
  const rows: readonly InformationValue[][] = [
    ['col_name', column.name],
    ['data_type', simpleString(column.type)],
    ['comment', column.comment ?? 'NULL'],
  ];
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

function details(name: string, snapshot: Snapshot): readonly Row[] {
  const { metadata, protocol } = snapshot;
  const properties: Record<string, string> = {
    ...metadata.configuration,
    'delta.minReaderVersion': String(protocol.minReaderVersion),
    'delta.minWriterVersion': String(protocol.minWriterVersion),
    ...Object.fromEntries([...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])].map((feature) => [`delta.feature.${feature}`, 'supported'])),
  };
  const listed = Object.entries(properties).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    BLANK,
    ['# Detailed Table Information', '', ''],
    ['Name', name, ''],
    ['Type', 'EXTERNAL', ''],
    ...(metadata.description === undefined ? [] : [['Comment', metadata.description, ''] as const]),
    ['Location', `file:${snapshot.tablePath}`, ''],
    ['Provider', 'delta', ''],
    ['Version', String(snapshot.version), ''],
    ['Table Properties', `[${listed.map(([key, value]) => `${key}=${value}`).join(',')}]`, ''],
  ];
}
