import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SPARK_FUNCTIONS } from '../../sql/functions/sparkFunctions.ts';
import { listFunctions } from './features.ts';

const DOCUMENT = path.resolve(import.meta.dirname, '../../../docs/functions.md');
const CORPUS = path.resolve(import.meta.dirname, '../../sql/corpus');
const rows = listFunctions().rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : '')) as [string, string, string, string]);
const states = new Map(rows.map(([name, , state]) => [name, state]));

/** At most this share of Spark's functions may be refused. */
const REFUSED_MAX = 0.05;

/** Functions over tables, which statements of the corpus have none of; queryEngine.test.ts and the tests over Spark's tables run them. */
const BY_TABLES = new Set(['table_changes', 'table_changes_by_path']);

describe('the list of functions', () => {
  it('has every function of Spark, and refuses few', () => {
    expect(SPARK_FUNCTIONS.filter((name) => !states.has(name))).toEqual([]);
    const refused = SPARK_FUNCTIONS.filter((name) => states.get(name) === 'refused');
    expect(refused.length / SPARK_FUNCTIONS.length).toBeLessThanOrEqual(REFUSED_MAX);
  });

  it('has a line of the corpus for every function that it calls exact', () => {
    const compared = readdirSync(CORPUS).filter((file) => file.endsWith('.jsonl')).flatMap((file) => readFileSync(path.join(CORPUS, file), 'utf8').split('\n').filter((line) => line !== '' && !line.includes('"refused": true'))).join('\n').toLowerCase();
    const words = new Set(compared.match(/\b[a-z_][a-z0-9_]*\b/g));
    expect(SPARK_FUNCTIONS.filter((name) => states.get(name) === 'exact' && /^\w+$/.test(name) && !words.has(name) && !BY_TABLES.has(name))).toEqual([]);
  });

  it('says why of every function that is not exact', () => {
    expect(rows.filter(([, , state, note]) => state !== 'exact' && note === '')).toEqual([]);
  });

  // `vitest run -u` writes the document anew.
  it('is what docs/functions.md says', async () => {
    const count = (state: string): number => SPARK_FUNCTIONS.filter((name) => states.get(name) === state).length;
    const lines = [
      '# Functions',
      '',
      `Of the ${SPARK_FUNCTIONS.length} functions that Spark 4.0 lists, ${count('exact')} are exact (compared with a real Spark, types and errors included), ${count('approximate')} approximate and ${count('refused')} refused.`,
      'This is what `lakebook features --functions` prints.',
      '',
      '| function | group | state | note |',
      '| --- | --- | --- | --- |',
      ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
      '',
    ];
    await expect(lines.join('\n')).toMatchFileSnapshot(DOCUMENT);
  });
});
