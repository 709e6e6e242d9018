import type { EngineProfile, OperatorProfile } from '../duckdb/engineProfile.ts';
import type { PredicateRead, TableScan } from '../query/queryEngine.ts';
import type { ProfiledOperator, QueryProfile, ScanProfile } from '../rpc/profiles.ts';
import { suggest } from './profileSuggestions.ts';

/** A profile, and what has to be known to ask the data files for more when somebody looks at it. */
export interface MeasuredProfile {
  readonly profile: QueryProfile;
  /** By place in the profile's scans; undefined where none of its conditions can be judged. */
  readonly reads: readonly (PredicateRead | undefined)[];
}

/** What DuckDB measured, in the words of the statement's user, beside what the log's statistics left out. */
export function buildQueryProfile(engine: EngineProfile, scans: readonly TableScan[], seconds: number): MeasuredProfile {
  const operators = engine.root === undefined ? [] : flatten(engine.root, 0, scans);
  const distinct = distinctScans(scans);
  const profile: QueryProfile = {
    seconds, operators,
    scans: distinct.map(({ scan }) => scan),
    cpuSeconds: engine.cpuSeconds,
    peakMemoryBytes: engine.peakMemoryBytes,
    peakSpillBytes: engine.peakSpillBytes,
    suggestions: [...suggest(scans, operators, engine.peakSpillBytes)],
  };
  return { profile, reads: distinct.map(({ read }) => read) };
}

/** DuckDB's operators by what they do; others go by their own names. */
const NAMES: Readonly<Record<string, string>> = {
  TABLE_SCAN: 'Scan', SEQ_SCAN: 'Scan', COLUMN_DATA_SCAN: 'Scan of values', DUMMY_SCAN: 'One row', EMPTY_RESULT: 'No rows',
  CHUNK_SCAN: 'Scan of values', DELIM_SCAN: 'Scan of outer rows', CTE_SCAN: 'Scan of a CTE', REC_CTE_SCAN: 'Scan of a recursive CTE', POSITIONAL_SCAN: 'Scan',
  FILTER: 'Filter', PROJECTION: 'Project', UNNEST: 'Explode', INOUT_FUNCTION: 'Table function',
  HASH_GROUP_BY: 'Aggregate', PERFECT_HASH_GROUP_BY: 'Aggregate', PARTITIONED_AGGREGATE: 'Aggregate', UNGROUPED_AGGREGATE: 'Aggregate',
  HASH_JOIN: 'Hash join', NESTED_LOOP_JOIN: 'Nested loop join', BLOCKWISE_NL_JOIN: 'Nested loop join', PIECEWISE_MERGE_JOIN: 'Range join', IE_JOIN: 'Range join', ASOF_JOIN: 'As-of join',
  LEFT_DELIM_JOIN: 'Correlated join', RIGHT_DELIM_JOIN: 'Correlated join', CROSS_PRODUCT: 'Cross join', POSITIONAL_JOIN: 'Positional join',
  ORDER_BY: 'Sort', TOP_N: 'Top rows', LIMIT: 'Limit', STREAMING_LIMIT: 'Limit', LIMIT_PERCENT: 'Limit', WINDOW: 'Window', STREAMING_WINDOW: 'Window',
  UNION: 'Union', CTE: 'CTE', RECURSIVE_CTE: 'Recursive CTE', PIVOT: 'Pivot', STREAMING_SAMPLE: 'Sample', RESERVOIR_SAMPLE: 'Sample',
};
/** What is worth showing of an operator, in this order. */
const TELLING = ['Join Type', 'Conditions', 'Filters', 'Expression', 'Groups', 'Aggregates', 'Order By', 'Top', 'Projections'];
const DETAIL_MAX = 240;

function flatten(operator: OperatorProfile, depth: number, scans: readonly TableScan[]): ProfiledOperator[] {
  const { type, details, rows, estimatedRows, seconds, children } = operator;
  const table = type === 'TABLE_SCAN' ? tableOf(details, scans) : undefined;
  const told = table ?? TELLING.map((key) => details[key] ?? '').filter(isTelling).join(' · ');
  const byPosition = positionJoin(details);
  const own: ProfiledOperator = {
    depth, rows, seconds,
    name: byPosition ?? NAMES[type] ?? sentence(type),
    detail: byPosition !== undefined ? '' : told.length > DETAIL_MAX ? `${told.slice(0, DETAIL_MAX)}…` : told,
    ...(estimatedRows === undefined ? {} : { estimatedRows }),
  };
  return [own, ...children.flatMap((child) => flatten(child, depth + 1, scans))];
}

/** A join by the positions of rows: the one that takes a file's deleted rows away, or the one that fetches the other columns of rows that are left at the end. */
function positionJoin({ Conditions: conditions = '' }: OperatorProfile['details']): string | undefined {
  if (!conditions.includes('file_row_number')) return undefined;
  return conditions.includes('file_row_number = file_row_number') ? 'Late columns' : 'Deletion vectors';
}

/** Not a list of positions alone. */
function isTelling(text: string): boolean {
  return text !== '' && !/^#\d+(, #\d+)*$/.test(text);
}

function sentence(type: string): string {
  const words = type.toLowerCase().replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Data files lie below their table's folder. The names of columns in a scan are not the user's; its conditions stand with the files. */
function tableOf(details: OperatorProfile['details'], scans: readonly TableScan[]): string | undefined {
  const files = details['Filename(s)'] ?? '';
  const found = scans.filter(({ read }) => read !== undefined && files.startsWith(`${read.path}/`)).sort((a, b) => b.read!.path.length - a.read!.path.length)[0]?.read;
  return found?.name ?? (files === '' ? undefined : files);
}

/** Two places that read the same files of a table by the same conditions are one. */
function distinctScans(scans: readonly TableScan[]): { readonly scan: ScanProfile; readonly read: PredicateRead | undefined }[] {
  const distinct = new Map<string, { readonly scan: ScanProfile; readonly read: PredicateRead | undefined }>();
  for (const { read, prunedBy, predicates, predicate } of scans) {
    if (read === undefined || prunedBy === undefined) continue;
    const { name, path, version, filesTotal, filesRead, bytesTotal, bytesRead } = read;
    const judged = predicates.map(({ text, judgedBy, filesLeftOut, bytesLeftOut, filesUnknown }) => ({ text, judgedBy, filesLeftOut, bytesLeftOut, filesUnknown }));
    const scan = { name, version, filesTotal, filesRead, bytesTotal, bytesRead, prunedBy: { ...prunedBy }, predicates: judged };
    distinct.set(JSON.stringify(scan), { scan, read: predicate === undefined || filesRead === 0 ? undefined : { name, path, version, predicate } });
  }
  return [...distinct.values()];
}
