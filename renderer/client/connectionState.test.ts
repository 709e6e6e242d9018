import { expect, it } from 'vitest';
import { nextRetryDelayMs } from './connectionState.ts';

it.each([
  { attempt: 0, random: 0.5, delayMs: 250 },
  { attempt: 1, random: 0.5, delayMs: 500 },
  { attempt: 3, random: 0.5, delayMs: 2_000 },
  { attempt: 9, random: 0.5, delayMs: 5_000 },
  { attempt: 1_000, random: 0.5, delayMs: 5_000 },
  { attempt: 1, random: 0, delayMs: 375 },
  { attempt: 1, random: 1, delayMs: 625 },
])('after $attempt failures and chance $random it waits $delayMs ms', ({ attempt, random, delayMs }) => {
  expect(nextRetryDelayMs(attempt, random)).toBe(delayMs);
});
