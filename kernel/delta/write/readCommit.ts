import { hasCode, LakebookError } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import { asRecord, parseTableAction, TABLE_ACTION_SHAPES, type DeletionVectorDescriptor, type Metadata, type Protocol, type SetTransaction } from '../actions.ts';
import { logPathOf } from '../logSegment.ts';
import { versionPrefix } from '../logFile.ts';
import type { DomainChange } from './commitText.ts';
import type { LoggedFile } from './fileActions.ts';

/** What another writer's commit did, as far as a rebase must know. */
export interface WinningCommit {
  readonly version: number;
  readonly operation: string | undefined;
  readonly txnId: string | undefined;
  readonly inCommitTimestamp: number | undefined;
  readonly isBlindAppend: boolean;
  readonly protocol: Protocol | undefined;
  readonly metadata: Metadata | undefined;
  readonly txns: readonly SetTransaction[];
  readonly domains: readonly DomainChange[];
  readonly adds: readonly (LoggedFile & { readonly dataChange: boolean })[];
  readonly removes: readonly (LoggedFile & { readonly dataChange: boolean })[];
}

export function commitPath(table: string, version: number): string {
  return joinPath(logPathOf(table), `${versionPrefix(version)}.json`);
}

/** @throws LakebookError DELTA_LOG_FILE_NOT_FOUND, DELTA_LOG_FILE_CORRUPT */
export async function readCommit(storage: Storage, table: string, version: number): Promise<WinningCommit> {
  const path = commitPath(table, version);
  try {
    return parsed(await storage.read(path), version, table);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) throw new LakebookError('DELTA_LOG_FILE_NOT_FOUND', { table, file: path }, { cause: error });
    throw error;
  }
}

/** Undefined where the version has not been written. @throws LakebookError DELTA_LOG_FILE_CORRUPT */
export async function readCommitIfThere(storage: Storage, table: string, version: number): Promise<WinningCommit | undefined> {
  try {
    return parsed(await storage.read(commitPath(table, version)), version, table);
  } catch (error) {
    if (hasCode(error, 'STORAGE_NOT_FOUND')) return undefined;
    throw error;
  }
}

function parsed(bytes: Uint8Array, version: number, table: string): WinningCommit {
  try {
    return parseCommit(new TextDecoder().decode(bytes), version, table);
  } catch (error) {
    if (error instanceof LakebookError) throw error;
    throw new LakebookError('DELTA_LOG_FILE_CORRUPT', { table, file: commitPath(table, version), detail: 'a line of it is not JSON.' }, { cause: error });
  }
}

/** Pure. @throws SyntaxError where a line is no JSON */
function parseCommit(text: string, version: number, table: string): WinningCommit {
  const lines = text.split('\n').filter((line) => line.trim() !== '').map((line) => asRecord(JSON.parse(line)));
  const all = (name: string): readonly Readonly<Record<string, unknown>>[] => lines.flatMap((line) => (line[name] === undefined || line[name] === null ? [] : [asRecord(line[name])]));
  const info = all('commitInfo')[0] ?? {};
  const actions = lines.flatMap((line) => Object.entries(line).flatMap(([kind, body]) => (kind in TABLE_ACTION_SHAPES && body !== null ? [parseTableAction({ version, kind, body: tableActionBody(kind, asRecord(body)) }, table)] : [])));
  return {
    version,
    operation: textOf(info['operation']),
    txnId: textOf(info['txnId']),
    inCommitTimestamp: typeof info['inCommitTimestamp'] === 'number' ? info['inCommitTimestamp'] : undefined,
    isBlindAppend: info['isBlindAppend'] === true,
    protocol: actions.flatMap((action) => (action.kind === 'protocol' ? [action.protocol] : []))[0],
    metadata: actions.flatMap((action) => (action.kind === 'metadata' ? [action.metadata] : []))[0],
    txns: actions.flatMap((action) => (action.kind === 'txn' ? [action.txn] : [])),
    domains: actions.flatMap((action) => (action.kind === 'domain' ? [{ ...action.domain, removed: action.removed }] : [])),
    adds: all('add').map(loggedFile),
    removes: all('remove').map(loggedFile),
  };
}

/** As the engine gives it: the provider at the top, integers of 64 bits as text. */
function tableActionBody(kind: string, body: Readonly<Record<string, unknown>>): string {
  if (kind === 'metaData') return JSON.stringify({ ...body, provider: asRecord(body['format'])['provider'] });
  if (kind === 'txn') return JSON.stringify({ ...body, version: String(body['version']), ...(typeof body['lastUpdated'] === 'number' ? { lastUpdated: String(body['lastUpdated']) } : {}) });
  return JSON.stringify(body);
}

function loggedFile(json: Readonly<Record<string, unknown>>): LoggedFile & { readonly dataChange: boolean } {
  const values = Object.entries(asRecord(json['partitionValues'])).map(([name, value]) => [name, typeof value === 'string' ? value : null] as const);
  return {
    path: textOf(json['path']) ?? '',
    partitionValues: Object.fromEntries(values),
    size: typeof json['size'] === 'number' ? json['size'] : 0,
    dataChange: json['dataChange'] !== false,
    deletionVector: deletionVectorOf(json['deletionVector']),
    stats: textOf(json['stats']),
    baseRowId: typeof json['baseRowId'] === 'number' ? BigInt(json['baseRowId']) : undefined,
    defaultRowCommitVersion: typeof json['defaultRowCommitVersion'] === 'number' ? json['defaultRowCommitVersion'] : undefined,
  };
}

function deletionVectorOf(value: unknown): DeletionVectorDescriptor | undefined {
  const { storageType, pathOrInlineDv, offset, sizeInBytes, cardinality } = asRecord(value);
  if (typeof storageType !== 'string' || typeof pathOrInlineDv !== 'string') return undefined;
  return { storageType, pathOrInlineDv, offset: typeof offset === 'number' ? offset : undefined, sizeInBytes: Number(sizeInBytes), cardinality: Number(cardinality) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
