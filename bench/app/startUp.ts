/** Bench: launch to the first typed character in the restored notebook, with and without a running host (UI bar 1). */
import { _electron, expect, type ElectronApplication } from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../../e2e/fixtures/host.ts';
import { NotebookPage } from '../../e2e/pages/notebook.ts';
import { WorkbenchPage } from '../../e2e/pages/workbench.ts';
import { statePathsOf } from '../../kernel/host/statePaths.ts';
import { createFigures } from './figures.ts';

const RUNS = Number(process.env['LAKEBOOK_RUNS'] ?? 30);
const NOTEBOOK = '1 query and chart.ipynb';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-bench-'));
const workspace = path.join(home, 'workspace');
fs.cpSync(path.join(ROOT, 'examples/quickstart'), workspace, { recursive: true });

const figures = createFigures('startUp');
try {
  await prepare();
  const cold: number[] = [];
  const warm: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await endHost();
    cold.push(await timeLaunch());
    warm.push(await timeLaunch());
  }
  figures.add('cold: launch to typed character, host started too', 'ms', cold, { p50: 1_500, p95: 2_500 });
  figures.add('warm: launch to typed character, host runs', 'ms', warm, { p50: 800 });
} finally {
  await endHost();
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
figures.finish();

/** Leaves a window state with one open notebook behind. */
async function prepare(): Promise<void> {
  const { electron } = await launch();
  const page = await electron.firstWindow();
  const notebook = await (await new WorkbenchPage(page).ready()).openNotebook(NOTEBOOK);
  await notebook.edit(2);
  await pause(2_000); // the window's state is saved a moment after it changed
  await electron.close();
}

/** Milliseconds from the start of the process; what the test driver needs to attach to Electron is in it. */
async function timeLaunch(): Promise<number> {
  const { electron, startedAtMs } = await launch();
  const page = await electron.firstWindow();
  const cell = new NotebookPage(page, NOTEBOOK).cell(2);
  const typed = `t${Math.random().toString(36).slice(2, 8)}`;
  await cell.locator('[role=group], [role=textbox]').first().click();
  await expect(cell.getByRole('textbox')).toBeFocused();
  await page.keyboard.insertText(typed);
  await cell.getByText(typed).first().waitFor();
  const ms = performance.now() - startedAtMs;
  await page.keyboard.press('ControlOrMeta+Z');
  await pause(500);
  await electron.close();
  return ms;
}

async function launch(): Promise<{ readonly electron: ElectronApplication; readonly startedAtMs: number }> {
  const executablePath = process.env['LAKEBOOK_TEST_ELECTRON'];
  if (executablePath === undefined) throw new Error('LAKEBOOK_TEST_ELECTRON names no Electron; start this with `npm run bench`');
  const startedAtMs = performance.now();
  const electron = await _electron.launch({
    executablePath,
    args: ['--no-sandbox', `--user-data-dir=${path.join(home, 'profile')}`, ROOT, '--workspace', workspace],
    env: { ...(process.env as Record<string, string>), LAKEBOOK_STATE: path.join(home, 'state'), LAKEBOOK_NODE: process.execPath },
  });
  return { electron, startedAtMs };
}

/** Ends the host that the app left running, by the address in its lock. */
async function endHost(): Promise<void> {
  const { lock } = statePathsOf(fs.realpathSync(workspace), path.join(home, 'state'));
  if (!fs.existsSync(lock)) return;
  const { pid } = JSON.parse(fs.readFileSync(lock, 'utf8')) as { readonly pid: number };
  process.kill(pid, 'SIGTERM');
  while (fs.existsSync(lock)) await pause(20);
}
