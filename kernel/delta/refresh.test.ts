import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { field, FEATURE_PROTOCOL, metaData, removeOf, TableWriter, type Action } from '../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../build/testing/delta/testEngine.ts';
import type { DeltaTable } from './delta.ts';
import type { Snapshot } from './snapshot.ts';

let test: TestDelta;
const written: TableWriter[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const table of written.splice(0)) table.remove();
});

function newTable(): TableWriter {
  const table = new TableWriter(test.database);
  written.push(table);
  return table;
}

const CREATE = { schema: [field('id', 'long'), field('p', 'string')], partitionColumns: ['p'] };
/** A file that exists in the log alone, which is all that state needs. */
const add = (path: string, more: Action = {}): Action => ({
  add: { path, partitionValues: { p: path.slice(0, 1) }, size: path.length, modificationTime: 1, dataChange: true, stats: `{"numRecords":1,"minValues":{"id":${path.length}},"maxValues":{"id":${path.length}}}`, ...more },
});

/** All that a snapshot knows of its files. */
async function stateOf(snapshot: Snapshot): Promise<unknown> {
  const files = (await snapshot.files()).map((file) => JSON.stringify({ ...file, baseRowId: String(file.baseRowId), defaultRowCommitVersion: String(file.defaultRowCommitVersion) })).sort();
  const planned = await snapshot.planFiles({ predicate: { kind: 'or', operands: [
    { kind: 'comparison', operator: '=', column: ['p'], literal: { type: { kind: 'string' }, value: 'a' } },
    { kind: 'comparison', operator: '>', column: ['id'], literal: { type: { kind: 'long' }, value: 2n } },
  ] } });
  return { version: snapshot.version, totals: snapshot.totals, files, planned: [...planned].sort(), txns: snapshot.txns, domains: snapshot.domains, id: snapshot.metadata.id };
}

async function freshState(table: TableWriter, version: number): Promise<unknown> {
  const opened = test.delta.openTable(table.path);
  const snapshot = await opened.snapshot({ version });
  try {
    return await stateOf(snapshot);
  } finally {
    await snapshot.dispose();
    await opened.dispose();
  }
}

/** What one random commit does: adds and removes by file number, and how often it looks. */
const commitPlan = fc.record({
  adds: fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 4 }),
  removes: fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 4 }),
  vector: fc.boolean(),
  looks: fc.boolean(),
});

describe('refresh', () => {
  it('[LOG-15] after any commits equals a snapshot made from nothing, and leaves older ones as they were', async () => {
    const name = (file: number): string => `${'abc'[file % 3]}${'x'.repeat(1 + (file % 5))}${file}`;
    await fc.assert(
      fc.asyncProperty(fc.array(commitPlan, { minLength: 1, maxLength: 8 }), async (plans) => {
        const table = newTable();
        const opened = test.delta.openTable(table.path);
        const pinned: { readonly snapshot: Snapshot; readonly state: unknown }[] = [];
        table.commit(0, [...table.create(CREATE), add('a0')]);
        try {
          for (const [index, { adds, removes, vector, looks }] of plans.entries()) {
            const version = index + 1;
            const gone = removes.filter((file) => !adds.includes(file));
            const marked = vector ? { deletionVector: { storageType: 'i', pathOrInlineDv: `v${version}`, sizeInBytes: 1, cardinality: 1 } } : {};
            table.commit(version, [...gone.map((file) => removeOf(add(name(file)))), ...adds.map((file) => add(name(file), marked)), { txn: { appId: 'app', version } }]);
            if (!looks) continue;
            const snapshot = await opened.refresh();
            pinned.push({ snapshot, state: await stateOf(snapshot) });
            expect(await stateOf(snapshot)).toEqual(await freshState(table, version));
          }
          for (const { snapshot, state } of pinned) expect(await stateOf(snapshot)).toEqual(state);
        } finally {
          for (const { snapshot } of pinned) await snapshot.dispose();
          await opened.dispose();
          table.remove();
        }
      }),
      { numRuns: 12 },
    );
  });

  it('[LOG-15] applies a re-add and a remove of one key in one step', async () => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), add('a'), add('b')]);
    const opened = test.delta.openTable(table.path);
    const first = await opened.snapshot();
    table.commit(1, [removeOf(add('a'))]);
    table.commit(2, [add('a', { modificationTime: 5 }), add('c')]);
    table.commit(3, [removeOf(add('c'))]);
    const last = await opened.refresh();
    expect([await stateOf(first), await stateOf(last)]).toEqual([await freshState(table, 0), await freshState(table, 3)]);
    for (const held of [first, last]) await held.dispose();
    await opened.dispose();
  });

  it('[LOG-16] reads a log that was replaced anew', async () => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), add('old')], 1_000_000);
    const opened = test.delta.openTable(table.path);
    await (await opened.snapshot()).dispose();
    rmSync(join(table.log, `${'0'.repeat(20)}.json`));
    table.commit(0, [...table.create(CREATE), add('new')], 2_000_000);
    const snapshot = await opened.refresh();
    expect((await snapshot.files()).map(({ path }) => path)).toEqual(['new']);
    await snapshot.dispose();
    await opened.dispose();
  });

  it('keeps working after a commit that could not be read', async () => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), add('a')]);
    const opened = test.delta.openTable(table.path);
    await (await opened.snapshot()).dispose();
    table.commit(1, '{"add":{"path":"b"');
    await expect(opened.refresh()).rejects.toMatchObject({ code: 'DELTA_LOG_FILE_CORRUPT' });
    table.commit(1, [add('b')]);
    const snapshot = await opened.refresh();
    expect(snapshot.totals.numFiles).toBe(2);
    await snapshot.dispose();
    await opened.dispose();
  });
});

describe('the log', () => {
  const open = async (table: TableWriter): Promise<Snapshot> => {
    const opened: DeltaTable = test.delta.openTable(table.path);
    const snapshot = await opened.snapshot();
    await opened.dispose();
    return snapshot;
  };
  const paths = async (table: TableWriter): Promise<readonly string[]> => {
    const snapshot = await open(table);
    try {
      return [...(await snapshot.planFiles())].sort();
    } finally {
      await snapshot.dispose();
    }
  };

  it.each([
    { name: 'a line that ends early', text: '{"add":{"path":"b","size":1\n', says: '00000000000000000001.json' },
    { name: 'a line that is no JSON', text: 'commit!\n', says: '00000000000000000001.json' },
    { name: 'an add without a size', text: '{"add":{"path":"b"}}\n', says: '00000000000000000001.json' },
  ])('[LOG-14] refuses $name', async ({ text, says }) => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), add('a')]);
    table.commit(1, text);
    await expect(open(table)).rejects.toMatchObject({ code: 'DELTA_LOG_FILE_CORRUPT', message: expect.stringContaining(says) });
  });

  it('[LOG-14] takes CRLF, blank lines, unknown actions and numbers beyond 2^53 as they are', async () => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), add('a')]);
    table.commit(1, `\r\n{"add":${JSON.stringify(add('b')['add'])}}\r\n\r\n{"future":{"x":1}}\r\n{"txn":{"appId":"big","version":9223372036854775807}}`);
    const snapshot = await open(table);
    expect([snapshot.totals.numFiles, snapshot.txns]).toEqual([2, [{ appId: 'big', version: 9_223_372_036_854_775_807n, lastUpdated: undefined }]]);
    await snapshot.dispose();
  });

  const HEAD: readonly Action[] = [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, metaData(CREATE)];
  const CHECKPOINTED = [add('a'), add('b'), { txn: { appId: 'x', version: 3 } }, { remove: { path: 'dead', deletionTimestamp: 1, dataChange: true } }];
  const UUID = '80a083e8-7026-4e79-81be-64bd76c43a11';
  const V2: readonly Action[] = [{ protocol: FEATURE_PROTOCOL(['v2Checkpoint']) }, metaData(CREATE), { checkpointMetadata: { version: 2 } }];
  const name = (suffix: string): string => `${'2'.padStart(20, '0')}.checkpoint.${suffix}`;
  const json = (actions: readonly Action[]): string => actions.map((action) => JSON.stringify(action)).join('\n');
  const sidecar = (path: string): Action => ({ sidecar: { path, sizeInBytes: 1, modificationTime: 1 } });

  it.each([
    { rule: 'CKPT-1', form: 'classic', write: async (table: TableWriter) => table.checkpoint(name('parquet'), [...HEAD, ...CHECKPOINTED]) },
    { rule: 'CKPT-1', form: 'classic name, V2 content', write: async (table: TableWriter) => {
      await table.checkpoint('_sidecars/one.parquet', CHECKPOINTED);
      await table.checkpoint(name('parquet'), [...V2, sidecar('one.parquet')]);
    } },
    { rule: 'CKPT-2', form: 'multi-part, its parts with different columns', write: async (table: TableWriter) => {
      await table.checkpoint(name('0000000001.0000000002.parquet'), [...HEAD, add('a')]);
      await table.checkpoint(name('0000000002.0000000002.parquet'), CHECKPOINTED.slice(1));
    } },
    { rule: 'CKPT-3', form: 'UUID-named Parquet with two sidecars', write: async (table: TableWriter) => {
      await table.checkpoint('_sidecars/one.parquet', [add('a')]);
      await table.checkpoint('_sidecars/t%wo.parquet', CHECKPOINTED.slice(1));
      await table.checkpoint(name(`${UUID}.parquet`), [...V2, sidecar('one.parquet'), sidecar('t%25wo.parquet')]);
    } },
    { rule: 'CKPT-3', form: 'UUID-named Parquet without sidecars', write: async (table: TableWriter) => table.checkpoint(name(`${UUID}.parquet`), [...V2, ...CHECKPOINTED]) },
    { rule: 'CKPT-4', form: 'UUID-named JSON with a sidecar', write: async (table: TableWriter) => {
      await table.checkpoint('_sidecars/one.parquet', CHECKPOINTED);
      table.logFile(name(`${UUID}.json`), json([...V2, sidecar('one.parquet')]));
    } },
    { rule: 'CKPT-4', form: 'UUID-named JSON without sidecars', write: async (table: TableWriter) => table.logFile(name(`${UUID}.json`), json([...V2, ...CHECKPOINTED])) },
    { rule: 'CKPT-5', form: 'without columns that newer writers have', write: async (table: TableWriter) => {
      await test.database.run(`COPY (SELECT {'path': path, 'size': 1::BIGINT} AS "add", NULL::STRUCT("minReaderVersion" INTEGER, "minWriterVersion" INTEGER) AS protocol, NULL::STRUCT(id VARCHAR, "schemaString" VARCHAR) AS "metaData" FROM (VALUES ('a'), ('b')) t(path)
        UNION ALL SELECT NULL, {'minReaderVersion': 1, 'minWriterVersion': 2}, NULL UNION ALL SELECT NULL, NULL, {'id': 'test', 'schemaString': '${String((metaData(CREATE)['metaData'] as Action)['schemaString'])}'}) TO '${join(table.log, name('parquet'))}' (FORMAT parquet)`);
    } },
  ])('[$rule] a checkpoint, $form, then commits', async ({ write }) => {
    const table = newTable();
    table.commit(2, []);
    await write(table);
    table.commit(3, [removeOf(add('b')), add('c')]);
    expect(await paths(table)).toEqual(['a', 'c']);
  });

  it('[STATS-8] leaves files out by statistics that a checkpoint keeps as columns', async () => {
    const table = newTable();
    table.commit(2, []);
    await test.database.run(`COPY (
      SELECT {'path': 'f' || i, 'partitionValues': MAP {'p': 'a'}, 'size': 1::BIGINT, 'stats_parsed': {'numRecords': 1::BIGINT, 'minValues': {'id': i}, 'maxValues': {'id': i}, 'nullCount': {'id': 0::BIGINT}}} AS "add",
        NULL::STRUCT("minReaderVersion" INTEGER, "minWriterVersion" INTEGER) AS protocol, NULL::STRUCT(id VARCHAR, "schemaString" VARCHAR) AS "metaData" FROM range(5) t(i)
      UNION ALL SELECT NULL, {'minReaderVersion': 1, 'minWriterVersion': 2}, NULL
      UNION ALL SELECT NULL, NULL, {'id': 'test', 'schemaString': '${String((metaData(CREATE)['metaData'] as Action)['schemaString'])}'}) TO '${join(table.log, name('parquet'))}' (FORMAT parquet)`);
    const snapshot = await open(table);
    expect([
      await snapshot.planFiles({ predicate: { kind: 'comparison', operator: '>=', column: ['id'], literal: { type: { kind: 'long' }, value: 3n } } }),
      JSON.parse((await snapshot.files({ offset: 2, limit: 1 }))[0]?.stats ?? '{}'),
    ]).toEqual([['f3', 'f4'], { numRecords: 1, minValues: { id: 2 }, maxValues: { id: 2 }, nullCount: { id: 0 } }]);
    await snapshot.dispose();
  });

  it('[CKPT-6] passes over an unreadable checkpoint where commits lead to the version, and refuses it where they do not', async () => {
    const table = newTable();
    for (const version of [0, 1, 2]) table.commit(version, version === 0 ? [...table.create(CREATE), add('a')] : []);
    table.logFile(name('parquet'), 'no parquet at all');
    expect(await paths(table)).toEqual(['a']);
    rmSync(join(table.log, `${'0'.repeat(20)}.json`));
    await expect(open(table)).rejects.toMatchObject({ code: 'DELTA_CHECKPOINT_CORRUPT' });
  });

  it('[CKPT-7] refuses a checkpoint whose sidecar is gone', async () => {
    const table = newTable();
    table.commit(2, []);
    await table.checkpoint(name(`${UUID}.parquet`), [...V2, sidecar('gone.parquet')]);
    await expect(open(table)).rejects.toMatchObject({ code: 'DELTA_MISSING_PART_FILES' });
  });

  it.each([
    { hint: undefined }, { hint: '' }, { hint: '{"version":' }, { hint: '{"version":2,"size":4}' }, { hint: '{"version":1,"size":4}' }, { hint: '{"version":77,"size":4}' }, { hint: '{"version":-5}' }, { hint: '"2"' },
  ])('[CKPT-8] _last_checkpoint is $hint', async ({ hint }) => {
    const table = newTable();
    for (const version of [0, 1, 2]) table.commit(version, version === 0 ? [...table.create(CREATE), add('a'), add('b')] : []);
    await table.checkpoint(name('parquet'), [...HEAD, ...CHECKPOINTED]);
    table.commit(3, [add('c')]);
    if (hint !== undefined) table.logFile('_last_checkpoint', hint);
    expect(await paths(table)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    { content: '{"numFiles":1,"tableSizeBytes":1}', state: 'matches' }, { content: '{"numFiles":9,"tableSizeBytes":1}', state: 'differs' }, { content: 'x', state: 'unreadable' }, { content: undefined, state: 'absent' },
  ])('[CRC-1] a checksum file that $state changes no total', async ({ content, state }) => {
    const table = newTable();
    table.commit(0, [...table.create(CREATE), add('a')]);
    if (content !== undefined) table.logFile(`${'0'.repeat(20)}.crc`, content);
    const snapshot = await open(table);
    const { checksum, numFiles, sizeInBytes } = await snapshot.detail();
    expect({ checksum, numFiles, sizeInBytes }).toEqual({ checksum: state, numFiles: 1, sizeInBytes: 1 });
    await snapshot.dispose();
  });

  it('[LOG-4] a folder without a log, and an empty log, are no table', async () => {
    const table = newTable();
    await expect(open(table)).rejects.toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND' });
    rmSync(table.log, { recursive: true });
    await expect(open(table)).rejects.toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND' });
    await expect(test.delta.latestVersion(table.path)).rejects.toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND' });
  });
});
