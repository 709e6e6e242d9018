import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let made = 0;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
afterAll(() => workspace.dispose());

const COMPUTED = 'id INT, half INT, twice INT GENERATED ALWAYS AS (half * 2), n BIGINT GENERATED ALWAYS AS IDENTITY';

it.each([
  {
    name: 'UPDATE with a generated column',
    columns: COMPUTED,
    sql: 'INSERT INTO @ (id, half) VALUES (1, 1), (2, 2); UPDATE @ SET half = 10 WHERE id = 2',
    changes: [[2, 2, 4, 2, 'update_preimage'], [2, 10, 20, 2, 'update_postimage']],
  },
  {
    name: 'MERGE with generated and identity columns',
    columns: COMPUTED,
    sql: `INSERT INTO @ (id, half) VALUES (1, 1), (2, 2);
      MERGE INTO @ USING (SELECT 2 AS id UNION ALL SELECT 7) s ON @.id = s.id WHEN MATCHED THEN UPDATE SET half = 30 WHEN NOT MATCHED THEN INSERT (id, half) VALUES (s.id, 70)`,
    changes: [[2, 2, 4, 2, 'update_preimage'], [2, 30, 60, 2, 'update_postimage'], [7, 70, 140, 3, 'insert']],
  },
  {
    name: 'REPLACE WHERE that leaves rows of a file',
    columns: 'id INT, note STRING',
    sql: "INSERT INTO @ VALUES (1, 'a'), (9, 'i'); INSERT INTO @ REPLACE WHERE id > 4 VALUES (5, 'e'), (6, 'f')",
    changes: [[5, 'e', 'insert'], [6, 'f', 'insert'], [9, 'i', 'delete']],
  },
  {
    name: 'REPLACE WHERE that replaces whole files',
    columns: 'id INT, note STRING',
    sql: "INSERT INTO @ VALUES (9, 'i'); INSERT INTO @ REPLACE WHERE id > 4 VALUES (5, 'e')",
    changes: [[5, 'e', 'insert'], [9, 'i', 'delete']],
  },
  { name: 'DELETE', columns: 'id INT, note STRING', sql: "INSERT INTO @ VALUES (1, 'a'), (9, 'i'); DELETE FROM @ WHERE id = 1", changes: [[1, 'a', 'delete']] },
])('the change data feed tells of $name what the table tells', async ({ columns, sql, changes }) => {
  for (const vectors of [true, false]) {
    made += 1;
    const table = `t${made}`;
    await workspace.run(`CREATE TABLE ${table} (${columns}) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableDeletionVectors' = '${vectors}'); ${sql.replaceAll('@', table)}`);
    const { rows } = await workspace.run(`SELECT * EXCEPT (_commit_version, _commit_timestamp) FROM table_changes('${table}', 2) ORDER BY ALL`);
    expect(rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)))).toEqual(changes);
  }
});
