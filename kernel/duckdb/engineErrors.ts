import type { DuckDBConnection } from '@duckdb/node-api';
import { LakebookError } from '../base/errors.ts';

/** What the errors of a database name. */
export interface EngineLimits {
  readonly memoryLimitBytes: number;
  readonly spillFolder: string;
  readonly maxSpillBytes: number;
}

/**
 * What DuckDB threw, as ours where the engine itself (limits, interrupt) or the disk (permissions, space) is to blame; any
 * other error comes back as it is, with DuckDB's own text, for whoever knows what the statement was about.
 */
export function mapEngineError(error: unknown, limits: EngineLimits, signal?: AbortSignal): unknown {
  if (error instanceof LakebookError || !(error instanceof Error)) return error;
  if (signal?.aborted === true || error.message.startsWith('INTERRUPT Error')) return new LakebookError('OPERATION_CANCELED', {}, { cause: error });
  if (!error.message.includes('Out of Memory Error')) return diskError(error) ?? error;
  const { memoryLimitBytes, spillFolder, maxSpillBytes } = limits;
  return error.message.includes('max_temp_directory_size')
    ? new LakebookError('ENGINE_SPILL_FULL', { limit: formatBytes(maxSpillBytes), folder: spillFolder }, { cause: error })
    : new LakebookError('ENGINE_OUT_OF_MEMORY', { limit: formatBytes(memoryLimitBytes), folder: spillFolder }, { cause: error });
}

const DISK_ERROR = /^IO Error: [^"\n]*"(?<path>[^"]*)"[^\n]*: (?<reason>[^\n:]*)$/m;
/** The operating system's texts that DuckDB ends its errors with, as the codes that Node tells. */
const DISK_CODES: Readonly<Record<string, string>> = {
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
  'Read-only file system': 'EROFS',
  'No space left on device': 'ENOSPC',
  'Disk quota exceeded': 'EDQUOT',
};

/** As `storageError` says it of the files that we write ourselves. */
function diskError(error: Error): LakebookError | undefined {
  const { path, reason } = DISK_ERROR.exec(error.message)?.groups ?? {};
  const code = reason === undefined ? undefined : DISK_CODES[reason];
  if (path === undefined || code === undefined) return undefined;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return isFull ? new LakebookError('STORAGE_FULL', { path }, { cause: error }) : new LakebookError('STORAGE_ACCESS_DENIED', { path, detail: code }, { cause: error });
}

const REPEAT_MS = 20;

/**
 * Runs `task` on the connection; aborting interrupts it. DuckDB forgets an interrupt that arrives before the statement
 * has begun, so it is repeated until the task ends.
 * @throws LakebookError OPERATION_CANCELED if aborted before or meanwhile
 */
export async function interruptible<Value>(connection: DuckDBConnection, signal: AbortSignal | undefined, task: () => Promise<Value>): Promise<Value> {
  if (signal === undefined) return task();
  if (signal.aborted) throw new LakebookError('OPERATION_CANCELED', {});
  let repeat: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    repeat = setInterval(() => connection.interrupt(), REPEAT_MS);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await task();
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearInterval(repeat);
  }
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`;
}
