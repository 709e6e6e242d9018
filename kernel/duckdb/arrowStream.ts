import duckdb from '@duckdb/node-bindings';
import { ResultReturnType, type DuckDBConnection, type DuckDBDataChunk, type DuckDBPreparedStatement, type DuckDBResult, type DuckDBType } from '@duckdb/node-api';
import { Null, Schema } from 'apache-arrow';
import type { ArrowBatch } from '../arrow/batch.ts';
import { batchBytes, sliceBatch } from '../arrow/slices.ts';
import { LakebookError } from '../base/errors.ts';
import { createField, mapColumnType, portableType } from './columnTypes.ts';
import { takeProfile, type EngineProfile } from './engineProfile.ts';
import type { ConnectionLease } from './connectionPool.ts';
import { interruptible, mapEngineError, type EngineLimits } from './engineErrors.ts';
import type { ColumnBuilder } from './columnBuilder.ts';
import { NullColumn } from './fixedColumns.ts';
import { createColumnBuilder } from './vectorColumns.ts';

/** A batch ends at so many rows or bytes, whichever comes first. */
const BATCH_ROWS = 8_192;
const BATCH_BYTES = 900_000;
const PROGRESS_MS = 100;

interface ColumnLabel {
  readonly name: string;
  /** Spark's `simpleString`. */
  readonly type?: string;
}

export interface StreamOptions {
  readonly signal?: AbortSignal | undefined;
  /** Names of the columns, in order, and their Spark types where DuckDB's own does not tell them; DuckDB's names by default. */
  readonly columns?: readonly ColumnLabel[] | undefined;
  /** Called at most ten times a second while the statement runs. `fraction` in 0..1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Called once where the statement came to its end, before iterating ends; measuring costs a few per cent. */
  readonly onProfile?: ((profile: EngineProfile) => void) | undefined;
}

/**
 * The rows of a statement as Arrow batches. DuckDB waits while nobody fetches, so back-pressure is the consumer's pace.
 * The first batch is what the first fetch brings, so that it leaves at once. Each batch owns its memory.
 */
export interface ArrowStream extends AsyncIterable<ArrowBatch> {
  readonly schema: Schema;
  /** Ends the statement if it still runs; iterating to the end, or out of the loop, does so too. */
  close(): void;
}

/** @throws what the statement fails with, mapped by {@link mapEngineError}; so does iterating */
export async function openArrowStream(sql: string, lease: ConnectionLease, limits: EngineLimits, options: StreamOptions): Promise<ArrowStream> {
  const chunks = new ChunkFetcher(sql, lease, limits, options);
  const { result, names } = await chunks.start();
  const builder = new BatchBuilder(result.columnTypes(), options.columns ?? names);
  return {
    schema: builder.schema,
    close: () => void chunks.close(),
    async *[Symbol.asyncIterator]() {
      try {
        for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
          if (builder.append(chunk)) yield* builder.finish();
        }
        yield* builder.finish();
      } finally {
        await chunks.close();
      }
    },
  };
}

/** Fetches the chunks of one statement, the next one while the last is being read. */
class ChunkFetcher {
  readonly #sql: string;
  readonly #lease: ConnectionLease;
  readonly #limits: EngineLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #progress: NodeJS.Timeout | undefined;
  readonly #onProfile: StreamOptions['onProfile'];
  #result: DuckDBResult | undefined;
  #pending: Promise<DuckDBDataChunk | null> | undefined;
  #state: 'open' | 'ended' | 'closed' = 'open';

  constructor(sql: string, lease: ConnectionLease, limits: EngineLimits, { signal, onProgress, onProfile }: StreamOptions) {
    this.#sql = sql;
    this.#lease = lease;
    this.#limits = limits;
    this.#signal = signal;
    this.#onProfile = lease.profileFile === undefined ? undefined : onProfile;
    this.#progress = reportProgress(lease.connection, onProgress);
  }

  async start(): Promise<StartedStream> {
    try {
      if (this.#onProfile !== undefined) await this.#lease.connection.run('PRAGMA enable_profiling');
      const started = await this.#guard(() => startStream(this.#lease.connection, this.#sql));
      this.#result = started.result;
      return started;
    } catch (error) {
      this.#state = 'ended'; // nothing is open on the connection
      await this.close();
      throw error;
    }
  }

  /** Undefined at the end. The chunk is valid until it is collected. */
  async next(): Promise<DuckDBDataChunk | undefined> {
    if (this.#state !== 'open') throw new LakebookError('OPERATION_CANCELED', {});
    const chunk = await (this.#pending ?? this.#fetch());
    this.#pending = undefined;
    if (chunk !== null && chunk.rowCount > 0) {
      this.#pending = this.#fetch();
      this.#pending.catch(() => undefined); // whoever asks for it sees the error
      return chunk;
    }
    if (this.#signal?.aborted === true) throw new LakebookError('OPERATION_CANCELED', {});
    if (this.#result?.returnType === ResultReturnType.INVALID) throw await this.#guard(() => explainFailure(this.#lease.connection, this.#sql));
    this.#state = 'ended';
    return undefined;
  }

  /** Ends the statement if it still runs, and gives the connection back. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const ended = this.#state === 'ended';
    this.#state = 'closed';
    clearInterval(this.#progress);
    const reusable = ended || (await this.#abandon());
    if (reusable && this.#onProfile !== undefined) await this.#takeProfile(ended);
    this.#lease.release(reusable);
  }

  /** Ends the statement in the middle: another one on its connection closes it. True if the connection can be used again. */
  async #abandon(): Promise<boolean> {
    const { connection } = this.#lease;
    connection.interrupt();
    await this.#pending?.catch(() => undefined);
    return connection.run('SELECT 1').then(() => true, () => false);
  }

  /** @param ended whether the last statement on the connection was this one */
  async #takeProfile(ended: boolean): Promise<void> {
    const { connection, profileFile } = this.#lease;
    await connection.run('PRAGMA disable_profiling');
    const profile = profileFile === undefined ? undefined : await takeProfile(profileFile);
    if (ended && profile !== undefined && this.#result !== undefined) this.#onProfile?.(profile);
  }

  #fetch(): Promise<DuckDBDataChunk | null> {
    return this.#guard(async () => (await this.#result?.fetchChunk()) ?? null);
  }

  #guard<Value>(task: () => Promise<Value>): Promise<Value> {
    return interruptible(this.#lease.connection, this.#signal, task).catch((error: unknown) => {
      throw mapEngineError(error, this.#limits, this.#signal);
    });
  }
}

/** Tells from time to time how far the statement on the connection is; until the timer is cleared. */
export function reportProgress(connection: DuckDBConnection, onProgress: ((fraction: number) => void) | undefined): NodeJS.Timeout | undefined {
  if (onProgress === undefined) return undefined;
  return setInterval(() => {
    const { percentage } = connection.progress;
    if (percentage > 0) onProgress(Math.min(1, percentage / 100));
  }, PROGRESS_MS);
}

/**
 * Why a stream failed. The binding ends a failed stream as it ends a whole one, with an empty chunk, and keeps the error
 * to itself: only the result's return type tells. So the statement runs once more, evaluated to one value, for its error.
 */
async function explainFailure(connection: DuckDBConnection, sql: string): Promise<unknown> {
  try {
    await connection.run(`SELECT bit_xor(hash(t)) FROM (${sql.replace(/;\s*$/, '')}\n) AS t`);
  } catch (error) {
    if (error instanceof Error && !/^(Parser|Binder) Error/.test(error.message)) return error;
  }
  return new LakebookError('ENGINE_STREAM_FAILED', {});
}

/** Columns that have no portable vector are cast in a statement around this one. */
async function startStream(connection: DuckDBConnection, sql: string): Promise<StartedStream> {
  const prepared = await connection.prepare(sql);
  try {
    const names = Array.from({ length: prepared.columnCount }, (_, index) => ({ name: prepared.columnName(index) }));
    const wrapped = wrapColumns(sql, prepared);
    if (wrapped === undefined) return { result: await prepared.stream(), names };
    const cast = await connection.prepare(wrapped);
    try {
      return { result: await cast.stream(), names };
    } finally {
      cast.destroySync();
    }
  } finally {
    prepared.destroySync();
  }
}

interface StartedStream {
  readonly result: DuckDBResult;
  readonly names: readonly ColumnLabel[];
}


function wrapColumns(sql: string, prepared: DuckDBPreparedStatement): string | undefined {
  const types = Array.from({ length: prepared.columnCount }, (_, index) => portableType(prepared.columnType(index)));
  if (types.every((type) => type === undefined)) return undefined;
  const select = types.map((type, index) => (type === undefined ? `c${index}` : `CASE WHEN c${index} IS NOT NULL THEN CAST(c${index} AS ${type}) END AS c${index}`));
  return `SELECT ${select.join(', ')} FROM (${sql.replace(/;\s*$/, '')}\n) AS t(${types.map((_, index) => `c${index}`).join(', ')})`;
}

/** Gathers chunks (2,048 rows at most) into batches. */
class BatchBuilder {
  readonly schema: Schema;
  readonly #columns: readonly ColumnBuilder[];
  #rows = 0;
  #first = true;

  constructor(types: readonly DuckDBType[], labels: readonly ColumnLabel[]) {
    const fields = types.map((type, index) => {
      const mapping = mapColumnType(type);
      const spark = labels[index]?.type ?? mapping.spark;
      return createField(labels[index]?.name ?? `c${index}`, { arrow: spark === 'void' ? new Null() : mapping.arrow, spark });
    });
    this.schema = new Schema(fields);
    this.#columns = types.map((type, index) => {
      const { type: arrow } = fields[index]!;
      return arrow instanceof Null ? new NullColumn(arrow) : createColumnBuilder(type, arrow);
    });
  }

  /** True when there is enough for a batch. */
  append(chunk: DuckDBDataChunk): boolean {
    const rows = chunk.rowCount;
    this.#columns.forEach((column, index) => column.append(duckdb.data_chunk_get_vector(chunk.chunk, index), 0, rows));
    this.#rows += rows;
    return this.#first || this.#rows >= BATCH_ROWS || this.#columns.reduce((sum, column) => sum + column.byteLength, 0) >= BATCH_BYTES;
  }

  /** The rows so far; several batches where they are too many bytes for one. */
  *finish(): Generator<ArrowBatch> {
    if (this.#rows === 0) return;
    const batch: ArrowBatch = { schema: this.schema, rows: this.#rows, columns: this.#columns.map((column) => column.finish()) };
    const parts = Math.min(this.#rows, Math.ceil(batchBytes(batch) / (BATCH_BYTES * 1.25)));
    const partRows = Math.ceil(this.#rows / Math.max(parts, 1));
    for (let from = 0; from < this.#rows; from += partRows) yield sliceBatch(batch, from, Math.min(partRows, this.#rows - from));
    this.#rows = 0;
    this.#first = false;
  }
}
