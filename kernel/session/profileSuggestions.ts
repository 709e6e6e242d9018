import type { TableRead, TableScan } from '../query/queryEngine.ts';
import type { ProfiledOperator } from '../rpc/profiles.ts';

/** Fewer files than this are read whole without anyone noticing. */
const FILES_MIN = 4;
/** A condition that leaves out less than this part of the files does not help. */
const HELPFUL_PART = 0.1;
/** Files that are smaller than this on average cost more to open than to read. */
const SMALL_FILE_BYTES = 1_000_000;
const SMALL_FILES_MIN = 32;
/** An estimate that is off by less is none that changes a plan. */
const MISESTIMATE_FACTOR = 100;
const MISESTIMATE_ROWS_MIN = 100_000;

/** What would make the statement read less or plan better, most telling first. */
export function* suggest(scans: readonly TableScan[], operators: readonly ProfiledOperator[], spilledBytes: number): Generator<string> {
  const told = new Set<string>();
  for (const text of [...scans.flatMap((scan) => [...layoutAdvice(scan)]), ...planAdvice(operators, spilledBytes)]) {
    if (!told.has(text)) yield text;
    told.add(text);
  }
}

function* layoutAdvice({ read, predicates }: TableScan): Generator<string> {
  if (read === undefined || read.filesTotal < FILES_MIN) return;
  const missing = [...new Set(predicates.filter(({ judgedBy }) => judgedBy === 'noStatistics').flatMap(({ columns }) => columns))];
  if (missing.length > 0) yield `${read.name} keeps no statistics of ${listOf(missing)}: name ${missing.length === 1 ? 'it' : 'them'} in delta.dataSkippingStatsColumns, so that files can be left out.`;
  const idle = predicates.filter(({ judgedBy, filesLeftOut }) => judgedBy === 'statistics' && filesLeftOut < read.filesTotal * HELPFUL_PART);
  const columns = [...new Set(idle.flatMap((predicate) => predicate.columns))];
  if (columns.length > 0 && read.filesRead > read.filesTotal * (1 - HELPFUL_PART)) {
    yield `Every file of ${read.name} holds values of ${listOf(columns)} from about the whole range: CLUSTER BY (${columns.join(', ')}) would let most files be left out.`;
  }
  if (isCrumbled(read)) yield `${read.name} was read from ${read.filesRead} files of ${Math.round(read.bytesRead / read.filesRead / 1000)} kB on average: OPTIMIZE makes few large ones of them.`;
}

function isCrumbled({ filesRead, bytesRead }: TableRead): boolean {
  return filesRead >= SMALL_FILES_MIN && bytesRead / filesRead < SMALL_FILE_BYTES;
}

function* planAdvice(operators: readonly ProfiledOperator[], spilledBytes: number): Generator<string> {
  if (spilledBytes > 0) yield `The statement needed more memory than it may have and wrote ${Math.ceil(spilledBytes / 1_000_000)} MB to disk: filter earlier, or select fewer columns.`;
  const worst = operators
    .map((operator) => ({ operator, factor: misestimate(operator) }))
    .filter(({ operator, factor }) => factor >= MISESTIMATE_FACTOR && Math.max(operator.rows, operator.estimatedRows ?? 0) >= MISESTIMATE_ROWS_MIN)
    .sort((a, b) => b.factor - a.factor)[0];
  if (worst !== undefined) yield `${worst.operator.name} gave ${worst.operator.rows} rows where ${worst.operator.estimatedRows ?? 0} were expected: the order of joins may be a bad one.`;
}

/** By what factor the estimate is off, whichever way; 1 where there is none. */
function misestimate({ rows, estimatedRows }: ProfiledOperator): number {
  if (estimatedRows === undefined) return 1;
  const [less, more] = [Math.min(rows, estimatedRows), Math.max(rows, estimatedRows)];
  return more / Math.max(less, 1);
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
