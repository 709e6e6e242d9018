import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CellState } from '../rpc/notebooks.ts';
import type { KernelState } from '../rpc/workbench.ts';
import { codeOf, connect, createHostFixture, endProcess, nextCell, nextSave, openNotebook, type HostClient, type HostFixture, type RunningHost } from './testing/hostFixture.ts';

/** With the real engine kernel over a real Delta table. */
const TRIPS = fileURLToPath(new URL('../../examples/quickstart/trips', import.meta.url));
const SLOW = 'select count(*) from range(100000) a cross join range(100000) b';

/** Holds the kernel's event loop for minutes, in a function that is written in JavaScript. */
const DEAF = "select rlike(repeat('x', 400), 'x*x*x*x*x*x*y(?=x)')";

/** Times are measured in bench/; here they tell only what is stuck. */
const STUCK_MS = 5_000;

let fixture: HostFixture;
let host: RunningHost;
let client: HostClient;
beforeEach(async () => {
  fixture = await createHostFixture({ withKernel: true });
  await cp(TRIPS, path.join(fixture.workspace, 'trips'), { recursive: true });
  host = await fixture.start();
  client = await connect(host);
});
afterEach(() => fixture.dispose());

describe('a run', () => {
  it('goes from queue to result, with receipt, head, history and a snapshot beside the notebook', async () => {
    const notebookId = await open([sql('count', 'select count(*) as n from trips'), sql('bad', 'select nothing'), sql('never', 'select 2')]);
    const runs: string[] = [];
    client.on('notebooks.cell', ({ state }) => runs.push(`${state.cellId} ${state.run.kind}`));
    const receipt = new Promise((resolve) => client.on('workbench.receipt', resolve));
    const failed = nextCell(client, 'bad', ({ run }) => run.kind === 'finished');
    const dropped = nextCell(client, 'never', ({ run }) => run.kind === 'idle');
    const withHead = nextCell(client, 'count', ({ outputs }) => outputs[0]?.kind === 'result' && outputs[0].head !== undefined);
    await client.request('notebooks.run', { notebookId, cellIds: ['never', 'bad', 'count'] });
    expect((await withHead).outputs).toMatchObject([{ kind: 'result', rows: 1, state: 'complete', columns: [{ name: 'n', type: 'bigint' }], receipt: { tables: [{ name: 'trips', pinned: false }], status: 'ok' } }]);
    expect((await failed).outputs).toMatchObject([{ kind: 'error', error: { code: expect.stringMatching(/UNRESOLVED/) as string } }]);
    await dropped;
    expect(new Set(runs.filter((run) => run.startsWith('count')))).toEqual(new Set(['count queued', 'count running', 'count finished']));
    expect(await receipt).toMatchObject({ notebook: 'n.ipynb', cellId: 'count' });
    const { receipts } = await client.request('workbench.queryHistory', { limit: 10, text: 'FROM TRIPS' });
    expect(receipts.map(({ source }) => source)).toEqual(['select count(*) as n from trips']);
    await expect.poll(() => fixture.get('.lakebook/outputs/n.ipynb.json').catch(() => ''), { timeout: 10_000 }).toContain('"count"');
    expect(await fixture.get('.lakebook/.gitignore')).toContain('*');
    expect(await fixture.get('n.ipynb')).toBe(notebookText([sql('count', 'select count(*) as n from trips'), sql('bad', 'select nothing'), sql('never', 'select 2')]));
  });

  it('old outputs stay while the cell is queued and running, until the first new one', async () => {
    const notebookId = await open([sql('a', 'select 1')]);
    await run(notebookId, 'a');
    const queued = nextCell(client, 'a', ({ run: { kind } }) => kind === 'queued');
    const done = nextCell(client, 'a', ({ run: each }) => each.kind === 'finished' && each.executionCount === 2);
    await client.request('notebooks.run', { notebookId, cellIds: ['a'] });
    expect([(await queued).outputs.length, (await done).outputs.length]).toEqual([1, 1]);
  });

  it('is interrupted at once, and what waits is taken out', async () => {
    const notebookId = await open([sql('slow', SLOW), sql('next', 'select 1')]);
    const running = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'running');
    await client.request('notebooks.run', { notebookId, cellIds: ['slow', 'next'] });
    await running;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const ended = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'finished');
    const startedAt = performance.now();
    await client.request('notebooks.interrupt', { notebookId });
    expect((await ended).run).toMatchObject({ status: 'canceled' });
    expect(performance.now() - startedAt).toBeLessThan(STUCK_MS);
    expect((await openNotebook(client, 'n.ipynb')).cells[1]).toMatchObject({ run: { kind: 'idle' } });
  });

  it('is interrupted while its kernel is still starting', async () => {
    const notebookId = await open([sql('slow', SLOW)]);
    await client.request('workbench.restartKernel', {});
    const ended = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'finished');
    await client.request('notebooks.run', { notebookId, cellIds: ['slow'] });
    await client.request('notebooks.interrupt', { notebookId });
    expect((await ended).run).toMatchObject({ status: 'canceled' });
  });

  it('a cell that is run again the moment its end is told runs again', async () => {
    const notebookId = await open([sql('slow', SLOW)]);
    for (let round = 0; round < 5; round++) {
      const running = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'running');
      await client.request('notebooks.run', { notebookId, cellIds: ['slow'] });
      await running;
      const ended = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'finished');
      await client.request('notebooks.interrupt', { notebookId });
      expect((await ended).run).toMatchObject({ status: 'canceled', executionCount: round + 1 });
    }
  });

  it('keeps outputs in the file of a notebook that came with outputs in it', async () => {
    const withOutput = { ...sql('a', 'select 1 as one'), outputs: [{ name: 'stdout', output_type: 'stream', text: 'old' }] };
    const notebookId = await open([withOutput]);
    const saved = nextSave(client, 'saved');
    await run(notebookId, 'a');
    await saved;
    const { cells } = JSON.parse(await fixture.get('n.ipynb')) as { cells: { execution_count: number; outputs: { output_type: string; data: Record<string, unknown> }[] }[] };
    expect(cells[0]).toMatchObject({ execution_count: 1, outputs: [{ output_type: 'display_data', data: { 'text/plain': ['1 rows: one int'] } }] });
  });

  it('outputs survive kill -9 of the host', async () => {
    const notebookId = await open([sql('a', 'select 42 as answer'), sql('slow', SLOW)]);
    await run(notebookId, 'a');
    await nextHead('a');
    const running = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'running');
    await client.request('notebooks.run', { notebookId, cellIds: ['slow'] });
    await running;
    // A head is shown before it is on the disk.
    await expect.poll(keptOutputs, { timeout: STUCK_MS }).toContain('"head"');
    await endProcess(host.process, 'SIGKILL');
    client = await connect(await fixture.start());
    const { cells } = await openNotebook(client, 'n.ipynb');
    expect(cells[0]).toMatchObject({ run: { kind: 'finished', status: 'ok' }, outputs: [{ kind: 'result', rows: 1, head: expect.any(String) as string }] });
    const [output] = cells[0]!.outputs;
    const page = await client.request('results.page', { resultId: output?.kind === 'result' ? output.resultId : '', offset: 0, limit: 10 });
    expect(page.header).toMatchObject({ rows: 1, totalRows: 1 });
  });
});

describe('a kernel that dies', () => {
  it('is reported with its cause, with the cell it ran, and another one starts', async () => {
    const notebookId = await open([sql('a', 'select 42 as answer'), sql('slow', SLOW)]);
    const finished = await run(notebookId, 'a');
    const running = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'running');
    await client.request('notebooks.run', { notebookId, cellIds: ['slow'] });
    await running;
    const dead = nextKernel('dead');
    const failed = nextCell(client, 'slow', ({ run: { kind } }) => kind === 'finished');
    const restarted = dead.then(() => nextKernel('idle'));
    const killedAt = performance.now();
    process.kill(await kernelPid(), 'SIGKILL');
    expect(await dead).toMatchObject({ reason: expect.stringContaining('SIGKILL') as string, cellId: 'slow' });
    expect((await failed).outputs.at(-1)).toMatchObject({ kind: 'error', error: { code: 'KERNEL_DIED', message: expect.stringContaining('SIGKILL') as string } });
    expect(performance.now() - killedAt).toBeLessThan(STUCK_MS);
    await restarted;
    const [output] = finished.outputs;
    expect((await client.request('results.page', { resultId: output?.kind === 'result' ? output.resultId : '', offset: 0, limit: 1 })).header.rows).toBe(1);
    expect((await run(notebookId, 'a')).run).toMatchObject({ status: 'ok', executionCount: 3 });
  });

  it('is ended where it does not hear an interrupt, and the cell says so', async () => {
    const notebookId = await open([sql('a', 'select 42 as answer'), sql('deaf', DEAF)]);
    const finished = await run(notebookId, 'a');
    const running = nextCell(client, 'deaf', ({ run: { kind } }) => kind === 'running');
    await client.request('notebooks.run', { notebookId, cellIds: ['deaf'] });
    await running;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const ended = nextCell(client, 'deaf', ({ run: { kind } }) => kind === 'finished');
    const restarted = nextKernel('dead').then(() => nextKernel('idle'));
    const interruptedAt = performance.now();
    await client.request('notebooks.interrupt', { notebookId });
    expect((await ended).outputs.at(-1)).toMatchObject({ kind: 'error', error: { code: 'KERNEL_DIED', message: expect.stringContaining('did not answer the interrupt and was restarted') as string } });
    expect(performance.now() - interruptedAt).toBeLessThan(2 * STUCK_MS);
    await restarted;
    expect((await openNotebook(client, 'n.ipynb')).cells[0]!.outputs).toMatchObject(finished.outputs);
    expect((await run(notebookId, 'a')).run).toMatchObject({ status: 'ok' });
  });

  it('is ended and started anew when the user says so', async () => {
    await open([sql('a', 'select 1')]);
    const before = await kernelPid();
    await client.request('workbench.restartKernel', {});
    expect(await kernelPid()).not.toBe(before);
  });

  it('that cannot start leaves files and documents alone and says why', async () => {
    await endProcess(host.process, 'SIGTERM');
    client = await connect(await fixture.start({ LAKEBOOK_ENGINE: path.join(fixture.home, 'absent.mjs') }));
    const notebookId = await open([sql('a', 'select 1')]);
    expect((await run(notebookId, 'a')).outputs).toMatchObject([{ kind: 'error', error: { code: expect.stringMatching(/KERNEL_NOT_RUNNING|KERNEL_DIED/) as string } }]);
    expect(await codeOf(client.request('tables.list', {}))).toBe('KERNEL_NOT_RUNNING');
  });
});

it('a result is marked stale after a commit to a table that it read, a pinned one is not', async () => {
  const notebookId = await open([sql('now', 'select count(*) from trips'), sql('then', 'select count(*) from trips version as of 0')]);
  const finished = await run(notebookId, 'now');
  await run(notebookId, 'then');
  const output = finished.outputs[0];
  const version = output?.kind === 'result' ? (output.receipt?.tables[0]?.version ?? 0) : 0;
  const stale = nextCell(client, 'now', ({ staleness }) => staleness !== undefined);
  const committedAt = performance.now();
  await writeFile(path.join(fixture.workspace, 'trips/_delta_log', `${String(version + 1).padStart(20, '0')}.json`), `${JSON.stringify({ commitInfo: { timestamp: Date.now(), operation: 'WRITE' } })}\n`);
  expect((await stale).staleness).toEqual({ tables: [{ name: 'trips', path: path.join(fixture.workspace, 'trips'), read: version, latest: version + 1 }] });
  expect(performance.now() - committedAt).toBeLessThan(STUCK_MS);
  expect((await openNotebook(client, 'n.ipynb')).cells[1]!.staleness).toBeUndefined();
});

it('exports what is held to a one-time address', async () => {
  const notebookId = await open([sql('a', 'select 42 as answer')]);
  const [output] = (await run(notebookId, 'a')).outputs;
  const { url } = await client.request('workbench.download', { resultId: output?.kind === 'result' ? output.resultId : '', format: 'csv', fileName: 'a "b".csv' });
  const first = await fetch(`http://127.0.0.1:${host.port}${url}`);
  expect([first.headers.get('content-disposition'), await first.text()]).toEqual([`attachment; filename="a _b_.csv"; filename*=UTF-8''a%20%22b%22.csv`, 'answer\n42\n']);
  expect((await fetch(`http://127.0.0.1:${host.port}${url}`)).status).toBe(404);
});

function sql(id: string, source: string): object {
  return { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: `%%sql\n${source}` };
}

function notebookText(cells: readonly object[]): string {
  return JSON.stringify({ cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 });
}

async function open(cells: readonly object[]): Promise<string> {
  await fixture.put('n.ipynb', notebookText(cells));
  return (await openNotebook(client, 'n.ipynb')).notebookId;
}

async function run(notebookId: string, cellId: string): Promise<CellState> {
  const finished = nextCell(client, cellId, ({ run: { kind } }) => kind === 'finished');
  await client.request('notebooks.run', { notebookId, cellIds: [cellId] });
  return finished;
}

/** What the only notebook's journal of outputs holds. */
async function keptOutputs(): Promise<string> {
  const folder = await fixture.stateFolder();
  const journal = (await readdir(folder, { recursive: true })).find((name) => path.basename(name) === 'outputs.journal');
  return journal === undefined ? '' : await readFile(path.join(folder, journal), 'utf8');
}

function nextHead(cellId: string): Promise<CellState> {
  return nextCell(client, cellId, ({ outputs }) => outputs[0]?.kind === 'result' && outputs[0].head !== undefined);
}

function nextKernel(kind: KernelState['kind']): Promise<KernelState> {
  return new Promise((resolve) => client.on('workbench.kernel', (state) => state.kind === kind && resolve(state)));
}

async function kernelPid(): Promise<number> {
  await client.request('tables.list', {}); // waits until it serves
  const { kernel } = await client.request('workbench.hello', { rpcVersion: 1 });
  return 'pid' in kernel ? kernel.pid : 0;
}
