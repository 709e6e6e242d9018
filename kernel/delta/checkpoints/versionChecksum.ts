import { hasCode } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import { asRecord } from '../actions.ts';
import { toText, type Engine } from '../engine.ts';
import { checksumName } from '../logFile.ts';
import { logPathOf } from '../logSegment.ts';
import { literal } from '../sqlText.ts';
import { DELETED_BINS, SIZE_BINS, type FileTotals } from './fileTotals.ts';
import type { TableActionTexts } from './reconciledLog.ts';

/** More of them would make every commit's checksum long; Spark's own limit. */
const LISTED_MAX = 100;

/**
 * The content of a version checksum (PROTOCOL.md "Version Checksum File Schema"). Actions are JSON texts.
 */
export interface VersionChecksum {
  readonly protocol: string;
  readonly metadata: string;
  /** Undefined where they are too many, expire, or the checksum this one was derived from did not list them. */
  readonly txns: ReadonlyMap<string, string> | undefined;
  readonly domains: ReadonlyMap<string, string> | undefined;
  readonly totals: FileTotals;
}

export interface ChecksumOfCommit extends VersionChecksum {
  readonly txnId: string | undefined;
  /** Where the table keeps its commits' times in the commits. */
  readonly inCommitTimestamp: number | undefined;
  readonly hasDeletionVectors: boolean;
}

/** The text of a `<n>.crc`. */
export function checksumText(checksum: ChecksumOfCommit): string {
  const { totals, txnId, inCommitTimestamp, hasDeletionVectors } = checksum;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['txnId', txnId === undefined ? undefined : JSON.stringify(txnId)],
    ['tableSizeBytes', String(totals.sizeBytes)],
    ['numFiles', String(totals.numFiles)],
    ['numDeletedRecordsOpt', hasDeletionVectors ? String(totals.numDeletedRecords) : undefined],
    ['numDeletionVectorsOpt', hasDeletionVectors ? String(totals.numDeletionVectors) : undefined],
    ['numMetadata', '1'],
    ['numProtocol', '1'],
    ['inCommitTimestampOpt', inCommitTimestamp === undefined ? undefined : String(inCommitTimestamp)],
    ['setTransactions', listOf(checksum.txns)],
    ['domainMetadata', listOf(checksum.domains)],
    ['metadata', checksum.metadata],
    ['protocol', checksum.protocol],
    ['fileSizeHistogram', JSON.stringify({ sortedBinBoundaries: SIZE_BINS, fileCounts: totals.fileCounts, totalBytes: totals.totalBytes })],
    ['deletedRecordCountsHistogramOpt', hasDeletionVectors ? JSON.stringify({ deletedRecordCounts: totals.deletedRecordCounts }) : undefined],
  ];
  return `{${fields.flatMap(([name, value]) => (value === undefined ? [] : [`"${name}":${value}`])).join(',')}}\n`;
}

/** The new actions of a commit laid over those before it. */
export function overlaid(before: VersionChecksum, fresh: CommitTableActions): Omit<VersionChecksum, 'totals'> {
  const domains = before.domains === undefined ? undefined : new Map([...before.domains, ...fresh.domains]);
  for (const removed of fresh.removedDomains) domains?.delete(removed);
  return {
    protocol: fresh.protocol ?? before.protocol,
    metadata: fresh.metadata ?? before.metadata,
    txns: before.txns === undefined ? undefined : new Map([...before.txns, ...fresh.txns]),
    domains,
  };
}

/** The table actions of one commit. */
export interface CommitTableActions {
  readonly protocol: string | undefined;
  readonly metadata: string | undefined;
  readonly txns: TableActionTexts['txns'];
  readonly domains: TableActionTexts['domains'];
  readonly removedDomains: readonly string[];
}

/** A version's checksum; undefined where it is missing, broken, or lacks what a newer one is derived from. */
export async function loadChecksum({ engine, storage, table }: { readonly engine: Engine; readonly storage: Storage; readonly table: string }, version: number): Promise<VersionChecksum | undefined> {
  const path = joinPath(logPathOf(table), checksumName(version));
  let text: string;
  try {
    text = new TextDecoder().decode(await storage.read(path));
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) return undefined;
    throw error;
  }
  const json = parseObject(text);
  const totals = json === undefined ? undefined : readTotals(json);
  if (json === undefined || totals === undefined || json['protocol'] === undefined || json['metadata'] === undefined) return undefined;
  const { protocol, metadata, txns, domains } = LONG_INTEGER.test(text) ? await readActionTexts(engine, text) : actionTextsOf(json);
  return { totals, protocol, metadata, txns: Array.isArray(json['setTransactions']) ? txns : undefined, domains: Array.isArray(json['domainMetadata']) ? domains : undefined };
}

/** What JSON.parse might round. */
const LONG_INTEGER = /[:[,]\s*-?\d{16}/;

function actionTextsOf(json: Readonly<Record<string, unknown>>): TableActionTexts {
  const listed = (name: string, key: string): ReadonlyMap<string, string> => {
    const actions: readonly unknown[] = Array.isArray(json[name]) ? json[name] : [];
    return new Map(actions.map((action) => [String(asRecord(action)[key]), JSON.stringify(action)]));
  };
  return { protocol: JSON.stringify(json['protocol']), metadata: JSON.stringify(json['metadata']), txns: listed('setTransactions', 'appId'), domains: listed('domainMetadata', 'domain') };
}

/** Through the engine, which keeps integers of 64 bits. */
async function readActionTexts(engine: Engine, text: string): Promise<TableActionTexts> {
  const listed = (kind: string, name: string, key: string): string =>
    `SELECT ${literal(kind)} AS kind, action->>${literal(`$.${key}`)} AS key, action::VARCHAR AS body FROM (SELECT unnest(json_extract(json, ${literal(`$.${name}[*]`)})) AS action FROM checksum)`;
  const single = (kind: string): string => `SELECT ${literal(kind)} AS kind, '' AS key, json_extract(json, ${literal(`$.${kind}`)})::VARCHAR AS body FROM checksum`;
  const batch = await engine.select(`WITH checksum AS (SELECT ${literal(text)}::JSON AS json)
    ${[single('protocol'), single('metadata'), listed('txn', 'setTransactions', 'appId'), listed('domain', 'domainMetadata', 'domain')].join(' UNION ALL ')}`);
  const [kinds, keys, bodies] = [batch.column('kind'), batch.column('key'), batch.column('body')];
  const all = kinds.map((kind, row) => ({ kind, key: toText(keys[row]) ?? '', body: toText(bodies[row]) ?? '{}' }));
  const bodiesOf = (wanted: string): ReadonlyMap<string, string> => new Map(all.flatMap(({ kind, key, body }) => (kind === wanted ? [[key, body] as const] : [])));
  return { protocol: bodiesOf('protocol').get('') ?? '', metadata: bodiesOf('metadata').get('') ?? '', txns: bodiesOf('txn'), domains: bodiesOf('domain') };
}

/** Undefined unless every count is there; those of deletion vectors are zero where there are none. */
function readTotals(json: Readonly<Record<string, unknown>>): FileTotals | undefined {
  const histogram = asRecord(json['fileSizeHistogram'] ?? json['histogramOpt']);
  const bins = numbersOf(histogram['sortedBinBoundaries']);
  const [fileCounts, totalBytes] = [numbersOf(histogram['fileCounts']), numbersOf(histogram['totalBytes'])];
  const deletedRecordCounts = numbersOf(asRecord(json['deletedRecordCountsHistogramOpt'])['deletedRecordCounts']) ?? withoutVectors(json);
  const [numFiles, sizeBytes, numDeletedRecords, numDeletionVectors] = [json['numFiles'], json['tableSizeBytes'], json['numDeletedRecordsOpt'] ?? 0, json['numDeletionVectorsOpt'] ?? 0];
  if (typeof numFiles !== 'number' || typeof sizeBytes !== 'number' || typeof numDeletedRecords !== 'number' || typeof numDeletionVectors !== 'number') return undefined;
  if (bins?.join() !== SIZE_BINS.join() || fileCounts?.length !== SIZE_BINS.length || totalBytes?.length !== SIZE_BINS.length || deletedRecordCounts?.length !== DELETED_BINS.length) return undefined;
  return { numFiles, sizeBytes, fileCounts, totalBytes, numDeletedRecords, numDeletionVectors, deletedRecordCounts };
}

/** A table that cannot have deletion vectors has none: its files all stand in the first bin. */
function withoutVectors(json: Readonly<Record<string, unknown>>): readonly number[] | undefined {
  const features = asRecord(json['protocol'])['readerFeatures'];
  const canHaveVectors = Array.isArray(features) && features.includes('deletionVectors');
  return canHaveVectors || typeof json['numFiles'] !== 'number' ? undefined : DELETED_BINS.map((start) => (start === 0 ? Number(json['numFiles']) : 0));
}

function listOf(actions: ReadonlyMap<string, string> | undefined): string | undefined {
  if (actions === undefined || actions.size > LISTED_MAX) return undefined;
  const inOrder = [...actions].sort(([left], [right]) => (left < right ? -1 : 1));
  return `[${inOrder.map(([, action]) => action).join(',')}]`;
}

function numbersOf(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined;
}

function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(json));
  } catch {
    return undefined;
  }
}
