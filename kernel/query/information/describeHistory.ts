import type { TableDetail } from '../../delta/detail.ts';
import type { CommitEntry } from '../../delta/history.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import { BIGINT, BOOLEAN, field, INT, STRING, structOf, TIMESTAMP } from '../../sql/types/dataType.ts';
import { clusteringColumnsOf } from './clustering.ts';
import { STRING_MAP, STRINGS, type InformationRows, type InformationValue } from './rows.ts';

const JOB = structOf(['jobId', 'jobName', 'jobRunId', 'runId', 'jobOwnerId', 'triggerType'].map((name) => field(name, STRING)));
const NOTEBOOK = structOf([field('notebookId', STRING)]);

const HISTORY_COLUMNS = [
  { name: 'version', type: BIGINT },
  { name: 'timestamp', type: TIMESTAMP },
  { name: 'userId', type: STRING },
  { name: 'userName', type: STRING },
  { name: 'operation', type: STRING },
  { name: 'operationParameters', type: STRING_MAP },
  { name: 'job', type: JOB },
  { name: 'notebook', type: NOTEBOOK },
  { name: 'clusterId', type: STRING },
  { name: 'readVersion', type: BIGINT },
  { name: 'isolationLevel', type: STRING },
  { name: 'isBlindAppend', type: BOOLEAN },
  { name: 'operationMetrics', type: STRING_MAP },
  { name: 'userMetadata', type: STRING },
  { name: 'engineInfo', type: STRING },
];

/** `DESCRIBE HISTORY t`, newest first, in Delta's columns. */
export function describeHistory(commits: readonly CommitEntry[]): InformationRows {
  return { columns: HISTORY_COLUMNS, rows: commits.map(historyRow) };
}

function historyRow(commit: CommitEntry): readonly InformationValue[] {
  return [
    commit.version,
    toMicros(commit.timestampMs),
    commit.userId,
    commit.userName,
    commit.operation,
    toTexts(commit.operationParameters),
    null, // written by Databricks' jobs alone
    null,
    null,
    commit.readVersion,
    commit.isolationLevel,
    commit.isBlindAppend,
    toTexts(commit.operationMetrics),
    commit.userMetadata,
    commit.engineInfo,
  ];
}

const DETAIL_COLUMNS = [
  { name: 'format', type: STRING },
  { name: 'id', type: STRING },
  { name: 'name', type: STRING },
  { name: 'description', type: STRING },
  { name: 'location', type: STRING },
  { name: 'createdAt', type: TIMESTAMP },
  { name: 'lastModified', type: TIMESTAMP },
  { name: 'partitionColumns', type: STRINGS },
  { name: 'clusteringColumns', type: STRINGS },
  { name: 'numFiles', type: BIGINT },
  { name: 'sizeInBytes', type: BIGINT },
  { name: 'properties', type: STRING_MAP },
  { name: 'minReaderVersion', type: INT },
  { name: 'minWriterVersion', type: INT },
  { name: 'tableFeatures', type: STRINGS },
];

/** `DESCRIBE DETAIL t`. @param name as the catalog knows it; undefined for a table by path */
export function describeDetail(snapshot: Snapshot, detail: TableDetail, name: string | undefined): InformationRows {
  const row: readonly InformationValue[] = [
    detail.format,
    detail.id,
    name ?? detail.name,
    detail.description,
    `file:${detail.location.replace(/^file:\/*/, '/')}`,
    detail.createdAt === null ? null : toMicros(detail.createdAt),
    toMicros(detail.lastModified),
    detail.partitionColumns,
    clusteringColumnsOf(snapshot).map((path) => path.join('.')),
    detail.numFiles,
    detail.sizeInBytes,
    detail.properties,
    detail.minReaderVersion,
    detail.minWriterVersion,
    detail.tableFeatures,
  ];
  return { columns: DETAIL_COLUMNS, rows: [row] };
}

/** The log's values as Delta shows them: text as it is, anything else as JSON. */
function toTexts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, InformationValue>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === null || typeof value === 'string' ? value : JSON.stringify(value)]));
}

function toMicros(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1000n;
}
