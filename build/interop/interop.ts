/**
 * `npm run test:interop -- [corpus|tpc|fuzz|delta|concurrency …]`: what takes long, or needs real engines beside us. Installs them once per user.
 *   corpus [TOPIC …] [--record]   a real Spark answers every statement of kernel/sql/corpus again
 *   tpc [--sf N] [--reps N] [tpch|tpcds]   TPC-H and TPC-DS: rows and types as Spark's, times beside Spark and plain DuckDB
 *       [--only tpch-1,tpcds-14] [--no-spark]   some queries; times beside plain DuckDB alone
 *   fuzz [--count N] [--seed N]   random and mutated statements, 100,000 by default: none crashes, hangs, or fails without a class
 *   delta [--spark 4.0|4.2] [--no-spark] [FEATURE …]   Delta tables written in turns by this engine, Spark and delta-rs: all see the same (docs/interoperation.md)
 *   exchange [--spark 4.0|4.2] [--seed N] [--rounds N] [--count N]   random statements by random engines on one table; a model says which rows
 *   concurrency [--count N] [--no-spark]   eight processes of three engines change one table; the log explains every row
 */
import { parseArgs } from 'node:util';
import { compareConcurrency } from './concurrency.ts';
import { checkCorpus } from './corpus.ts';
import { compareDelta } from './deltaInterop.ts';
import { compareExchange } from './exchange.ts';
import { fuzz, type FuzzOptions } from '../testing/sql/fuzz.ts';
import { SPARK_RELEASES } from './sparkProcess.ts';
import { compareTpc } from './tpc.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { record: { type: 'boolean' }, sf: { type: 'string' }, reps: { type: 'string' }, only: { type: 'string' }, 'no-spark': { type: 'boolean' }, spark: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' }, rounds: { type: 'string' } } });
const [name, ...rest] = positionals;
const total = { passed: 0, failed: 0 };
const add = ({ passed, failed }: typeof total): void => {
  total.passed += passed;
  total.failed += failed;
};
if (name !== undefined && !['corpus', 'tpc', 'fuzz', 'delta', 'exchange', 'concurrency'].includes(name)) throw new Error(`there is no ${name} to test; there are corpus, tpc, fuzz, delta, exchange and concurrency`);
const release = SPARK_RELEASES[values.spark ?? '4.0'];
if (release === undefined) throw new Error(`there is no Spark ${values.spark ?? ''} to test with; there are ${Object.keys(SPARK_RELEASES).join(' and ')}`);
if (name === undefined || name === 'fuzz') add(await reportFuzz({ count: Number(values.count ?? 100_000), seed: Number(values.seed ?? 1), runEvery: 3 }));
if (name === undefined || name === 'corpus') add(await checkCorpus({ record: values.record ?? false, files: rest }));
if (name === undefined || name === 'tpc') {
  const benchmarks = (['tpch', 'tpcds'] as const).filter((benchmark) => rest.length === 0 || rest.includes(benchmark));
  add(await compareTpc({ scale: Number(values.sf ?? 1), repetitions: Number(values.reps ?? 3), benchmarks, only: values.only?.split(','), withSpark: values['no-spark'] !== true }));
}
if (name === undefined || name === 'delta') add(await compareDelta({ only: rest, release: values['no-spark'] === true ? undefined : release }));
if (name === undefined || name === 'exchange') add(await compareExchange({ release, seed: Number(values.seed ?? 1), rounds: Number(values.rounds ?? 30), tables: Number(values.count ?? 4) }));
if (name === undefined || name === 'concurrency') {
  const writers = { lakebook: 4, deltaRs: 2, spark: values['no-spark'] === true ? 0 : 2 };
  for (const vectors of [false, true]) add(await compareConcurrency({ writers, commits: Number(values.count ?? 50), vectors }));
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 ? 0 : 1);

async function reportFuzz(options: FuzzOptions): Promise<typeof total> {
  const { fine, ran, refused, slowestMs, faults } = await fuzz(options);
  process.stdout.write(`fuzz: ${options.count} statements from seed ${options.seed}, ${fine} fine, ${ran} of all run to their last row, refused by ${refused.size} classes, slowest ${Math.round(slowestMs)} ms\n`);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return { passed: options.count - faults.length, failed: faults.length };
}
