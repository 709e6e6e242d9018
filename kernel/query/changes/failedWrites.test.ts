import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';
import { LakebookError } from '../../base/errors.ts';
import { Transaction } from '../../delta/write/transaction.ts';
import { performEffect } from '../performEffect.ts';

const table = useTestTable();
const { run, codeOf, rowsOf, textOf } = table;
afterEach(() => vi.restoreAllMocks());

const { signal: SIGNAL } = new AbortController();

/** Data and change files in the table's folder. */
function filesOf(): readonly string[] {
  if (!existsSync(table.folder)) return [];
  return readdirSync(table.folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet') && !name.startsWith('_delta_log')).sort();
}

const MANY = 'SELECT id, id % 3 AS p FROM range(1000)';

describe('a write that fails leaves no file of its own', () => {
  it.each([
    { name: 'a cast in the middle', sql: "INSERT INTO @ SELECT IF(id = 299999, CAST('x' || id AS BIGINT), id), 0 FROM range(300000)", code: 'CAST_INVALID_INPUT' },
    { name: 'a constraint in the middle', sql: 'INSERT INTO @ SELECT IF(id = 299999, -1, id), 0 FROM range(300000)', code: 'DELTA_VIOLATE_CONSTRAINT_WITH_VALUES' },
    { name: 'an overwrite', sql: "INSERT OVERWRITE @ SELECT IF(id = 299999, CAST('x' || id AS BIGINT), id), 0 FROM range(300000)", code: 'CAST_INVALID_INPUT' },
    { name: 'an UPDATE', sql: "UPDATE @ SET id = IF(id = 9, CAST('x' || id AS BIGINT), id)", code: 'CAST_INVALID_INPUT' },
    { name: 'a table that is to be made', sql: "CREATE TABLE @new AS SELECT IF(id = 299999, CAST('x' || id AS BIGINT), id) AS id FROM range(300000)", code: 'CAST_INVALID_INPUT' },
  ])('$name', async ({ sql, code }) => {
    for (const partitioned of ['', 'PARTITIONED BY (p)']) {
      await run(`DROP TABLE IF EXISTS @; CREATE TABLE @ (id BIGINT, p BIGINT) ${partitioned} TBLPROPERTIES ('delta.enableChangeDataFeed'='true'); INSERT INTO @ SELECT id, id % 3 FROM range(10)`);
      await run('ALTER TABLE @ ADD CONSTRAINT positive CHECK (id >= 0)');
      const before = filesOf();
      expect(await codeOf(sql)).toBe(code);
      expect(filesOf()).toEqual(before);
      expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[10]]);
    }
    expect(existsSync(`${table.folder}new`) ? readdirSync(`${table.folder}new`) : []).toEqual([]);
  });

  it('one that is cancelled', async () => {
    await run('CREATE TABLE @ (id BIGINT, t STRING)');
    const [statement] = table.workspace.engine.split(textOf('INSERT INTO @ SELECT id, sha2(CAST(id AS STRING), 256) FROM range(20000000)'), 'spark');
    const prepared = await table.workspace.engine.prepare(statement!, table.workspace.session, SIGNAL);
    const controller = new AbortController();
    const running = performEffect(prepared, controller.signal).then(() => 'done', (error: unknown) => (error instanceof LakebookError ? error.code : String(error)));
    for (let waits = 0; waits < 500 && filesOf().length === 0; waits += 1) await delay(10);
    expect(filesOf()).toHaveLength(1);
    controller.abort();
    expect(await running).toBe('OPERATION_CANCELED');
    expect(filesOf()).toEqual([]);
  }, 30_000);

  it('one whose disk does not take the commit, but not one that may have committed', async () => {
    await run('CREATE TABLE @ (id BIGINT, p BIGINT)');
    const commit = vi.spyOn(Transaction.prototype, 'commit').mockRejectedValueOnce(new LakebookError('STORAGE_FULL', { path: table.folder }));
    expect([await codeOf(`INSERT INTO @ ${MANY}`), filesOf()]).toEqual(['STORAGE_FULL', []]);
    commit.mockRestore();
    const original = Reflect.get(Transaction.prototype, 'commit') as (this: Transaction, ...given: Parameters<Transaction['commit']>) => ReturnType<Transaction['commit']>;
    vi.spyOn(Transaction.prototype, 'commit').mockImplementationOnce(async function (this: Transaction, ...given) {
      await original.apply(this, given);
      throw new LakebookError('DELTA_COMMIT_OUTCOME_UNKNOWN', { table: table.folder, version: 1, txnId: 'x', detail: 'x' });
    });
    expect([await codeOf(`INSERT INTO @ ${MANY}`), await rowsOf('SELECT count(*) FROM @')]).toEqual(['DELTA_COMMIT_OUTCOME_UNKNOWN', [[1000]]]);
  });

  it('one whose first attempt met a conflict', async () => {
    await run('CREATE TABLE @ (id BIGINT, p BIGINT); INSERT INTO @ VALUES (1, 1)');
    const [statement] = table.workspace.engine.split(textOf('UPDATE @ SET id = id + 1'), 'spark');
    const prepared = await table.workspace.engine.prepare(statement!, table.workspace.session, SIGNAL);
    await run('UPDATE @ SET id = id + 5');
    const before = filesOf().length;
    await (await performEffect(prepared, SIGNAL)).dispose();
    expect([await rowsOf(), filesOf().length]).toEqual([[[7, 1]], before + 1]);
  });
});
