import type { Engine } from '../engine.ts';
import { toNumber, toText } from '../engine.ts';
import { explainScanError } from '../planBinding.ts';
import type { Scan } from '../scan.ts';
import type { DeltaType } from '../schema.ts';
import { duckdbType, identifier } from '../sqlText.ts';
import type { TableVersion } from '../tableVersion.ts';
import { columnChanges, differenceColumns, NO_COLUMN_CHANGES, type ColumnChanges, type DifferenceColumn } from './differenceColumns.ts';
import { differingRows, type DifferenceContext, type RowSide, type VersionFiles } from './differingRows.ts';
import { findRowKey, type CommitHint } from './rowKey.ts';

/** What may be asked of two versions of a table. */
export interface DifferenceRange {
  /** The earlier or the later of the two; undefined for a table that was not there yet. */
  readonly from: number | undefined;
  readonly to: number;
}

/** How it was found which row became which. */
export type RowMatching =
  | { readonly kind: 'rowIds' }
  | { readonly kind: 'columns'; readonly names: readonly string[] }
  /** There was nothing to match, or nothing to match it by. */
  | { readonly kind: 'none' };

/**
 * The kinds of change. The last two stand alone where the change data feed says that a row was updated, and nothing tells
 * which was its other version.
 */
const CHANGE_KINDS = ['insert', 'delete', 'update', 'update_preimage', 'update_postimage'] as const;
type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What lies between two versions of a table, row by row: a relation with one row for each row that came, went or changed. */
export interface VersionDifference {
  /**
   * A SELECT of `kind` (insert, delete, update, …) and, by the place of each column, `b0`, `b1` … with the values before
   * and `a0`, `a1` … with those after. Any connection of the engine can run it until {@link dispose}.
   */
  readonly relationSql: string;
  readonly columns: readonly {
    readonly name: string;
    readonly deltaType: DeltaType;
    /** In so many updated rows its value is another one. */
    readonly changedRows: number;
  }[];
  /** Nothing of a table that was not there before. */
  readonly columnChanges: ColumnChanges;
  readonly counts: { readonly inserted: number; readonly deleted: number; readonly updated: number };
  /** What told the rows: the table's change data feed, or the files of both versions. */
  readonly source: 'feed' | 'files';
  readonly matching: RowMatching;
  explainError(error: unknown): unknown;
  dispose(): Promise<void>;
}

/** Both versions, as far as the log is asked: scans of the rows that may differ. */
export interface PlannedDifference {
  readonly columns: readonly DifferenceColumn[];
  readonly before: RowSide | undefined;
  readonly after: RowSide;
  readonly tracked: boolean;
  readonly at: TableVersion;
  /** Whether one commit lies between the versions, and recorded its changes. */
  readonly isRecorded: boolean;
}

/** Finds the files that differ. Reads the log alone. */
export async function planDifference(context: DifferenceContext, before: VersionFiles | undefined, after: VersionFiles, signal?: AbortSignal): Promise<PlannedDifference> {
  const columns = differenceColumns(before?.at, after.at);
  const tracked = before !== undefined && tracksRows(before.at) && tracksRows(after.at);
  const former = before === undefined ? undefined : await differingRows(context, before, after, 'before', columns, tracked, signal);
  try {
    return { columns, tracked, at: after.at, isRecorded: !tracked && isRecorded(before?.at, after.at), before: former, after: await differingRows(context, after, before, 'after', columns, tracked, signal) };
  } catch (error) {
    await former?.scan.dispose();
    throw error;
  }
}

function tracksRows({ metadata }: TableVersion): boolean {
  return metadata.configuration['delta.enableRowTracking'] === 'true';
}

/** A commit that changes the schema has rows of two schemas, which the feed does not tell. */
function isRecorded(before: TableVersion | undefined, { version, metadata }: TableVersion): boolean {
  return before?.version === version - 1 && before.metadata.schemaString === metadata.schemaString && metadata.configuration['delta.enableChangeDataFeed']?.toLowerCase() === 'true';
}

/**
 * The difference of two versions by what they read. Rows that were only copied, or that went and came with the same
 * values, are no difference. Row ids tell which row became which where the table tracks rows.
 * @param feed the changes that the one commit between the versions recorded
 * @throws LakebookError DELTA_FILE_NOT_FOUND_DETAILED where files of a version are gone
 */
export async function compareVersions(engine: Engine, planned: PlannedDifference, { feed, hint }: { readonly feed: Scan | undefined; readonly hint: CommitHint }, signal?: AbortSignal): Promise<VersionDifference> {
  const { columns, at } = planned;
  const tables: string[] = [];
  const scans = [planned.before?.scan, planned.after.scan, feed].filter((scan) => scan !== undefined);
  const dispose = async (): Promise<void> => {
    for (const scan of scans.splice(0)) await scan.dispose();
    for (const table of tables.splice(0)) await engine.run(`DROP TABLE IF EXISTS ${table}`);
  };
  const explainError = (error: unknown): unknown => explainScanError(engine, at, error);
  const keep = async (select: string): Promise<string> => {
    const table = engine.newTableName();
    tables.push(table);
    await engine.run(`CREATE TABLE ${table} AS ${select}`, signal);
    return `SELECT * FROM ${table}`;
  };
  try {
    const { relationSql, matching, source } = await pairRows({ engine, planned, feed, hint, keep, signal });
    const summary = await summarise(engine, relationSql, columns, signal);
    return { relationSql, matching, source, ...summary, columnChanges: planned.before === undefined ? NO_COLUMN_CHANGES : columnChanges(columns), explainError, dispose };
  } catch (error) {
    await dispose();
    throw explainError(error);
  }
}

interface Pairing {
  readonly engine: Engine;
  readonly planned: PlannedDifference;
  readonly feed: Scan | undefined;
  readonly hint: CommitHint;
  /** Stores rows until the difference is disposed. */
  readonly keep: (select: string) => Promise<string>;
  readonly signal: AbortSignal | undefined;
}

type Paired = Pick<VersionDifference, 'relationSql' | 'matching' | 'source'>;

async function pairRows(pairing: Pairing): Promise<Paired> {
  const { planned: { columns, before, after, tracked }, feed, keep } = pairing;
  const none = { matching: { kind: 'none' }, source: 'files' } as const;
  if (before === undefined || before.fileCount === 0) return { ...none, relationSql: oneSided('insert', after.sql, columns) };
  if (after.fileCount === 0) return { ...none, relationSql: oneSided('delete', before.sql, columns) };
  if (tracked) return { relationSql: await keep(pairedByIds(before.sql, after.sql, columns)), matching: { kind: 'rowIds' }, source: 'files' };
  if (feed !== undefined) return pairedByKey(pairing, await keep(recordedRows(feed, columns)), 'feed');
  return pairedByKey(pairing, await keep(`SELECT true AS may_pair, ${netRows(before.sql, after.sql, columns)}`), 'files');
}

function oneSided(kind: 'insert' | 'delete', rows: string, columns: readonly DifferenceColumn[]): string {
  const values = columns.map(({ type }, index) => {
    const nothing = `NULL::${duckdbType(type)}`;
    return kind === 'insert' ? `${nothing} AS b${index}, c${index} AS a${index}` : `c${index} AS b${index}, ${nothing} AS a${index}`;
  });
  return `SELECT ${[`'${kind}' AS kind`, ...values].join(', ')} FROM (${rows})`;
}

function pairedByIds(before: string, after: string, columns: readonly DifferenceColumn[]): string {
  const same = columns.map((_, index) => `b.c${index} IS NOT DISTINCT FROM a.c${index}`);
  return `
    SELECT CASE WHEN b._row_id IS NULL THEN 'insert' WHEN a._row_id IS NULL THEN 'delete' ELSE 'update' END AS kind, ${bothValues(columns)}
    FROM (${before}) b FULL JOIN (${after}) a ON b._row_id = a._row_id
    WHERE b._row_id IS NULL OR a._row_id IS NULL OR NOT (${['true', ...same].join(' AND ')})`;
}

function bothValues(columns: readonly DifferenceColumn[]): string {
  return columns.map((_, index) => `b.c${index} AS b${index}, a.c${index} AS a${index}`).join(', ');
}

/** Rows that stand on one side more often than on the other, and how many times more. The columns of a SELECT, and its FROM. */
function netRows(before: string, after: string, columns: readonly DifferenceColumn[]): string {
  const values = columns.map((_, index) => `c${index}`);
  const all = ['side', ...values].join(', ');
  const net = ['sum(side)::BIGINT AS net', ...values].join(', ');
  return `${['sign(net)::INTEGER AS side', 'abs(net) AS times', ...values].join(', ')} FROM (
    SELECT ${net} FROM (SELECT -1 AS side, ${values.join(', ')} FROM (${before}) UNION ALL SELECT 1, ${values.join(', ')} FROM (${after})) AS rows_of_both(${all})
    GROUP BY ${values.join(', ')} HAVING sum(side) <> 0)`;
}

/** What the feed says: rows that came and went may be the same ones, as a RESTORE records them; updates are its word. */
function recordedRows(feed: Scan, columns: readonly DifferenceColumn[]): string {
  const values = columns.map(({ name }, index) => `${identifier(name)} AS c${index}`).join(', ');
  const of = (...kinds: readonly string[]): string => `_change_type IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`;
  const rows = (...kinds: readonly string[]): string => `SELECT ${values} FROM (${feed.relationSql}) WHERE ${of(...kinds)}`;
  return `
    SELECT true AS may_pair, CASE _change_type WHEN 'update_preimage' THEN -1 ELSE 1 END AS side, 1 AS times, ${values} FROM (${feed.relationSql}) WHERE ${of('update_preimage', 'update_postimage')}
    UNION ALL SELECT false, ${netRows(rows('delete'), rows('insert'), columns)}`;
}

async function pairedByKey({ engine, planned: { columns }, hint, keep, signal }: Pairing, different: string, source: Paired['source']): Promise<Paired> {
  const repeated = await engine.select(`SELECT count(*) AS rows FROM (${different}) WHERE times > 1`, signal);
  const rows = toNumber(repeated.column('rows')[0]) === 0 ? different : await keep(`SELECT *, unnest(range(times)) AS time FROM (${different})`);
  const key = await findRowKey(engine, `SELECT * FROM (${rows}) WHERE may_pair`, columns, hint, signal);
  const unmatched = source === 'feed' ? ["'update_preimage'", "'update_postimage'"] : ["'delete'", "'insert'"];
  const side = (sign: number, mayPair: string): string => `SELECT * FROM (${rows}) WHERE side = ${sign} AND ${mayPair}`;
  const alone = (kind: string, sign: number, mayPair: string): string => {
    const [b, a] = sign < 0 ? ['c', 'NULL'] : ['NULL', 'c'];
    const value = (from: string | undefined, index: number): string => (from === 'c' ? `c${index}` : `NULL::${duckdbType(columns[index]!.type)}`);
    return `SELECT ${[`${kind} AS kind`, ...columns.map((_, index) => `${value(b, index)} AS b${index}, ${value(a, index)} AS a${index}`)].join(', ')} FROM (${side(sign, mayPair)})`;
  };
  const singles = [alone("'delete'", -1, 'NOT may_pair'), alone("'insert'", 1, 'NOT may_pair')];
  if (key.columns.length === 0) {
    return { relationSql: [...singles, alone(unmatched[0]!, -1, 'may_pair'), alone(unmatched[1]!, 1, 'may_pair')].join(' UNION ALL '), matching: { kind: 'none' }, source };
  }
  const copy = key.isUnique ? '1' : `row_number() OVER (PARTITION BY ${key.columns.map((index) => `c${index}`).join(', ')})`;
  const numbered = (sign: number): string => `SELECT *, ${copy} AS copy FROM (${side(sign, 'may_pair')})`;
  const relationSql = await keep(`
    SELECT CASE WHEN b.side IS NULL THEN ${unmatched[1]} WHEN a.side IS NULL THEN ${unmatched[0]} ELSE 'update' END AS kind, ${bothValues(columns)}
    FROM (${numbered(-1)}) b FULL JOIN (${numbered(1)}) a ON b.copy = a.copy AND ${key.columns.map((index) => `b.c${index} IS NOT DISTINCT FROM a.c${index}`).join(' AND ')}
    UNION ALL ${singles.join(' UNION ALL ')}`);
  return { relationSql, matching: { kind: 'columns', names: key.columns.map((index) => columns[index]!.name) }, source };
}

async function summarise(engine: Engine, relationSql: string, columns: readonly DifferenceColumn[], signal: AbortSignal | undefined): Promise<Pick<VersionDifference, 'counts' | 'columns'>> {
  const kinds = await engine.select(`SELECT kind, count(*) AS rows FROM (${relationSql}) GROUP BY kind`, signal);
  const counted = new Map(kinds.column('kind').map((kind, row) => [toText(kind), toNumber(kinds.column('rows')[row])]));
  const count = (kind: ChangeKind): number => counted.get(kind) ?? 0;
  const updates = count('update');
  const changed = updates === 0 ? undefined : await engine.select(`SELECT ${columns.map((_, index) => `count(*) FILTER (b${index} IS DISTINCT FROM a${index}) AS n${index}`).join(', ')} FROM (${relationSql}) WHERE kind = 'update'`, signal);
  return {
    columns: columns.map(({ name, type }, index) => ({ name, deltaType: type, changedRows: changed === undefined ? 0 : toNumber(changed.column(`n${index}`)[0]) })),
    counts: { inserted: count('insert'), deleted: count('delete'), updated: updates + count('update_postimage') },
  };
}
