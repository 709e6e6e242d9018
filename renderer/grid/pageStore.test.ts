import { columnFromArray, int32, tableFromColumns, tableToIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { LakebookError } from '../../kernel/base/errors.ts';
import { decodePage, type ArrowPage } from './arrowPage.ts';
import { BLOCK_ROWS, wantedBlocks } from './pageBlocks.ts';
import { PageStore } from './pageStore.ts';
import type { Range } from './scrollMapping.ts';

const TOTALS = { rows: 100_000, columns: 2 };

function rowsPage(rows: Range): ArrowPage {
  const values = Array.from({ length: rows.to - rows.from }, (_, index) => rows.from + index);
  const column = columnFromArray(values, int32());
  return decodePage(tableToIPC(tableFromColumns([['a', column], ['b', column]]), { format: 'stream' }) ?? new Uint8Array());
}

interface Asked {
  readonly rows: Range;
  readonly signal: AbortSignal;
  readonly answer: (page: ArrowPage) => void;
  readonly fail: (error: unknown) => void;
}

function setUp(seed?: ArrowPage) {
  const asked: Asked[] = [];
  const store = new PageStore((rows, _columns, signal) => new Promise((answer, fail) => asked.push({ rows, signal, answer, fail })), seed);
  const want = (from: number, to: number, totals = TOTALS): void => store.want(wantedBlocks({ from, to }, { from: 0, to: 2 }, totals), totals);
  return { store, asked, want, text: (row: number) => store.find(row, 1)?.column.cell(store.find(row, 1)!.row).text };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('page store', () => {
  it('asks for what shows first, then for what comes next, and shows what arrived', async () => {
    const { asked, want, text } = setUp();
    want(240, 250);
    expect(asked.map(({ rows }) => rows.from)).toEqual([0, BLOCK_ROWS]);
    expect(text(245)).toBeUndefined();
    asked[0]!.answer(rowsPage(asked[0]!.rows));
    await settled();
    expect(text(245)).toBe('245');
  });

  it('cancels what was scrolled past', () => {
    const { asked, want } = setUp();
    want(100, 120);
    want(50_000, 50_020);
    expect(asked.map(({ rows, signal }) => [rows.from, signal.aborted])).toEqual([
      [0, true],
      [49_920, false],
    ]);
  });

  it('never has more than three requests under way', async () => {
    const { asked, want } = setUp();
    want(0, 2_000);
    expect(asked).toHaveLength(3);
    asked[0]!.answer(rowsPage(asked[0]!.rows));
    await settled();
    expect(asked).toHaveLength(4);
  });

  it('asks again for a block that grew', async () => {
    const { asked, want, text } = setUp();
    want(0, 10, { rows: 10, columns: 2 });
    asked[0]!.answer(rowsPage({ from: 0, to: 10 }));
    await settled();
    want(0, 20, { rows: 20, columns: 2 });
    asked[1]!.answer(rowsPage({ from: 0, to: 20 }));
    await settled();
    expect([text(5), text(15), asked.length]).toEqual(['5', '15', 2]);
  });

  it('keeps quiet after a failure until it is told to try again', async () => {
    const { store, asked, want } = setUp();
    want(0, 10);
    asked[0]!.fail(new LakebookError('RESULT_NOT_FOUND', { result: 'r' }));
    await settled();
    want(0, 20);
    expect([store.failure?.code, asked.length]).toEqual(['RESULT_NOT_FOUND', 1]);
    store.retry();
    expect([store.failure, asked.length]).toEqual([undefined, 2]);
  });

  it('shows a stored head at once, and asks nobody where it is the whole result', () => {
    const { store, asked, want, text } = setUp(rowsPage({ from: 0, to: 50 }));
    want(0, 20, { rows: 50, columns: 2 });
    expect([text(49), asked.length, store.seedRows]).toEqual(['49', 0, 50]);
    want(0, 20, { rows: 60, columns: 2 });
    expect(asked).toHaveLength(1);
  });

  it('holds a bounded number of blocks: the oldest leave', async () => {
    const { asked, want, text } = setUp();
    for (let block = 0; block < 80; block++) {
      want(block * BLOCK_ROWS + 100, block * BLOCK_ROWS + 101);
      asked.at(-1)!.answer(rowsPage(asked.at(-1)!.rows));
      await settled();
    }
    expect([text(100), text(79 * BLOCK_ROWS + 100)]).toEqual([undefined, String(79 * BLOCK_ROWS + 100)]);
  });
});
