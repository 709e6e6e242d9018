import { expect, it } from 'vitest';
import { fuzz } from '../../build/testing/sql/fuzz.ts';

// `npm run test:interop -- fuzz` does a hundred thousand, from any seed
it('random and mutated statements are answered or refused by a class, and soon', { timeout: 120_000 }, async () => {
  const { fine, refused, faults } = await fuzz({ count: 2_000, seed: 7, runEvery: 3 });
  expect(faults).toEqual([]);
  expect(fine).toBeGreaterThan(50);
  expect(refused.size).toBeGreaterThan(20);
});
