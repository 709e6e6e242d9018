import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import type { DeltaTable } from '../delta.ts';
import type { StructField, StructType } from '../schema.ts';
import { identifier } from '../sqlText.ts';
import { ROW_FILE, ROW_POSITION } from '../rowAddress.ts';
import type { Expressions } from '../write/expressions.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { ROW_CHANGE } from '../write/rowChanges.ts';
import { changeCommand } from './changeCommand.ts';
import { createTable, type CreateOptions } from './createTable.ts';
import { insertRows, type Overwrite } from './insert.ts';

let test: TestDelta;
const folders: string[] = [];
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Expressions in the engine's own SQL, each column qualified. */
const expressions: Expressions = {
  compile: async (text, columns, alias) => columns.fields.reduce((sql, { name }) => sql.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${alias}.${identifier(name)}`), text),
};

function column(name: string, kind: 'long' | 'string' | 'integer' | 'date', metadata: StructField['metadata'] = {}, nullable = true): StructField {
  return { name, type: { kind }, nullable, metadata };
}

function newTable(): DeltaTable {
  const folder = mkdtempSync(join(tmpdir(), 'lakebook-write-'));
  folders.push(folder);
  return test.delta.openTable(join(folder, 't'));
}

async function inTransaction<Result>(table: DeltaTable, action: (open: OpenTransaction) => Promise<Result>): Promise<Result> {
  const open = await table.begin(expressions);
  try {
    return await action(open);
  } finally {
    await open.dispose();
  }
}

const SCHEMA: StructType = { kind: 'struct', fields: [column('id', 'long'), column('name', 'string')] };

function create(table: DeltaTable, options: Partial<CreateOptions> = {}): Promise<unknown> {
  return inTransaction(table, (open) => createTable(open, { mode: 'create', schema: SCHEMA, partitionColumns: [], configuration: {}, isManaged: true, ...options }));
}

function insert(table: DeltaTable, select: string, columns: readonly string[] = ['id', 'name'], overwrite: Overwrite = { kind: 'none' }): Promise<unknown> {
  return inTransaction(table, (open) => insertRows(open, { rows: { select, columns }, overwrite }));
}

/** DELETE or UPDATE in the engine's SQL. */
function change(table: DeltaTable, operation: 'DELETE' | 'UPDATE', where: string, set: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return inTransaction(table, async (open) => {
    const snapshot = await open.snapshot();
    const scan = await snapshot.scan({ rowAddresses: true });
    const relation = test.engine.newTableName();
    const columns = snapshot.schema.fields.map(({ name }) => `${set[name] ?? identifier(name)} AS ${identifier(name)}`);
    await test.engine.run(`CREATE TABLE ${relation} AS SELECT ${ROW_FILE}, ${ROW_POSITION}, '${operation.toLowerCase()}' AS ${ROW_CHANGE}, ${columns.join(', ')} FROM (${scan.relationSql}) WHERE ${where}`);
    await scan.dispose();
    return changeCommand(open, { operation, relation, given: Object.keys(set), parameters: {}, read: { predicate: { kind: 'unknown' } } });
  });
}

async function rowsOf(table: DeltaTable, order = 'id'): Promise<readonly (readonly unknown[])[]> {
  const snapshot = await table.refresh();
  const scan = await snapshot.scan();
  const rows = await test.rows(`SELECT * FROM (${scan.relationSql}) ORDER BY ${order}`);
  await scan.dispose();
  await snapshot.dispose();
  return rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

const ROWS = "SELECT i AS id, 'n' || i AS name FROM range(5) t(i)";

describe('writing a table', () => {
  it('TXN-5: makes a table, appends, and reads it back', async () => {
    const table = newTable();
    await create(table);
    await insert(table, ROWS);
    expect(await rowsOf(table)).toEqual([[0, 'n0'], [1, 'n1'], [2, 'n2'], [3, 'n3'], [4, 'n4']]);
    const log = readFileSync(join(table.path, '_delta_log', '00000000000000000001.json'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, { readonly stats: string }>);
    expect(log[0]?.['commitInfo']).toMatchObject({ operation: 'WRITE', operationParameters: { mode: 'Append', partitionBy: '[]' }, readVersion: 0, isBlindAppend: true, operationMetrics: { numFiles: '1', numOutputRows: '5' } });
    expect(JSON.parse(log[1]?.['add']?.stats ?? '')).toEqual({ numRecords: 5, minValues: { id: 0, name: 'n0' }, maxValues: { id: 4, name: 'n4' }, nullCount: { id: 0, name: 0 }, tightBounds: true });
  });

  it.each([
    { name: 'with deletion vectors', configuration: {}, kept: 1 },
    { name: 'by rewriting files', configuration: { 'delta.enableDeletionVectors': 'false' }, kept: 0 },
  ])('deletes and updates rows $name', async ({ configuration, kept }) => {
    const table = newTable();
    await create(table, { configuration });
    await insert(table, ROWS);
    await change(table, 'DELETE', 'id = 2');
    await change(table, 'UPDATE', 'id = 3', { name: "'changed'" });
    await change(table, 'DELETE', 'id = 0');
    expect(await rowsOf(table)).toEqual([[1, 'n1'], [3, 'changed'], [4, 'n4']]);
    expect(readdirSync(table.path).filter((name) => name.startsWith('deletion_vector')).length > 0).toBe(kept === 1);
  });

  it.each([
    { overwrite: 'all', rows: [[9, 'x']] },
    { overwrite: 'partitions', rows: [[0, 'a'], [9, 'x']] },
  ] as const)('overwrites $overwrite', async ({ overwrite, rows }) => {
    const table = newTable();
    await create(table, { partitionColumns: ['name'] });
    await insert(table, "SELECT 0 AS id, 'a' AS name UNION ALL SELECT 1, 'x'");
    await insert(table, "SELECT 9 AS id, 'x' AS name", ['id', 'name'], { kind: overwrite });
    expect(await rowsOf(table)).toEqual(rows);
  });

  it('checks rules, and computes what is left out (WRITE-3, WRITE-4, WRITE-5, WRITE-6)', async () => {
    const table = newTable();
    const fields = [column('id', 'long', {}, false), column('name', 'string', { CURRENT_DEFAULT: "'none'" }), column('twice', 'long', { 'delta.generationExpression': 'id * 2' }), column('n', 'long', { 'delta.identity.start': 10, 'delta.identity.step': 5, 'delta.identity.allowExplicitInsert': false })];
    await create(table, { schema: { kind: 'struct', fields }, configuration: { 'delta.constraints.positive': 'id >= 0' } });
    await insert(table, 'SELECT i AS id FROM range(2) t(i)', ['id']);
    await insert(table, 'SELECT 7 AS id, 14 AS twice', ['id', 'twice']);
    expect(await rowsOf(table)).toEqual([[0, 'none', 0, 10], [1, 'none', 2, 15], [7, 'none', 14, 20]]);
    await expect(insert(table, 'SELECT NULL AS id', ['id'])).rejects.toMatchObject({ code: 'DELTA_NOT_NULL_CONSTRAINT_VIOLATED', parameters: { column: 'id' } });
    await expect(insert(table, 'SELECT -1 AS id', ['id'])).rejects.toMatchObject({ code: 'DELTA_VIOLATE_CONSTRAINT_WITH_VALUES', parameters: { constraint: 'positive', row: 'id = -1' } });
    await expect(insert(table, 'SELECT 1 AS id, 3 AS twice', ['id', 'twice'])).rejects.toMatchObject({ code: 'DELTA_VIOLATE_CONSTRAINT_WITH_VALUES', parameters: { constraint: 'Generated Column' } });
    await expect(insert(table, 'SELECT 1 AS id, 3 AS n', ['id', 'n'])).rejects.toMatchObject({ code: 'DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED' });
    expect(await table.latestVersion()).toBe(2);
  });

  it('WRITE-10: keeps rows’ ids through updates and rewrites', async () => {
    const table = newTable();
    await create(table, { configuration: { 'delta.enableRowTracking': 'true', 'delta.enableDeletionVectors': 'false' } });
    await insert(table, ROWS);
    await change(table, 'UPDATE', 'id = 3', { name: "'changed'" });
    const snapshot = await table.refresh();
    const scan = await snapshot.scan({ rowTracking: true });
    expect((await test.rows(`SELECT * FROM (${scan.relationSql}) ORDER BY id`)).map((row) => row.map(String))).toEqual([
      ['0', 'n0', '0', '1'], ['1', 'n1', '1', '1'], ['2', 'n2', '2', '1'], ['3', 'changed', '3', '2'], ['4', 'n4', '4', '1'],
    ]);
    await scan.dispose();
    await snapshot.dispose();
  });

  it('WRITE-9: records changes for the change data feed', async () => {
    const table = newTable();
    await create(table, { configuration: { 'delta.enableChangeDataFeed': 'true' } });
    await insert(table, ROWS);
    await change(table, 'UPDATE', 'id = 3', { name: "'changed'" });
    await change(table, 'DELETE', 'id < 1');
    const changes = await table.changes({ from: { version: 2 } });
    expect((await test.rows(`SELECT id, name, _change_type, _commit_version FROM (${changes.relationSql}) ORDER BY ALL`)).map((row) => row.map(String))).toEqual([
      ['0', 'n0', 'delete', '3'], ['3', 'changed', 'update_postimage', '2'], ['3', 'n3', 'update_preimage', '2'],
    ]);
    await changes.dispose();
  });

  it('WRITE-8: writes columns under their physical names where the table maps them', async () => {
    const table = newTable();
    const nested: StructField = { name: 'a b', type: { kind: 'struct', fields: [column('in ner', 'long')] }, nullable: true, metadata: {} };
    await create(table, { schema: { kind: 'struct', fields: [column('id', 'long'), nested] }, configuration: { 'delta.columnMapping.mode': 'name' } });
    await insert(table, "SELECT 1 AS id, {'in ner': 5::BIGINT} AS \"a b\"", ['id', 'a b']);
    await change(table, 'UPDATE', 'id = 1', { id: '2' });
    expect(JSON.stringify(await rowsOf(table), (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).toContain('"in ner":5');
  });

  it('TXN-6: writes an application’s transaction once', async () => {
    const table = newTable();
    await create(table);
    const append = (version: bigint): Promise<unknown> => inTransaction(table, (open) => insertRows(open, { rows: { select: ROWS, columns: ['id', 'name'] }, overwrite: { kind: 'none' }, txn: { appId: 'app', version } }));
    for (const version of [3n, 3n, 2n, 4n]) await append(version);
    expect([await table.latestVersion(), (await rowsOf(table)).length]).toEqual([2, 10]);
  });

  it('WRITE-7: writes partition values as the log has them, whatever signs they hold', async () => {
    const table = newTable();
    const fields = [column('id', 'long'), column('name', 'string'), column('day', 'date')];
    await create(table, { schema: { kind: 'struct', fields }, partitionColumns: ['name', 'day'] });
    const names = ["'a b/ü=%#?'", "''", 'NULL', "'__HIVE_DEFAULT_PARTITION__'"];
    await insert(table, names.map((name, index) => `SELECT ${index} AS id, ${name} AS name, DATE '2024-02-29' AS day`).join(' UNION ALL '), ['id', 'name', 'day']);
    expect((await rowsOf(table)).map(([id, name]) => [id, name])).toEqual([[0, 'a b/ü=%#?'], [1, null], [2, null], [3, '__HIVE_DEFAULT_PARTITION__']]);
    const snapshot = await table.refresh();
    expect((await snapshot.files()).map(({ partitionValues }) => partitionValues['day'])).toEqual(expect.arrayContaining(['2024-02-29']));
    await snapshot.dispose();
  });

  it('refuses what a table cannot be, and leaves it as it was', async () => {
    const table = newTable();
    const limited = column('name', 'string', { __CHAR_VARCHAR_TYPE_STRING: 'varchar(3)' });
    const numbered = column('n', 'long', { 'delta.identity.start': 1, 'delta.identity.step': 1, 'delta.identity.highWaterMark': 2 ** 63, 'delta.identity.allowExplicitInsert': false });
    await create(table, { schema: { kind: 'struct', fields: [column('id', 'long'), limited] } });
    await expect(create(table)).rejects.toMatchObject({ code: 'DELTA_TABLE_ALREADY_EXISTS' });
    await expect(insert(table, "SELECT 1 AS id, 'four' AS name")).rejects.toMatchObject({ code: 'DELTA_EXCEED_CHAR_VARCHAR_LIMIT', parameters: { row: "id = 1, name = 'four'" } });
    await expect(insert(table, ROWS, ['id', 'name'], { kind: 'partitions' })).rejects.toMatchObject({ code: 'DELTA_OVERWRITE_MUST_BE_PARTITIONED' });
    await expect(create(newTable(), { configuration: { 'delta.columnMapping.mode': 'nope' } })).rejects.toMatchObject({ code: 'DELTA_INVALID_TABLE_PROPERTY' });
    const full = newTable();
    await create(full, { schema: { kind: 'struct', fields: [column('id', 'long'), numbered] } });
    await expect(insert(full, 'SELECT 1 AS id', ['id'])).rejects.toMatchObject({ code: 'DELTA_IDENTITY_OVERFLOW' });
    expect(await table.latestVersion()).toBe(0);
  });

  it('lets two writers mark rows of one file, and refuses to lose either', async () => {
    const table = newTable();
    await create(table);
    await insert(table, ROWS);
    const first = await table.begin(expressions);
    await change(table, 'DELETE', 'id = 1');
    const relation = test.engine.newTableName();
    const scan = await (await first.snapshot()).scan({ rowAddresses: true });
    await test.engine.run(`CREATE TABLE ${relation} AS SELECT ${ROW_FILE}, ${ROW_POSITION}, 'delete' AS ${ROW_CHANGE}, id, name FROM (${scan.relationSql}) WHERE id = 4`);
    await scan.dispose();
    await changeCommand(first, { operation: 'DELETE', relation, given: [], parameters: {}, read: { predicate: { kind: 'comparison', operator: '=', column: ['id'], literal: { type: { kind: 'long' }, value: 4n } } } });
    await first.dispose();
    expect(await rowsOf(table)).toEqual([[0, 'n0'], [2, 'n2'], [3, 'n3']]);
  });
});
