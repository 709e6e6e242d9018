import { LakebookError } from '../base/errors.ts';
import { asRecord } from './actions.ts';
import { jsonLogFiles, readJsonLog } from './commitSql.ts';
import { toNumber, toText, type Engine } from './engine.ts';
import type { CommitFile } from './logFile.ts';

/** One commit, as its `commitInfo` tells it; what the writer left out is null. */
export interface CommitEntry {
  readonly version: number;
  /** In-commit timestamp where the commit has one, else the file's modification time. */
  readonly timestampMs: number;
  readonly operation: string | null;
  readonly operationParameters: Readonly<Record<string, unknown>>;
  readonly operationMetrics: Readonly<Record<string, string>>;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly engineInfo: string | null;
  readonly clientVersion: string | null;
  readonly isolationLevel: string | null;
  readonly isBlindAppend: boolean | null;
  readonly readVersion: number | null;
  readonly txnId: string | null;
  readonly userMetadata: string | null;
}

/** The commits' own words about themselves, in the order given. @throws LakebookError DELTA_LOG_FILE_CORRUPT */
export async function readHistory(engine: Engine, at: { readonly table: string; readonly logPath: string }, commits: readonly CommitFile[], signal?: AbortSignal): Promise<readonly CommitEntry[]> {
  const infos = await readCommitInfos(engine, at, commits, signal);
  return commits.map((commit) => commitEntry(commit, infos.get(commit.version) ?? {}));
}

/** The commitInfo of each commit that has one, by version. */
export async function readCommitInfos(
  engine: Engine,
  { table, logPath }: { readonly table: string; readonly logPath: string },
  commits: readonly CommitFile[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>> {
  if (commits.length === 0) return new Map();
  try {
    const batch = await engine.select(`
      SELECT substr(parse_filename(filename), 1, 20)::BIGINT AS version, "commitInfo"::VARCHAR AS info
      FROM ${readJsonLog(jsonLogFiles(logPath, commits.map(({ file }) => file)), { commitInfo: 'JSON' })}
      WHERE "commitInfo" IS NOT NULL`, signal);
    const infos = batch.column('info');
    return new Map(batch.column('version').map((version, row) => [toNumber(version), asRecord(JSON.parse(toText(infos[row]) ?? '{}'))]));
  } catch (error) {
    const failure = engine.describe(error);
    if (failure.kind === 'fileMissing') throw new LakebookError('DELTA_LOG_FILE_NOT_FOUND', { table, file: failure.file ?? 'of a commit' }, { cause: error });
    if (failure.kind === 'fileCorrupt') throw new LakebookError('DELTA_LOG_FILE_CORRUPT', { table, file: failure.file ?? 'of a commit', detail: failure.detail }, { cause: error });
    throw error;
  }
}

function commitEntry({ version, file }: CommitFile, info: Readonly<Record<string, unknown>>): CommitEntry {
  const text = (name: string): string | null => (typeof info[name] === 'string' ? info[name] : null);
  const inCommit = info['inCommitTimestamp'];
  const metrics = Object.entries(asRecord(info['operationMetrics'])).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
  return {
    version,
    timestampMs: typeof inCommit === 'number' ? inCommit : file.modifiedAtMs,
    operation: text('operation'),
    operationParameters: asRecord(info['operationParameters']),
    operationMetrics: Object.fromEntries(metrics),
    userId: text('userId'),
    userName: text('userName'),
    engineInfo: text('engineInfo'),
    clientVersion: text('clientVersion'),
    isolationLevel: text('isolationLevel'),
    isBlindAppend: typeof info['isBlindAppend'] === 'boolean' ? info['isBlindAppend'] : null,
    readVersion: typeof info['readVersion'] === 'number' ? info['readVersion'] : null,
    txnId: text('txnId'),
    userMetadata: text('userMetadata'),
  };
}
