import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineProfile } from '../duckdb/engineProfile.ts';
import { TestWorkspace } from '../query/testWorkspace.ts';
import type { QueryProfile } from '../rpc/profiles.ts';
import { buildQueryProfile } from './queryProfile.ts';

const NO_SIGNAL = new AbortController().signal;

describe('the profile of a statement', () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
    const region = (name: string, from: number) => ({ select: `SELECT i::BIGINT AS id, (i * 7919) % 1000 AS mixed, 'note ' || i AS note FROM range(${from}, ${from + 1000}) t(i)`, partition: { region: name } });
    await workspace.writeTable('orders', {
      columns: [{ name: 'id', type: 'long' }, { name: 'mixed', type: 'long' }, { name: 'note', type: 'string' }, { name: 'region', type: 'string' }],
      partitionColumns: ['region'],
      commits: [{ add: [region('north', 0), region('north', 1000), region('south', 2000), region('south', 3000)] }],
    });
  });
  afterAll(() => workspace.dispose());

  async function profile(sql: string): Promise<QueryProfile> {
    const [statement] = workspace.engine.split(sql, 'spark');
    const prepared = await workspace.engine.prepare(statement!, workspace.session, NO_SIGNAL);
    try {
      let measured: EngineProfile | undefined;
      for await (const batch of await workspace.database.stream(prepared.sql, { onProfile: (found) => (measured = found) })) expect(batch.rows).toBeGreaterThan(0);
      return buildQueryProfile(measured!, prepared.scans, 0.5).profile;
    } finally {
      await prepared.dispose();
    }
  }

  it('tells each operator with its rows, from the result down to the table', async () => {
    const { operators, cpuSeconds, peakMemoryBytes } = await profile('SELECT region, count(*) AS n FROM orders WHERE mixed < 500 GROUP BY region ORDER BY n LIMIT 1');
    expect(operators[0]).toMatchObject({ depth: 0, rows: 1 });
    expect(operators.map(({ name }) => name)).toEqual(expect.arrayContaining(['Aggregate', 'Scan']));
    const scan = operators.find(({ name }) => name === 'Scan')!;
    expect(scan).toMatchObject({ rows: 2000, detail: 'orders' });
    expect(operators.every(({ seconds }) => seconds >= 0)).toBe(true);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(peakMemoryBytes).toBeGreaterThan(0);
  });

  it.each([
    { where: "region = 'north'", read: 2, says: ["region = 'north'", 'partitions', 2] },
    { where: 'id < 900', read: 1, says: ['id < 900', 'statistics', 3] },
    { where: 'mixed = 3', read: 4, says: ['mixed = 3', 'statistics', 0] },
    { where: "note LIKE 'note 35%'", read: 2, says: ["note LIKE 'note 35%'", 'statistics', 2] },
  ] as const)('$where reads $read of 4 files', async ({ where, read, says }) => {
    const { scans } = await profile(`SELECT count(*) FROM orders WHERE ${where}`);
    expect(scans).toHaveLength(1);
    expect(scans[0]).toMatchObject({ name: 'orders', version: 0, filesTotal: 4, filesRead: read });
    expect(scans[0]!.predicates.filter(({ text }) => !text.endsWith('IS NOT NULL')).map(({ text, judgedBy, filesLeftOut }) => [text, judgedBy, filesLeftOut])).toEqual([says]);
  });

  it('counts for each condition the files that it alone leaves out', async () => {
    const { scans } = await profile("SELECT count(*) FROM orders WHERE region = 'south' AND id < 2500 AND mixed = 3");
    expect(scans[0]!.predicates.map(({ text, filesLeftOut }) => `${text}: ${filesLeftOut}`)).toEqual(["region = 'south': 2", 'mixed = 3: 0', 'id < 2500: 1']);
    expect(scans[0]!.prunedBy).toEqual({ partitions: 2, statistics: 1, limit: 0 });
  });

  it.each([
    { name: 'clustering, where a condition leaves no file out', where: 'mixed = 3', says: /CLUSTER BY \(mixed\)/ },
    { name: 'nothing, where it does', where: 'id < 900', says: undefined },
  ])('suggests $name', async ({ where, says }) => {
    const { suggestions } = await profile(`SELECT count(*) FROM orders WHERE ${where}`);
    expect(suggestions).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
  });

  it('is not asked of statements that nobody profiles', async () => {
    await workspace.database.query('SELECT 1');
    for await (const batch of await workspace.database.stream('SELECT 2 AS x')) expect(batch.rows).toBe(1);
    const { operators } = await profile('SELECT 3 AS x');
    expect(operators.at(-1)!.rows).toBe(1);
  });
});
