import type { View } from './deltaPeers.ts';

/** Operation metrics that count rows, and must be equal. Of those that depend on how rows lie in files, the names must. */
const ROW_METRIC = /^num(?!Copied|Output|TargetRowsCopied).*Rows/;
/** Spark names columns with numbers of the statement in these. */
const FREE_PARAMETERS = new Set(['predicate', 'matchedPredicates', 'notMatchedPredicates', 'notMatchedBySourcePredicates']);
/** Delta's open-source Spark knows no other level for changes; ours is that of Databricks. */
const OWN_ISOLATION = 'Serializable';

/** What `DESCRIBE HISTORY` tells of two tables that had the same statements, both asked of Spark. Pure. */
export function compareHistory(expected: View, got: View): readonly string[] {
  const [theirs, ours] = [recordsOf(expected), recordsOf(got)];
  const byVersion = new Map(theirs.map((record) => [String(record['version']), record]));
  const faults = ours.length === theirs.length ? [] : [`${ours.length} versions, not ${theirs.length}`];
  return [...faults, ...ours.flatMap((record) => compareCommit(byVersion.get(String(record['version'])) ?? {}, record).map((fault) => `version ${String(record['version'])}, ${String(record['operation'])}: ${fault}`))];
}

function compareCommit(theirs: RecordOf, ours: RecordOf): readonly string[] {
  const plain = ['operation', 'readVersion', 'isBlindAppend', 'userMetadata'].flatMap((name) => differ(name, theirs[name], ours[name]));
  const [theirParameters, ourParameters] = [entriesOf(theirs['operationParameters']), entriesOf(ours['operationParameters'])];
  const [theirMetrics, ourMetrics] = [entriesOf(theirs['operationMetrics']), entriesOf(ours['operationMetrics'])];
  const times = (name: string): boolean => name.endsWith('TimeMs');
  return [
    ...plain,
    ...differ('isolationLevel', theirs['isolationLevel'], ours['isolationLevel'] === 'WriteSerializable' ? OWN_ISOLATION : ours['isolationLevel']),
    ...differ('names of parameters', [...theirParameters.keys()].sort(), [...ourParameters.keys()].sort()),
    ...[...theirParameters].flatMap(([name, value]) => (FREE_PARAMETERS.has(name) || !ourParameters.has(name) ? [] : differ(name, masked(value), masked(ourParameters.get(name))))),
    ...differ('names of metrics', [...theirMetrics.keys()].filter((name) => !times(name)).sort(), [...ourMetrics.keys()].filter((name) => !times(name)).sort()),
    ...[...theirMetrics].flatMap(([name, value]) => (ROW_METRIC.test(name) && ourMetrics.has(name) ? differ(name, value, ourMetrics.get(name)) : [])),
  ];
}

/** What `DESCRIBE DETAIL` tells of both, but for what cannot be equal. Pure. */
export function compareDetail(expected: View, got: View): readonly string[] {
  const [theirs, ours] = [recordsOf(expected)[0] ?? {}, recordsOf(got)[0] ?? {}];
  const names = ['format', 'name', 'description', 'partitionColumns', 'clusteringColumns', 'minReaderVersion', 'minWriterVersion'];
  const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map((item) => masked(item)).sort() : []);
  return [
    ...names.flatMap((name) => differ(name, theirs[name], ours[name])),
    ...differ('tableFeatures', texts(theirs['tableFeatures']), texts(ours['tableFeatures'])),
    ...differ('properties', texts(theirs['properties']), texts(ours['properties'])),
  ];
}

type RecordOf = Readonly<Record<string, unknown>>;

function recordsOf(view: View): readonly RecordOf[] {
  if (view.refused !== undefined) return [];
  return view.rows.map((row) => Object.fromEntries((JSON.parse(row) as readonly unknown[]).map((value, index) => [view.names[index] ?? '', value])));
}

function entriesOf(value: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(value)) return new Map();
  return new Map(value.map((entry) => JSON.parse(String(entry)) as [string, string]));
}

/** Names that were made up differ from table to table, and properties have no order. */
function masked(value: unknown): string {
  const text = String(value);
  const ordered = text.startsWith('{') ? String(Object.entries(JSON.parse(text) as object).map((entry) => JSON.stringify(entry)).toSorted()) : text;
  return ordered.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uuid>');
}

function differ(name: string, theirs: unknown, ours: unknown): readonly string[] {
  const [left, right] = [JSON.stringify(theirs ?? null), JSON.stringify(ours ?? null)];
  return left === right ? [] : [`${name} ${right}, Spark's ${left}`];
}
