import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LogFixture, logName } from '../../../build/testing/delta/logFixture.ts';
import { FEATURE_PROTOCOL, field, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { parseLogFile, type LogFile } from '../logFile.ts';
import { cutoffCommit, cutoffOf, expiredFiles } from './cleanupPlan.ts';

let test: TestDelta;
const written: LogFixture[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const table of written.splice(0)) table.remove();
});

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 29, 15, 30);
const SCHEMA = [field('id', 'long')];
const add = (path: string): Action => ({ add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true } });

interface AgedLog {
  readonly configuration?: Readonly<Record<string, string>>;
  readonly protocol?: Action;
  /** Versions, a day each, of which the newest is today's. */
  readonly versions?: number;
}

/** A table with a commit a day. */
function agedTable({ configuration = {}, protocol, versions = 41 }: AgedLog = {}): LogFixture {
  const table = new LogFixture(test);
  written.push(table);
  const properties = { 'delta.checkpointInterval': '3', ...configuration };
  for (let version = 0; version < versions; version += 1) {
    const created = version === 0 ? table.create({ schema: SCHEMA, configuration: properties, ...(protocol === undefined ? {} : { protocol }) }) : [];
    const timeMs = NOW - (versions - 1 - version) * DAY_MS;
    table.commit(version, [{ commitInfo: { inCommitTimestamp: timeMs } }, ...created, add(`f${version}`)], timeMs);
  }
  return table;
}

/** Ages each file of the log as its version's commit. */
function age(table: LogFixture, versions = 41): void {
  for (const name of table.logNames()) {
    const version = /^\d{20}/.exec(name)?.[0];
    if (version === undefined) continue;
    const seconds = (NOW - (versions - 1 - Number(version)) * DAY_MS) / 1000;
    utimesSync(join(table.log, name), seconds, seconds);
  }
}

/** With checkpoints at some versions around the cut. */
async function grown(options: AgedLog = {}): Promise<LogFixture> {
  const table = agedTable(options);
  const { versions = 41 } = options;
  for (const version of versions === 41 ? [6, 9] : [3]) await table.afterCommit(version, { nowMs: 0 });
  age(table, versions);
  return table;
}

const commitsOf = (table: LogFixture): readonly number[] => table.logNames().flatMap((name) => (/^\d{20}\.json$/.test(name) ? [Number(name.slice(0, 20))] : []));
const checkpointsOf = (table: LogFixture): readonly number[] => table.logNames().flatMap((name) => (/^\d{20}\.checkpoint/.test(name) ? [Number(name.slice(0, 20))] : []));

const file = (name: string, modifiedAtMs = 0): LogFile => parseLogFile({ name, sizeBytes: 1, modifiedAtMs }) ?? expect.fail(name);

describe('the plan', () => {
  it('[CLEAN-1] cuts at midnight UTC, and keeps the commit at the cut', () => {
    const cutoff = cutoffOf(NOW, 30 * DAY_MS);
    expect(new Date(cutoff).toISOString()).toBe('2026-10-30T00:00:00.000Z');
    const commits = [logName(0, 'json'), logName(1, 'json'), logName(2, 'json')].map((name, index) => file(name, cutoff + index - 1));
    expect(cutoffCommit(commits, cutoff)?.version).toBe(1);
    expect(cutoffCommit(commits, cutoff - 2)).toBeUndefined();
    expect(cutoffCommit(commits, cutoffOf(NOW, Infinity))).toBeUndefined();
  });

  it('[CLEAN-1] times that fall are made to rise, so nothing goes early', () => {
    expect(cutoffCommit([file(logName(0, 'json'), 10), file(logName(1, 'json'), 5), file(logName(2, 'json'), 6)], 10)?.version).toBe(0);
  });

  it('[CLEAN-3] commits go before their checkpoints, older versions first, compactions before all', () => {
    const names = [
      logName(0, 'json'), logName(0, 'crc'), logName(1, 'checkpoint.parquet'), logName(1, 'crc'), logName(1, 'json'), logName(2, 'json'), logName(3, 'checkpoint.parquet'), logName(3, 'json'), logName(3, 'crc'),
      `${logName(1, '').slice(0, 20)}.${logName(2, '').slice(0, 20)}.compacted.json`, `${logName(3, '').slice(0, 20)}.${logName(4, '').slice(0, 20)}.compacted.json`, `${logName(4, '').slice(0, 20)}.${logName(5, '').slice(0, 20)}.compacted.json`,
    ];
    const expired = expiredFiles(names.map((name) => file(name)), 3).map((expiredFile) => expiredFile.file.name);
    expect(expired).toEqual([names[9], names[10], names[0], names[1], logName(1, 'crc'), logName(1, 'json'), logName(1, 'checkpoint.parquet'), logName(2, 'json')]);
  });
});

describe('the log of a table', () => {
  it('[CLEAN-2] keeps the newest checkpoint before the cut, its commit, and everything after; each kept version can be rebuilt', async () => {
    const table = await grown();
    const states = await Promise.all([10, 11, 25, 40].map((version) => table.state(version)));
    table.commit(41, [add('f41')], NOW);
    table.commit(42, [add('f42')], NOW);
    const report = await table.afterCommit(42, { nowMs: NOW });
    expect(report).toMatchObject({ checkpoint: 'written', warnings: [] });
    // Commit 10 of thirty days ago is the last before the cut; checkpoint 9 leads to it
    expect({ oldest: commitsOf(table)[0], checkpoint: checkpointsOf(table)[0], expired: report.expiredFiles }).toEqual({ oldest: 9, checkpoint: 9, expired: 9 + 1 + 1 });
    expect(await Promise.all([10, 11, 25, 40].map((version) => table.state(version)))).toEqual(states);
    await expect(table.state(8)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
  });

  it.each([
    { name: 'it is switched off', options: { configuration: { 'delta.enableExpiredLogCleanup': 'false' } } },
    { name: 'the retention is longer', options: { configuration: { 'delta.logRetentionDuration': 'interval 60 days' } } },
    { name: 'the retention cannot be understood', options: { configuration: { 'delta.logRetentionDuration': 'a while' } } },
    {
      name: 'checkpoints up to a later version are protected',
      options: { configuration: { 'delta.requireCheckpointProtectionBeforeVersion': '20' }, protocol: FEATURE_PROTOCOL([], ['checkpointProtection']) },
    },
  ])('[CLEAN-4] keeps everything where $name', async ({ options }) => {
    const table = await grown({ ...options });
    table.commit(41, [add('f41')], NOW);
    table.commit(42, [add('f42')], NOW);
    expect(await table.afterCommit(42, { nowMs: NOW })).toMatchObject({ checkpoint: 'written', expiredFiles: 0, warnings: [] });
    expect(commitsOf(table)[0]).toBe(0);
  });

  it('[CLEAN-4] protected checkpoints go together with all before them', async () => {
    const table = await grown({ configuration: { 'delta.requireCheckpointProtectionBeforeVersion': '9' }, protocol: FEATURE_PROTOCOL([], ['checkpointProtection']) });
    table.commit(41, [add('f41')], NOW);
    table.commit(42, [add('f42')], NOW);
    await table.afterCommit(42, { nowMs: NOW });
    expect(commitsOf(table)[0]).toBe(9);
  });

  it('[CLEAN-2] a checkpoint that cannot be read is no boundary', async () => {
    const table = await grown();
    table.logFile(logName(9, 'checkpoint.parquet'), 'no Parquet');
    table.commit(41, [add('f41')], NOW);
    table.commit(42, [add('f42')], NOW);
    const before = await table.state(9);
    expect(await table.afterCommit(42, { nowMs: NOW })).toMatchObject({ warnings: [] });
    expect(commitsOf(table)[0]).toBe(6);
    expect(await table.state(9)).toEqual(before);
  });

  it('[CLEAN-2] in-commit timestamps count where files are older than they', async () => {
    const table = await grown({ configuration: { 'delta.enableInCommitTimestamps': 'true' }, protocol: FEATURE_PROTOCOL([], ['inCommitTimestamp']) });
    for (const name of table.logNames()) if (name.endsWith('.json')) utimesSync(join(table.log, name), 1, 1);
    table.commit(41, [{ commitInfo: { inCommitTimestamp: NOW } }, add('f41')]);
    table.commit(42, [{ commitInfo: { inCommitTimestamp: NOW } }, add('f42')]);
    expect(await table.afterCommit(42, { nowMs: NOW })).toMatchObject({ expiredFiles: 0, warnings: [] });
  });

  it('[CLEAN-3] a crash at any deletion leaves every kept version as it was', async () => {
    for (const deletions of [0, 1, 2, 3]) {
      const table = await grown({ versions: 35 });
      table.commit(35, [add('f35')], NOW);
      table.commit(36, [add('f36')], NOW);
      const kept = await Promise.all([4, 20, 36].map((version) => table.state(version)));
      const local = createLocalStorage();
      let left = deletions + 1; // the first is of Hadoop's checksum of the last checkpoint
      const storage = {
        ...local,
        delete: async (path: string) => {
          left -= 1;
          if (left < 0) throw new Error('killed');
          await local.delete(path);
        },
      };
      expect((await table.afterCommit(36, { nowMs: NOW, storage })).warnings).toHaveLength(deletions < 3 ? 1 : 0);
      expect(await Promise.all([4, 20, 36].map((version) => table.state(version)))).toEqual(kept);
      for (const former of written.splice(0)) former.remove();
    }
  });

  it('[CLEAN-5] sidecars that no checkpoint names go when they are old, and a classic name stands for old readers', async () => {
    const table = await grown({ protocol: FEATURE_PROTOCOL(['v2Checkpoint']), configuration: { 'delta.checkpointPolicy': 'v2' } });
    const old = (NOW - 3 * DAY_MS) / 1000;
    table.logFile('_sidecars/orphan.parquet', 'x');
    table.logFile('_sidecars/.left.tmp', 'x');
    table.logFile(`.${logName(9, 'checkpoint.parquet')}.id.tmp`, 'x');
    table.logFile(`.${logName(3, 'json')}.crc`, 'Hadoop');
    for (const name of table.logNames('_sidecars')) utimesSync(join(table.log, '_sidecars', name), old, old);
    utimesSync(join(table.log, `.${logName(9, 'checkpoint.parquet')}.id.tmp`), old, old);
    table.logFile('_sidecars/young.parquet', 'x');
    utimesSync(join(table.log, '_sidecars', 'young.parquet'), NOW / 1000, NOW / 1000);
    table.commit(41, [add('f41')], NOW);
    table.commit(42, [add('f42')], NOW);
    const before = await Promise.all([10, 42].map((version) => table.state(version)));
    expect(await table.afterCommit(42, { nowMs: NOW })).toMatchObject({ checkpoint: 'written', warnings: [] });
    const sidecars = table.logNames('_sidecars');
    expect({ oldest: sidecars[0]?.slice(0, 20), count: sidecars.length, young: sidecars.includes('young.parquet'), hidden: table.logNames().filter((name) => name.startsWith('.')) })
      .toEqual({ oldest: logName(9, '').slice(0, 20), count: 2 + 1, young: true, hidden: [] });
    const uuidNamed = table.logNames().find((name) => name.startsWith(logName(42, 'checkpoint.')) && name.length > 60) ?? '';
    expect(readFileSync(join(table.log, logName(42, 'checkpoint.parquet'))).equals(readFileSync(join(table.log, uuidNamed)))).toBe(true);
    expect(await Promise.all([10, 42].map((version) => table.state(version)))).toEqual(before);
  });

  it('[CLEAN-5] while a checkpoint cannot be read, every sidecar stays', async () => {
    const table = await grown({ protocol: FEATURE_PROTOCOL(['v2Checkpoint']), configuration: { 'delta.checkpointPolicy': 'v2' } });
    for (const name of table.logNames('_sidecars')) utimesSync(join(table.log, '_sidecars', name), 1, 1);
    table.logFile(logName(20, 'checkpoint.parquet'), 'no Parquet');
    table.commit(41, [add('f41')], NOW);
    table.commit(42, [add('f42')], NOW);
    expect((await table.afterCommit(42, { nowMs: NOW })).warnings).toMatchObject([{ step: 'cleanup' }]);
    expect(table.logNames('_sidecars')).toHaveLength(3);
  });
});
