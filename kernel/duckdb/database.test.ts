import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from './database.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakebook-database-'));
const opened: Database[] = [];
const open = async (options: Partial<DatabaseOptions> = {}): Promise<Database> => {
  const database = await openDatabase({ memoryLimitBytes: 512 << 20, threads: 2, spillFolder: join(folder, 'spill'), maxSpillBytes: 1 << 30, ...options });
  opened.push(database);
  return database;
};
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
const rejection = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'no error', (error: unknown) => error);
const ENDLESS = 'SELECT count(*) FROM range(100000000000) a WHERE hash(a) = 1';

describe('a database', () => {
  it('gives plain values: bigints exact, decimals and times as text, blobs as bytes', async () => {
    const database = await open();
    const rows = await database.query(
      "SELECT 9007199254740993 AS n, 1.10::DECIMAL(38,2) AS d, TIMESTAMPTZ '2024-01-02 03:04:05.123456+02' AS t, 'x'::BLOB AS b, NULL AS z, true AS f, 1.5::DOUBLE AS x, 7::INTEGER AS i",
    );
    expect(rows.names).toEqual(['n', 'd', 't', 'b', 'z', 'f', 'x', 'i']);
    expect(rows.rows()).toEqual([[9007199254740993n, '1.10', '2024-01-02 01:04:05.123456+00', new Uint8Array([120]), null, true, 1.5, 7]]);
  });

  it('keeps the time zone at UTC and the configuration locked on every connection', async () => {
    const database = await open({ connections: 1 });
    const leases = [await database.acquire(), await database.acquire()];
    for (const { connection } of leases) {
      const zone = await connection.runAndReadAll("SELECT current_setting('TimeZone')");
      expect(zone.getRows()).toEqual([['UTC']]);
      expect(String(await rejection(connection.run('SET threads = 1')))).toContain('configuration has been locked');
      expect(String(await rejection(connection.run('LOAD httpfs')))).toContain('disabled through configuration');
    }
    for (const lease of leases) lease.release();
  });

  it('touches allowed folders alone where they are given', async () => {
    const database = await open({ allowedFolders: [folder] });
    await database.run(`COPY (SELECT 1 AS a) TO '${join(folder, 'inside.parquet')}' (FORMAT parquet)`);
    expect((await database.query(`SELECT a FROM read_parquet('${join(folder, 'inside.parquet')}')`)).column('a')).toEqual([1]);
    expect(String(await rejection(database.query("SELECT * FROM read_text('/etc/hostname')")))).toContain('Permission Error');
  });

  it('interrupts a running statement within 200 ms and runs the next one', async () => {
    const database = await open();
    const controller = new AbortController();
    const running = rejection(database.query(ENDLESS, controller.signal));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const abortedAtMs = performance.now();
    controller.abort();
    expect(codeOf(await running)).toBe('OPERATION_CANCELED');
    expect(performance.now() - abortedAtMs).toBeLessThan(200);
    expect((await database.query('SELECT 42 AS n')).column('n')).toEqual([42]);
  });

  it('is canceled by a signal that aborts in the very moment of the start', async () => {
    const database = await open();
    const controller = new AbortController();
    const running = rejection(database.query(ENDLESS, controller.signal));
    controller.abort();
    expect(codeOf(await running)).toBe('OPERATION_CANCELED');
    expect(codeOf(await rejection(database.query('SELECT 1', controller.signal)))).toBe('OPERATION_CANCELED');
  });

  it('spills a sort beyond the memory limit', async () => {
    const database = await open({ memoryLimitBytes: 40 << 20 });
    const rows = await database.query('SELECT max(n) AS n FROM (SELECT row_number() OVER (ORDER BY hash(a)) AS n FROM range(1500000) t(a))');
    expect(rows.column('n')).toEqual([1_500_000n]);
  });

  it('names the limit when memory does not suffice, and goes on', async () => {
    const database = await open({ memoryLimitBytes: 60 << 20 });
    const error = await rejection(database.query('SELECT len(list(a)) FROM range(20000000) t(a)'));
    expect(codeOf(error)).toBe('ENGINE_OUT_OF_MEMORY');
    expect((error as Error).message).toContain('60 MiB');
    expect((await database.query('SELECT 1 AS n')).column('n')).toEqual([1]);
  });

  it('names the limit when the spill folder is full', async () => {
    const database = await open({ memoryLimitBytes: 60 << 20, maxSpillBytes: 8 << 20 });
    const error = await rejection(database.query('CREATE TABLE big AS SELECT hash(a) AS h FROM range(20000000) t(a)'));
    expect(codeOf(error)).toBe('ENGINE_SPILL_FULL');
  });

  it.skipIf(process.platform !== 'linux').each(['csv', 'parquet'])('says that a disk is full where a COPY of %s finds it so', async (format) => {
    const database = await open();
    const error = await rejection(database.run(`COPY (SELECT random() AS a FROM range(300000)) TO '/dev/full' (FORMAT ${format}, USE_TMP_FILE false)`));
    expect(error).toMatchObject({ code: 'STORAGE_FULL', parameters: { path: '/dev/full' } });
  });

  it.each(['parquet', 'csv', 'json'])('sees a %s file that was written anew', async (format) => {
    const database = await open();
    const file = join(folder, `rewritten.${format}`);
    for (let round = 0; round < 5; round++) {
      await database.run(`COPY (SELECT ${round} AS a FROM range(1000)) TO '${file}' (FORMAT ${format})`);
      expect((await database.query(`SELECT max(a)::INTEGER AS a FROM read_${format}('${file}')`)).column('a')).toEqual([round]);
    }
  });

  it('shows the macros and functions of the prelude on every connection', async () => {
    const database = await open();
    await database.install({
      sql: ['CREATE MACRO twice(x) AS 2 * x'],
      functions: [
        { name: 'js_shout', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (text) => `${(text as string).toUpperCase()}!` },
        { name: 'js_next', parameters: ['BIGINT'], returns: 'BIGINT', evaluate: (n) => (n as bigint) + 1n },
        { name: 'js_first', parameters: ['BLOB'], returns: 'INTEGER', evaluate: (bytes) => (bytes as Uint8Array)[0] ?? null },
        { name: 'js_fail', parameters: ['INTEGER'], returns: 'INTEGER', evaluate: () => { throw new Error('[SOME_CLASS] broken'); } },
      ],
    });
    const statement = "SELECT twice(21) AS a, js_shout('hé') AS b, js_next(9007199254740993) AS c, js_first('A'::BLOB) AS d, js_shout(NULL) AS e";
    const answers = await Promise.all([database.query(statement), database.query(statement)]);
    for (const answer of answers) expect(answer.rows()).toEqual([[42, 'hé!'.toUpperCase(), 9007199254740994n, 65, null]]);
    expect(String(await rejection(database.query('SELECT js_fail(1)')))).toContain('[SOME_CLASS] broken');
  });
});
