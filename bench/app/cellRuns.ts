/** Bench: overhead of a trivial cell, dimming of old output, run-all of 200 cells, interrupt, staleness (UI bar 3, 15, 17, 24). */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nextCell } from '../../kernel/host/testing/hostFixture.ts';
import { notebookOf, withDesktop, type Desktop } from './desktop.ts';
import { createFigures } from './figures.ts';
import { watchRun } from './runProbe.ts';

const RUNS = 30;
const MANY_CELLS = 200;
const NOTEBOOKS = {
  'one.ipynb': notebookOf(['SELECT 1 AS n']),
  'many.ipynb': notebookOf(Array.from({ length: MANY_CELLS }, (_, index) => `SELECT ${index} AS n`)),
  'long.ipynb': notebookOf(['SELECT count(*) AS n FROM range(1000000) a CROSS JOIN range(1000000) b']),
  'reads.ipynb': notebookOf(['SELECT count(*) AS n FROM trips', 'SELECT count(*) AS n FROM trips t JOIN sales.orders o ON t.minutes = o.order_id JOIN sales.customers c ON true']),
};

const figures = createFigures('cellRuns');
await withDesktop(NOTEBOOKS, async (desktop) => {
  await timeTrivialCell(desktop);
  await timeManyCells(desktop);
  await timeInterrupt(desktop);
  await timeStaleness(desktop);
});
figures.finish();

async function timeTrivialCell({ page, open }: Desktop): Promise<void> {
  const notebook = await open('one.ipynb');
  await notebook.edit(1);
  await notebook.run();
  await notebook.finished(1);
  const finished: number[] = [];
  const dimmed: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const ended = await watchRun(page, 1);
    await page.keyboard.press('Control+Enter');
    const { dimmedMs, finishedMs } = await ended();
    finished.push(finishedMs);
    dimmed.push(dimmedMs);
  }
  figures.add('trivial cell: key to painted end', 'ms', finished, { p50: 30, p95: 100 });
  figures.add('old output dimmed after Run', 'ms', dimmed.filter((ms) => ms >= 0), { max: 50 });
}

/** From the click on *Run all* until each cell has ended and the toolbar says that nothing runs. */
async function timeManyCells({ client, open }: Desktop): Promise<void> {
  const notebook = await open('many.ipynb');
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const ended = endOfCells(client, MANY_CELLS);
    const startedAtMs = performance.now();
    await notebook.root.getByRole('button', { name: 'Run all' }).dispatchEvent('click');
    await ended;
    await notebook.root.getByRole('button', { name: 'Interrupt (nothing runs)' }).waitFor();
    times.push(performance.now() - startedAtMs);
  }
  figures.add(`run all of ${MANY_CELLS} trivial cells`, 'ms', times, { p50: 4_000 });
}

function endOfCells(client: Desktop['client'], count: number): Promise<void> {
  const ended = new Set<string>();
  return new Promise((resolve) => {
    const subscription = client.on('notebooks.cell', ({ state }) => {
      if (state.run.kind === 'finished' && state.run.status === 'ok') ended.add(state.cellId);
      if (ended.size < count) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** From the click on *Interrupt* until the host has said that the cell ended. */
async function timeInterrupt({ page, open, client }: Desktop): Promise<void> {
  const notebook = await open('long.ipynb');
  await notebook.edit(1);
  const button = notebook.root.getByRole('toolbar', { name: 'Notebook' }).getByRole('button', { name: /^Interrupt/ });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const running = nextCell(client, 'cell-1', (state) => state.run.kind === 'running');
    await page.keyboard.press('Control+Enter');
    await running;
    await pause(100);
    const ended = nextCell(client, 'cell-1', (state) => state.run.kind === 'finished');
    const startedAtMs = performance.now();
    await button.dispatchEvent('click');
    await ended;
    times.push(performance.now() - startedAtMs);
    await notebook.finished(1, 'interrupted');
  }
  figures.add('interrupt of local SQL', 'ms', times, { p95: 200 });
}

/** A commit by another program until the window says that the result is stale; and that receipts name every table. */
async function timeStaleness({ host, client, open }: Desktop): Promise<void> {
  const notebook = await open('reads.ipynb');
  const joined = nextCell(client, 'cell-2', ({ run }) => run.kind === 'finished');
  await notebook.runAll();
  await joined;
  const second = await client.request('workbench.queryHistory', { limit: 1, text: 'sales.customers' });
  const named = second.receipts[0]?.tables.map(({ name }) => name) ?? [];
  figures.expect('tables named by the receipt of a join of three', new Set(named).size, 3);
  const log = path.join(host.workspace, 'trips/_delta_log');
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const version = fs.readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name)).length;
    const startedAtMs = performance.now();
    fs.writeFileSync(path.join(log, `${String(version).padStart(20, '0')}.json`), `${JSON.stringify({ commitInfo: { timestamp: Date.now(), operation: 'TEST' } })}\n`);
    await notebook.cell(1).getByText(`now v${version}`).waitFor({ timeout: 10_000 });
    times.push(performance.now() - startedAtMs);
  }
  figures.add('commit to shown staleness', 'ms', times, { max: 2_000 });
}
