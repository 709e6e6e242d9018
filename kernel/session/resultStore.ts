import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../duckdb/engineErrors.ts';
import { LakebookError } from '../base/errors.ts';
import type { ArrowBatch } from '../arrow/batch.ts';
import type { ResultInfo } from '../rpc/results.ts';
import { readManifest, SpooledResult } from './spooledResult.ts';

export interface ResultStoreOptions {
  /** Holds a folder per result. */
  readonly folder: string;
  readonly budgetBytes: number;
  readonly now: () => number;
  readonly createId: () => string;
}

const OPENED_MAX = 64;

/**
 * The results on disk, within a budget: where it is exceeded, the rows of the oldest go first, and their manifest says
 * so. A result that still grows is never taken.
 */
export class ResultStore {
  readonly #options: ResultStoreOptions;
  readonly #opened = new Map<string, Promise<SpooledResult>>();
  /** Bytes per result, oldest first; unknown until {@link #measure} has looked. */
  #held: Map<string, number> | undefined;
  #evicting: Promise<void> = Promise.resolve();
  /** Told when a result is forgotten, so that what was made of it can go too. */
  onGone: (resultId: string) => void = () => undefined;

  constructor(options: ResultStoreOptions) {
    this.#options = options;
  }

  async create(schema: ArrowBatch['schema']): Promise<SpooledResult> {
    const resultId = this.#options.createId();
    const creating = SpooledResult.create(this.#folderOf(resultId), resultId, schema, this.#options.now());
    this.#opened.set(resultId, creating);
    return creating;
  }

  /** @throws LakebookError RESULT_NOT_FOUND, RESULT_DAMAGED */
  async open(resultId: string): Promise<SpooledResult> {
    if (!/^[\w-]+$/.test(resultId)) throw new LakebookError('RESULT_NOT_FOUND', { result: resultId });
    const opened = this.#opened.get(resultId) ?? SpooledResult.open(this.#folderOf(resultId), resultId);
    this.#opened.delete(resultId);
    this.#opened.set(resultId, opened);
    try {
      const result = await opened;
      if (this.#opened.size > OPENED_MAX) await this.#forgetOldest();
      return result;
    } catch (error) {
      this.#opened.delete(resultId);
      throw error;
    }
  }

  /** So that files and indexes of results that nobody looks at any more are not held for ever. */
  async #forgetOldest(): Promise<void> {
    for (const [resultId, opening] of this.#opened) {
      const result = await opening.catch(() => undefined);
      if (result?.state === 'running') continue;
      this.#opened.delete(resultId);
      this.onGone(resultId);
      await result?.close();
      return;
    }
  }

  async info(resultId: string): Promise<ResultInfo> {
    return (await this.open(resultId)).info();
  }

  async discard(resultId: string): Promise<void> {
    this.onGone(resultId);
    const result = await this.open(resultId).catch(() => undefined);
    this.#opened.delete(resultId);
    this.#held?.delete(resultId);
    await result?.remove();
  }

  /**
   * Appends to a result and keeps the budget.
   * @throws LakebookError RESULT_TOO_LARGE if this result alone exceeds it
   */
  async append(result: SpooledResult, batch: ArrowBatch): Promise<void> {
    await result.append(batch);
    const { bytes } = result.info();
    const { budgetBytes } = this.#options;
    if (bytes > budgetBytes) throw new LakebookError('RESULT_TOO_LARGE', { budget: formatBytes(budgetBytes) });
    const held = this.#held ?? (await this.#measure());
    held.set(result.resultId, bytes);
    let total = 0;
    for (const size of held.values()) total += size;
    if (total > budgetBytes) await this.#evict(total - budgetBytes, result.resultId);
  }

  /** Closes the files of every result. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    for (const opening of opened) await opening.then((result) => result.close()).catch(() => undefined);
  }

  async #measure(): Promise<Map<string, number>> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#options.folder);
    const manifests = await Promise.all(names.map((name) => readManifest(this.#folderOf(name), name).catch(() => undefined)));
    const found = manifests.filter((manifest) => manifest !== undefined).sort((a, b) => a.createdAtMs - b.createdAtMs);
    this.#held ??= new Map(found.map(({ resultId, bytes }) => [resultId, bytes]));
    return this.#held;
  }

  async #evict(excessBytes: number, growingId: string): Promise<void> {
    this.#evicting = this.#evicting.then(async () => {
      let excess = excessBytes;
      for (const [resultId, bytes] of this.#held ?? []) {
        if (excess <= 0) break;
        if (resultId === growingId || bytes === 0) continue;
        const result = await this.open(resultId).catch(() => undefined);
        if (result?.state === 'running') continue;
        this.onGone(resultId);
        if (result === undefined) await rm(this.#folderOf(resultId), { recursive: true, force: true });
        else await result.evict();
        this.#held?.delete(resultId);
        excess -= bytes;
      }
    });
    await this.#evicting;
  }

  #folderOf(resultId: string): string {
    return join(this.#options.folder, resultId);
  }
}
