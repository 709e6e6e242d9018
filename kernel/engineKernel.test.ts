import { tableFromIPC } from 'apache-arrow';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeReference } from '../build/testing/reference.ts';
import type { ExecutionEvent } from './rpc/executions.ts';
import { createFramedStream } from './rpc/framedStream.ts';
import { kernelContract, type KernelContract } from './rpc/kernelContract.ts';
import { createClient, type Client } from './rpc/peer.ts';

const ROOT = join(import.meta.dirname, '..');
const QUICKSTART = join(ROOT, 'examples/quickstart');
const CONFORMANCE = process.env['LAKEBOOK_CONFORMANCE'] ?? join(ROOT, '../shared/conformance');
const folder = mkdtempSync(join(tmpdir(), 'lakebook-kernel-'));
const started: Kernel[] = [];
let states = 0;

interface Kernel {
  readonly process: ChildProcess;
  readonly client: Client<KernelContract>;
  readonly state: string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Runs a cell; its events in order. */
  run(source: string, options?: { dialect?: 'spark' | 'duckdb'; sessionId?: string; executionId?: string; onEvent?: (event: ExecutionEvent) => void }): Promise<ExecutionEvent[]>;
}

function startKernel({ workspace = QUICKSTART, state = join(folder, `state${++states}`), args = [] }: { workspace?: string; state?: string; args?: string[] } = {}): Kernel {
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'main.ts'), '--workspace', workspace, '--state', state, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const client = createClient(kernelContract, createFramedStream(child.stdio[3] as Duplex), 'the kernel');
  const listeners = new Map<string, (event: ExecutionEvent) => void>();
  client.on('executions.event', ({ executionId, event }) => listeners.get(executionId)?.(event));
  let executions = 0;
  const kernel: Kernel = {
    process: child,
    client,
    state,
    exited: new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal }))),
    run: async (source, { dialect = 'spark', sessionId = 's', executionId = `e${++executions}`, onEvent } = {}) => {
      const events: ExecutionEvent[] = [];
      listeners.set(executionId, (event) => {
        events.push(event);
        onEvent?.(event);
      });
      await client.request('executions.start', { executionId, sessionId, dialect, source, notebook: 'n.ipynb', cellId: 'c1' });
      return events;
    },
  };
  started.push(kernel);
  return kernel;
}

async function endKernels(): Promise<void> {
  for (const kernel of started.splice(0)) {
    kernel.client.close();
    await kernel.exited;
  }
}
let shared: Kernel;
beforeAll(() => {
  shared = startKernel();
  started.pop(); // stays for all tests
});
afterEach(endKernels);
afterAll(async () => {
  started.push(shared);
  await endKernels();
  rmSync(folder, { recursive: true, force: true });
});

function find<Kind extends ExecutionEvent['kind']>(events: readonly ExecutionEvent[], kind: Kind): Extract<ExecutionEvent, { kind: Kind }> {
  const found = events.findLast((event) => event.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} in ${JSON.stringify(events)}`);
  return found as Extract<ExecutionEvent, { kind: Kind }>;
}

async function rowsOf(kernel: Kernel, events: readonly ExecutionEvent[]): Promise<unknown[][]> {
  const { resultId } = find(events, 'result').result;
  const { bytes } = await kernel.client.request('results.page', { resultId, offset: 0, limit: 100 });
  return tableFromIPC(bytes).toArray().map((row) => Object.values((row as { toJSON(): object }).toJSON()));
}

const ENDLESS = 'SELECT count(*) FROM range(100000000000) t(a) WHERE a % 7 = 13';

describe('the engine kernel in a process of its own', () => {
  it('runs a cell over a Delta table: events in order, a receipt, a result to page', async () => {
    const kernel = shared;
    const events = await kernel.run('SELECT count(*) AS n FROM sales.orders');
    expect(events.map((event) => event.kind)).toEqual(['started', 'statement', 'result', 'result', 'receipt', 'finished']);
    expect(find(events, 'finished').status).toBe('ok');
    const { receipt } = find(events, 'receipt');
    expect(receipt).toMatchObject({ source: 'SELECT count(*) AS n FROM sales.orders', dialect: 'spark', status: 'ok', rows: 1, notebook: 'n.ipynb', cellId: 'c1', engine: expect.stringMatching(/^DuckDB \d/) as string });
    expect(receipt.sourceHash).toMatch(/^[0-9a-f]{64}$/);
    expect(receipt.tables).toMatchObject([{ name: 'sales.orders', path: join(QUICKSTART, 'sales/orders'), pinned: false }]);
    expect(find(events, 'result').result).toMatchObject({ resultId: receipt.resultId, state: 'complete', rows: 1, columns: [{ name: 'n', type: 'bigint' }] });
    expect(Number((await rowsOf(kernel, events))[0]![0])).toBeGreaterThan(0);
  });

  it('stops a cell at its first failing statement, points into it, and lives', async () => {
    const kernel = shared;
    const events = await kernel.run('SELECT 1 AS a;\nSELECT nothing FROM sales.orders;\nSELECT 3');
    expect(events.filter((event) => event.kind === 'receipt').map((event) => event.receipt.status)).toEqual(['ok', 'error']);
    const { status, error } = find(events, 'finished');
    expect(status).toBe('error');
    expect(error).toMatchObject({ code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', span: { line: 2, column: 7 } });
    expect(find(await kernel.run('SELECT 1'), 'finished').status).toBe('ok');
  });

  it('runs nothing of a cell that does not parse', async () => {
    const kernel = shared;
    const events = await kernel.run('SELECT 1; SELEC 2');
    expect(events.filter((event) => event.kind === 'result')).toEqual([]);
    expect(find(events, 'finished')).toMatchObject({ status: 'error', error: { code: 'PARSE_SYNTAX_ERROR' } });
  });

  it('keeps the value of a secret parameter out of receipt and profile', async () => {
    const kernel = shared;
    await kernel.run("CREATE WIDGET TEXT api_token DEFAULT 'hush-hush'", { sessionId: 'secrets' });
    const events = await kernel.run('SELECT count(*) AS n FROM sales.orders WHERE status = :api_token', { sessionId: 'secrets' });
    expect(find(events, 'receipt').receipt.parameters).toEqual({ api_token: '*********(redacted)' });
    const { resultId } = find(events, 'result').result;
    const { profile } = await kernel.client.request('results.profile', { resultId });
    expect(profile?.scans[0]?.predicates.map(({ text }) => text)).toContain("status = '*********(redacted)'");
    expect(JSON.stringify([events, profile])).not.toContain('hush');
    expect(await kernel.client.request('results.rowGroups', { resultId, scan: 0 })).toEqual({ rowGroups: null });
  });

  it('interrupts a script that loops for ever, between statements and inside of one, while another session goes on', async () => {
    const kernel = shared;
    for (const body of ['SET x = x + 1;', 'SELECT x;', 'SET x = (SELECT count(*) FROM range(100000000000) AS a(n) WHERE n % 3 = x);']) {
      const running = kernel.run(`BEGIN DECLARE x BIGINT DEFAULT 0; DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET x = 1; WHILE true DO ${body} END WHILE; END`, { sessionId: 'loop', executionId: 'loop' });
      await kernel.run('SELECT 1', { sessionId: 'beside' });
      const interruptedAtMs = performance.now();
      await kernel.client.request('executions.interrupt', { executionId: 'loop' });
      expect((await running).at(-1)).toMatchObject({ kind: 'finished', status: 'canceled' });
      expect(performance.now() - interruptedAtMs).toBeLessThan(1_000);
    }
  });

  it('interrupts a running cell within 200 ms and keeps what it had', async () => {
    const kernel = shared;
    let onSecond = (): void => undefined;
    const second = new Promise<void>((resolve) => (onSecond = resolve));
    const running = kernel.run(`SELECT 1 AS a; ${ENDLESS}`, { dialect: 'duckdb', executionId: 'long', onEvent: (event) => { if (event.kind === 'statement' && event.index === 1) onSecond(); } });
    await second;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await kernel.client.request('executions.status', {})).running).toEqual(['long']);
    const interruptedAtMs = performance.now();
    await kernel.client.request('executions.interrupt', { executionId: 'long' });
    const events = await running;
    expect(performance.now() - interruptedAtMs).toBeLessThan(200);
    expect(find(events, 'finished')).toMatchObject({ status: 'canceled', error: { code: 'OPERATION_CANCELED' } });
    expect(events.filter((event) => event.kind === 'receipt').map((event) => event.receipt.status)).toEqual(['ok', 'canceled']);
  });

  it('runs cells of one session in turn, those of another beside them', async () => {
    const kernel = shared;
    const order: string[] = [];
    const long = kernel.run(ENDLESS, { dialect: 'duckdb', executionId: 'long', sessionId: 'a' }).then(() => order.push('long'));
    const behind = kernel.run('SELECT 1', { sessionId: 'a' }).then(() => order.push('behind'));
    await kernel.run('SELECT 2', { sessionId: 'b' }).then(() => order.push('beside'));
    await kernel.client.request('executions.interrupt', { executionId: 'long' });
    await Promise.all([long, behind]);
    expect(order).toEqual(['beside', 'long', 'behind']);
  });

  it('names the memory limit when a statement needs more, and lives', async () => {
    const kernel = startKernel({ args: ['--memory-limit', '104857600'] });
    const events = await kernel.run('SELECT len(list(a)) FROM range(60000000) t(a)', { dialect: 'duckdb' });
    expect(find(events, 'finished').error).toMatchObject({ code: 'ENGINE_OUT_OF_MEMORY' });
    expect(find(await kernel.run('SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY a DESC) AS n FROM range(5000000) t(a))', { dialect: 'duckdb' }), 'finished').status).toBe('ok');
    expect(await kernel.client.request('executions.status', {})).toMatchObject({ memoryLimitBytes: 104857600 });
  });

  it('tells a growing result at most ten times a second', async () => {
    const kernel = shared;
    const times: number[] = [];
    await kernel.run("SELECT a, repeat('x', 50) AS b FROM range(3000000) t(a)", { dialect: 'duckdb', onEvent: (event) => { if (event.kind === 'result') times.push(performance.now()); } });
    expect(times.length).toBeGreaterThan(2);
    expect(times.length).toBeLessThanOrEqual((times.at(-1)! - times[0]!) / 100 + 3);
  });

  it('ends when its host goes', async () => {
    const kernel = startKernel();
    const running = kernel.run(ENDLESS, { dialect: 'duckdb' }).catch(() => undefined);
    await kernel.client.request('executions.status', {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    const closedAtMs = performance.now();
    kernel.client.close();
    expect(await kernel.exited).toMatchObject({ code: 0 });
    expect(performance.now() - closedAtMs).toBeLessThan(2_000);
    await running;
    expect(existsSync(join(kernel.state, 'spill', String(kernel.process.pid)))).toBe(false);
  });

  it('leaves its results to the next kernel when it is killed', async () => {
    const kernel = startKernel();
    const events = await kernel.run('SELECT * FROM sales.orders');
    const { resultId, rows } = find(events, 'result').result;
    let grown = 0;
    const growing = kernel.run("SELECT a, repeat('x', 90) AS b FROM range(1000000000) t(a)", { dialect: 'duckdb', sessionId: 'b', onEvent: (event) => { if (event.kind === 'result') grown = event.result.rows; } }).catch(() => undefined);
    while (grown < 200_000) await new Promise((resolve) => setTimeout(resolve, 20));
    kernel.process.kill('SIGKILL');
    await kernel.exited;
    await growing;
    const next = startKernel({ state: kernel.state });
    expect(await next.client.request('results.info', { resultId })).toMatchObject({ state: 'complete', rows });
    const { header } = await next.client.request('results.page', { resultId, offset: 0, limit: 50 });
    expect(header).toMatchObject({ rows: Math.min(50, rows), totalRows: rows, complete: true });
  });

  it('sorts, charts and exports a result without running again', async () => {
    const kernel = shared;
    const events = await kernel.run('SELECT * FROM sales.orders');
    const { resultId, columns, rows } = find(events, 'result').result;
    const view = await kernel.client.request('results.view', { resultId, sort: [{ column: 0, descending: true }], filters: [] });
    expect(view.rows).toBe(rows);
    const chart = await kernel.client.request('results.chart', { resultId, spec: { type: 'bar', x: columns[0]!.name, y: [], aggregate: 'count' }, marksMax: 100 });
    expect(chart.header.sourceRows).toBe(rows);
    const path = join(folder, 'orders.jsonl');
    expect(await kernel.client.request('results.export', { resultId, viewId: view.viewId, format: 'jsonl', path })).toMatchObject({ rows });
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(rows);
  });
});

describe('the table browser', () => {
  it('finds the workspace and tells about a table at any version', async () => {
    const { client } = shared;
    const { tables, complete } = await client.request('tables.list', {});
    expect(complete).toBe(true);
    expect(tables.map((table) => table.name)).toEqual(expect.arrayContaining(['sales.orders', 'sales.customers', 'trips']));
    const path = join(QUICKSTART, 'sales/orders');
    const detail = await client.request('tables.detail', { path });
    expect(detail).toMatchObject({ path, version: detail.latestVersion });
    expect(detail.fields.length).toBeGreaterThan(2);
    expect(detail.features.every((feature) => feature.supported)).toBe(true);
    const { commits, more } = await client.request('tables.history', { path, limit: 100 });
    expect(more).toBe(false);
    expect(commits[0]).toMatchObject({ version: detail.latestVersion, readable: true });
    expect(commits).toHaveLength(detail.latestVersion + 1);
    const older = await client.request('tables.history', { path, before: commits[1]!.version, limit: 1 });
    expect(older.commits.map((commit) => commit.version)).toEqual([commits[2]!.version]);
    const { versions } = await client.request('tables.latest', { paths: [path, join(QUICKSTART, 'nothing')] });
    expect(versions).toEqual({ [path]: detail.latestVersion, [join(QUICKSTART, 'nothing')]: null });
  });

  it('counts what a SELECT counts, at every version', async () => {
    const kernel = shared;
    const path = join(QUICKSTART, 'trips');
    const { commits } = await kernel.client.request('tables.history', { path, limit: 100 });
    for (const { version } of commits) {
      const counts = await kernel.client.request('tables.counts', { path, version });
      const events = await kernel.run(`SELECT count(*) FROM trips VERSION AS OF ${version}`);
      expect(counts.numRecords).toBe(Number((await rowsOf(kernel, events))[0]![0]));
      const { files, total } = await kernel.client.request('tables.files', { path, version, offset: 0, limit: 1_000 });
      expect(total).toBe(counts.numFiles);
      expect(files.reduce((sum, file) => sum + file.sizeBytes, 0)).toBe(counts.sizeBytes);
    }
  });

  it('previews the first rows of a version as a result', async () => {
    const { client } = shared;
    const info = await client.request('tables.preview', { path: join(QUICKSTART, 'trips'), version: 1, limit: 10 });
    expect(info).toMatchObject({ rows: 10, state: 'complete' });
    await expect(client.request('tables.preview', { path: join(QUICKSTART, 'trips'), version: 999, limit: 10 })).rejects.toMatchObject({ report: { code: 'DELTA_VERSION_NOT_FOUND' } });
  });
});

describeReference(CONFORMANCE, 'tables that Spark and delta-rs wrote', () => {
  it.each(['gen-dv-partition-dml-a', 'dat-all_primitive_types', 'golden-dv-partitioned-with-checkpoint'])('%s has as many rows as it should', async (name) => {
    const { expect: expected } = JSON.parse(readFileSync(join(CONFORMANCE, 'expected', `${name}.json`), 'utf8')) as { expect: { rows: { count: number } } };
    const events = await shared.run(`SELECT * FROM delta.\`${join(CONFORMANCE, 'tables', name)}\``);
    expect(find(events, 'finished')).toMatchObject({ status: 'ok' });
    expect(find(events, 'result').result.rows).toBe(expected.rows.count);
  });
});
