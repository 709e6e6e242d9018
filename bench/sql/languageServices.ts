/** Bench: completion, hover, signatures and colours in a workspace of 500 tables with 100 columns each, asked of a host (UI bar 7). */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect, createHostFixture } from '../../kernel/host/testing/hostFixture.ts';
import { seededRandom } from '../../build/testing/seededRandom.ts';
import { createFigures } from '../app/figures.ts';

const TABLES = 500;
const COLUMNS = 100;
const SCHEMAS = 10;
const STATEMENTS = 40;
/** UI bar 7: a completion list within this, from the question to the answer. */
const BAR = { p95: 80 };

const figures = createFigures('languageServices');
const fixture = await createHostFixture({ withKernel: true });
try {
  await writeWorkspace(fixture.workspace);
  const client = await connect(await fixture.start());
  const random = seededRandom(7);
  const pick = (count: number): number => Math.floor(random() * count);
  await waitForListing(client);
  const cold: number[] = [];
  const keys: number[] = [];
  const lists: number[] = [];
  for (let index = 0; index < STATEMENTS; index++) {
    const statement = buildStatement(pick(TABLES), pick(TABLES), pick(COLUMNS));
    const typedFrom = statement.text.lastIndexOf('SELECT ') + 'SELECT '.length;
    for (let typed = 0; typed <= statement.typed.length; typed++) {
      const text = statement.text.slice(0, typedFrom) + statement.typed.slice(0, typed) + statement.text.slice(typedFrom);
      const { ms, answer } = await timed(() => client.request('language.complete', { dialect: 'spark', text, offset: typedFrom + typed }));
      (typed === 0 ? cold : keys).push(ms);
      lists.push(answer.items.length);
    }
  }
  figures.add('completion list, tables never read before', 'ms', cold, BAR);
  figures.add('completion list, each key', 'ms', keys, BAR);
  figures.add('items in a list', 'count', lists);
  figures.add('completion list, tables of the workspace', 'ms', await repeat(100, (round) => client.request('language.complete', { dialect: 'spark', text: `SELECT * FROM ${'t4'.slice(0, round % 3)}`, offset: 14 + (round % 3) })), BAR);
  const { text } = buildStatement(1, 2, 3);
  figures.add('hover of a column', 'ms', await repeat(100, () => client.request('language.hover', { text, offset: text.indexOf('b.c3_') + 3 })), BAR);
  figures.add('hover of a table', 'ms', await repeat(100, () => client.request('language.hover', { text, offset: text.indexOf('s1.t1') + 4 })), BAR);
  figures.add('signature', 'ms', await repeat(100, () => client.request('language.signature', { text: 'SELECT lpad(name, ', offset: 18 })), BAR);
  const script = Array.from({ length: 200 }, (_, index) => buildStatement(index, index + 1, index % COLUMNS).text).join(';\n');
  figures.add('colours of 200 statements, first time', 'ms', await repeat(1, () => client.request('language.tokens', { text: script })));
  figures.add('colours of 200 statements, one edited', 'ms', await repeat(30, (round) => client.request('language.tokens', { text: `${script};\nSELECT ${round}` })), BAR);
  figures.add('completion in a script of 200 statements', 'ms', await repeat(100, (round) => client.request('language.complete', { dialect: 'spark', text: `${script};\nSELECT c${round % 10} FROM s1.t1`, offset: script.length + 11 })), BAR);
  client.close();
} finally {
  await fixture.dispose();
}
figures.finish();

interface Statement {
  readonly text: string;
  /** What is typed behind SELECT, letter by letter. */
  readonly typed: string;
}

function buildStatement(left: number, right: number, column: number): Statement {
  const name = (table: number): string => `s${table % SCHEMAS}.t${table % TABLES}`;
  return {
    text: `WITH recent AS (SELECT a.*, b.c${column}_amount AS other FROM ${name(left)} a JOIN ${name(right)} b ON a.c0_amount = b.c0_amount)\nSELECT  FROM recent r JOIN ${name(left)} b ON r.c1_amount = b.c1_amount WHERE b.c3_amount > 10 AND`,
    typed: `r.c${column}_am`,
  };
}

async function timed<Result>(ask: () => Promise<Result>): Promise<{ readonly ms: number; readonly answer: Result }> {
  const startedAtMs = performance.now();
  const answer = await ask();
  return { ms: performance.now() - startedAtMs, answer };
}

async function repeat(rounds: number, ask: (round: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push((await timed(() => ask(round))).ms);
  return times;
}

/** The search for tables has ended: what is measured is typing, not the opening of a folder. */
async function waitForListing(client: Awaited<ReturnType<typeof connect>>): Promise<void> {
  for (;;) {
    const { incomplete, items } = await client.request('language.complete', { dialect: 'spark', text: 'SELECT * FROM s9.t499', offset: 'SELECT * FROM s9.t499'.length });
    if (!incomplete && items.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function writeWorkspace(root: string): Promise<void> {
  const types = ['long', 'integer', 'string', 'date', 'timestamp', 'double', 'decimal(10,2)', 'boolean'];
  for (let table = 0; table < TABLES; table++) {
    const fields = Array.from({ length: COLUMNS }, (_, column) => ({ name: `c${column}_amount`, type: types[column % types.length], nullable: true, metadata: { comment: `Column ${column} of table ${table}.` } }));
    const actions = [
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      { metaData: { id: `00000000-0000-4000-8000-${String(table).padStart(12, '0')}`, format: { provider: 'parquet', options: {} }, schemaString: JSON.stringify({ type: 'struct', fields }), partitionColumns: [], configuration: {}, createdTime: 1_704_067_200_000 } },
      { add: { path: 'part-0.parquet', partitionValues: {}, size: 1000, modificationTime: 1_704_067_200_000, dataChange: true, stats: JSON.stringify({ numRecords: 10 }) } },
    ];
    const log = path.join(root, `s${table % SCHEMAS}`, `t${table}`, '_delta_log');
    await mkdir(log, { recursive: true });
    await writeFile(path.join(log, '00000000000000000000.json'), actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  }
}
