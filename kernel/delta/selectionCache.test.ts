import { expect, it } from 'vitest';
import { SelectionCache, type SelectedFiles } from './selectionCache.ts';

const files = (rowCount: number): SelectedFiles => ({ batch: { rowCount, column: () => [] }, prunedBy: { partitions: 0, statistics: 0, limit: 0 }, predicates: [] });

async function asked(cache: SelectionCache, statements: readonly string[], rowCount = 1): Promise<readonly string[]> {
  const ran: string[] = [];
  for (const statement of statements) {
    await cache.get(statement, () => {
      ran.push(statement);
      return Promise.resolve(files(rowCount));
    });
  }
  return ran;
}

it('asks for the same files once', async () => {
  expect(await asked(new SelectionCache(), ['a', 'b', 'a', 'b'])).toEqual(['a', 'b']);
});

it('forgets what was used least recently', async () => {
  const many = Array.from({ length: 32 }, (_, index) => `s${index}`);
  const cache = new SelectionCache();
  expect(await asked(cache, ['a', ...many.slice(0, 31), 'a', 's31', 'a', 's0'])).toEqual(['a', ...many, 's0']);
});

it('keeps no large selection, and no failure', async () => {
  const cache = new SelectionCache();
  expect(await asked(cache, ['a', 'a'], 1_001)).toEqual(['a', 'a']);
  await expect(cache.get('b', () => Promise.reject(new TypeError('gone')))).rejects.toThrow('gone');
  expect(await asked(cache, ['b'])).toEqual(['b']);
});
