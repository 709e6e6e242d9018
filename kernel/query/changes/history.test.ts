import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let made = 0;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
afterAll(() => workspace.dispose());

const ROWS = "CREATE TABLE @ (id INT, note STRING, p INT) PARTITIONED BY (p); INSERT INTO @ VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 2);";

// What `npm run test:interop -- delta` finds in the histories that Spark writes of the same statements.
it.each([
  { name: 'CREATE TABLE', sql: 'CREATE TABLE @ (id INT)', parameters: { partitionBy: '[]', clusterBy: '[]', description: null, isManaged: 'true', properties: '{"delta.enableDeletionVectors":"true"}' }, metrics: {} },
  { name: 'CREATE TABLE with a comment', sql: "CREATE TABLE @ (id INT, p INT) PARTITIONED BY (p) COMMENT 'said' TBLPROPERTIES ('delta.feature.domainMetadata' = 'supported')", parameters: { partitionBy: '["p"]', clusterBy: '[]', description: 'said', isManaged: 'true', properties: '{"delta.enableDeletionVectors":"true"}' }, metrics: {} },
  { name: 'INSERT', sql: `${ROWS} INSERT INTO @ VALUES (4, 'd', 2)`, parameters: { mode: 'Append', partitionBy: '[]' }, metrics: { numFiles: '1', numOutputRows: '1' } },
  { name: 'REPLACE WHERE', sql: `${ROWS} INSERT INTO @ REPLACE WHERE id = 2 VALUES (2, 'x', 2)`, parameters: { mode: 'Overwrite', partitionBy: '[]', predicate: 'id = 2' }, metrics: { numFiles: '1', numOutputRows: '1', numRemovedFiles: '1', numCopiedRows: '0', numDeletedRows: '1', numAddedChangeFiles: '0' } },
  {
    name: 'a widened type',
    sql: "CREATE TABLE @ (id TINYINT) TBLPROPERTIES ('delta.enableTypeWidening' = 'true'); ALTER TABLE @ ALTER COLUMN id TYPE INT",
    parameters: { column: '{"name":"id","type":"integer","nullable":true,"metadata":{}}' },
    metrics: {},
  },
  {
    name: 'MERGE',
    sql: `${ROWS} MERGE INTO @ USING (VALUES (1), (4), (5)) s(id) ON @.id = s.id
      WHEN MATCHED THEN UPDATE SET note = 'm' WHEN NOT MATCHED AND s.id = 4 THEN INSERT (id, p) VALUES (4, 2)
      WHEN NOT MATCHED BY SOURCE AND @.id = 2 THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET note = 'gone'`,
    parameters: {},
    metrics: {
      numSourceRows: '3', numTargetRowsInserted: '1', numTargetRowsUpdated: '2', numTargetRowsDeleted: '1', numTargetRowsMatchedUpdated: '1', numTargetRowsMatchedDeleted: '0',
      numTargetRowsNotMatchedBySourceUpdated: '1', numTargetRowsNotMatchedBySourceDeleted: '1',
    },
  },
])('the history tells of $name as Spark does', async ({ sql, parameters, metrics }) => {
  made += 1;
  const table = `t${made}`;
  await workspace.run(sql.replaceAll('@', table));
  expect(await newestCommit(table)).toMatchObject({ parameters, metrics });
});

it.each([
  { source: '(SELECT 1 AS id UNION ALL SELECT 4)', rows: '2' },
  { source: '(SELECT id + 1 AS id FROM @ WHERE id > 1)', rows: '2' },
  { source: '(SELECT max(id) AS id FROM @)', rows: undefined },
  { source: '(SELECT id FROM @ WHERE rand() >= 0)', rows: undefined },
])('the history counts the rows of $source where that is cheap and gives the same again', async ({ source, rows }) => {
  made += 1;
  const table = `t${made}`;
  await workspace.run(`${ROWS} MERGE INTO @ USING ${source} s ON @.id = s.id WHEN MATCHED THEN UPDATE SET note = 'm'`.replaceAll('@', table));
  const { metrics } = await newestCommit(table);
  expect(metrics['numSourceRows']).toBe(rows);
});

it('the detail tells features in the order of their names, as Spark does', async () => {
  made += 1;
  await workspace.run(`CREATE TABLE t${made} (id INT) CLUSTER BY (id) TBLPROPERTIES ('delta.checkpointPolicy' = 'v2')`);
  const [row = []] = (await workspace.run(`DESCRIBE DETAIL t${made}`)).rows;
  expect(row.at(-1)).toBe("['appendOnly', 'clustering', 'deletionVectors', 'domainMetadata', 'invariants', 'v2Checkpoint']");
});

async function newestCommit(table: string): Promise<{ readonly parameters: unknown; readonly metrics: Readonly<Record<string, string>> }> {
  const log = join(workspace.root, table, '_delta_log');
  const newest = (await readdir(log)).filter((name) => name.endsWith('.json')).sort().at(-1)!;
  const [first = ''] = (await readFile(join(log, newest), 'utf8')).split('\n', 1);
  const { commitInfo } = JSON.parse(first) as { readonly commitInfo: { readonly operationParameters: unknown; readonly operationMetrics: Readonly<Record<string, string>> } };
  return { parameters: commitInfo.operationParameters, metrics: commitInfo.operationMetrics };
}
