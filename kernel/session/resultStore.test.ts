import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, readdirSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ArrowBatch } from '../arrow/batch.ts';
import { openDatabase, type Database } from '../duckdb/database.ts';
import { heldRows } from './results.ts';
import { ResultStore } from './resultStore.ts';
import { writeRows } from './rowWriters.ts';
import type { SpooledResult } from './spooledResult.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakebook-spool-'));
let database: Database;
beforeAll(async () => {
  database = await openDatabase({ memoryLimitBytes: 512 << 20, threads: 2, spillFolder: join(folder, 'spill'), maxSpillBytes: 1 << 30 });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const opened: ResultStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

let stores = 0;
function createStore(options: { folder?: string; budgetBytes?: number } = {}): { store: ResultStore; spool: string } {
  const spool = options.folder ?? join(folder, `spool${++stores}`);
  let clock = 0;
  let lastId = 0;
  const store = new ResultStore({ folder: spool, budgetBytes: options.budgetBytes ?? 1 << 30, now: () => ++clock, createId: () => `r${++lastId}` });
  opened.push(store);
  return { spool, store };
}

async function batchesOf(sql: string): Promise<{ schema: ArrowBatch['schema']; batches: ArrowBatch[] }> {
  const stream = await database.stream(sql);
  const batches: ArrowBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  return { schema: stream.schema, batches };
}

async function fill(store: ResultStore, sql: string): Promise<SpooledResult> {
  const { schema, batches } = await batchesOf(sql);
  const result = await store.create(schema);
  for (const batch of batches) await store.append(result, batch);
  await result.finish('complete');
  return result;
}

async function textOf(result: SpooledResult): Promise<string> {
  const parts: string[] = [];
  await writeRows(heldRows(result, result.rows), 'csv', { write: async (bytes) => void parts.push(Buffer.from(bytes).toString()) });
  return parts.join('');
}

const SQL = "SELECT range AS a, 'text ' || range AS b FROM range(50000)";

describe('a spooled result', () => {
  it('is opened by another store with equal rows', async () => {
    const { store, spool } = createStore();
    const result = await fill(store, SQL);
    const text = await textOf(result);
    await store.close();
    const again = await createStore({ folder: spool }).store.open(result.resultId);
    expect(again.info()).toEqual({ resultId: 'r1', columns: [{ name: 'a', type: 'bigint' }, { name: 'b', type: 'string' }], rows: 50_000, bytes: again.info().bytes, state: 'complete' });
    expect(await textOf(again)).toBe(text);
  });

  it('keeps its columns without any row', async () => {
    const { store, spool } = createStore();
    await fill(store, 'SELECT 1 AS a WHERE false');
    await store.close();
    expect((await createStore({ folder: spool }).store.info('r1'))).toMatchObject({ rows: 0, state: 'complete', columns: [{ name: 'a', type: 'int' }] });
  });

  it.each([0.1, 0.5, 0.97])('cut off at %d by the death of its writer opens as far as its batches are whole', async (part) => {
    const { store, spool } = createStore();
    const { schema, batches } = await batchesOf(SQL);
    const result = await store.create(schema);
    for (const batch of batches) await store.append(result, batch);
    await result.close(); // no finish: the manifest still says `running`
    const rowsFile = join(spool, 'r1', 'rows.arrows');
    const manifestFile = join(spool, 'r1', 'manifest.json');
    truncateSync(rowsFile, Math.floor(readFileSync(rowsFile).byteLength * part));
    writeFileSync(manifestFile, JSON.stringify({ ...(JSON.parse(readFileSync(manifestFile, 'utf8')) as object), pid: 2 ** 22 + 1 }));
    const again = await createStore({ folder: spool }).store.open('r1');
    expect(again.state).toBe('failed');
    expect(again.rows).toBeLessThan(50_000);
    const lines = (await textOf(again)).trimEnd().split('\n');
    expect(lines).toHaveLength(again.rows + 1);
    expect(lines.at(-1)).toBe(again.rows === 0 ? 'a,b' : `${again.rows - 1},text ${again.rows - 1}`);
    // and it stays so
    expect((await createStore({ folder: spool }).store.info('r1')).state).toBe('failed');
  });

  it('that was whole when its writer died is complete', async () => {
    const { store, spool } = createStore();
    await fill(store, SQL);
    await store.close();
    const manifestFile = join(spool, 'r1', 'manifest.json');
    const { batches, ...manifest } = JSON.parse(readFileSync(manifestFile, 'utf8')) as { batches: unknown[] };
    expect(batches.length).toBeGreaterThan(1);
    writeFileSync(manifestFile, JSON.stringify({ ...manifest, state: 'running', pid: 2 ** 22 + 1 }));
    expect(await createStore({ folder: spool }).store.info('r1')).toMatchObject({ state: 'complete', rows: 50_000 });
  });

  it('survives kill -9 of the process that writes it', async () => {
    const { spool } = createStore();
    const script = join(folder, 'writer.ts');
    writeFileSync(script, `
      const { openDatabase } = await import(${JSON.stringify(join(import.meta.dirname, '../duckdb/database.ts'))});
      const { ResultStore } = await import(${JSON.stringify(join(import.meta.dirname, 'resultStore.ts'))});
      const database = await openDatabase({ memoryLimitBytes: 2 ** 29, threads: 2, spillFolder: ${JSON.stringify(join(folder, 'spill2'))}, maxSpillBytes: 2 ** 30 });
      const store = new ResultStore({ folder: ${JSON.stringify(spool)}, budgetBytes: 2 ** 34, now: Date.now, createId: () => 'killed' });
      const stream = await database.stream("SELECT range AS a, 'text ' || range AS b FROM range(1000000000)");
      const result = await store.create(stream.schema);
      for await (const batch of stream) { await store.append(result, batch); process.send?.(result.rows); }
    `);
    const child = fork(script, { stdio: 'inherit', execArgv: [] });
    await new Promise<void>((resolve) => child.on('message', (rows) => { if (Number(rows) > 300_000) resolve(); }));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    const result = await createStore({ folder: spool }).store.open('killed');
    expect(result.state).toBe('failed');
    expect(result.rows).toBeGreaterThan(200_000);
    const last = await result.readBatch(result.batches - 1);
    expect(Number((last.columns[0]!.values as BigInt64Array)[last.rows - 1])).toBe(result.rows - 1);
  });

  it.each(['../r1', 'unknown', ''])('that is not there (%o) is named', async (resultId) => {
    await expect(createStore().store.open(resultId)).rejects.toMatchObject({ code: 'RESULT_NOT_FOUND' });
  });

  it.each([
    { name: 'manifest', file: 'manifest.json', content: '{' },
    { name: 'schema', file: 'rows.arrows', content: 'not an Arrow stream at all' },
  ])('with a damaged $name is named', async ({ file, content }) => {
    const { store, spool } = createStore();
    await fill(store, 'SELECT 1 AS a');
    await store.close();
    writeFileSync(join(spool, 'r1', file), content);
    await expect(createStore({ folder: spool }).store.open('r1')).rejects.toMatchObject({ code: 'RESULT_DAMAGED' });
  });

  it('is gone when discarded', async () => {
    const { store, spool } = createStore();
    await fill(store, 'SELECT 1 AS a');
    await store.discard('r1');
    expect(readdirSync(spool)).toEqual([]);
    await expect(store.info('r1')).rejects.toMatchObject({ code: 'RESULT_NOT_FOUND' });
  });
});

describe('the disk budget', () => {
  const ROWS = 'SELECT range AS a, range AS b FROM range(40000)'; // 640 kB

  it('takes the rows of the oldest results, and says so', async () => {
    const { store, spool } = createStore({ budgetBytes: 1_500_000 });
    const gone: string[] = [];
    store.onGone = (resultId) => gone.push(resultId);
    const first = await fill(store, ROWS);
    await fill(store, ROWS);
    await fill(store, ROWS);
    expect(gone).toEqual(['r1']);
    expect(await store.info('r1')).toMatchObject({ state: 'evicted', rows: 40_000, columns: [{ name: 'a', type: 'bigint' }, { name: 'b', type: 'bigint' }] });
    expect(existsSync(join(spool, 'r1', 'rows.arrows'))).toBe(false);
    await expect(first.readBatch(0)).rejects.toMatchObject({ code: 'RESULT_EVICTED' });
    for (const kept of ['r2', 'r3']) expect(await store.info(kept)).toMatchObject({ state: 'complete' });
    await store.close();
    expect(await createStore({ folder: spool }).store.info('r1')).toMatchObject({ state: 'evicted' });
  });

  it('counts the results of earlier kernels', async () => {
    const { store, spool } = createStore();
    await fill(store, ROWS);
    await fill(store, ROWS);
    await store.close();
    let lastId = 10;
    const later = new ResultStore({ folder: spool, budgetBytes: 1_500_000, now: () => 100, createId: () => `r${++lastId}` });
    opened.push(later);
    await fill(later, ROWS);
    expect((await later.info('r1')).state).toBe('evicted');
    expect((await later.info('r2')).state).toBe('complete');
  });

  it('refuses a result that alone is larger, by name', async () => {
    const { store } = createStore({ budgetBytes: 300_000 });
    await expect(fill(store, ROWS)).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
  });
});
