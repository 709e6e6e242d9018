import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FEATURE_PROTOCOL, field, removeOf, TableWriter, type Action } from '../../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { createLocalStorage } from '../../storage/local.ts';
import type { Snapshot } from '../snapshot.ts';
import { afterCommit, type AfterCommitReport } from './afterCommit.ts';

let test: TestDelta;
const storage = createLocalStorage();
const written: TableWriter[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const table of written.splice(0)) table.remove();
});

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 29, 12);

function newTable(): TableWriter {
  const table = new TableWriter(test.database);
  written.push(table);
  return table;
}

const SCHEMA = [field('id', 'long'), field('p', 'string')];
const add = (path: string, more: Action = {}): Action => ({
  add: { path, partitionValues: { p: null }, size: path.length, modificationTime: 1, dataChange: true, stats: `{"numRecords":1}`, ...more },
});
const vector = (id: string, cardinality: number): Action => ({ storageType: 'i', pathOrInlineDv: id, sizeInBytes: 1, cardinality });

const finish = (table: TableWriter, version: number, nowMs = NOW): Promise<AfterCommitReport> => afterCommit({ engine: test.engine, storage, table: table.path, version, nowMs });
const named = (version: number, extension: string): string => `${String(version).padStart(20, '0')}.${extension}`;
const checksumOf = (table: TableWriter, version: number): Record<string, unknown> => JSON.parse(readFileSync(join(table.log, named(version, 'crc')), 'utf8')) as Record<string, unknown>;

async function stateOf(table: TableWriter, version?: number): Promise<unknown> {
  const opened = test.delta.openTable(table.path);
  const snapshot: Snapshot = await opened.snapshot(version === undefined ? {} : { version });
  try {
    const files = (await snapshot.files()).map((file) => JSON.stringify({ ...file, baseRowId: String(file.baseRowId), defaultRowCommitVersion: String(file.defaultRowCommitVersion) })).sort();
    return { version: snapshot.version, totals: snapshot.totals, files, txns: snapshot.txns, domains: snapshot.domains, metadata: snapshot.metadata, protocol: snapshot.protocol };
  } finally {
    await snapshot.dispose();
    await opened.dispose();
  }
}

const EVERYTHING = {
  schema: SCHEMA, partitionColumns: ['p'], configuration: { 'delta.checkpointInterval': '3' },
  protocol: FEATURE_PROTOCOL(['deletionVectors'], ['domainMetadata', 'rowTracking', 'clustering']),
};

/** Four commits in which every kind of action comes, goes and is replaced. */
function commitEverything(table: TableWriter): void {
  const [a, b, c] = [add('a', { tags: { k: 'v', n: null } }), add('b%20x', { baseRowId: 5, defaultRowCommitVersion: 1, clusteringProvider: 'liquid' }), add('c')];
  table.commit(0, [...table.create(EVERYTHING), a, { commitInfo: { operation: 'WRITE' } }]);
  table.commit(1, [b, c, { txn: { appId: 'app', version: 9223372036854775807n, lastUpdated: 5 } }, { domainMetadata: { domain: 'gone', configuration: '{}', removed: false } }]);
  table.commit(2, [
    removeOf(c, { deletionTimestamp: NOW - DAY_MS, stats: '{"numRecords":1}', tags: { t: '1' } }), removeOf(a, { deletionTimestamp: NOW - 8 * DAY_MS }),
    { domainMetadata: { domain: 'gone', configuration: '{}', removed: true } }, { domainMetadata: { domain: 'kept', configuration: '{"x":1}', removed: false } },
  ]);
  table.commit(3, [removeOf(b, { deletionTimestamp: NOW - 1 }), add('b%20x', { deletionVector: vector('v1', 12) }), { txn: { appId: 'other', version: 2 } }, { cdc: { path: 'z', partitionValues: {}, size: 1, dataChange: false } }]);
}

describe('a classic checkpoint', () => {
  it('[CKPT-9] holds every field of every action that lives, unexpired tombstones, and nothing of the commits themselves', async () => {
    const table = newTable();
    commitEverything(table);
    const report = await finish(table, 3);
    expect(report).toMatchObject({ checkpoint: 'written', warnings: [] });
    const file = join(table.log, named(3, 'checkpoint.parquet'));
    const rows = await test.rows(`SELECT kind, body FROM (
      SELECT 'add' AS kind, to_json("add")::VARCHAR AS body FROM '${file}' WHERE "add" IS NOT NULL UNION ALL SELECT 'remove', to_json(remove)::VARCHAR FROM '${file}' WHERE remove IS NOT NULL
      UNION ALL SELECT 'txn', to_json(txn)::VARCHAR FROM '${file}' WHERE txn IS NOT NULL UNION ALL SELECT 'protocol', to_json(protocol)::VARCHAR FROM '${file}' WHERE protocol IS NOT NULL
      UNION ALL SELECT 'metaData', to_json("metaData")::VARCHAR FROM '${file}' WHERE "metaData" IS NOT NULL UNION ALL SELECT 'domain', to_json("domainMetadata")::VARCHAR FROM '${file}' WHERE "domainMetadata" IS NOT NULL) ORDER BY ALL`);
    expect(rows.map(([kind, body]) => `${String(kind)} ${String(body)}`)).toMatchInlineSnapshot(`
      [
        "add {"path":"b%20x","partitionValues":{"p":null},"size":5,"modificationTime":1,"dataChange":false,"tags":null,"deletionVector":{"storageType":"i","pathOrInlineDv":"v1","offset":null,"sizeInBytes":1,"cardinality":12},"baseRowId":null,"defaultRowCommitVersion":null,"clusteringProvider":null,"stats":"{\\"numRecords\\":1}"}",
        "domain {"domain":"kept","configuration":"{\\"x\\":1}","removed":false}",
        "metaData {"id":"test","name":null,"description":null,"format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}},{\\"name\\":\\"p\\",\\"type\\":\\"string\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":["p"],"configuration":{"delta.checkpointInterval":"3"},"createdTime":1}",
        "protocol {"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors","domainMetadata","rowTracking","clustering"]}",
        "remove {"path":"b%20x","deletionTimestamp":1795953599999,"dataChange":false,"extendedFileMetadata":true,"partitionValues":{"p":null},"size":5,"deletionVector":null,"baseRowId":null,"defaultRowCommitVersion":null}",
        "remove {"path":"c","deletionTimestamp":1795867200000,"dataChange":false,"extendedFileMetadata":true,"partitionValues":{"p":null},"size":1,"deletionVector":null,"baseRowId":null,"defaultRowCommitVersion":null}",
        "txn {"appId":"app","version":9223372036854775807,"lastUpdated":5}",
        "txn {"appId":"other","version":2,"lastUpdated":null}",
      ]
    `);
    const columns = await test.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${file}')`);
    expect(columns.map((column) => column.join(' '))).toMatchInlineSnapshot(`
      [
        "txn STRUCT(appId VARCHAR, "version" BIGINT, lastUpdated BIGINT)",
        "add STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, tags MAP(VARCHAR, VARCHAR), deletionVector STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT), baseRowId BIGINT, defaultRowCommitVersion BIGINT, clusteringProvider VARCHAR, stats VARCHAR)",
        "remove STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, deletionVector STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT), baseRowId BIGINT, defaultRowCommitVersion BIGINT)",
        "metaData STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, "options" MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], "configuration" MAP(VARCHAR, VARCHAR), createdTime BIGINT)",
        "protocol STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])",
        "domainMetadata STRUCT("domain" VARCHAR, "configuration" VARCHAR, removed BOOLEAN)",
      ]
    `);
  });

  it('[CKPT-10] leads to the same snapshot as the commits that it stands for', async () => {
    const table = newTable();
    commitEverything(table);
    const before = await stateOf(table);
    await finish(table, 3);
    for (const version of [0, 1, 2]) rmSync(join(table.log, named(version, 'json')));
    expect(await stateOf(table)).toEqual(before);
  });
});

describe('a version checksum', () => {
  it('[CRC-2] says of each version what the log says', async () => {
    const table = newTable();
    commitEverything(table);
    for (const version of [0, 1, 2, 3]) expect(await finish(table, version)).toMatchObject({ checksum: 'written', warnings: [] });
    const derived = checksumOf(table, 3);
    for (const version of [0, 1, 2, 3]) rmSync(join(table.log, named(version, 'crc')));
    await finish(table, 3);
    expect(derived).toEqual(checksumOf(table, 3));
    expect({ ...derived, fileSizeHistogram: '…' }).toMatchInlineSnapshot(`
      {
        "deletedRecordCountsHistogramOpt": {
          "deletedRecordCounts": [
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
          ],
        },
        "domainMetadata": [
          {
            "configuration": "{"x":1}",
            "domain": "kept",
            "removed": false,
          },
        ],
        "fileSizeHistogram": "…",
        "metadata": {
          "configuration": {
            "delta.checkpointInterval": "3",
          },
          "createdTime": 1,
          "format": {
            "options": {},
            "provider": "parquet",
          },
          "id": "test",
          "partitionColumns": [
            "p",
          ],
          "schemaString": "{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}},{"name":"p","type":"string","nullable":true,"metadata":{}}]}",
        },
        "numDeletedRecordsOpt": 12,
        "numDeletionVectorsOpt": 1,
        "numFiles": 1,
        "numMetadata": 1,
        "numProtocol": 1,
        "protocol": {
          "minReaderVersion": 3,
          "minWriterVersion": 7,
          "readerFeatures": [
            "deletionVectors",
          ],
          "writerFeatures": [
            "deletionVectors",
            "domainMetadata",
            "rowTracking",
            "clustering",
          ],
        },
        "setTransactions": [
          {
            "appId": "app",
            "lastUpdated": 5,
            "version": 9223372036854776000,
          },
          {
            "appId": "other",
            "version": 2,
          },
        ],
        "tableSizeBytes": 5,
      }
    `);
    expect(readFileSync(join(table.log, named(3, 'crc')), 'utf8')).toContain('9223372036854775807');
  });
});
