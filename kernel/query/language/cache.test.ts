import { expect, it } from 'vitest';
import { RecentValues } from './cache.ts';

it.each([
  { name: 'the last ones', max: 2, keys: ['a', 'b', 'a', 'c'], kept: ['a', 'c'], gone: ['b'] },
  { name: 'few long ones', max: 100, keys: ['a'.repeat(900_000), 'b'.repeat(900_000), 'c'.repeat(900_000)], kept: ['b'.repeat(900_000), 'c'.repeat(900_000)], gone: ['a'.repeat(900_000)] },
  { name: 'the last one, however long', max: 100, keys: ['a', 'b'.repeat(3_000_000)], kept: ['b'.repeat(3_000_000)], gone: ['a'] },
  { name: 'short ones again, once a long one is gone', max: 100, keys: ['b'.repeat(3_000_000), 'a', 'c'], kept: ['a', 'c'], gone: ['b'.repeat(3_000_000)] },
])('keeps $name', ({ max, keys, kept, gone }) => {
  const recent = new RecentValues<number>(max);
  const made = (key: string): boolean => {
    let computed = false;
    recent.get(key, () => {
      computed = true;
      return 1;
    });
    return computed;
  };
  for (const key of keys) made(key);
  expect(kept.map(made)).toEqual(kept.map(() => false));
  expect(gone.map(made)).toEqual(gone.map(() => true));
});
