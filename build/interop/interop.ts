/**
 * `npm run test:interop -- [corpus|tpc …]`: what needs real engines beside us. Installs them once per user.
 *   corpus [TOPIC …] [--record]   a real Spark answers every statement of kernel/sql/corpus again
 *   tpc [--sf N] [--reps N] [tpch|tpcds]   TPC-H and TPC-DS: rows and types as Spark's, times beside Spark and plain DuckDB
 *       [--only tpch-1,tpcds-14] [--no-spark]   some queries; times beside plain DuckDB alone
 */
import { parseArgs } from 'node:util';
import { checkCorpus } from './corpus.ts';
import { compareTpc } from './tpc.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { record: { type: 'boolean' }, sf: { type: 'string' }, reps: { type: 'string' }, only: { type: 'string' }, 'no-spark': { type: 'boolean' } } });
const [name, ...rest] = positionals;
const total = { passed: 0, failed: 0 };
const add = ({ passed, failed }: typeof total): void => {
  total.passed += passed;
  total.failed += failed;
};
if (name !== undefined && name !== 'corpus' && name !== 'tpc') throw new Error(`there is no ${name} to test; there are corpus and tpc`);
if (name !== 'tpc') add(await checkCorpus({ record: values.record ?? false, files: rest }));
if (name !== 'corpus') {
  const benchmarks = (['tpch', 'tpcds'] as const).filter((benchmark) => rest.length === 0 || rest.includes(benchmark));
  add(await compareTpc({ scale: Number(values.sf ?? 1), repetitions: Number(values.reps ?? 3), benchmarks, only: values.only?.split(','), withSpark: values['no-spark'] !== true }));
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 ? 0 : 1);
