import { expect, it } from 'vitest';
import { nextSplit } from './splitLimits.ts';

const LIMITS = { min: 100, max: 300 };

it.each([
  { key: 'ArrowRight', orientation: 'vertical', direction: 1, size: 216 },
  { key: 'ArrowLeft', orientation: 'vertical', direction: 1, size: 184 },
  { key: 'ArrowUp', orientation: 'horizontal', direction: -1, size: 216 },
  { key: 'Home', orientation: 'vertical', direction: 1, size: 100 },
  { key: 'End', orientation: 'vertical', direction: 1, size: 300 },
  { key: 'ArrowUp', orientation: 'vertical', direction: 1, size: undefined },
] as const)('$key on a $orientation line gives $size', ({ key, orientation, direction, size }) => {
  expect(nextSplit(200, key, orientation, direction, LIMITS)).toBe(size);
});

it('stops at its limits', () => expect(nextSplit(295, 'ArrowRight', 'vertical', 1, LIMITS)).toBe(300));
