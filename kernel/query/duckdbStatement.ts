import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LakebookError } from '../base/errors.ts';
import type { Database } from '../duckdb/database.ts';
import { parseDuckDbQuery, type DuckDbTable } from '../duckdb/duckdbDialect.ts';
import type { CatalogColumn, FileFormat, TableReference, TableSource, TableVersion } from '../sql/catalog.ts';
import { shownVariants, valueContext } from '../sql/emitter/variantCasts.ts';
import { holds, simpleString } from '../sql/types/dataType.ts';
import { quoteIdentifier } from '../sql/types/duckdbType.ts';
import { castColumn, fromDuckDbType } from './duckdbColumns.ts';
import { explainQuery, explainRows } from './explain.ts';
import { resolvePath } from './files/filePaths.ts';
import { toDuckDbFilePredicate } from './duckdbPredicate.ts';
import { PinnedTables, type OpenedScan, type PinnedReference, type PinningDependencies } from './pinnedTables.ts';
import { filesInPlace, mergeReads, prepareQuery, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement, ResultColumn, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { settleAll } from './settleAll.ts';
import { tableNotFound } from './tableStatements.ts';

/**
 * A statement in DuckDB's own dialect: checked tree, pinned tables, and Spark's names for the types of its columns.
 * Files are named as tables (`FROM 'x.csv'`) and read as `read_files` reads them.
 */
export async function prepareDuckDbStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement> {
  const { database } = dependencies;
  const text = inPlace(statement);
  const query = await parseDuckDbQuery(database, text, signal);
  const pinned = new PinnedTables(dependencies, text, session, signal);
  try {
    const references = await settleAll(query.tables.map((table) => pinTable(pinned, dependencies, table, text)));
    const scans = await settleAll(references.map((reference, index) => openTable(pinned, reference, query.tables[index]!)));
    const files = filesInPlace(references);
    const relations = scans.map(({ relationSql }, index) => shownRelation(relationSql, references[index]!.columns));
    for (const relation of relations) await dependencies.prelude.provideFor(relation);
    const rewritten = await query.rewrite(relations, signal);
    if (query.explain) return prepareRows('explain', explainRows(await explainQuery(database, rewritten, scans, files, signal)), { tables: mergeReads(scans), files, dispose: () => pinned.dispose() });
    const { sql, columns } = await buildTypedSelect(database, rewritten, signal);
    return prepareQuery(pinned, { kind: 'query', sql, columns, scans, files, notices: pinned.notices, fallback: () => Promise.resolve(undefined), mapError: explainDuckDbError });
  } catch (error) {
    await pinned.dispose();
    throw explainDuckDbError(pinned.explainError(error));
  }
}

/** DuckDB's own functions know variants as JSON. */
function shownRelation(relationSql: string, columns: readonly CatalogColumn[]): string {
  if (!columns.some(({ type }) => holds(type, 'variant'))) return relationSql;
  const items = columns.map(({ name, type }) => `${shownVariants(quoteIdentifier(name), type, valueContext())} AS ${quoteIdentifier(name)}`);
  return `SELECT ${items.join(', ')} FROM (${relationSql})`;
}

function openTable(pinned: PinnedTables, reference: PinnedReference, { condition }: DuckDbTable): Promise<OpenedScan> {
  return pinned.open(reference, reference.kind === 'table' ? { predicate: toDuckDbFilePredicate(condition, reference.snapshot.schema) } : {});
}

async function pinTable(pinned: PinnedTables, { catalog }: PinningDependencies, table: DuckDbTable, text: string): Promise<PinnedReference> {
  const reference = await buildReference(catalog.root, table);
  const found = await pinned.pin(reference);
  if (found === undefined) throw await tableNotFound(text, reference, catalog);
  return found;
}

/** The statement at its place in the whole text, with blanks before it, so that places in errors are right. */
function inPlace({ source, start, text }: StatementText): string {
  return source.slice(0, start).replace(/[^\n]/g, ' ') + text;
}

const FORMATS: Readonly<Record<string, FileFormat>> = { delta: 'delta', parquet: 'parquet', csv: 'csv', tsv: 'csv', json: 'json', jsonl: 'json', ndjson: 'json' };

async function buildReference(root: string, { parts, at, span }: DuckDbTable): Promise<TableReference> {
  const source = await buildSource(root, parts);
  const place = { id: span?.start ?? 0, start: span?.start ?? 0, end: span?.end ?? 0, source };
  if (source.kind === 'path' && source.format !== 'delta') {
    if (at !== undefined) throw new LakebookError('DUCKDB_FEATURE_REFUSED', { feature: 'AT for a file', reason: 'files have no versions' });
    const options: Record<string, string> = source.path.endsWith('.tsv') ? { sep: '\t' } : {};
    return { ...place, kind: 'files', options: source.format === 'csv' ? { header: 'true', inferschema: 'true', ...options } : options };
  }
  return { ...place, kind: 'table', version: buildVersion(at) };
}

/** A name as a table of the catalog, unless it is a path: with a slash or a data file's ending, or behind its format. */
async function buildSource(root: string, parts: readonly string[]): Promise<TableSource> {
  const [name = '', ...rest] = parts.toReversed();
  const prefix = rest.length === 1 ? FORMATS[rest[0]!.toLowerCase()] : undefined;
  if (prefix !== undefined && (name.includes('/') || name.includes('.'))) return { kind: 'path', format: prefix, path: name };
  if (rest.length > 0) return { kind: 'name', parts };
  const ending = /\.(\w+)(?:\.gz|\.zst)?$/.exec(name)?.[1]?.toLowerCase();
  const format = ending === undefined ? undefined : FORMATS[ending];
  if (format !== undefined && format !== 'delta') return { kind: 'path', format, path: name };
  if (name.includes('/') && (await isTableFolder(resolvePath(root, name)))) return { kind: 'path', format: 'delta', path: name };
  return { kind: 'name', parts };
}

async function isTableFolder(path: string): Promise<boolean> {
  return (await stat(join(path, '_delta_log')).catch(() => undefined))?.isDirectory() === true;
}

function buildVersion(at: DuckDbTable['at']): TableVersion {
  if (at === undefined) return { kind: 'latest' };
  if (at.unit === 'TIMESTAMP') return { kind: 'timestamp', text: at.value };
  const version = Number(at.value);
  if (!Number.isSafeInteger(version) || version < 0) throw new LakebookError('DUCKDB_FEATURE_REFUSED', { feature: `AT (VERSION => ${at.value})`, reason: 'a version is a number from 0' });
  return { kind: 'version', version };
}

/** The statement with columns of exactly the DuckDB types that Spark's map to. */
async function buildTypedSelect(database: Database, text: string, signal: AbortSignal): Promise<{ readonly sql: string; readonly columns: readonly ResultColumn[] }> {
  const described = await database.query(`DESCRIBE ${text}`, signal);
  const names = described.column('column_name').map(String);
  const duckdbTypes = described.column('column_type').map(String);
  const types = duckdbTypes.map(fromDuckDbType);
  const columns = names.map((name, index) => ({ name, type: simpleString(types[index]!) }));
  const items = names.map((name, index) => `${castColumn(`c${index}`, duckdbTypes[index]!, types[index]!)} AS ${quoteIdentifier(name)}`);
  if (items.every((item, index) => item.startsWith(`c${index} AS`))) return { sql: text, columns };
  return { sql: `SELECT ${items.join(', ')} FROM (${text}) AS q(${names.map((_, index) => `c${index}`).join(', ')})`, columns };
}

/** The user wrote DuckDB's dialect, so DuckDB's own words say what is wrong; the excerpt of our text is left out. */
function explainDuckDbError(error: unknown): unknown {
  if (error instanceof LakebookError || !(error instanceof Error)) return error;
  return new LakebookError('DUCKDB_STATEMENT_FAILED', { detail: error.message.replace(/\n\nLINE \d+:[^]*$/, '') }, { cause: error });
}
