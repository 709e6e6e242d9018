import { stat } from 'node:fs/promises';
import { LakebookError } from '../../base/errors.ts';
import type { Database } from '../../duckdb/database.ts';
import type { CatalogColumn, FileFormat } from '../../sql/catalog.ts';
import { valueContext, variantsOfJson } from '../../sql/emitter/variantCasts.ts';
import { BIGINT, decimal, DOUBLE, field, isFractional, isIntegral, STRING, structOf, arrayOf, TIMESTAMP, type DataType, type StructField } from '../../sql/types/dataType.ts';
import { quoteIdentifier, quoteString, shownDuckDbType, toDuckDbType } from '../../sql/types/duckdbType.ts';
import { fromDuckDbType, type DuckDbColumn } from '../duckdbColumns.ts';
import { parseFileOptions, type FileOptions } from './fileOptions.ts';
import { buildFileList } from './filePaths.ts';

/** Files in place, read as one table. */
export interface InPlaceRelation {
  readonly columns: readonly CatalogColumn[];
  /** A SELECT with these of the {@link InPlaceRelation.columns}, all by default, in DuckDB's types of them. */
  relationSql(columns?: readonly string[]): string;
  readonly files: readonly string[];
}

export interface InPlaceRequest {
  readonly path: string;
  readonly format: FileFormat;
  readonly options: Readonly<Record<string, string>>;
  /** Named by `read_files(…)`, not by `` csv.`…` ``. */
  readonly call: boolean;
  /** The session's, for timestamps without a zone. */
  readonly timeZone: string;
}

/**
 * Finds the files' schema, Spark's way: `` csv.`…` `` has strings named `_c0, _c1, …`; JSON's columns are sorted by name and
 * its dates stay strings; Parquet's types are the files' own.
 * @throws LakebookError FILE_READ_FAILED, UNSUPPORTED_FEATURE.LOCAL_ENGINE
 */
export async function describeInPlace(database: Database, files: readonly string[], request: InPlaceRequest, signal: AbortSignal): Promise<InPlaceRelation> {
  const { format } = request;
  if (format !== 'csv' && format !== 'json' && format !== 'parquet') {
    throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `Reading ${format} files in place`, reason: 'there is no reader for them' });
  }
  const options = parseFileOptions(format, request.options, request.call);
  const describe = async (reader: string): Promise<readonly DuckDbColumn[]> => {
    const rows = await database.query(`DESCRIBE SELECT * FROM ${reader}`, signal).catch((error: unknown) => {
      throw explainReadError(error, files);
    });
    return rows.column('column_name').map((name, index) => ({ name: String(name), type: String(rows.column('column_type')[index]) }));
  };
  const list = buildFileList(files);
  const instantColumns = async (): Promise<readonly string[]> => (await database.query(`SELECT DISTINCT name FROM parquet_schema(${list}) WHERE type = 'INT96'`, signal)).column('name').map(String);
  const source: Source = { list, options, timeZone: request.timeZone, describe, instantColumns };
  const relation = format === 'csv' ? await openCsv(source) : format === 'json' ? await openJson(source, await isEmpty(files)) : await openParquet(source);
  return { ...relation, files };
}

/** An error of reading files in place as ours; any other comes back as it is. */
export function explainReadError(error: unknown, files: readonly string[]): unknown {
  if (error instanceof LakebookError || !(error instanceof Error)) return error;
  const detail = error.message.replace(/\n[^]*/, '');
  if (!/^(Invalid Input Error|IO Error|Invalid Error|Conversion Error|Binder Error|Not implemented Error)/i.test(detail)) return error;
  return new LakebookError('FILE_READ_FAILED', { path: files.find((file) => error.message.includes(file)) ?? files[0] ?? '', detail }, { cause: error });
}

interface Source {
  readonly list: string;
  readonly options: FileOptions;
  readonly timeZone: string;
  readonly describe: (reader: string) => Promise<readonly DuckDbColumn[]>;
  /** Parquet's int96 columns: instants, though DuckDB reads them without a zone. */
  readonly instantColumns: () => Promise<readonly string[]>;
}
type Schema = Omit<InPlaceRelation, 'files'>;

async function openCsv({ list, options, timeZone, describe }: Source): Promise<Schema> {
  const { separator, quote, escape, comment, nullValue, header, schema } = options;
  const common = [
    `header = ${header}`, `delim = ${quoteString(separator)}`, `quote = ${quoteString(quote)}`, `escape = ${quoteString(escape ?? quote)}`,
    `nullstr = ${quoteString(nullValue)}`, 'allow_quoted_nulls = false', 'null_padding = true', 'parallel = false', 'hive_partitioning = false', 'auto_detect = true',
    ...(comment === undefined ? [] : [`comment = ${quoteString(comment)}`]),
  ].join(', ');
  const strings = `read_csv(${list}, ${common}, all_varchar = true)`;
  const columns = await describe(options.inferSchema && schema === undefined ? `read_csv(${list}, ${common}, auto_type_candidates = ${CSV_TYPES}, sample_size = -1)` : strings);
  if (schema !== undefined) return selectTyped(strings, schema.fields, (_, index) => columns[index], options.failFast ? 'CAST' : 'TRY_CAST');
  if (!options.inferSchema) return select(strings, columns.map((column, index) => ({ column, name: header ? column.name : `_c${index}`, type: STRING })));
  const types = `{${columns.map(({ name, type }) => `${quoteString(name)}: ${quoteString(type)}`).join(', ')}}`;
  const typed = columns.map((column, index) => ({ column, name: header ? column.name : `_c${index}`, type: column.type.startsWith('TIMESTAMP') ? TIMESTAMP : fromDuckDbType(column.type) }));
  return select(`read_csv(${list}, ${common}, types = ${types})`, typed, timeZone);
}

const CSV_TYPES = "['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'VARCHAR']";

async function openJson({ list, options, describe }: Source, empty: boolean): Promise<Schema> {
  const layout = `format = '${options.multiLine ? 'auto' : 'newline_delimited'}', hive_partitioning = false`;
  const inferred = options.schema?.fields ?? (empty ? [] : (await describe(`read_json(${list}, ${layout}, sample_size = -1, map_inference_threshold = -1, maximum_depth = -1)`)).map(({ name, type }) => field(name, toJsonType(fromDuckDbType(type)))));
  const fields = options.schema === undefined ? inferred.toSorted(byName) : inferred;
  const columns = fields.map(({ name, type }) => ({ name, type: shownDuckDbType(type) }));
  if (columns.length === 0) return { columns: [], relationSql: () => 'SELECT 1 WHERE false' };
  const struct = `{${columns.map(({ name, type }) => `${quoteString(name)}: ${quoteString(type)}`).join(', ')}}`;
  return select(`read_json(${list}, ${layout}, columns = ${struct})`, columns.map((column, index) => ({ column, name: column.name, type: fields[index]!.type })));
}

const byName = (left: { readonly name: string }, right: { readonly name: string }): number => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0);

/** Spark's inference knows no dates in JSON, keeps mixed values as text, and sorts the fields. */
function toJsonType(type: DataType): DataType {
  if (type.kind === 'struct') return structOf(type.fields.map(({ name, type: fieldType }) => field(name, toJsonType(fieldType))).sort(byName));
  if (type.kind === 'array') return arrayOf(toJsonType(type.element));
  if (type.kind === 'decimal') return decimal(Math.max(type.precision, 20), 0);
  if (isIntegral(type)) return BIGINT;
  if (isFractional(type)) return DOUBLE;
  return type.kind === 'boolean' ? type : STRING;
}

async function openParquet({ list, options, describe, instantColumns }: Source): Promise<Schema> {
  const reader = `read_parquet(${list}, hive_partitioning = false)`;
  const columns = await describe(reader);
  if (options.schema !== undefined) {
    const byColumnName = (name: string): DuckDbColumn | undefined => columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    return selectTyped(reader, options.schema.fields, byColumnName, 'CAST');
  }
  const instants = new Set(await instantColumns());
  return select(reader, columns.map((column) => ({ column, name: column.name, type: instants.has(column.name) ? TIMESTAMP : fromDuckDbType(column.type) })));
}

/** Columns of a schema that was written down; those that the file lacks are NULL. */
function selectTyped(reader: string, fields: readonly StructField[], find: (name: string, index: number) => DuckDbColumn | undefined, cast: 'CAST' | 'TRY_CAST'): Schema {
  const items = fields.map(({ name, type }, index) => {
    const column = find(name, index);
    return `${column === undefined ? `CAST(NULL AS ${toDuckDbType(type)})` : typedColumn(column, type, cast)} AS ${quoteIdentifier(name)}`;
  });
  return toSchema(reader, fields, items);
}

function select(reader: string, columns: readonly { readonly column: DuckDbColumn; readonly name: string; readonly type: DataType }[], timeZone = 'UTC'): Schema {
  const items = columns.map(({ column, name, type }) => {
    const source = quoteIdentifier(column.name);
    const local = column.type === 'TIMESTAMP' && type.kind === 'timestamp' && timeZone !== 'UTC';
    return `${local ? `timezone(${quoteString(timeZone)}, ${source})` : typedColumn(column, type, 'CAST')} AS ${quoteIdentifier(name)}`;
  });
  return toSchema(reader, columns, items);
}

/** A column of a file as a value of a type. What files hold as JSON is a variant here, as is a group of a variant's two byte strings. */
function typedColumn({ name, type }: DuckDbColumn, wanted: DataType, cast: 'CAST' | 'TRY_CAST'): string {
  const source = quoteIdentifier(name);
  if (type === toDuckDbType(wanted)) return source;
  if (wanted.kind === 'variant' && /^STRUCT\("?(?:value"? BLOB, metadata|metadata BLOB, "?value"?) BLOB\)$/.test(type)) return `CAST(${source} AS ${toDuckDbType(wanted)})`;
  const shown = shownDuckDbType(wanted);
  return variantsOfJson(type === shown ? source : `${cast}(${source} AS ${shown})`, wanted, valueContext());
}

/** Columns that nobody asks for are not written: DuckDB's optimizer would read them behind some joins. */
function toSchema(reader: string, columns: readonly { readonly name: string; readonly type: DataType }[], items: readonly string[]): Schema {
  return {
    columns: columns.map(({ name, type }) => ({ name, type, nullable: true })),
    relationSql: (wanted) => {
      const names = wanted === undefined ? undefined : new Set(wanted);
      const kept = names === undefined ? items : items.filter((_, index) => names.has(columns[index]!.name));
      return `SELECT ${kept.length === 0 ? 'true AS "_row"' : kept.join(', ')} FROM ${reader}`;
    },
  };
}

async function isEmpty(files: readonly string[]): Promise<boolean> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.every((size) => size === 0);
}
