import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LakebookError } from '../../base/errors.ts';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
let made = 0;
let t = '';
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
beforeEach(() => {
  workspace.session = workspace.engine.createSession();
  made += 1;
  t = `d${made}`;
});
afterAll(() => workspace.dispose());

/** `@` stands for the test's own table. */
function run(text: string): ReturnType<TestWorkspace['run']> {
  return workspace.run(text.replaceAll('@', t));
}

async function rowsOf(text = 'SELECT * FROM @ ORDER BY ALL'): Promise<readonly (readonly unknown[])[]> {
  return (await run(text)).rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

async function codeOf(text: string): Promise<string> {
  const error: unknown = await run(text).catch((failure: unknown) => failure);
  if (!(error instanceof LakebookError)) throw new Error(`no error but ${String(error)}`);
  return error.code;
}

type Action = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The actions of the newest commit. */
async function lastCommit(): Promise<readonly Action[]> {
  const latest = Number((await rowsOf('DESCRIBE HISTORY @ LIMIT 1'))[0]?.[0]);
  const text = readFileSync(join(workspace.root, t, '_delta_log', `${String(latest).padStart(20, '0')}.json`), 'utf8');
  return text.trim().split('\n').map((line) => JSON.parse(line) as Action);
}

async function protocolNow(): Promise<unknown> {
  return (await lastCommit()).find((action) => action['protocol'] !== undefined)?.['protocol'];
}

const ROWS = "INSERT INTO @ VALUES (1, 'a'), (2, 'b'), (3, 'c')";

describe('DROP FEATURE', () => {
  it.each([
    {
      feature: 'deletionVectors',
      make: `CREATE TABLE @ (id INT, name STRING); ${ROWS}; DELETE FROM @ WHERE id = 2`,
      protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['checkpointProtection'] },
      rows: [[1, 'a'], [3, 'c']],
    },
    {
      feature: 'columnMapping',
      make: `CREATE TABLE @ (id INT, was STRING) TBLPROPERTIES ('delta.columnMapping.mode'='name', 'delta.enableDeletionVectors'='false'); ${ROWS}; ALTER TABLE @ RENAME COLUMN was TO name`,
      protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['checkpointProtection'] },
      rows: [[1, 'a'], [2, 'b'], [3, 'c']],
    },
    {
      feature: 'typeWidening',
      make: `CREATE TABLE @ (id TINYINT, name STRING) TBLPROPERTIES ('delta.enableTypeWidening'='true', 'delta.enableDeletionVectors'='false'); ${ROWS}; ALTER TABLE @ ALTER COLUMN id TYPE INT`,
      protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['checkpointProtection'] },
      rows: [[1, 'a'], [2, 'b'], [3, 'c']],
    },
    {
      feature: 'v2Checkpoint',
      make: `CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.checkpointPolicy'='v2', 'delta.enableDeletionVectors'='false'); ${ROWS}`,
      protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['checkpointProtection'] },
      rows: [[1, 'a'], [2, 'b'], [3, 'c']],
    },
  ])('[ALTER-7] leaves a table that readers without $feature can read', async ({ feature, make, protocol, rows }) => {
    await run(make);
    await run(`ALTER TABLE @ DROP FEATURE ${feature}`);
    expect(await protocolNow()).toMatchObject({ ...protocol, writerFeatures: expect.arrayContaining(protocol.writerFeatures) as unknown });
    const [version] = (await rowsOf('DESCRIBE HISTORY @ LIMIT 1'))[0]!;
    expect(readdirSync(join(workspace.root, t, '_delta_log'))).toContain(`${String(version).padStart(20, '0')}.checkpoint.parquet`);
    expect([await rowsOf(), JSON.stringify((await lastCommit()).filter((action) => action['add'] !== undefined || action['metaData'] !== undefined))]).toEqual([rows, expect.not.stringMatching(/"deletionVector":|columnMapping|typeChanges|enableTypeWidening|enableDeletionVectors":"true|checkpointPolicy/)]);
    await run("INSERT INTO @ VALUES (9, 'after')");
    expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[rows.length + 1]]);
    expect(await rowsOf('SELECT count(*) FROM @ VERSION AS OF 1')).toEqual([[3]]);
  });

  it.each([
    { feature: 'rowTracking', make: "CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.enableRowTracking'='true', 'delta.enableDeletionVectors'='false')" },
    { feature: 'inCommitTimestamp', make: "CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.enableInCommitTimestamps'='true', 'delta.enableDeletionVectors'='false')" },
    { feature: 'checkConstraints', make: "CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.feature.checkConstraints'='supported', 'delta.enableDeletionVectors'='false')" },
  ])('drops $feature, which only writers know, at once', async ({ feature, make }) => {
    await run(`${make}; ${ROWS}; ALTER TABLE @ DROP FEATURE ${feature}`);
    expect(JSON.stringify(await protocolNow())).not.toContain(feature);
    expect(JSON.stringify((await lastCommit()).slice(1))).not.toMatch(/enableRowTracking|baseRowId|inCommitTimestamp|checkpointProtection/);
    await run("INSERT INTO @ VALUES (9, 'after')");
    expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[4]]);
  });

  it.each([
    { make: 'CREATE TABLE @ (id INT)', sql: 'nope', code: 'DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE' },
    { make: 'CREATE TABLE @ (id INT)', sql: 'generatedColumns', code: 'DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE' },
    { make: 'CREATE TABLE @ (id INT)', sql: 'rowTracking', code: 'DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT' },
    { make: "CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.enableRowTracking'='true')", sql: 'domainMetadata', code: 'DELTA_FEATURE_DROP_DEPENDENT_FEATURE' },
    { make: "CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.enableRowTracking'='true')", sql: 'rowTracking TRUNCATE HISTORY', code: 'DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED' },
    { make: 'CREATE TABLE @ (id INT)', sql: 'deletionVectors TRUNCATE HISTORY', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { make: 'CREATE TABLE @ (id INT, CONSTRAINT c CHECK (id > 0))', sql: 'checkConstraints', code: 'DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE' },
  ])('refuses DROP FEATURE $sql', async ({ make, sql, code }) => {
    await run(make);
    expect([await codeOf(`ALTER TABLE @ DROP FEATURE ${sql}`), (await rowsOf('DESCRIBE HISTORY @')).length]).toEqual([code, 1]);
  });
});
