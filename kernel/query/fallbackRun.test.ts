import { describe, expect, it } from 'vitest';
import type { PreparedStatement } from './queryEngine.ts';
import { runWithFallback } from './fallbackRun.ts';

const STATEMENT: PreparedStatement = {
  kind: 'query', sql: 'narrow', columns: [], tables: [], scans: [], files: [], notices: [],
  fallback: (error) => Promise.resolve((error as Error).message === 'overflow' ? 'wide' : undefined),
  mapError: (error) => error,
  dispose: () => Promise.resolve(),
};

describe('a statement with a fallback', () => {
  it.each([
    { name: 'runs once where nothing fails', failures: {}, mayRepeat: true, ran: ['narrow'], outcome: 'rows' },
    { name: 'runs its other text after an overflow', failures: { narrow: 'overflow' }, mayRepeat: true, ran: ['narrow', 'wide'], outcome: 'rows' },
    { name: 'fails with any other error', failures: { narrow: 'gone' }, mayRepeat: true, ran: ['narrow'], outcome: 'gone' },
    { name: 'fails where the other text fails too', failures: { narrow: 'overflow', wide: 'true overflow' }, mayRepeat: true, ran: ['narrow', 'wide'], outcome: 'true overflow' },
    { name: 'is not repeated once something was written', failures: { narrow: 'overflow' }, mayRepeat: false, ran: ['narrow'], outcome: 'overflow' },
  ])('$name', async ({ failures, mayRepeat, ran, outcome }) => {
    const texts: string[] = [];
    const attempt = (sql: string): Promise<string> => {
      texts.push(sql);
      const failure = (failures as Record<string, string>)[sql];
      return failure === undefined ? Promise.resolve('rows') : Promise.reject(new Error(failure));
    };
    const result = await runWithFallback(STATEMENT, attempt, () => mayRepeat).catch((error: unknown) => (error as Error).message);
    expect([texts, result]).toEqual([ran, outcome]);
  });
});
