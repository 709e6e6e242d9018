import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryCoordinator } from '../../../build/testing/delta/memoryCoordinator.ts';
import { LakebookError } from '../../base/errors.ts';
import { TestWorkspace } from '../testWorkspace.ts';

const catalogs = new Map<string, MemoryCoordinator>();
let workspace: TestWorkspace;
/** Reaches tables by their paths. */
let outside: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create({
    coordinatorOf: (table) => {
      if (!table.includes('/managed')) return undefined;
      const catalog = catalogs.get(table) ?? new MemoryCoordinator();
      catalogs.set(table, catalog);
      return catalog;
    },
  });
  outside = await TestWorkspace.create();
});
afterAll(async () => {
  await workspace.dispose();
  await outside.dispose();
});

const MANAGED = "'delta.feature.catalogManaged'='supported', 'delta.enableInCommitTimestamps'='true'";

async function rowsOf(text: string, where = workspace): Promise<readonly (readonly unknown[])[]> {
  return (await where.run(text)).rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

async function codeOf(text: string, where = workspace): Promise<string> {
  const error: unknown = await where.run(text).catch((failure: unknown) => failure);
  return error instanceof LakebookError ? error.code : `no error but ${String(error)}`;
}

it('CAT-1: CAT-2: reads and writes a table whose commits a catalog orders', async () => {
  await workspace.run(`CREATE TABLE managed (id INT, v INT) TBLPROPERTIES (${MANAGED}, 'delta.enableDeletionVectors'='true', 'delta.enableChangeDataFeed'='true'); INSERT INTO managed VALUES (1, 1), (2, 2), (3, 3)`);
  await workspace.run('UPDATE managed SET v = 20 WHERE id = 2; MERGE INTO managed USING (VALUES (3, 30), (4, 40)) s(id, v) ON managed.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *');
  expect(await rowsOf('SELECT * FROM managed ORDER BY id')).toEqual([[1, 1], [2, 20], [3, 30], [4, 40]]);
  expect(await rowsOf('SELECT * FROM managed VERSION AS OF 1 ORDER BY id')).toEqual([[1, 1], [2, 2], [3, 3]]);
  expect(await rowsOf("SELECT id, v, _change_type FROM table_changes('managed', 2, 2) ORDER BY ALL")).toEqual([[2, 2, 'update_preimage'], [2, 20, 'update_postimage']]);
  const history = await workspace.run('DESCRIBE HISTORY managed');
  expect(history.rows.map((row) => row[4])).toEqual(['MERGE', 'UPDATE', 'WRITE', 'CREATE TABLE']);
});

it('CAT-3: CAT-4: publishes what was ratified, and writes checkpoints of that alone', async () => {
  await workspace.run(`CREATE TABLE managed_much (id INT) TBLPROPERTIES (${MANAGED}, 'delta.checkpointInterval'='3', 'delta.logRetentionDuration'='interval 0 hours')`);
  for (let version = 1; version <= 7; version += 1) await workspace.run(`INSERT INTO managed_much VALUES (${version})`);
  const catalog = [...catalogs].find(([table]) => table.endsWith('/managed_much'))?.[1];
  const published = async (): Promise<readonly string[]> => (await readdir(join(workspace.root, 'managed_much', '_delta_log'))).filter((name) => /^\d+\.(?:json|checkpoint\.parquet)$/.test(name)).sort();
  await expect.poll(async () => [catalog?.publishedVersion, (await published()).length], { timeout: 10_000 }).toEqual([7, 10]);
  expect(await rowsOf('SELECT count(*), max(id) FROM managed_much')).toEqual([[7, 7]]);
});

it('PROTO-6: refuses a managed table by its path, to read and to write, and to become one there', async () => {
  await workspace.run(`CREATE TABLE managed_away (id INT) TBLPROPERTIES (${MANAGED})`);
  const [path, copy] = [join(workspace.root, 'managed_away'), join(outside.root, 'away')];
  await expect.poll(async () => (await readdir(join(path, '_delta_log'))).filter((name) => name.endsWith('0.json'))).toHaveLength(1);
  const blocked = 'DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED';
  for (const text of [`SELECT * FROM delta.\`${path}\``, `INSERT INTO delta.\`${path}\` VALUES (1)`, `DELETE FROM delta.\`${path}\``, `CREATE TABLE here (id INT) TBLPROPERTIES (${MANAGED})`]) expect([text, await codeOf(text, outside)]).toEqual([text, blocked]);
  await outside.run('CREATE TABLE plain (id INT)');
  expect(await codeOf(`ALTER TABLE plain SET TBLPROPERTIES (${MANAGED})`, outside)).toBe(blocked);
  // the name of the preview means the same
  await mkdir(join(copy, '_delta_log'), { recursive: true });
  const features = ['catalogOwned-preview'];
  await writeFile(join(copy, '_delta_log', `${'0'.repeat(20)}.json`), [{ protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: [...features, 'inCommitTimestamp'] } }, { metaData: { id: 'x', format: { provider: 'parquet', options: {} }, schemaString: '{"type":"struct","fields":[]}', partitionColumns: [], configuration: {} } }].map((action) => `${JSON.stringify(action)}\n`).join(''));
  expect(await codeOf(`SELECT * FROM delta.\`${copy}\``, outside)).toBe(blocked);
  await rm(copy, { recursive: true });
});

it('CAT-5: writes through a catalog only what says so, with times in its commits, and deletes no history', async () => {
  expect(await codeOf('CREATE TABLE managed_not (id INT)')).toBe('DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_OPERATION');
  expect(await codeOf("CREATE TABLE managed_timeless (id INT) TBLPROPERTIES ('delta.feature.catalogManaged'='supported')")).toBe('DELTA_CANNOT_MODIFY_CATALOG_MANAGED_DEPENDENCIES');
  await workspace.run(`CREATE TABLE managed_kept (id INT) TBLPROPERTIES (${MANAGED}, 'delta.enableDeletionVectors'='true')`);
  expect(await codeOf("ALTER TABLE managed_kept UNSET TBLPROPERTIES ('delta.enableInCommitTimestamps')")).toBe('DELTA_CANNOT_MODIFY_CATALOG_MANAGED_DEPENDENCIES');
  expect(await codeOf('ALTER TABLE managed_kept DROP FEATURE deletionVectors TRUNCATE HISTORY')).toBe('DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_OPERATION');
});
