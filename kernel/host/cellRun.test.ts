import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../rpc/executions.ts';
import type { CellState, Output } from '../rpc/notebooks.ts';
import type { Receipt } from '../rpc/receipts.ts';
import { failRun, nextRun, startRun, withHead } from './cellRun.ts';
import { emptyWaiting, EMPTY_QUEUE, enqueue, finishRunning, queuePositions, startNext } from './runQueue.ts';
import { findStaleness, nextStaleness } from './staleness.ts';

const OLD: Output = { kind: 'notice', text: 'old' };
const before: CellState = { cellId: 'c', run: { kind: 'idle' }, outputs: [OLD], staleness: { tables: [] } };
const start = { startedAtMs: 100, executionCount: 4, sourceHash: 'h' };
const result = (rows: number, state: 'running' | 'complete', statement = 0): ExecutionEvent => ({ kind: 'result', statement, result: { resultId: `r${statement}`, columns: [], rows, bytes: 0, state } });
const output = (rows: number, state: 'running' | 'complete' | 'failed', statement = 0): Output => ({ kind: 'result', resultId: `r${statement}`, columns: [], rows, state });
const receipt = (change: Partial<Receipt> = {}): Receipt => ({ receiptId: 'x', sourceHash: 'h', source: 's', dialect: 'spark', engine: 'e', startedAtMs: 1, durationMs: 1, status: 'ok', rows: 1, tables: [], files: [], ...change });
const ended = (status: 'ok' | 'error' | 'canceled') => ({ kind: 'finished', status, finishedAtMs: 150, durationMs: 7, executionCount: 4 });
const error = { code: 'DIVIDE_BY_ZERO', kind: 'input' as const, message: 'no' };

describe("a cell's run", () => {
  it.each<{ name: string; events: ExecutionEvent[]; outputs: Output[]; run: object }>([
    { name: 'old outputs stand until the first new one', events: [{ kind: 'started', startedAtMs: 100 }, { kind: 'statement', index: 0, count: 1 }], outputs: [OLD], run: { kind: 'running', startedAtMs: 100 } },
    { name: 'progress is shown', events: [{ kind: 'progress', fraction: 0.5 }], outputs: [OLD], run: { kind: 'running', startedAtMs: 100, fraction: 0.5 } },
    { name: 'a result takes their place and grows', events: [result(1, 'running'), result(5, 'complete')], outputs: [output(5, 'complete')], run: { kind: 'running', startedAtMs: 100 } },
    { name: 'each statement has its own', events: [result(1, 'complete'), result(2, 'complete', 1)], outputs: [output(1, 'complete'), output(2, 'complete', 1)], run: { kind: 'running', startedAtMs: 100 } },
    { name: 'a receipt joins its result', events: [result(1, 'complete'), { kind: 'receipt', statement: 0, receipt: receipt() }, { kind: 'finished', status: 'ok', durationMs: 7 }], outputs: [{ ...output(1, 'complete'), receipt: receipt() } as Output], run: ended('ok') },
    { name: 'a run without outputs ends with none', events: [{ kind: 'finished', status: 'ok', durationMs: 7 }], outputs: [], run: ended('ok') },
    { name: 'an error is the last output', events: [result(1, 'complete'), { kind: 'finished', status: 'error', durationMs: 7, error }], outputs: [output(1, 'complete'), { kind: 'error', error }], run: ended('error') },
    {
      name: 'an error and its receipt are one',
      events: [{ kind: 'receipt', statement: 0, receipt: receipt({ status: 'error', error }) }, { kind: 'finished', status: 'error', durationMs: 7, error }],
      outputs: [{ kind: 'error', error, receipt: receipt({ status: 'error', error }) }],
      run: ended('error'),
    },
    { name: 'what a statement without rows wrote is an output', events: [{ kind: 'receipt', statement: 0, receipt: receipt({ written: [{ name: 't', path: '/t', version: 1, operation: 'ADD COLUMNS', metrics: {} }] }) }], outputs: [{ kind: 'written', receipt: receipt({ written: [{ name: 't', path: '/t', version: 1, operation: 'ADD COLUMNS', metrics: {} }] }) }], run: { kind: 'running', startedAtMs: 100 } },
    { name: 'a statement without rows that wrote nothing leaves none', events: [{ kind: 'receipt', statement: 0, receipt: receipt() }], outputs: [OLD], run: { kind: 'running', startedAtMs: 100 } },
    { name: 'a notice is kept', events: [{ kind: 'notice', text: 'hint ignored' }, result(1, 'complete')], outputs: [{ kind: 'notice', text: 'hint ignored' }, output(1, 'complete')], run: { kind: 'running', startedAtMs: 100 } },
  ])('$name', ({ events, outputs, run }) => {
    const { state } = events.reduce((running, event) => nextRun(running, event, 150), startRun(before, start));
    expect(state).toEqual({ cellId: 'c', sourceHash: 'h', outputs, run });
  });

  it('that its kernel takes down keeps what came, marked as failed', () => {
    const running = nextRun(startRun(before, start), result(3, 'running'), 150);
    expect(failRun(running, error, 160).state).toMatchObject({ outputs: [output(3, 'failed'), { kind: 'error', error }], run: { kind: 'finished', status: 'error', durationMs: 60 } });
  });

  it('gets its head beside the result', () => {
    const { state } = nextRun(startRun(before, start), result(3, 'complete'), 150);
    expect(withHead(state, 'r0', 'QQ==').outputs).toEqual([{ ...output(3, 'complete'), head: 'QQ==' }]);
  });
});

describe('the queue', () => {
  it('runs one cell at a time, in order, and each once', () => {
    let queue = enqueue(enqueue(EMPTY_QUEUE, ['a', 'b', 'b']), ['b', 'c']);
    expect(queue.waiting).toEqual(['a', 'b', 'c']);
    queue = startNext(queue);
    expect([startNext(queue), queue.running, [...queuePositions(queue)]]).toEqual([queue, 'a', [['b', 1], ['c', 2]]]);
    expect(enqueue(queue, ['a']).waiting).toEqual(['b', 'c', 'a']);
    expect(startNext(finishRunning(queue))).toEqual({ running: 'b', waiting: ['c'] });
    expect(emptyWaiting(queue)).toEqual({ running: 'a', waiting: [] });
  });
});

describe('staleness', () => {
  const read = (path: string, version: number, pinned = false) => ({ name: path, path, version, pinned, filesTotal: 1, filesRead: 1, bytesTotal: 1, bytesRead: 1 });
  const shown = (...tables: ReturnType<typeof read>[]): CellState => ({ cellId: 'c', run: { kind: 'idle' }, outputs: [{ ...output(1, 'complete'), receipt: receipt({ tables }) } as Output] });
  it.each([
    { name: 'the table has moved on', state: shown(read('/t', 3)), latest: { '/t': 5 }, stale: [{ name: '/t', path: '/t', read: 3, latest: 5 }] },
    { name: 'the table is gone', state: shown(read('/t', 3)), latest: { '/t': null }, stale: [{ name: '/t', path: '/t', read: 3, latest: null }] },
    { name: 'it is the newest', state: shown(read('/t', 3)), latest: { '/t': 3 }, stale: undefined },
    { name: 'the statement pinned it', state: shown(read('/t', 3, true)), latest: { '/t': 5 }, stale: undefined },
    { name: 'nobody could say', state: shown(read('/t', 3)), latest: {}, stale: undefined },
    { name: 'the statement wrote it itself', state: { ...shown(), outputs: [{ ...output(1, 'complete'), receipt: receipt({ tables: [read('/t', 3), read('/s', 1)], written: [{ name: 't', path: '/t', version: 4, operation: 'MERGE', metrics: {} }] }) } as Output] }, latest: { '/t': 4, '/s': 2 }, stale: [{ name: '/s', path: '/s', read: 1, latest: 2 }] },
    { name: 'of two versions read the older one counts', state: shown(read('/t', 4), read('/t', 3)), latest: { '/t': 5 }, stale: [{ name: '/t', path: '/t', read: 3, latest: 5 }] },
  ])('$name', ({ state, latest, stale }) => {
    expect(findStaleness(state, latest as Record<string, number | null>)?.tables).toEqual(stale);
  });
  it('is told when it changes, and only then', () => {
    const stale = nextStaleness(shown(read('/t', 3)), { '/t': 5 })!;
    expect(nextStaleness(stale, { '/t': 5 })).toBeUndefined();
    expect(nextStaleness(stale, { '/t': 3 })).toEqual(shown(read('/t', 3)));
  });
});
