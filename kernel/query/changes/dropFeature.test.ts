import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable();
const { run, rowsOf, codeOf, commitOf } = table;

async function protocolNow(): Promise<unknown> {
  return (await commitOf()).find((action) => action['protocol'] !== undefined)?.['protocol'];
}

/** As if the last day had gone by since the newest commit. */
function letTimePass(hours = 25): void {
  const folder = join(table.folder, '_delta_log');
  const before = Date.now() / 1000 - hours * 3600;
  readdirSync(folder).filter((name) => /^\d/.test(name)).sort().forEach((name, index) => utimesSync(join(folder, name), before + index / 1000, before + index / 1000));
}

function logFiles(): readonly string[] {
  return readdirSync(join(table.folder, '_delta_log')).filter((name) => /^\d+\.(json|checkpoint)/.test(name)).map((name) => name.replace(/^0+(?=\d)/, '')).sort();
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
    expect(readdirSync(join(table.folder, '_delta_log'))).toContain(`${String(version).padStart(20, '0')}.checkpoint.parquet`);
    expect([await rowsOf(), JSON.stringify((await commitOf()).filter((action) => action['add'] !== undefined || action['metaData'] !== undefined))]).toEqual([rows, expect.not.stringMatching(/"deletionVector":|columnMapping|typeChanges|enableTypeWidening|enableDeletionVectors":"true|checkpointPolicy/)]);
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
    expect(JSON.stringify((await commitOf()).slice(1))).not.toMatch(/enableRowTracking|baseRowId|inCommitTimestamp|checkpointProtection/);
    await run("INSERT INTO @ VALUES (9, 'after')");
    expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[4]]);
  });

  it.each([
    { make: 'CREATE TABLE @ (id INT)', sql: 'nope', code: 'DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE' },
    { make: 'CREATE TABLE @ (id INT)', sql: 'generatedColumns', code: 'DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE' },
    { make: 'CREATE TABLE @ (id INT)', sql: 'rowTracking', code: 'DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT' },
    { make: "CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.enableRowTracking'='true')", sql: 'domainMetadata', code: 'DELTA_FEATURE_DROP_DEPENDENT_FEATURE' },
    { make: "CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.enableRowTracking'='true')", sql: 'rowTracking TRUNCATE HISTORY', code: 'DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED' },
    { make: "CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.enableDeletionVectors'='false')", sql: 'deletionVectors TRUNCATE HISTORY', code: 'DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT' },
    { make: "CREATE TABLE @ (id INT) TBLPROPERTIES ('delta.feature.checkpointProtection'='supported')", sql: 'checkpointProtection', code: 'DELTA_FEATURE_CAN_ONLY_DROP_CHECKPOINT_PROTECTION_WITH_HISTORY_TRUNCATION' },
    { make: 'CREATE TABLE @ (id INT, CONSTRAINT c CHECK (id > 0))', sql: 'checkConstraints', code: 'DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE' },
  ])('refuses DROP FEATURE $sql', async ({ make, sql, code }) => {
    await run(make);
    expect([await codeOf(`ALTER TABLE @ DROP FEATURE ${sql}`), (await rowsOf('DESCRIBE HISTORY @')).length]).toEqual([code, 1]);
  });
});

it('[ALTER-7] old checkpoints stay protected where an older version is restored', async () => {
  await run(`CREATE TABLE @ (id INT, name STRING); ${ROWS}; DELETE FROM @ WHERE id = 2; ALTER TABLE @ DROP FEATURE deletionVectors`);
  const protectedBefore = async (): Promise<unknown> => (await rowsOf('SHOW TBLPROPERTIES @')).find(([name]) => name === 'delta.requireCheckpointProtectionBeforeVersion')?.[1];
  const before = await protectedBefore();
  await run('RESTORE TABLE @ TO VERSION AS OF 1');
  expect([before, await protectedBefore(), await rowsOf('SELECT count(*) FROM @')]).toEqual([expect.stringMatching(/^\d+$/), before, [[3]]]);
});

describe('DROP FEATURE … TRUNCATE HISTORY', () => {
  it.each([
    { feature: 'deletionVectors', make: `CREATE TABLE @ (id INT, name STRING); ${ROWS}; DELETE FROM @ WHERE id = 2`, rows: [[1, 'a'], [3, 'c']] },
    {
      feature: 'columnMapping',
      make: `CREATE TABLE @ (id INT, was STRING) TBLPROPERTIES ('delta.columnMapping.mode'='name', 'delta.enableDeletionVectors'='false'); ${ROWS}; ALTER TABLE @ RENAME COLUMN was TO name`,
      rows: [[1, 'a'], [2, 'b'], [3, 'c']],
    },
    {
      feature: 'typeWidening',
      make: `CREATE TABLE @ (id TINYINT, name STRING) TBLPROPERTIES ('delta.enableTypeWidening'='true', 'delta.enableDeletionVectors'='false'); ${ROWS}; ALTER TABLE @ ALTER COLUMN id TYPE INT`,
      rows: [[1, 'a'], [2, 'b'], [3, 'c']],
    },
    { feature: 'v2Checkpoint', make: `CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.checkpointPolicy'='v2', 'delta.enableDeletionVectors'='false'); ${ROWS}`, rows: [[1, 'a'], [2, 'b'], [3, 'c']] },
  ])('[ALTER-10] drops $feature once no version is left that needs it', async ({ feature, make, rows }) => {
    const drop = `ALTER TABLE @ DROP FEATURE ${feature} TRUNCATE HISTORY`;
    await run(make);
    expect([await codeOf(drop), await rowsOf()]).toEqual(['DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD', rows]);
    const cleaned = Number((await rowsOf('DESCRIBE HISTORY @ LIMIT 1'))[0]?.[0]);
    letTimePass(23);
    expect(await codeOf(drop)).toBe('DELTA_FEATURE_DROP_HISTORICAL_VERSIONS_EXIST');
    letTimePass();
    await run(drop);
    expect(await protocolNow()).toMatchObject({ minReaderVersion: 1, minWriterVersion: expect.any(Number) as unknown });
    expect(JSON.stringify(await protocolNow())).not.toMatch(/Protection|deletionVectors|columnMapping|typeWidening|v2Checkpoint/);
    expect([logFiles(), await rowsOf(), (await rowsOf('DESCRIBE HISTORY @')).map((entry) => entry[4])]).toEqual([
      [`${cleaned}.checkpoint.parquet`, `${cleaned}.json`, `${cleaned + 1}.json`],
      rows,
      ['DROP FEATURE', 'Empty Commit'],
    ]);
    expect([await rowsOf(`SELECT count(*) FROM @ VERSION AS OF ${cleaned}`), await codeOf('SELECT * FROM @ VERSION AS OF 1')]).toEqual([[[rows.length]], 'DELTA_VERSION_NOT_FOUND']);
  });

  it('[ALTER-10] drops what no version makes use of at once', async () => {
    await run(`CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.feature.deletionVectors'='supported', 'delta.enableDeletionVectors'='false'); ${ROWS}`);
    await run('ALTER TABLE @ DROP FEATURE deletionVectors TRUNCATE HISTORY');
    expect([JSON.stringify(await protocolNow()).includes('deletionVectors'), (await commitOf())[0]?.['commitInfo']?.['operationParameters']]).toEqual([false, { featureName: 'deletionVectors', truncateHistory: 'true' }]);
  });

  it('[ALTER-10] waits for the whole retention of the log where history is not protected and not truncated', async () => {
    await run(`SET spark.databricks.delta.tableFeatures.fastDropFeature.enabled = false; CREATE TABLE @ (id INT, name STRING) TBLPROPERTIES ('delta.logRetentionDuration'='interval 10 days'); ${ROWS}; DELETE FROM @ WHERE id = 2`);
    const drop = 'ALTER TABLE @ DROP FEATURE deletionVectors';
    expect(await codeOf(drop)).toBe('DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD');
    letTimePass(9 * 24);
    expect(await codeOf(drop)).toBe('DELTA_FEATURE_DROP_HISTORICAL_VERSIONS_EXIST');
    letTimePass(11 * 24 + 1);
    await run(drop);
    expect([JSON.stringify(await protocolNow()), await rowsOf()]).toEqual([expect.not.stringMatching(/deletionVectors|Protection/), [[1, 'a'], [3, 'c']]]);
  });

  it('[ALTER-10] finds a version that needs the feature where its first commits are gone', async () => {
    await run(`CREATE TABLE @ (id INT, name STRING); ${ROWS}; DELETE FROM @ WHERE id = 2; ALTER TABLE @ SET TBLPROPERTIES ('delta.checkpointInterval'='1', 'delta.enableDeletionVectors'='false')`);
    letTimePass();
    await run('ALTER TABLE @ SET TBLPROPERTIES (a = 1)');
    expect(await codeOf('ALTER TABLE @ DROP FEATURE deletionVectors TRUNCATE HISTORY')).toBe('DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD');
    expect(await codeOf('ALTER TABLE @ DROP FEATURE deletionVectors TRUNCATE HISTORY')).toBe('DELTA_FEATURE_DROP_HISTORICAL_VERSIONS_EXIST');
    expect(logFiles()[0]).toBe('3.checkpoint.parquet');
  });

  it('[ALTER-10] ends the protection of checkpoints with the history that they protect', async () => {
    const drop = 'ALTER TABLE @ DROP FEATURE checkpointProtection TRUNCATE HISTORY';
    await run(`CREATE TABLE @ (id INT, name STRING); ${ROWS}; DELETE FROM @ WHERE id = 2; ALTER TABLE @ DROP FEATURE deletionVectors`);
    expect([await codeOf(drop), logFiles()]).toEqual(['DELTA_FEATURE_DROP_CHECKPOINT_PROTECTION_WAIT_FOR_RETENTION_PERIOD', ['0.json', '1.json', '2.json', '3.checkpoint.parquet', '3.json']]);
    letTimePass();
    await run(drop);
    expect(JSON.stringify(await protocolNow())).not.toContain('Protection');
    expect(JSON.stringify(await commitOf())).not.toContain('requireCheckpointProtectionBeforeVersion');
    expect([logFiles(), await rowsOf()]).toEqual([['3.checkpoint.parquet', '3.json', '4.json'], [[1, 'a'], [3, 'c']]]);
  });
});
