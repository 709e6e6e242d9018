import type { Disposable } from '../../kernel/base/disposable.ts';
import type { ErrorReport } from '../../kernel/base/errors.ts';
import { Emitter } from '../../kernel/base/events.ts';
import { reportAnyError } from '../../kernel/rpc/peer.ts';
import { slicePage, type ArrowPage, type PageColumn } from './arrowPage.ts';
import { BLOCK_COLUMNS, BLOCK_ROWS, blockColumns, blockId, blockRows, type BlockKey } from './pageBlocks.ts';
import type { Range } from './scrollMapping.ts';

/** Fetches rows × columns of a result; rejects when `signal` aborts. */
export type FetchPage = (rows: Range, columns: Range, signal: AbortSignal) => Promise<ArrowPage>;

/** A value's place: the column of its page, and the row within it. */
export interface PageCell {
  readonly column: PageColumn;
  readonly row: number;
}

const BLOCKS_KEPT = 64;
const REQUESTS_MAX = 3;

/**
 * The pages of one result that the window holds. It fetches what {@link want} names, nearest first, and cancels what was
 * scrolled past. The oldest blocks leave when there are too many. After a failure it stays quiet until {@link retry}.
 */
export class PageStore implements Disposable {
  readonly #fetch: FetchPage;
  /** Rows from the first on that were there before anything was fetched. */
  readonly #seed: ArrowPage | undefined;
  /** In order of use: the first is the oldest. */
  readonly #blocks = new Map<string, ArrowPage>();
  readonly #running = new Map<string, AbortController>();
  readonly #versions = new Map<number, number>();
  readonly #changed = new Emitter<undefined>();
  #wanted: readonly BlockKey[] = [];
  #totals = { rows: 0, columns: 0 };
  #failure: ErrorReport | undefined;

  constructor(fetch: FetchPage, seed?: ArrowPage) {
    this.#fetch = fetch;
    this.#seed = seed;
  }

  get failure(): ErrorReport | undefined {
    return this.#failure;
  }

  /** Rows that can be shown without asking anyone. */
  get seedRows(): number {
    return this.#seed?.rows ?? 0;
  }

  /** These rows and columns, if they were there before anything was fetched. */
  seedPage(rows: Range, columns: Range): ArrowPage | undefined {
    const seed = this.#seed;
    if (seed === undefined || seed.rows < rows.to || seed.columns.length < columns.to) return undefined;
    return slicePage(seed, rows, columns);
  }

  /** Changes whenever a block of these rows arrives. */
  versionOfRow(row: number): number {
    return this.#versions.get(Math.floor(row / BLOCK_ROWS)) ?? 0;
  }

  /** A block arrived, or a request failed. */
  subscribe(listener: () => void): Disposable {
    return this.#changed.subscribe(listener);
  }

  /** The value's place if it is here. */
  find(row: number, column: number): PageCell | undefined {
    const page = this.#blocks.get(blockId({ rowBlock: Math.floor(row / BLOCK_ROWS), columnBlock: Math.floor(column / BLOCK_COLUMNS) }));
    return (page && cellOf(page, row % BLOCK_ROWS, column % BLOCK_COLUMNS)) ?? (this.#seed && cellOf(this.#seed, row, column));
  }

  /** Says what should be here, the most urgent first. Requests for anything else are cancelled. */
  want(blocks: readonly BlockKey[], totals: { readonly rows: number; readonly columns: number }): void {
    this.#wanted = blocks;
    this.#totals = totals;
    const ids = new Set(blocks.map(blockId));
    for (const [id, controller] of this.#running) {
      if (ids.has(id)) continue;
      this.#running.delete(id);
      controller.abort();
    }
    for (const id of ids) this.#touch(id);
    this.#pump();
  }

  /** Asks again after a failure. */
  retry(): void {
    this.#failure = undefined;
    this.#changed.emit(undefined);
    this.#pump();
  }

  dispose(): void {
    this.#wanted = [];
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  #pump(): void {
    if (this.#failure !== undefined) return;
    for (const block of this.#wanted) {
      if (this.#running.size >= REQUESTS_MAX) return;
      if (!this.#running.has(blockId(block)) && !this.#isWhole(block)) void this.#load(block);
    }
  }

  /** A block that was fetched while the result still grew may lack rows. */
  #isWhole(block: BlockKey): boolean {
    const { from, to } = blockRows(block, this.#totals.rows);
    const inSeed = this.#seed !== undefined && this.#seed.rows >= to && this.#seed.columns.length >= blockColumns(block, this.#totals.columns).to;
    return inSeed || (this.#blocks.get(blockId(block))?.rows ?? 0) >= to - from;
  }

  async #load(block: BlockKey): Promise<void> {
    const id = blockId(block);
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const page = await this.#fetch(blockRows(block, this.#totals.rows), blockColumns(block, this.#totals.columns), controller.signal);
      if (this.#running.get(id) === controller) this.#store(block, page);
    } catch (error) {
      if (this.#running.get(id) === controller) this.#fail(reportAnyError(error));
    }
    if (this.#running.get(id) === controller) this.#running.delete(id);
    this.#pump();
  }

  #store(block: BlockKey, page: ArrowPage): void {
    const { from, to } = blockRows(block, this.#totals.rows);
    if (page.rows < to - from) this.#totals = { ...this.#totals, rows: Math.min(this.#totals.rows, from + page.rows) }; // fewer than announced: do not ask forever
    this.#blocks.delete(blockId(block));
    this.#blocks.set(blockId(block), page);
    for (const [id] of this.#blocks) {
      if (this.#blocks.size <= BLOCKS_KEPT) break;
      this.#blocks.delete(id);
    }
    this.#versions.set(block.rowBlock, (this.#versions.get(block.rowBlock) ?? 0) + 1);
    this.#changed.emit(undefined);
  }

  #fail(report: ErrorReport): void {
    if (report.code === 'OPERATION_CANCELED') return;
    this.#failure = report;
    this.#changed.emit(undefined);
  }

  #touch(id: string): void {
    const page = this.#blocks.get(id);
    if (page === undefined) return;
    this.#blocks.delete(id);
    this.#blocks.set(id, page);
  }
}

function cellOf(page: ArrowPage, row: number, column: number): PageCell | undefined {
  const found = page.columns[column];
  return found === undefined || row >= page.rows ? undefined : { column: found, row };
}
