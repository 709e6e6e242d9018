import { LakebookError } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Metadata, Protocol } from '../actions.ts';
import { columnMappingMode, fieldIdOf, physicalNameOf, type ColumnMappingMode } from '../columnMapping.ts';
import { encodePath } from '../dataPath.ts';
import type { CopyStatement, Engine, WrittenFile } from '../engine.ts';
import { featuresOf, type LogAccess } from '../protocol.ts';
import { parseSchema, someType, type DeltaType, type StructField, type StructType } from '../schema.ts';
import { duckdbType, identifier, literal } from '../sqlText.ts';
import type { Environment } from '../../storage/environment.ts';
import type { AddFile, ChangeFile } from './fileActions.ts';
import type { Expressions } from './expressions.ts';
import { nestedIdsOf } from './nestedFieldIds.ts';
import { statisticsColumns, statisticsText } from './statistics.ts';
import { hasVariant, storedColumns } from './variantColumns.ts';
import { checkWritable } from './writerProtocol.ts';

export interface WriteContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly environment: Environment;
  readonly table: string;
  readonly access: LogAccess;
  readonly expressions: Expressions;
  /** Files that a commit is going to speak of: it waits until they are on disk. */
  makeDurable(paths: readonly string[]): void;
}

/** The table as the rows are to be stored: after what the same commit changes of it. */
export interface WriteTarget {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
}

export interface RowsToWrite {
  /** A SELECT with the table's columns under their logical names, of their own types, void columns left out or not. */
  readonly select: string;
  /** Names of the select's columns beside the table's that go into the files too, as BIGINT or VARCHAR. */
  readonly extraColumns?: readonly { readonly name: string; readonly physicalName: string; readonly type: 'BIGINT' | 'VARCHAR' }[];
  /** Below the table's folder; the folder itself by default. */
  readonly subfolder?: string;
}

/** Files larger than this are not grown further. */
const FILE_BYTES_DEFAULT = 256 * 2 ** 20;
const CODECS: Readonly<Record<string, string>> = { zstd: 'zstd', snappy: 'snappy', gzip: 'gzip', none: 'uncompressed', uncompressed: 'uncompressed', lz4: 'lz4_raw', lz4_raw: 'lz4_raw', brotli: 'brotli' };
const CODEC_DEFAULT = 'snappy';

/**
 * Writes rows as data files of a table, partitioned as it is, with statistics gathered on the way. No commit speaks of them
 * yet, and the one that will waits until they are on disk.
 * @throws LakebookError as `checkWritable`, before a file is written; DELTA_INVALID_TABLE_PROPERTY, DELTA_UNSUPPORTED_DATA_TYPES
 */
export async function writeDataFiles(context: WriteContext, target: WriteTarget, rows: RowsToWrite, signal?: AbortSignal): Promise<readonly AddFile[]> {
  const { table, access, environment } = context;
  checkWritable(target.protocol, table, access);
  const { written, layout } = await copyRows(context, target, rows, signal);
  const { configuration, partitionColumns } = target.metadata;
  const columns = statisticsColumns(layout.schema, { partitionColumns, configuration, mode: layout.mode });
  const tightBounds = featuresOf(target.protocol).includes('deletionVectors') ? true : undefined;
  const modificationTime = environment.now();
  return written.map((file) => ({ ...storedFile(file, table), modificationTime, dataChange: true, stats: statisticsText(file, columns, { tightBounds }) }));
}

/** Writes rows with their `_change_type` as files of the change data feed. */
export async function writeChangeFiles(context: WriteContext, target: WriteTarget, rows: Pick<RowsToWrite, 'select'>, signal?: AbortSignal): Promise<readonly ChangeFile[]> {
  const change = { name: CHANGE_TYPE, physicalName: CHANGE_TYPE, type: 'VARCHAR' } as const;
  const { written } = await copyRows(context, target, { ...rows, extraColumns: [change], subfolder: CHANGE_FOLDER }, signal);
  return written.map((file) => storedFile(file, context.table));
}

/** Before the name of a partition column whose own name is taken by the stored one. */
const PARTITION_MARK = '_partition_';

function withoutMarks(values: WrittenFile['partitionValues']): WrittenFile['partitionValues'] {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name.startsWith(PARTITION_MARK) ? name.slice(PARTITION_MARK.length) : name, value]));
}

export const CHANGE_TYPE = '_change_type';
const CHANGE_FOLDER = '_change_data';

interface TableLayout {
  readonly schema: StructType;
  readonly mode: ColumnMappingMode;
}

async function copyRows(context: WriteContext, target: WriteTarget, rows: RowsToWrite, signal: AbortSignal | undefined): Promise<{ readonly written: readonly WrittenFile[]; readonly layout: TableLayout }> {
  const { engine, environment, table } = context;
  const layout = { schema: parseSchema(target.metadata.schemaString, table), mode: columnMappingMode(target.protocol, target.metadata) };
  const folder = rows.subfolder === undefined ? table : joinPath(table, rows.subfolder);
  const begun = { folder, prefix: `${rows.subfolder === undefined ? 'part' : 'cdc'}-${environment.uuid()}-` };
  const files = await engine.copy({ sql: copySql(context, target, layout, { ...rows, ...begun }), begun, hasVariants: hasVariant(layout.schema) }, signal);
  const written = files.filter(({ rowCount }) => rowCount > 0).map((file) => ({ ...file, partitionValues: withoutMarks(file.partitionValues) }));
  context.makeDurable(written.map(({ path }) => path));
  return { written, layout };
}

/** PROTOCOL.md RFC "Materialize Partition Columns", and what Iceberg's readers expect. */
function writesPartitionColumns(protocol: Protocol, { configuration }: Metadata): boolean {
  const properties = ['delta.writePartitionColumnsToParquet', 'delta.enableIcebergCompatV1', 'delta.enableIcebergCompatV2'];
  return featuresOf(protocol).includes('materializePartitionColumns') || properties.some((property) => configuration[property]?.toLowerCase() === 'true');
}

function copySql({ table }: WriteContext, { protocol, metadata }: WriteTarget, { schema, mode }: TableLayout, { select, extraColumns = [], folder, prefix }: RowsToWrite & Required<CopyStatement>['begun']): string {
  const partitions = metadata.partitionColumns.map((name) => schema.fields.find((field) => field.name.toLowerCase() === name.toLowerCase())).filter((field) => field !== undefined);
  const materialises = writesPartitionColumns(protocol, metadata);
  const stored = schema.fields.filter((field) => !partitions.includes(field) && field.type.kind !== 'void');
  // Iceberg's first version wants them behind all others.
  const materialised = materialises ? partitions : [];
  const partitionColumn = (field: StructField): string => (materialises ? `${PARTITION_MARK}${physicalNameOf(field, mode)}` : physicalNameOf(field, mode));
  const columnsOf = (field: StructField): readonly string[] => storedColumns(`r.${identifier(field.name)}`, field, mode).map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const columns = [
    ...stored.flatMap(columnsOf),
    ...extraColumns.map(({ name, physicalName, type }) => `r.${identifier(name)}::${type} AS ${identifier(physicalName)}`),
    ...materialised.flatMap(columnsOf),
    ...partitions.map((field) => `${partitionText(field)} AS ${identifier(partitionColumn(field))}`),
  ];
  const keyed = stored.find(({ type }) => someType(type, (each) => each.kind === 'map' && hasVariant(each.keyType)));
  if (keyed !== undefined) throw new LakebookError('DELTA_UNSUPPORTED_DATA_TYPES', { table, column: keyed.name, type: 'a map with variants among its keys' });
  if (schema.fields.every((field) => partitions.includes(field) || field.type.kind === 'void')) throw new LakebookError('DELTA_NON_PARTITION_COLUMN_ABSENT', { table });
  // Values of partitions leave the files; where they must be in them too they stand there under their own name
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${codecOf(metadata)}`,
    'APPEND',
    `FILENAME_PATTERN ${literal(`${prefix}{uuid}.c000`)}`,
    partitions.length === 0 ? `FILE_SIZE_BYTES ${fileBytesOf(metadata)}` : `PARTITION_BY (${partitions.map((field) => identifier(partitionColumn(field))).join(', ')})`,
    ...(mode === 'none' ? [] : [`FIELD_IDS ${fieldIds([...stored, ...materialised])}`]),
    'RETURN_STATS',
  ];
  return `COPY (SELECT ${columns.join(', ')} FROM (${select}) r) TO ${literal(folder)} (${options.join(', ')})`;
}

/** PROTOCOL.md "Partition Value Serialization": times in UTC; empty text is NULL for every type. */
function partitionText({ name, type }: StructField): string {
  const value = `r.${identifier(name)}`;
  switch (type.kind) {
    case 'timestamp':
      return `strftime(${value}::TIMESTAMPTZ AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`;
    case 'timestamp_ntz':
      return `${value}::TIMESTAMP::VARCHAR`;
    case 'binary':
      return `nullif(decode(${value}::BLOB), '')`;
    default:
      return `nullif(CAST(CAST(${value} AS ${duckdbType(type)}) AS VARCHAR), '')`;
  }
}

/** DuckDB's FIELD_IDS: a tree of ids by physical name. Elements, keys and values have ids where the schema gives them some. */
function fieldIds(fields: readonly StructField[]): string {
  const entries = fields.flatMap((field) => {
    const physical = field.metadata['delta.columnMapping.physicalName'];
    const id = fieldIdOf(field);
    return typeof physical !== 'string' || id === undefined ? [] : [`${literal(physical)}: ${fieldIdTree(id, field.type, { path: physical, ids: nestedIdsOf(field) })}`];
  });
  return `{${entries.join(', ')}}`;
}

/** Where a type stands below its nearest field, and the ids there. */
interface NestedPlace {
  readonly path: string;
  readonly ids: Readonly<Record<string, number>>;
}

function fieldIdTree(id: number | undefined, type: DeltaType, place: NestedPlace): string {
  const children = childIds(type, place);
  if (children === '') return String(id ?? '');
  return `{${[...(id === undefined ? [] : [`__duckdb_field_id: ${id}`]), children].join(', ')}}`;
}

function childIds(type: DeltaType, { path, ids }: NestedPlace): string {
  const child = (name: string, of: DeltaType): readonly string[] => {
    const below = `${path}.${name}`;
    const tree = fieldIdTree(ids[below], of, { path: below, ids });
    return tree === '' ? [] : [`${name}: ${tree}`];
  };
  switch (type.kind) {
    case 'struct':
      return fieldIds(type.fields).slice(1, -1);
    case 'array':
      return child('element', type.elementType).join(', ');
    case 'map':
      return [...child('key', type.keyType), ...child('value', type.valueType)].join(', ');
    default:
      return '';
  }
}

function codecOf({ configuration }: Metadata): string {
  const name = configuration['delta.parquet.compression.codec'] ?? CODEC_DEFAULT;
  const codec = CODECS[name.toLowerCase()];
  if (codec === undefined) throw new LakebookError('DELTA_INVALID_TABLE_PROPERTY', { property: 'delta.parquet.compression.codec', value: name, wanted: Object.keys(CODECS).join(', ') });
  return codec;
}

function fileBytesOf({ configuration }: Metadata): number {
  const text = configuration['delta.targetFileSize'];
  if (text === undefined) return FILE_BYTES_DEFAULT;
  const bytes = parseByteSize(text);
  if (bytes === undefined) throw new LakebookError('DELTA_INVALID_TABLE_PROPERTY', { property: 'delta.targetFileSize', value: text, wanted: 'a size such as 134217728 or 128mb' });
  return bytes;
}

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30 };

function parseByteSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = UNIT_BYTES[unit.toLowerCase()];
  return digits === undefined || factor === undefined || Number(digits) === 0 ? undefined : Number(digits) * factor;
}

function storedFile({ path, sizeBytes, partitionValues }: WrittenFile, table: string): Pick<AddFile, 'path' | 'size' | 'partitionValues'> {
  const relative = path.startsWith(joinPath(table, '')) ? path.slice(joinPath(table, '').length) : path;
  return { path: encodePath(relative), size: sizeBytes, partitionValues };
}

