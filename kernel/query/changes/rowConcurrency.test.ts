import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { LakebookError } from '../../base/errors.ts';
import { Transaction } from '../../delta/write/transaction.ts';
import { performEffect } from '../performEffect.ts';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let made = 0;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => workspace.dispose());

const SIGNAL = new AbortController().signal;

interface Race {
  /** Found its rows before the others' statements were committed. */
  readonly sql: string;
  readonly others: readonly string[];
  readonly properties?: string;
}

/** What became of the statement's first attempt, and the table's rows in the end. */
async function race({ sql, others, properties = "'delta.enableDeletionVectors'='true'" }: Race): Promise<{ readonly first: string; readonly rows: readonly (readonly number[])[] }> {
  made += 1;
  const named = (text: string): string => text.replaceAll('@', `t${made}`).replaceAll('#', `s${made}`);
  await workspace.run(named(`CREATE TABLE @ (id INT, v INT) TBLPROPERTIES (${properties}); INSERT INTO @ SELECT id, id * 10 FROM range(6); CREATE TABLE # AS SELECT * FROM VALUES (1, 11), (7, 77) AS s(id, v)`));
  const [statement] = workspace.engine.split(named(sql), 'spark');
  const prepared = await workspace.engine.prepare(statement!, workspace.session, SIGNAL);
  for (const other of others) await workspace.run(named(other));
  const commits = vi.spyOn(Transaction.prototype, 'commit');
  await (await performEffect(prepared, SIGNAL)).dispose();
  const { rows } = await workspace.run(named('SELECT id, v FROM @ ORDER BY ALL'));
  const first = commits.mock.settledResults[0];
  const outcome = first?.type === 'rejected' ? (first.value instanceof LakebookError ? first.value.code : String(first.value)) : 'committed';
  return { first: outcome, rows: rows.map((row) => row.map(Number)) };
}

const UPSERT = 'MERGE INTO @ USING # s ON @.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *';
const APPEND_MISSING = 'MERGE INTO @ USING # s ON @.id = s.id WHEN NOT MATCHED THEN INSERT *';

describe('a statement behind others that changed rows of the same file (TXN-2, TXN-4, TXN-7, TXN-8, TXN-9)', () => {
  it.each<Race & { readonly name: string; readonly first: string; readonly rows: readonly (readonly number[])[] }>([
    { name: 'UPDATE behind UPDATE of another row', sql: 'UPDATE @ SET v = 1 WHERE id = 1', others: ['UPDATE @ SET v = 2 WHERE id = 2'], first: 'committed', rows: [[0, 0], [1, 1], [2, 2], [3, 30], [4, 40], [5, 50]] },
    { name: 'UPDATE behind several', sql: 'UPDATE @ SET v = 1 WHERE id = 1', others: ['UPDATE @ SET v = 2 WHERE id = 2', 'DELETE FROM @ WHERE id = 3', 'UPDATE @ SET v = 3 WHERE id = 2'], first: 'committed', rows: [[0, 0], [1, 1], [2, 3], [4, 40], [5, 50]] },
    { name: 'UPDATE whose condition no statistic judges', sql: 'UPDATE @ SET v = 1 WHERE id % 5 = 1', others: ['UPDATE @ SET v = 2 WHERE id % 5 = 2', 'INSERT INTO @ SELECT id + 2, 0 FROM @ WHERE id = 5'], first: 'committed', rows: [[0, 0], [1, 1], [2, 2], [3, 30], [4, 40], [5, 50], [7, 0]] },
    { name: 'UPDATE within the bounds of what another wrote', sql: 'UPDATE @ SET v = 1 WHERE id = 1', others: ['UPDATE @ SET v = 2 WHERE id IN (0, 3)'], first: 'committed', rows: [[0, 2], [1, 1], [2, 20], [3, 2], [4, 40], [5, 50]] },
    { name: 'UPDATE of a row that another updated', sql: 'UPDATE @ SET v = v + 1 WHERE id = 1', others: ['UPDATE @ SET v = v + 5 WHERE id = 1'], first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 16], [2, 20], [3, 30], [4, 40], [5, 50]] },
    { name: 'UPDATE of a row that another took out of its condition', sql: 'UPDATE @ SET v = v + 1 WHERE v = 10', others: ['UPDATE @ SET v = v + 5 WHERE id = 1'], first: 'DELTA_CONCURRENT_DELETE_DELETE', rows: [[0, 0], [1, 15], [2, 20], [3, 30], [4, 40], [5, 50]] },
    { name: 'UPDATE of rows that another brought under its condition', sql: 'UPDATE @ SET v = v + 1 WHERE v % 20 = 0', others: ['UPDATE @ SET v = 60 WHERE id = 1'], first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 1], [1, 61], [2, 21], [3, 30], [4, 41], [5, 50]] },
    { name: 'DELETE behind UPDATE of other rows', sql: 'DELETE FROM @ WHERE id % 2 = 0', others: ['UPDATE @ SET v = 2 WHERE id = 1'], first: 'committed', rows: [[1, 2], [3, 30], [5, 50]] },
    { name: 'DELETE of a row that another deleted', sql: 'DELETE FROM @ WHERE id % 3 = 1', others: ['DELETE FROM @ WHERE id = 1'], first: 'DELTA_CONCURRENT_DELETE_DELETE', rows: [[0, 0], [2, 20], [3, 30], [5, 50]] },
    { name: 'UPDATE of the last rows of a file', sql: 'UPDATE @ SET v = 0', others: ['DELETE FROM @ WHERE id = 1'], first: 'DELTA_CONCURRENT_DELETE_DELETE', rows: [[0, 0], [2, 0], [3, 0], [4, 0], [5, 0]] },
    { name: 'MERGE behind UPDATE of other rows', sql: UPSERT, others: ['UPDATE @ SET v = 2 WHERE id IN (0, 5)'], first: 'committed', rows: [[0, 2], [1, 11], [2, 20], [3, 30], [4, 40], [5, 2], [7, 77]] },
    { name: 'MERGE behind MERGE of other rows', sql: UPSERT, others: ['MERGE INTO @ USING (VALUES (2, 22), (8, 88)) s(id, v) ON @.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *'], first: 'committed', rows: [[0, 0], [1, 11], [2, 22], [3, 30], [4, 40], [5, 50], [7, 77], [8, 88]] },
    { name: 'MERGE of a row that another inserted', sql: UPSERT, others: ['MERGE INTO @ USING (VALUES (7, 70)) s(id, v) ON @.id = s.id WHEN NOT MATCHED THEN INSERT *'], first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 11], [2, 20], [3, 30], [4, 40], [5, 50], [7, 77]] },
    { name: 'MERGE of a row that another deleted', sql: UPSERT, others: ['DELETE FROM @ WHERE id = 1'], first: 'DELTA_CONCURRENT_DELETE_DELETE', rows: [[0, 0], [1, 11], [2, 20], [3, 30], [4, 40], [5, 50], [7, 77]] },
    { name: 'MERGE that would have to insert what another deleted', sql: APPEND_MISSING, others: ['DELETE FROM @ WHERE id = 1'], first: 'DELTA_CONCURRENT_DELETE_READ', rows: [[0, 0], [1, 11], [2, 20], [3, 30], [4, 40], [5, 50], [7, 77]] },
    { name: 'MERGE that inserts behind DELETE of rows that it did not meet', sql: APPEND_MISSING, others: ['DELETE FROM @ WHERE id IN (0, 2)'], first: 'committed', rows: [[1, 10], [3, 30], [4, 40], [5, 50], [7, 77]] },
    {
      name: 'MERGE that meets a row, leaves it, and marks another one of the same file',
      sql: 'MERGE INTO @ USING (VALUES (1, 10), (2, 22)) s(id, v) ON @.id = s.id WHEN MATCHED AND @.v <> s.v THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *',
      others: ['DELETE FROM @ WHERE id = 1'],
      first: 'DELTA_CONCURRENT_DELETE_READ',
      rows: [[0, 0], [1, 10], [2, 22], [3, 30], [4, 40], [5, 50]],
    },
    { name: 'MERGE of rows that its source lacks, behind such a row', sql: "MERGE INTO @ USING # s ON @.id = s.id WHEN NOT MATCHED BY SOURCE AND @.v > 40 THEN UPDATE SET v = 0", others: ['UPDATE @ SET v = 41 WHERE id = 2'], first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 10], [2, 0], [3, 30], [4, 40], [5, 0]] },
    { name: 'MERGE of rows that its source lacks, behind another row', sql: "MERGE INTO @ USING # s ON @.id = s.id WHEN NOT MATCHED BY SOURCE AND @.v > 40 THEN UPDATE SET v = 0", others: ['UPDATE @ SET v = 39 WHERE id = 2'], first: 'committed', rows: [[0, 0], [1, 10], [2, 39], [3, 30], [4, 40], [5, 0]] },
    { name: 'UPDATE from what the whole table holds', sql: 'UPDATE @ SET v = (SELECT count(*) FROM @) WHERE id = 1', others: ['DELETE FROM @ WHERE id = 5'], first: 'DELTA_CONCURRENT_DELETE_READ', rows: [[0, 0], [1, 5], [2, 20], [3, 30], [4, 40]] },
    { name: 'MERGE whose source changes each time', sql: 'MERGE INTO @ USING (SELECT * FROM # LIMIT 1) s ON @.id = s.id WHEN MATCHED THEN UPDATE SET v = 0', others: ['UPDATE @ SET v = 2 WHERE id = 5'], first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 0], [2, 20], [3, 30], [4, 40], [5, 2]] },
    { name: 'REPLACE WHERE behind UPDATE of other rows', sql: 'INSERT INTO @ REPLACE WHERE id % 3 = 0 VALUES (9, 9)', others: ['UPDATE @ SET v = 2 WHERE id = 1'], first: 'committed', rows: [[1, 2], [2, 20], [4, 40], [5, 50], [9, 9]] },
    { name: 'UPDATE whose condition fails on a row that came and went', sql: 'UPDATE @ SET v = 1 WHERE 10 / (id - 8) < -1.9', others: ['UPDATE @ SET id = 8 WHERE id = 5', 'UPDATE @ SET id = 9 WHERE id = 8'], first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 10], [2, 20], [3, 1], [4, 1], [9, 50]] },
    { name: 'UPDATE behind an append of rows that it would change', sql: 'UPDATE @ SET v = 1 WHERE id = 2', others: ['INSERT INTO @ VALUES (2, 2)'], first: 'committed', rows: [[0, 0], [1, 10], [2, 1], [2, 2], [3, 30], [4, 40], [5, 50]] },
    { name: 'the same, serializable', sql: 'UPDATE @ SET v = 1 WHERE id = 2', others: ['INSERT INTO @ VALUES (2, 2)'], properties: "'delta.enableDeletionVectors'='true', 'delta.isolationLevel'='Serializable'", first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 10], [2, 1], [2, 1], [3, 30], [4, 40], [5, 50]] },
    { name: 'an append of other rows, serializable', sql: 'UPDATE @ SET v = 1 WHERE id = 2', others: ['INSERT INTO @ VALUES (1, 1), (3, 3)'], properties: "'delta.enableDeletionVectors'='true', 'delta.isolationLevel'='Serializable'", first: 'committed', rows: [[0, 0], [1, 1], [1, 10], [2, 1], [3, 3], [3, 30], [4, 40], [5, 50]] },
    { name: 'UPDATE of another row where files are rewritten', sql: 'UPDATE @ SET v = 1 WHERE id = 1', others: ['UPDATE @ SET v = 2 WHERE id = 2'], properties: "'delta.enableDeletionVectors'='false'", first: 'DELTA_CONCURRENT_APPEND', rows: [[0, 0], [1, 1], [2, 2], [3, 30], [4, 40], [5, 50]] },
    { name: 'UPDATE with row ids', sql: 'UPDATE @ SET v = 1 WHERE id = 1', others: ['UPDATE @ SET v = 2 WHERE id = 2'], properties: "'delta.enableDeletionVectors'='true', 'delta.enableRowTracking'='true', 'delta.enableChangeDataFeed'='true'", first: 'committed', rows: [[0, 0], [1, 1], [2, 2], [3, 30], [4, 40], [5, 50]] },
  ])('$name: $first', async ({ sql, others, properties, first, rows }) => {
    expect(await race({ sql, others, ...(properties === undefined ? {} : { properties }) })).toEqual({ first, rows });
  });
});
