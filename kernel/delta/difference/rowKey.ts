import { toNumber, type ColumnBatch, type Engine } from '../engine.ts';
import type { DifferenceColumn } from './differenceColumns.ts';

/** What is known of the commit that made a difference, where one commit alone did. */
export interface CommitHint {
  readonly operation: string | null;
  /** Rows that it says to have updated. */
  readonly updatedRows: number | undefined;
  /** The condition by which a MERGE matched rows. */
  readonly condition: string | undefined;
}

export interface RowKey {
  /** Places of the columns; none where nothing tells which row became which. */
  readonly columns: readonly number[];
  /** Whether each key stands once on either side. */
  readonly isUnique: boolean;
}

const NO_KEY: RowKey = { columns: [], isUnique: true };
const KEY_KINDS: ReadonlySet<string> = new Set(['long', 'integer', 'short', 'byte', 'string', 'date', 'timestamp', 'timestamp_ntz', 'decimal', 'binary']);
const CANDIDATES_MAX = 64;

/**
 * By which columns rows that went and rows that came are one row that was updated: those that a MERGE matched by; else
 * one whose values stand once on each side and are the same on both; else, of as many rows as before, all that did not
 * change.
 * @param rows SELECT of `side` (-1 went, 1 came) and `c0`, `c1` …
 */
export async function findRowKey(engine: Engine, rows: string, columns: readonly DifferenceColumn[], hint: CommitHint, signal?: AbortSignal): Promise<RowKey> {
  const counts = await engine.select(`SELECT count(*) FILTER (side < 0) AS went, count(*) FILTER (side > 0) AS came FROM (${rows})`, signal);
  const [went, came] = [numberIn(counts, 'went'), numberIn(counts, 'came')];
  if (went === 0 || came === 0 || hint.updatedRows === 0) return NO_KEY;
  const shared = columns.map((_, index) => index).filter((index) => columns[index]?.before !== undefined && columns[index].after !== undefined);
  const matched = hint.operation === 'MERGE' ? shared.filter((index) => isNamedIn(hint.condition ?? '', columns[index]?.name ?? '')) : [];
  if (matched.length > 0) return { columns: matched, isUnique: false };

  let best: { readonly index: number; readonly common: number } | undefined;
  for (const index of shared.filter((each) => KEY_KINDS.has(columns[each]?.type.kind ?? '')).slice(0, CANDIDATES_MAX)) {
    const common = await commonValues(engine, rows, index, { went, came }, signal);
    if (common === undefined || common === 0) continue;
    if (common === Math.min(went, came) || common === hint.updatedRows) return { columns: [index], isUnique: true };
    if (best === undefined || common > best.common) best = { index, common };
  }
  if (went === came) {
    const unchanged = await unchangedColumns(engine, rows, shared, signal);
    if (unchanged.length > 0) return { columns: unchanged, isUnique: false };
  }
  return best === undefined || hint.operation === 'UPDATE' ? NO_KEY : { columns: [best.index], isUnique: true };
}

/** How many values both sides have; undefined where one stands twice on a side, or is NULL. */
async function commonValues(engine: Engine, rows: string, index: number, { went, came }: { readonly went: number; readonly came: number }, signal: AbortSignal | undefined): Promise<number | undefined> {
  const value = `c${index}`;
  const batch = await engine.select(`
    SELECT count(DISTINCT ${value}) FILTER (side < 0) AS went, count(DISTINCT ${value}) FILTER (side > 0) AS came, count(DISTINCT ${value}) AS either FROM (${rows})`, signal);
  if (numberIn(batch, 'went') !== went || numberIn(batch, 'came') !== came) return undefined;
  return went + came - numberIn(batch, 'either');
}

/** Columns that hold the same values on both sides, each as often. Sums of hashes tell, without sorting. */
async function unchangedColumns(engine: Engine, rows: string, shared: readonly number[], signal: AbortSignal | undefined): Promise<readonly number[]> {
  if (shared.length === 0) return [];
  const sums = shared.map((index) => `sum(hash(c${index})::HUGEINT * side) = 0 AS same${index}`);
  const batch = await engine.select(`SELECT ${sums.join(', ')} FROM (${rows})`, signal);
  return shared.filter((index) => batch.column(`same${index}`)[0] === true);
}

/** A column's name as a word of a condition; Spark numbers the names in its own: `(id#12 = id#34)`. */
function isNamedIn(condition: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'iu').test(condition);
}

function numberIn(batch: ColumnBatch, name: string): number {
  return toNumber(batch.column(name)[0]);
}
