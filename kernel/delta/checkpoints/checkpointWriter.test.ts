import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LogFixture, logName } from '../../../build/testing/delta/logFixture.ts';
import { FEATURE_PROTOCOL, field, metaData, removeOf, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { createLocalStorage } from '../../storage/local.ts';
import type { Engine } from '../engine.ts';
import { listLog } from '../logListing.ts';
import { buildLogSegment } from '../logSegment.ts';
import { afterCommit } from './afterCommit.ts';
import { isCheckpointDue } from './dueCheckpoint.ts';
import { writeCheckpoint } from './checkpointWriter.ts';
import { ReconciledLog } from './reconciledLog.ts';
import { logProperties } from './tableProperties.ts';

let test: TestDelta;
const written: LogFixture[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const table of written.splice(0)) table.remove();
});

function newTable(): LogFixture {
  const table = new LogFixture(test);
  written.push(table);
  return table;
}

const SCHEMA = [field('id', 'long'), field('p', 'string')];
const add = (path: string, more: Action = {}): Action => ({ add: { path, partitionValues: { p: path }, size: path.length, modificationTime: 1, dataChange: true, stats: '{"numRecords":1}', ...more } });
const V2 = { protocol: FEATURE_PROTOCOL(['v2Checkpoint', 'deletionVectors'], ['domainMetadata']), configuration: { 'delta.checkpointPolicy': 'v2' } };
const every = (interval: number): Readonly<Record<string, string>> => ({ 'delta.checkpointInterval': String(interval) });

describe('a checkpoint of the V2 spec', () => {
  it('[CKPT-11] keeps the actions on files in sidecars, and all others in a UUID-named file that refers to them', async () => {
    const table = newTable();
    table.commit(0, table.create({ schema: SCHEMA, partitionColumns: ['p'], ...V2, configuration: { ...V2.configuration, ...every(1) } }));
    table.commit(1, [add('a'), add('b'), { txn: { appId: 'app', version: 1 } }, { domainMetadata: { domain: 'd', configuration: '', removed: false } }]);
    const before = await table.state();
    expect(await table.afterCommit(1)).toMatchObject({ checkpoint: 'written', warnings: [] });
    const manifest = table.logNames().find((name) => /^0{19}1\.checkpoint\.[0-9a-f-]{36}\.parquet$/.test(name)) ?? '';
    const [sidecar = '', ...others] = table.logNames('_sidecars');
    expect(others).toEqual([]);
    const kinds = (actions: readonly Action[]): readonly string[] => actions.flatMap(Object.keys).sort();
    expect(kinds(await table.actionsOf(manifest))).toEqual(['checkpointMetadata', 'domainMetadata', 'metaData', 'protocol', 'sidecar', 'txn']);
    expect(kinds(await table.actionsOf(`_sidecars/${sidecar}`))).toEqual(['add', 'add']);
    expect(await table.actionsOf(manifest)).toContainEqual({ sidecar: { path: sidecar, sizeInBytes: readFileSync(join(table.log, '_sidecars', sidecar)).length, modificationTime: expect.any(Number), tags: null } });
    expect(JSON.parse(readFileSync(join(table.log, '_last_checkpoint'), 'utf8'))).toMatchObject({ version: 1, size: 8, numOfAddFiles: 2, v2Checkpoint: { path: manifest, sidecarFiles: [{ path: sidecar }] } });
    table.forget(1);
    expect(await table.state()).toEqual(before);
  });

  it('[CKPT-11] splits many actions into several sidecars', async () => {
    const table = newTable();
    const files = 250_000;
    table.commit(0, table.create({ schema: SCHEMA, partitionColumns: ['p'], ...V2 }));
    const type = `STRUCT(path VARCHAR, "partitionValues" MAP(VARCHAR, VARCHAR), size BIGINT, "modificationTime" BIGINT, "dataChange" BOOLEAN)`;
    await test.database.run(`COPY (SELECT {'path': 'file-' || hash(i) || i, 'partitionValues': MAP {'p': 'x'}, 'size': i, 'modificationTime': 1, 'dataChange': true}::${type} AS "add" FROM range(${files}) r(i))
      TO '${join(table.path, 'adds.parquet')}' (FORMAT parquet)`);
    const actions = [...table.create({ schema: SCHEMA, partitionColumns: ['p'], ...V2 }), { checkpointMetadata: { version: 0 } }, { sidecar: { path: 'first.parquet', sizeInBytes: 1, modificationTime: 1 } }];
    await table.checkpoint(logName(0, 'checkpoint.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.parquet'), actions);
    table.logFile('_sidecars/first.parquet', readFileSync(join(table.path, 'adds.parquet')));
    table.commit(1, [add('fresh'), removeOf(add('gone'), { deletionTimestamp: Date.now() })]);
    const storage = createLocalStorage();
    const log = await ReconciledLog.open(test.engine, table.path, buildLogSegment(await listLog(storage, table.path), { table: table.path }));
    const content = { log, properties: logProperties({}), statisticsColumns: [], parsed: undefined, hasFiles: () => Promise.resolve(true), nowMs: Date.now() };
    const summary = await writeCheckpoint(table.context(), content, { spec: 'V2', sidecarBytes: 1 << 20 });
    await log.dispose();
    expect(summary).toMatchObject({ numOfAddFiles: files + 1, addedBytes: (files * (files - 1)) / 2 + 'fresh'.length });
    const sidecars = table.logNames('_sidecars').filter((name) => name !== 'first.parquet');
    expect(sidecars.length).toBeGreaterThan(1);
    expect(sidecars.every((name) => /^0{19}1\.checkpoint\.\d{10}\.\d{10}\.[0-9a-f-]{36}\.parquet$/.test(name))).toBe(true);
    rmSync(join(table.log, '_sidecars', 'first.parquet'));
    const opened = test.delta.openTable(table.path);
    const snapshot = await opened.snapshot();
    expect(snapshot.totals).toEqual({ numFiles: files + 1, sizeBytes: summary.addedBytes });
    await snapshot.dispose();
    await opened.dispose();
  });
});

describe('a checkpoint after another one', () => {
  const former: readonly Action[] = [
    { protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors', 'v2Checkpoint'], writerFeatures: ['deletionVectors', 'v2Checkpoint', 'domainMetadata'] } },
    metaData({ schema: SCHEMA, partitionColumns: ['p'], configuration: every(2) }),
    { txn: { appId: 'old', version: 3, lastUpdated: 4 } }, { txn: { appId: 'app', version: 1 } },
    { domainMetadata: { domain: 'old', configuration: '1', removed: false } }, { domainMetadata: { domain: 'gone', configuration: '1', removed: false } },
    add('kept'), add('removed'), add('marked', { deletionVector: { storageType: 'i', pathOrInlineDv: 'v1', sizeInBytes: 1, cardinality: 1 } }),
    { remove: { path: 'dead', deletionTimestamp: Date.UTC(2026, 10, 28), dataChange: true } }, { remove: { path: 'expired', deletionTimestamp: 5, dataChange: true } },
  ];
  const files = former.filter((action) => 'add' in action || 'remove' in action);
  const others = former.filter((action) => !files.includes(action));
  const UUID = '3a0d65cd-4056-49b8-937b-95f9e3ee90e5';
  const lines = (actions: readonly Action[]): string => actions.map((action) => JSON.stringify(action)).join('\n');
  const sidecar = (path: string): Action => ({ sidecar: { path, sizeInBytes: 1, modificationTime: 1 } });

  it.each([
    { name: 'a classic one', write: (table: LogFixture) => table.checkpoint(logName(1, 'checkpoint.parquet'), former) },
    {
      name: 'a multi-part one',
      write: async (table: LogFixture) => {
        await table.checkpoint(logName(1, 'checkpoint.0000000001.0000000002.parquet'), [...others, ...files.slice(0, 2)]);
        await table.checkpoint(logName(1, 'checkpoint.0000000002.0000000002.parquet'), files.slice(2));
      },
    },
    { name: 'a UUID-named one without sidecars', write: (table: LogFixture) => table.checkpoint(logName(1, `checkpoint.${UUID}.parquet`), [...former, { checkpointMetadata: { version: 1 } }]) },
    {
      name: 'a UUID-named one with sidecars',
      write: async (table: LogFixture) => {
        await table.checkpoint('_sidecars/x.parquet', files.slice(0, 2));
        await table.checkpoint('_sidecars/y.parquet', files.slice(2));
        await table.checkpoint(logName(1, `checkpoint.${UUID}.parquet`), [...others, { checkpointMetadata: { version: 1 } }, sidecar('x.parquet'), sidecar('y.parquet')]);
      },
    },
    { name: 'one of JSON', write: async (table: LogFixture) => table.logFile(logName(1, `checkpoint.${UUID}.json`), lines([...former, { checkpointMetadata: { version: 1 } }])) },
    {
      name: 'one of JSON with sidecars',
      write: async (table: LogFixture) => {
        await table.checkpoint('_sidecars/x.parquet', files);
        table.logFile(logName(1, `checkpoint.${UUID}.json`), lines([...others, { checkpointMetadata: { version: 1 } }, sidecar('x.parquet')]));
      },
    },
  ])('[CKPT-10] $name: both lead to the same version, with the same tombstones', async ({ write }) => {
    const table = newTable();
    await write(table);
    table.commit(1, []);
    const now = Date.UTC(2026, 10, 29);
    table.commit(2, [
      removeOf(add('removed'), { deletionTimestamp: now }), add('fresh'), { txn: { appId: 'app', version: 2 } }, { domainMetadata: { domain: 'gone', configuration: '', removed: true } },
      removeOf(add('marked', { deletionVector: { storageType: 'i', pathOrInlineDv: 'v1', sizeInBytes: 1, cardinality: 1 } }), { deletionTimestamp: now }), add('marked'),
    ]);
    const before = await table.state();
    expect(await table.afterCommit(2, { nowMs: now })).toMatchObject({ checksum: 'written', checkpoint: 'written', warnings: [] });
    rmSync(join(table.log, logName(1, 'json')));
    for (const name of table.logNames()) if (name.startsWith(logName(1, 'checkpoint'))) rmSync(join(table.log, name));
    expect(await table.state()).toEqual(before);
    const removes = (await table.actionsOf(logName(2, 'checkpoint.parquet'))).flatMap(({ remove }) => (remove === undefined ? [] : [String((remove as Action)['path'])]));
    expect(removes.sort()).toEqual(['dead', 'marked', 'removed']);
  });

  it('[CKPT-10] one that cannot be read is passed over', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: SCHEMA, configuration: every(2) }), add('a')]);
    table.commit(1, [add('b')]);
    table.logFile(logName(1, 'checkpoint.parquet'), 'no Parquet');
    table.logFile('_last_checkpoint', '{"version":1,"size":3}');
    table.commit(2, [add('c')]);
    expect(await table.afterCommit(2)).toMatchObject({ checkpoint: 'written', warnings: [] });
    table.forget(2);
    expect(await table.state()).toMatchObject({ totals: { numFiles: 3 } });
  });

  it('[CKPT-10] one that is there already stays', async () => {
    const table = newTable();
    table.commit(0, [...table.create({ schema: SCHEMA, configuration: every(1) })]);
    table.commit(1, [add('b')]);
    await table.checkpoint(logName(1, 'checkpoint.parquet'), [...table.create({ schema: SCHEMA, configuration: every(1) }), add('b')]);
    const file = join(table.log, logName(1, 'checkpoint.parquet'));
    const before = readFileSync(file);
    expect(await table.afterCommit(1)).toMatchObject({ checkpoint: 'present' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

const commitPlan = fc.record({
  adds: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
  removes: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
  vector: fc.boolean(),
  txn: fc.integer({ min: 0, max: 2 }),
  domain: fc.option(fc.boolean()),
});

it('[CKPT-10] after any commits, with checkpoints among them, each version is what its commits say', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commitPlan, { minLength: 2, maxLength: 7 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), async (plans, interval, isV2) => {
      const [plain, looked] = [newTable(), newTable()];
      const create = plain.create({ schema: SCHEMA, protocol: V2.protocol, configuration: { ...every(interval), ...(isV2 ? V2.configuration : {}) } });
      const commit = async (version: number, actions: readonly Action[]): Promise<void> => {
        plain.commit(version, actions);
        looked.commit(version, actions);
        expect(await looked.afterCommit(version)).toMatchObject({ warnings: [] });
      };
      await commit(0, create);
      for (const [index, { adds, removes, vector, txn, domain }] of plans.entries()) {
        const version = index + 1;
        const gone = removes.filter((file) => !adds.includes(file));
        const marked = vector ? { deletionVector: { storageType: 'i', pathOrInlineDv: `v${version}`, sizeInBytes: 1, cardinality: version } } : {};
        await commit(version, [
          ...gone.map((file) => removeOf(add(`f${file}`), { deletionTimestamp: Date.UTC(2026, 10, 29) })), ...adds.map((file) => add(`f${file}`, marked)),
          { txn: { appId: `app${txn}`, version } }, ...(domain === null ? [] : [{ domainMetadata: { domain: 'd', configuration: String(version), removed: domain } }]),
        ]);
        looked.forget(version - (version % interval));
        expect(await looked.state()).toEqual(await plain.state());
      }
      for (const table of written.splice(0)) table.remove();
    }),
    { numRuns: 6 },
  );
});

describe('a writer that dies', () => {
  it('[CKPT-13] leaves at every instant a log that leads to the same version, and its successor finishes', async () => {
    for (const isV2 of [false, true]) {
      for (let step = 0; ; step += 1) {
        const table = newTable();
        table.commit(0, table.create({ schema: SCHEMA, protocol: V2.protocol, configuration: { ...every(2), ...(isV2 ? V2.configuration : {}) } }));
        table.commit(1, [add('a')]);
        table.commit(2, [add('b'), removeOf(add('a'))]);
        const before = await table.state();
        let calls = 0;
        const dies = async <Value>(action: () => Promise<Value>): Promise<Value> => {
          calls += 1;
          if (calls > step) throw new Error('killed');
          return action();
        };
        const local = createLocalStorage();
        const storage = {
          ...local,
          put: (path: string, bytes: Uint8Array) => dies(() => local.put(path, bytes)), putIfAbsent: (path: string, bytes: Uint8Array) => dies(() => local.putIfAbsent(path, bytes)),
          adopt: (from: string, to: string) => dies(() => local.adopt(from, to)), delete: (path: string) => dies(() => local.delete(path)),
        };
        const report = await table.afterCommit(2, { storage });
        expect(await table.state()).toEqual(before);
        expect(await table.afterCommit(2)).toMatchObject({ warnings: [] });
        table.forget(2);
        expect(await table.state()).toEqual(before);
        if (report.warnings.length === 0) break;
      }
    }
  });

  it('[CKPT-13] what was written and is not what it must be gets no name', async () => {
    const table = newTable();
    table.commit(0, table.create({ schema: SCHEMA, configuration: every(1) }));
    table.commit(1, [add('a'), add('b')]);
    for (const damage of ['no Parquet', 'one file less']) {
      const engine: Engine = {
        ...test.engine,
        copy: async (copy, signal) => {
          const target = /TO '([^']+checkpoint[^']+tmp)'/.exec(copy.sql)?.[1];
          const files = await test.engine.copy(copy, signal);
          if (target !== undefined && damage === 'no Parquet') writeFileSync(target, damage);
          if (target !== undefined && damage !== 'no Parquet') {
            await test.database.run(`COPY (SELECT * FROM read_parquet('${target}') WHERE "add".path IS DISTINCT FROM 'b') TO '${target}.less' (FORMAT parquet)`);
            renameSync(`${target}.less`, target);
          }
          return files;
        },
      };
      const report = await afterCommit({ ...table.context(), engine, version: 1 });
      expect(report).toMatchObject({ checkpoint: 'failed', warnings: [{ step: 'checkpoint', error: { code: 'DELTA_CHECKPOINT_SNAPSHOT_MISMATCH' } }] });
      expect(table.logNames().filter((name) => name.includes('checkpoint'))).toEqual([]);
      rmSync(join(table.log, logName(1, 'crc')));
    }
  });

  it('[CKPT-13] may leave half a file under a temporary name, which nobody minds', async () => {
    const table = newTable();
    table.commit(0, table.create({ schema: SCHEMA }));
    table.logFile(`.${logName(0, 'checkpoint.parquet')}.x.tmp`, 'half');
    expect(await table.state()).toMatchObject({ version: 0 });
  });
});

it('[CKPT-14] is due where the interval divides the version, ten by default', async () => {
  const outcomes: string[] = [];
  for (const configuration of [{}, every(3), { 'delta.checkpointInterval': 'often' }]) {
    const table = newTable();
    const due: number[] = [];
    table.commit(0, table.create({ schema: SCHEMA, configuration }));
    for (let version = 1; version <= 10; version += 1) table.commit(version, [{ txn: { appId: 'a', version } }]);
    for (const version of [0, 2, 3, 9, 10]) if ((await table.afterCommit(version)).checkpoint === 'written') due.push(version);
    outcomes.push(due.join());
  }
  expect(outcomes).toEqual(['10', '3,9', '10']);
});

it.each<{ configuration?: Readonly<Record<string, string>>; last: { version: number; sizeInBytes?: number }; commits: string; due: string }>([
  { last: { version: 10, sizeInBytes: 1 << 20 }, commits: 'small', due: '20,30,110' },
  { last: { version: 10, sizeInBytes: 1 << 30 }, commits: 'small', due: '110' },
  { last: { version: 10, sizeInBytes: 5 << 20 }, commits: 'large', due: '30,110' },
  { last: { version: 10 }, commits: 'small', due: '20,30,110' },
  { configuration: every(10), last: { version: 10, sizeInBytes: 1 << 30 }, commits: 'small', due: '20,30,110' },
])('[CKPT-14] the next after one of $last.sizeInBytes bytes, with $commits commits and $configuration, is due at $due', async ({ configuration = {}, last, commits, due }) => {
  const table = newTable();
  table.commit(0, table.create({ schema: SCHEMA, configuration }));
  for (let version = 1; version <= 110; version += 1) table.commit(version, [{ txn: { appId: commits === 'large' ? 'a'.repeat(1 << 15) : 'a', version } }]);
  writeFileSync(join(table.log, '_last_checkpoint'), JSON.stringify({ size: 1, ...last }));
  const at = { storage: createLocalStorage(), table: table.path };
  const found = await Promise.all([15, 20, 30, 110].map(async (version) => ((await isCheckpointDue({ ...at, version }, logProperties(configuration))) ? [version] : [])));
  expect(found.flat().join()).toBe(due);
});

it('[CKPT-13] whoever loses the race for a name leaves the other checkpoint in place', async () => {
  const table = newTable();
  table.commit(0, table.create({ schema: SCHEMA, configuration: every(1) }));
  table.commit(1, [add('a')]);
  const reports = await Promise.all([1, 2, 3].map(() => table.afterCommit(1)));
  expect(reports.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(table.logNames()).toEqual([logName(0, 'json'), logName(1, 'checkpoint.parquet'), logName(1, 'crc'), logName(1, 'json'), '_last_checkpoint'].sort());
  expect(existsSync(join(table.log, '_sidecars'))).toBe(false);
});
