/** Bench: the window killed during a long cell, the kernel killed with its cause shown and its cell run again (UI bars 13, 16). */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@playwright/test';
import { nextCell } from '../../kernel/host/testing/hostFixture.ts';
import { notebookOf, withDesktop, type Desktop } from './desktop.ts';
import { createFigures } from './figures.ts';

const WINDOW_KILLS = 3;
const KERNEL_KILLS = Number(process.env['LAKEBOOK_RUNS'] ?? 30);
/** Some seconds of work on two cores: long enough for the window to die and come back meanwhile. */
const LONG = 'SELECT count(*) AS n FROM range(20000) a CROSS JOIN range(10000) b WHERE (a.id + b.id) % 7 = 3';
const ENDLESS = 'SELECT count(*) AS n FROM range(1000000) a CROSS JOIN range(1000000) b';

const figures = createFigures('survival');
await withDesktop(
  {
    'long.ipynb': notebookOf(['SELECT count(*) AS before FROM trips', LONG, 'SELECT count(*) AS after FROM sales.orders']),
    'kernel.ipynb': notebookOf(['SELECT count(*) AS above FROM trips', ENDLESS]),
  },
  async (desktop) => {
    await killWindows(desktop);
    await killKernels(desktop);
  },
);
figures.finish();

/** Kills the app while the middle cell runs; all three results and receipts must be there in the next window. */
async function killWindows(desktop: Desktop): Promise<void> {
  let lost = 0;
  const backAfterMs: number[] = [];
  for (let kill = 0; kill < WINDOW_KILLS; kill++) {
    const notebook = await desktop.open('long.ipynb');
    const running = nextCell(desktop.client, 'cell-2', ({ run }) => run.kind === 'running');
    const last = nextCell(desktop.client, 'cell-3', ({ run }) => run.kind === 'finished');
    await notebook.runAll();
    await running;
    await pause(300);
    await desktop.window.kill();
    const startedAtMs = performance.now();
    await desktop.reopen();
    const again = await desktop.open('long.ipynb');
    await expect(again.grid(1)).toContainText('before');
    backAfterMs.push(performance.now() - startedAtMs);
    await last;
    for (const number of [1, 2, 3]) {
      await again.finished(number);
      if ((await again.grid(number).count()) !== 1 || (await again.receipt(number).count()) !== 1) lost++;
    }
  }
  figures.add('kills of the window during a long cell', 'count', [WINDOW_KILLS]);
  figures.expect('results or receipts lost by them', lost, 0);
  figures.add('new window shows the earlier result', 'ms', backAfterMs);
}

/** Until the banner names the signal and the cell; then *Run again to cell 2* until that cell runs in the next kernel. */
async function killKernels(desktop: Desktop): Promise<void> {
  const notebook = await desktop.open('kernel.ipynb');
  await notebook.edit(2);
  const bannerMs: number[] = [];
  const againMs: number[] = [];
  for (let kill = 0; kill < KERNEL_KILLS; kill++) {
    if (kill === 0) {
      const running = nextCell(desktop.client, 'cell-2', ({ run }) => run.kind === 'running');
      await notebook.runAll();
      await running;
    }
    await pause(200);
    const { kernel } = await desktop.client.request('workbench.hello', { rpcVersion: 1 });
    if (!('pid' in kernel)) throw new TypeError(`the kernel is ${kernel.kind}`);
    const banner = notebook.root.getByText(/stopped while it ran cell 2: .*SIGKILL/);
    const startedAtMs = performance.now();
    process.kill(kernel.pid, 'SIGKILL');
    await banner.waitFor();
    bannerMs.push(performance.now() - startedAtMs);
    const running = nextCell(desktop.client, 'cell-2', ({ run }) => run.kind === 'running');
    await notebook.root.getByRole('button', { name: 'Run again to cell 2' }).click();
    const askedAtMs = performance.now();
    await running;
    againMs.push(performance.now() - askedAtMs);
    await expect(banner).toHaveCount(0);
  }
  figures.add('kernel killed: banner with cause and cell', 'ms', bannerMs, { max: 1_000 });
  figures.add('run again: next kernel ready, cells above run, cell runs', 'ms', againMs);
}
