/** Bench: kill -9 of host, kernel and window at random while typing and running: `LAKEBOOK_ROUNDS` (1,000) rounds. */
import { createHostFixture } from '../../kernel/host/testing/hostFixture.ts';
import { seededRandom } from '../../build/testing/seededRandom.ts';
import { runKillRounds } from '../../kernel/host/testing/killRounds.ts';
import { createFigures } from './figures.ts';

const ROUNDS = Number(process.env['LAKEBOOK_ROUNDS'] ?? 1_000);
const FIRST_SEED = Number(process.env['LAKEBOOK_SEED'] ?? 1);
/** Each part has a workspace of its own, so that a notebook does not grow for ever. */
const ROUNDS_PER_PART = 50;

const figures = createFigures('killNine');
const total = { rounds: 0, host: 0, kernel: 0, window: 0, lostAcknowledged: 0, damagedFiles: 0, lostOutputs: 0 };
const oldestLossesMs: number[] = [];
for (let seed = FIRST_SEED; total.rounds < ROUNDS; seed++) {
  const fixture = await createHostFixture({ withKernel: true });
  try {
    const report = await runKillRounds(fixture, Math.min(ROUNDS_PER_PART, ROUNDS - total.rounds), seededRandom(seed));
    total.rounds += report.rounds;
    for (const victim of ['host', 'kernel', 'window'] as const) total[victim] += report.kills[victim];
    for (const loss of ['lostAcknowledged', 'damagedFiles', 'lostOutputs'] as const) total[loss] += report[loss];
    oldestLossesMs.push(report.oldestLossMs);
    console.log(JSON.stringify({ seed, ...report }));
  } finally {
    await fixture.dispose();
  }
}
figures.add('rounds', 'count', [total.rounds]);
for (const victim of ['host', 'kernel', 'window'] as const) figures.add(`kills of the ${victim}`, 'count', [total[victim]]);
figures.expect('acknowledged characters lost', total.lostAcknowledged, 0);
figures.expect('damaged files', total.damagedFiles, 0);
figures.expect('outputs lost', total.lostOutputs, 0);
figures.add('oldest typing lost, per part', 'ms', oldestLossesMs, { max: 1_000 });
figures.finish();
