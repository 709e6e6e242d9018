import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowGroupPruning } from '../delta/rowGroups.ts';
import type { EngineProfile } from '../duckdb/engineProfile.ts';
import { TestWorkspace } from '../query/testWorkspace.ts';
import { readProfile, writeProfile } from './keptProfile.ts';
import { buildQueryProfile } from './queryProfile.ts';

const NO_SIGNAL = new AbortController().signal;
const ROWS = 8_192;
const GROUP = 2_048;

describe('row groups that statistics rule out', () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
    const columns = [['id', 'long'], ['at', 'timestamp'], ['day', 'date'], ['price', 'decimal(12,2)'], ['ratio', 'double'], ['name', 'string'], ['flag', 'boolean'], ['gap', 'integer'], ['region', 'string']] as const;
    const rows = (from: number) => `SELECT i::BIGINT AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(i) AS at, DATE '2024-01-01' + i::INTEGER AS day,
      (i / 4)::DECIMAL(12,2) AS price, i / 3 AS ratio, 'n' || lpad(i::VARCHAR, 6, '0') AS name, i % 2 = 0 AS flag, CASE WHEN i >= ${from + ROWS / 2} THEN i END::INTEGER AS gap FROM range(${from}, ${from + ROWS}) t(i)`;
    await workspace.writeTable('events', {
      columns: columns.map(([name, type]) => ({ name, type })), partitionColumns: ['region'],
      commits: [{ add: ['north', 'south'].map((region, index) => ({ select: rows(index * ROWS), partition: { region }, rowGroupRows: GROUP })) }],
    });
    await workspace.writeTable('many', {
      columns: [{ name: 'id', type: 'long' }],
      commits: [{ add: Array.from({ length: 130 }, (_, index) => ({ select: `SELECT ${index}::BIGINT AS id` })) }],
    });
    await workspace.writeTable('nested', {
      columns: [{ name: 'a, b', type: 'long' }, { name: 'id', type: 'long' }],
      commits: [{ add: [{ select: `SELECT i AS "a, b", {'b': -i} AS a, i AS id FROM range(${ROWS}) t(i)`, rowGroupRows: GROUP }] }],
    });
  });
  afterAll(() => workspace.dispose());

  /** As the window asks: of a profile that was kept on disk. */
  async function judge(sql: string): Promise<RowGroupPruning | undefined> {
    const [statement] = workspace.engine.split(sql, 'spark');
    const prepared = await workspace.engine.prepare(statement!, workspace.session, NO_SIGNAL);
    let measured: EngineProfile | undefined;
    try {
      for await (const batch of await workspace.database.stream(prepared.sql, { onProfile: (found) => (measured = found) })) expect(batch.rows).toBeGreaterThan(0);
    } finally {
      await prepared.dispose();
    }
    const file = join(workspace.root, 'profile.json');
    await writeProfile(file, buildQueryProfile(measured!, prepared.scans, 1));
    const read = (await readProfile(file))?.reads[0];
    return read === undefined ? undefined : workspace.engine.judgeRowGroups(read, workspace.session, NO_SIGNAL);
  }

  it.each([
    { where: 'id < 3000', files: 1, whole: 2, each: ['id < 3000: 2'] },
    { where: 'id >= 3000 AND id < 3010', files: 1, whole: 3, each: ['id < 3010: 2', 'id >= 3000: 1'] },
    { where: "region = 'south' AND id > 16000", files: 1, whole: 3, each: ['id > 16000: 3'] },
    { where: 'id IN (5, 6000)', files: 1, whole: 2, each: ['id IN (5, 6000): 2'] },
    { where: "at < TIMESTAMP '2024-01-01 00:10:00'", files: 1, whole: 3, each: ["at < '2024-01-01 00:10:00.000000+00': 3"] },
    { where: "day = DATE '2024-02-01'", files: 1, whole: 3, each: ["day = '2024-02-01': 3"] },
    { where: 'price = 10.25', files: 1, whole: 3, each: ['price = 10.25: 3'] },
    { where: 'ratio < 10', files: 1, whole: 3, each: ['ratio < 10: 3'] },
    { where: 'ratio > 10', files: 2, whole: 0, each: ['ratio > 10: 0'] }, // the greatest value may be NaN
    { where: "name LIKE 'n0000%'", files: 1, whole: 3, each: ["name LIKE 'n0000%': 3"] },
    { where: 'gap IS NULL', files: 2, whole: 4, each: ['gap IS NULL: 4'] },
    { where: 'id < 100 OR id > 16300', files: 2, whole: 6, each: ['(id < 100 OR id > 16300): 6'] },
    { where: "region = 'north'", files: 1, whole: 0, each: [] },
    { where: "region = 'north' OR id > 9000", files: 2, whole: 0, each: [] },
  ])('$where rules out $whole', async ({ where, files, whole, each }) => {
    const judged = (await judge(`SELECT count(*) FROM events WHERE ${where}`))!;
    const { predicates, ...figures } = judged;
    expect(predicates.filter(({ text }) => !text.endsWith('IS NOT NULL')).map(({ text, rowGroupsLeftOut }) => `${text}: ${rowGroupsLeftOut}`)).toEqual(each);
    expect(figures).toMatchObject({ files, filesSeen: files, rowGroups: files * (ROWS / GROUP), rowGroupsLeftOut: whole });
    expect(judged.bytes).toBeGreaterThan(judged.bytesLeftOut);
    expect(judged.bytesLeftOut > 0).toBe(whole > 0);
  });

  it('a row group without statistics of a column is told, and never ruled out', async () => {
    const { predicates, rowGroupsLeftOut } = (await judge('SELECT count(*) FROM events WHERE flag = true AND id < 3000'))!;
    expect(predicates.map(({ text }) => text)).toContain('id < 3000');
    expect(rowGroupsLeftOut).toBe(2);
  });

  it('two columns whose paths are written alike are not mistaken for each other', async () => {
    const { predicates } = (await judge('SELECT count(*) FROM nested WHERE `a, b` >= 6000'))!;
    expect(predicates.find(({ text }) => text.includes('>='))).toMatchObject({ rowGroupsLeftOut: 0, rowGroupsUnknown: ROWS / GROUP });
  });

  it('of very many files, some are looked at, spread over all', async () => {
    expect(await judge('SELECT count(*) FROM many WHERE id >= 0')).toMatchObject({ files: 130, filesSeen: 65, rowGroups: 65, rowGroupsLeftOut: 0 });
  });

  it('a statement without conditions asks nothing', async () => {
    expect(await judge('SELECT count(*) FROM events')).toBeUndefined();
  });

  it('a file that is gone since is named', async () => {
    await workspace.writeTable('gone', { columns: [{ name: 'id', type: 'long' }], commits: [{ add: [{ select: 'SELECT 1::BIGINT AS id' }] }] });
    const read = { name: 'gone', path: join(workspace.root, 'gone'), version: 0, predicate: { kind: 'isNotNull', column: ['id'] } } as const;
    await rm(join(workspace.root, 'gone', 'part-00000.parquet'));
    await expect(workspace.engine.judgeRowGroups(read, workspace.session, NO_SIGNAL)).rejects.toMatchObject({ code: 'DELTA_FILE_NOT_FOUND_DETAILED' });
  });
});
