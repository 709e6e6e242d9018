import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable({ withElsewhere: true });
const { run, rowsOf, codeOf } = table;

/** The actions of the first commit. */
function firstCommit(name: string): readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[] {
  const text = readFileSync(join(table.workspace.root, name, '_delta_log/00000000000000000000.json'), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Readonly<Record<string, Readonly<Record<string, unknown>>>>);
}

const VECTORS = "CREATE TABLE @ (id INT, name STRING, p STRING) PARTITIONED BY (p) COMMENT 'mine' TBLPROPERTIES (k = 'v'); INSERT INTO @ VALUES (1, 'a', 'x y'), (2, 'b', 'x y'), (3, 'c', 'ü=1'), (4, 'd', NULL); DELETE FROM @ WHERE id = 1";

describe('CREATE TABLE … SHALLOW CLONE', () => {
  it.each([
    { name: 'deletion vectors and odd partitions', make: VECTORS },
    { name: 'mapped columns', make: "CREATE TABLE @ (id INT, name STRING, gone INT) TBLPROPERTIES ('delta.columnMapping.mode'='name'); INSERT INTO @ VALUES (2, 'b', 0), (3, 'c', 0); ALTER TABLE @ DROP COLUMN gone; ALTER TABLE @ RENAME COLUMN id TO n; ALTER TABLE @ RENAME COLUMN n TO id" },
    { name: 'row tracking', make: "CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.enableRowTracking'='true', 'delta.enableInCommitTimestamps'='true'); INSERT INTO @ VALUES (2, 'b'), (3, 'c'); UPDATE @ SET name = 'z' WHERE id = 3" },
    { name: 'rules, clustering and a feed', make: "CREATE TABLE @ (id INT NOT NULL, name STRING DEFAULT 'd', g INT GENERATED ALWAYS AS (id + 1), CONSTRAINT c CHECK (id > 0)) CLUSTER BY (id) TBLPROPERTIES ('delta.feature.allowColumnDefaults'='supported', 'delta.enableChangeDataFeed'='true'); INSERT INTO @ (id, name) VALUES (2, 'b'), (3, 'c')" },
    { name: 'widened types', make: "CREATE TABLE @ (id TINYINT, name STRING) TBLPROPERTIES ('delta.enableTypeWidening'='true'); INSERT INTO @ VALUES (2, 'b'); ALTER TABLE @ ALTER COLUMN id TYPE INT; INSERT INTO @ VALUES (3000, 'c')" },
    { name: 'an empty table', make: 'CREATE TABLE @ (id INT, name STRING)' },
  ])('[CLONE-1] reads the files of a table with $name, and changes on its own', async ({ make }) => {
    await run(make);
    const [before, columns] = [await rowsOf('SELECT * FROM @ ORDER BY id'), (await run('SELECT * FROM @')).columns];
    await run('CREATE TABLE @y SHALLOW CLONE @');
    expect([await rowsOf('SELECT * FROM @y ORDER BY id'), (await run('SELECT * FROM @y')).columns]).toEqual([before, columns]);
    expect(readdirSync(`${table.folder}y`)).toEqual(['_delta_log']);
    await run("INSERT INTO @y (id, name) VALUES (100, 'new'); UPDATE @y SET name = 'changed' WHERE id = 3; DELETE FROM @y WHERE id = 2");
    expect(await rowsOf('SELECT * FROM @ ORDER BY id')).toEqual(before);
    const after = before.filter(([id]) => id !== 2).map(([id, name]) => [id, id === 3 ? 'changed' : name]);
    expect(await rowsOf('SELECT id, name FROM @y ORDER BY id')).toEqual([...after, [100, 'new']].sort(([left], [right]) => Number(left) - Number(right)));
    await run('CREATE TABLE @z SHALLOW CLONE @y');
    expect(await rowsOf('SELECT * FROM @z ORDER BY id')).toEqual(await rowsOf('SELECT * FROM @y ORDER BY id'));
  });

  it('[CLONE-1] tells of itself as Spark does', async () => {
    await run(VECTORS);
    const answer = await run("CREATE TABLE @y SHALLOW CLONE @ TBLPROPERTIES (z = 'y')");
    const files = Number((await rowsOf('DESCRIBE DETAIL @'))[0]?.[9]);
    expect([answer.columns, answer.rows.map((row) => row.slice(1))]).toEqual(['source_table_size bigint, source_num_of_files bigint, num_removed_files bigint, num_copied_files bigint, removed_files_size bigint, copied_files_size bigint', [[BigInt(files), 0n, 0n, 0n, 0n]]]);
    const commit = firstCommit(`${table.name}y`);
    const info = commit[0]?.['commitInfo'];
    expect([info?.['operation'], info?.['operationParameters'], Object.keys(info?.['operationMetrics'] as object).sort()]).toEqual([
      'CLONE',
      { source: `spark_catalog.default.${table.name}`, sourceVersion: '2' },
      ['copiedFilesSize', 'numCopiedFiles', 'numRemovedFiles', 'removedFilesSize', 'sourceNumOfFiles', 'sourceTableSize'],
    ]);
    const metadata = commit.find((action) => action['metaData'] !== undefined)?.['metaData'];
    expect([metadata?.['configuration'], metadata?.['description']]).toEqual([{ 'delta.enableDeletionVectors': 'true', k: 'v', z: 'y' }, undefined]);
    const adds = commit.flatMap((action) => (action['add'] === undefined ? [] : [action['add']]));
    expect(adds.every((add) => String(add['path']).startsWith(`file:${table.folder}/`))).toBe(true);
    expect(adds.flatMap((add) => (add['deletionVector'] === undefined ? [] : [(add['deletionVector'] as { storageType: string }).storageType]))).toEqual(['p']);
  });

  it('keeps the ids of rows, and gives new ones above', async () => {
    await run("CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.enableRowTracking'='true', 'delta.enableDeletionVectors'='false'); INSERT INTO @ VALUES (1), (2); CREATE TABLE @y SHALLOW CLONE @; INSERT INTO @y VALUES (3)");
    expect(await rowsOf('SELECT id, _row_id FROM @y ORDER BY id')).toEqual([[1, 0], [2, 1], [3, 2]]);
  });

  it('clones another version, to another place, and over a table without files', async () => {
    await run(`${VECTORS}; CREATE TABLE @y SHALLOW CLONE @ VERSION AS OF 1 LOCATION '$/a b'`);
    expect([(await rowsOf('SELECT * FROM @y')).length, (await rowsOf('DESCRIBE EXTENDED @y')).find(([name]) => name === 'Type')?.[1]]).toEqual([4, 'EXTERNAL']);
    await run('CREATE TABLE @e (other DATE) CLUSTER BY (other); CREATE OR REPLACE TABLE @e SHALLOW CLONE delta.`$/a b`');
    expect([(await rowsOf('SELECT * FROM @e')).length, (await rowsOf('DESCRIBE HISTORY @e')).map((entry) => entry[4]), (await rowsOf('DESCRIBE DETAIL @e'))[0]?.[8]]).toEqual([4, ['CLONE', 'CREATE TABLE'], '[]']);
    expect(await rowsOf('CREATE TABLE IF NOT EXISTS @e SHALLOW CLONE @')).toEqual([]);
    await run('CREATE OR REPLACE TABLE @n SHALLOW CLONE @');
    expect((await rowsOf('SELECT * FROM @n')).length).toBe(3);
  });

  it.each([
    { sql: 'CREATE TABLE @ SHALLOW CLONE @', code: 'DELTA_TABLE_ALREADY_EXISTS' },
    { sql: 'CREATE OR REPLACE TABLE @ SHALLOW CLONE @ VERSION AS OF 1', code: 'DELTA_UNSUPPORTED_NON_EMPTY_CLONE' },
    { sql: 'REPLACE TABLE @n SHALLOW CLONE @', code: 'DELTA_CANNOT_REPLACE_MISSING_TABLE' },
    { sql: 'CREATE TABLE @n SHALLOW CLONE nosuch', code: 'TABLE_OR_VIEW_NOT_FOUND' },
    { sql: 'CREATE TABLE @n SHALLOW CLONE @ VERSION AS OF 99', code: 'DELTA_VERSION_NOT_FOUND' },
    { sql: "CREATE TABLE @n SHALLOW CLONE @ LOCATION '$/full'", code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION' },
    { sql: "CREATE TABLE @n SHALLOW CLONE @ LOCATION '@'", code: 'DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION' },
    { sql: "CREATE TABLE @n SHALLOW CLONE @ TBLPROPERTIES ('delta.columnMapping.mode'='name')", code: 'DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE' },
    { sql: "CREATE TABLE @n SHALLOW CLONE @ TBLPROPERTIES ('delta.nosuch'='1')", code: 'DELTA_UNKNOWN_CONFIGURATION' },
    { sql: 'CREATE TABLE @n DEEP CLONE @', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { sql: 'CREATE TABLE @n SHALLOW CLONE @ CLUSTER BY (id)', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { sql: 'CREATE TABLE @n SHALLOW CLONE csv.`$/full/file.txt`', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
  ])('is refused: $sql', async ({ sql, code }) => {
    await run(VECTORS);
    mkdirSync(join(table.elsewhere, 'full'));
    writeFileSync(join(table.elsewhere, 'full', 'file.txt'), 'a');
    expect([await codeOf(sql), await codeOf('SELECT * FROM @n'), (await rowsOf('SELECT * FROM @')).length]).toEqual([code, 'TABLE_OR_VIEW_NOT_FOUND', 3]);
  });
});
