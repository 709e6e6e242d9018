import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHostFixture, type HostFixture } from './testing/hostFixture.ts';
import { seededRandom } from '../../build/testing/seededRandom.ts';
import { runKillRounds } from './testing/killRounds.ts';

let fixture: HostFixture;
beforeEach(async () => {
  fixture = await createHostFixture({ withKernel: true });
});
afterEach(() => fixture.dispose());

it('kill -9 of host, kernel and window at random, 50 times while typing and running, loses nothing acknowledged and damages no file', async () => {
  const seed = Number(process.env['LAKEBOOK_SEED'] ?? Date.now() % 1_000_000);
  const report = await runKillRounds(fixture, 50, seededRandom(seed));
  expect({ seed, ...report }).toMatchObject({ seed, rounds: 50, lostAcknowledged: 0, damagedFiles: 0, lostOutputs: 0 });
  expect(report.oldestLossMs, `seed ${seed}`).toBeLessThanOrEqual(1_000);
}, 600_000);
