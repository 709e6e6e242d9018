import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ArrowBatch } from '../arrow/batch.ts';
import { decodeBatch, decodeSchema, encodeBatch, encodeSchema, END_OF_STREAM } from '../arrow/ipc.ts';
import { sparkColumns } from '../arrow/sparkFields.ts';
import { LakebookError } from '../base/errors.ts';
import type { ResultColumn, ResultInfo } from '../rpc/results.ts';
import { BatchIndex, scanMessages } from './batchIndex.ts';
import { readProfile, writeProfile } from './keptProfile.ts';
import type { MeasuredProfile } from './queryProfile.ts';

type Schema = ArrowBatch['schema'];
export type ResultState = ResultInfo['state'];

const ROWS_FILE = 'rows.arrows';
const MANIFEST_FILE = 'manifest.json';
const PROFILE_FILE = 'profile.json';
/** How far writing to disk may lag behind before {@link SpooledResult.append} waits. */
const UNWRITTEN_BYTES_MAX = 8_000_000;
const CACHED_BATCHES = 24;

const manifestShape = z.object({
  resultId: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  state: z.enum(['running', 'complete', 'canceled', 'failed', 'evicted']),
  rows: z.number(),
  bytes: z.number(),
  createdAtMs: z.number(),
  /** Who writes it, while it runs; a process number counts since the machine's start. */
  pid: z.number(),
  bootedAtMs: z.number(),
  /** Rows and bytes of each batch; absent while it runs. */
  batches: z.array(z.tuple([z.number(), z.number()])).optional(),
});
type Manifest = z.output<typeof manifestShape>;

/**
 * One result on disk: an Arrow IPC stream that grows while the statement runs, and a manifest. What was appended can be
 * read at once. It outlives its kernel: when the writer died, the batches that are whole count, and the state is
 * `failed`.
 */
export class SpooledResult {
  readonly resultId: string;
  readonly createdAtMs: number;
  readonly #folder: string;
  readonly #pid: number;
  readonly #index: BatchIndex;
  readonly #cache = new Map<number, ArrowBatch>();
  /** Batches that are not on disk yet. */
  readonly #unwritten = new Map<number, Uint8Array>();
  #columns: readonly ResultColumn[];
  #schema: Schema | undefined;
  #state: ResultState;
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();
  #unwrittenBytes = 0;
  #failure: Error | undefined;

  private constructor(folder: string, manifest: Manifest, index: BatchIndex) {
    this.#folder = folder;
    this.resultId = manifest.resultId;
    this.createdAtMs = manifest.createdAtMs;
    this.#pid = manifest.pid;
    this.#columns = manifest.columns;
    this.#state = manifest.state;
    this.#index = index;
  }

  /** @param folder of this result alone; made here */
  static async create(folder: string, resultId: string, schema: Schema, createdAtMs: number): Promise<SpooledResult> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const head = encodeSchema(schema);
    const manifest: Manifest = { resultId, columns: [...sparkColumns(schema)], state: 'running', rows: 0, bytes: head.byteLength, createdAtMs, pid: process.pid, bootedAtMs: bootedAtMs() };
    const result = new SpooledResult(folder, manifest, new BatchIndex(head.byteLength));
    result.#schema = schema;
    result.#file = await open(join(folder, ROWS_FILE), 'wx+', 0o600);
    await result.#file.write(head, 0, head.byteLength, 0);
    await result.#writeManifest();
    return result;
  }

  /**
   * A result that was written before, by this process or another.
   * @throws LakebookError RESULT_NOT_FOUND, RESULT_DAMAGED
   */
  static async open(folder: string, resultId: string): Promise<SpooledResult> {
    const manifest = await readManifest(folder, resultId);
    if (manifest.state === 'evicted') return new SpooledResult(folder, manifest, new BatchIndex(0));
    const file = await open(join(folder, ROWS_FILE), 'r').catch((error: unknown) => {
      throw new LakebookError('RESULT_DAMAGED', { detail: 'its rows are gone' }, { cause: error });
    });
    const { schemaBytes, batches, whole } = await scanMessages(file, manifest.batches).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    const result = new SpooledResult(folder, manifest, new BatchIndex(schemaBytes.byteLength));
    await file.close();
    result.#schema = decodeSchema(schemaBytes);
    for (const [rows, bytes] of batches) result.#index.add(rows, bytes);
    if (manifest.state === 'running' && !isAlive(manifest)) {
      result.#state = whole ? 'complete' : 'failed';
      await result.#writeManifest();
    }
    return result;
  }

  get schema(): Schema {
    if (this.#schema === undefined) throw new LakebookError('RESULT_EVICTED', { result: this.resultId });
    return this.#schema;
  }
  get rows(): number {
    return this.#index.rows;
  }
  get batches(): number {
    return this.#index.length;
  }
  get state(): ResultState {
    return this.#state;
  }

  info(): ResultInfo {
    return { resultId: this.resultId, columns: [...this.#columns], rows: this.#index.rows, bytes: this.#index.bytes, state: this.#state };
  }

  /**
   * Adds rows at the end. They can be read at once; the promise waits only where the disk lags behind.
   * @throws LakebookError STORAGE_FULL, STORAGE_FAILED if an earlier write failed
   */
  async append(batch: ArrowBatch): Promise<void> {
    this.#throwFailure();
    const { bytes } = encodeBatch(batch);
    const number = this.#index.add(batch.rows, bytes.byteLength);
    this.#unwritten.set(number, bytes);
    this.#unwrittenBytes += bytes.byteLength;
    const written = this.#writing.then(() => this.#write(number, bytes));
    this.#writing = written;
    if (this.#unwrittenBytes > UNWRITTEN_BYTES_MAX) await written;
  }

  async #write(number: number, bytes: Uint8Array): Promise<void> {
    try {
      if (this.#failure === undefined && this.#file !== undefined) await this.#file.write(bytes, 0, bytes.byteLength, this.#index.offset(number));
    } catch (error) {
      this.#failure = asError(error);
    } finally {
      this.#unwrittenBytes -= bytes.byteLength;
      // what could not be written stays readable here, and is not counted when it is opened again
      if (this.#failure === undefined) this.#unwritten.delete(number);
    }
  }

  /** Ends the result. @throws LakebookError STORAGE_FULL, STORAGE_FAILED if the rows are not all on disk; then it is `failed` */
  async finish(state: Exclude<ResultState, 'running' | 'evicted'>): Promise<void> {
    if (this.#state !== 'running') return;
    await this.#writing;
    if (this.#failure === undefined && this.#file !== undefined) await this.#file.write(END_OF_STREAM, 0, END_OF_STREAM.byteLength, this.#index.bytes).catch((error: unknown) => void (this.#failure = asError(error)));
    this.#state = this.#failure === undefined ? state : 'failed';
    await this.#writeManifest();
    this.#throwFailure();
  }

  /** Keeps what the statement was measured to cost. */
  keepProfile(profile: MeasuredProfile): Promise<void> {
    return writeProfile(join(this.#folder, PROFILE_FILE), profile);
  }

  /** Undefined where the result has none. */
  profile(): Promise<MeasuredProfile | undefined> {
    return readProfile(join(this.#folder, PROFILE_FILE));
  }

  /** Row `row` is row `within` of batch `batch`. */
  locate(row: number): { readonly batch: number; readonly within: number } {
    return this.#index.locate(row);
  }

  /** @throws LakebookError RESULT_EVICTED, RESULT_DAMAGED */
  async readBatch(number: number): Promise<ArrowBatch> {
    const cached = this.#cache.get(number);
    if (cached !== undefined) {
      this.#cache.delete(number);
      this.#cache.set(number, cached);
      return cached;
    }
    const batch = decodeBatch(this.schema, this.#unwritten.get(number) ?? (await this.#read(number)));
    this.#cache.set(number, batch);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_BATCHES && oldest !== undefined) this.#cache.delete(oldest);
    return batch;
  }

  async #read(number: number): Promise<Uint8Array> {
    const file = (this.#file ??= await open(join(this.#folder, ROWS_FILE), 'r').catch((error: unknown) => {
      throw new LakebookError('RESULT_DAMAGED', { detail: 'its rows are gone' }, { cause: error });
    }));
    const bytes = new Uint8Array(this.#index.size(number));
    const { bytesRead } = await file.read(bytes, 0, bytes.byteLength, this.#index.offset(number));
    if (bytesRead < bytes.byteLength) throw new LakebookError('RESULT_DAMAGED', { detail: 'its file is too short' });
    return bytes;
  }

  /** Gives the disk back; only the manifest stays, to say so. */
  async evict(): Promise<void> {
    await this.close();
    this.#state = 'evicted';
    this.#schema = undefined;
    await this.#writeManifest();
    await rm(join(this.#folder, ROWS_FILE), { force: true });
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Closes the file; reading opens it again. */
  async close(): Promise<void> {
    await this.#writing;
    const file = this.#file;
    this.#file = undefined;
    this.#cache.clear();
    await file?.close();
  }

  async #writeManifest(): Promise<void> {
    const { rows, bytes } = this.#index;
    const manifest: Manifest = {
      resultId: this.resultId,
      columns: [...this.#columns],
      state: this.#state,
      rows,
      bytes: this.#state === 'evicted' ? 0 : bytes,
      createdAtMs: this.createdAtMs,
      pid: this.#pid,
      bootedAtMs: bootedAtMs(),
      ...(this.#state === 'running' || this.#state === 'evicted' ? {} : { batches: this.#index.entries() }),
    };
    const temporary = join(this.#folder, `${MANIFEST_FILE}.${process.pid}.tmp`);
    await writeFile(temporary, JSON.stringify(manifest), { mode: 0o600 });
    await rename(temporary, join(this.#folder, MANIFEST_FILE));
  }

  #throwFailure(): void {
    const error = this.#failure;
    if (error === undefined) return;
    const path = join(this.#folder, ROWS_FILE);
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new LakebookError('STORAGE_FULL', { path }, { cause: error });
    throw new LakebookError('STORAGE_FAILED', { path, detail: error.message }, { cause: error });
  }
}

/** @throws LakebookError RESULT_NOT_FOUND, RESULT_DAMAGED */
export async function readManifest(folder: string, resultId: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  } catch (error) {
    throw new LakebookError('RESULT_NOT_FOUND', { result: resultId }, { cause: error });
  }
  try {
    return manifestShape.parse(JSON.parse(text));
  } catch (error) {
    throw new LakebookError('RESULT_DAMAGED', { detail: 'its manifest is unreadable' }, { cause: error });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('unknown', { cause: error });
}

function bootedAtMs(): number {
  return Date.now() - uptime() * 1_000;
}

function isAlive({ pid, bootedAtMs: bootedThenMs }: Manifest): boolean {
  if (Math.abs(bootedAtMs() - bootedThenMs) > 60_000) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
