/** Bench: the same actions in JupyterLab in Chromium. `LAKEBOOK_JUPYTER` names its command; without it nothing is measured. */
import { chromium, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createFigures } from './figures.ts';

const RUNS = Number(process.env['LAKEBOOK_RUNS'] ?? 30);
const STARTS = 5;
const RUN_ALLS = 3;
const MANY_CELLS = 200;
const START_LIMIT_MS = 120_000;

const command = process.env['LAKEBOOK_JUPYTER'];
if (command === undefined) throw new Error('LAKEBOOK_JUPYTER names no `jupyter` command (pip install jupyterlab)');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-jupyter-'));
fs.writeFileSync(path.join(home, 'one.ipynb'), pythonNotebook(1));
fs.writeFileSync(path.join(home, 'many.ipynb'), pythonNotebook(MANY_CELLS));

const figures = createFigures('jupyterPeer');
const starts: number[] = [];
for (let run = 0; run < STARTS - 1; run++) await withLab('one.ipynb', (_, startedMs) => Promise.resolve(void starts.push(startedMs)));
await withLab('one.ipynb', async (page, startedMs) => {
  starts.push(startedMs);
  figures.add('JupyterLab: server and browser started to typed character', 'ms', starts);
  const times: number[] = [];
  await timeCell(page); // the kernel's own start is not a cell's overhead
  for (let run = 0; run < RUNS; run++) times.push(await timeCell(page));
  figures.add('JupyterLab: trivial Python cell, key to painted end', 'ms', times);
  const warm: number[] = [];
  for (let run = 0; run < STARTS; run++) {
    const startedAtMs = performance.now();
    await page.reload();
    await typeSomething(page);
    warm.push(performance.now() - startedAtMs);
  }
  figures.add('JupyterLab: page reloaded to typed character, server runs', 'ms', warm);
});
await withLab('many.ipynb', async (page) => {
  const times: number[] = [];
  for (let run = 0; run < RUN_ALLS; run++) times.push(await timeRunAll(page));
  figures.add(`JupyterLab: run all of ${MANY_CELLS} trivial Python cells`, 'ms', times);
});
fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
figures.finish();

async function withLab(notebook: string, task: (page: Page, startedMs: number) => Promise<void>): Promise<void> {
  const port = await freePort();
  const startedAtMs = performance.now();
  const options = ['--no-browser', '--allow-root', `--port=${port}`, '--IdentityProvider.token=', '--ServerApp.disable_check_xsrf=True', `--notebook-dir=${home}`];
  const server = spawn(command ?? '', ['lab', ...options], { stdio: 'ignore', env: { ...process.env, JUPYTER_CONFIG_DIR: path.join(home, 'config'), JUPYTER_DATA_DIR: path.join(home, 'data') } });
  const browser = await chromium.launch({ executablePath: process.env['LAKEBOOK_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'] });
  try {
    await answers(`http://127.0.0.1:${port}/api`);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(START_LIMIT_MS);
    await page.goto(`http://127.0.0.1:${port}/lab/tree/${notebook}?reset`);
    await typeSomething(page);
    await task(page, performance.now() - startedAtMs);
  } finally {
    await browser.close();
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await Promise.race([ended, pause(5_000).then(() => server.kill('SIGKILL'))]);
  }
}

/** Types into the first cell, and takes it back. */
async function typeSomething(page: Page): Promise<void> {
  const editor = page.locator('.jp-Cell .cm-content').first();
  await editor.click();
  await page.keyboard.insertText(' # typed');
  await editor.getByText('# typed').first().waitFor();
  await page.keyboard.press('ControlOrMeta+Z');
}

/** From the key until the prompt shows the next execution count, inside the page. */
async function timeCell(page: Page): Promise<number> {
  await page.locator('.jp-Cell .cm-content').first().click();
  await page.evaluate(() => {
    const prompt = (): string => document.querySelector('.jp-Cell .jp-InputPrompt')?.textContent ?? '';
    const before = prompt();
    const seen = new Promise<number>((resolve) => {
      const pressed = new AbortController();
      document.addEventListener(
        'keydown',
        (event) => {
          if (event.key !== 'Enter') return;
          pressed.abort();
          const timer = new MutationObserver(() => {
            if (!/\d/.test(prompt()) || prompt() === before) return;
            timer.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - event.timeStamp)));
          });
          timer.observe(document.body, { subtree: true, childList: true, characterData: true });
        },
        { capture: true, signal: pressed.signal },
      );
    });
    Reflect.set(globalThis, 'benchRun', () => seen);
  });
  await page.keyboard.press('Control+Enter');
  return page.evaluate(() => (Reflect.get(globalThis, 'benchRun') as () => Promise<number>)());
}

/** *Run All Cells* of the menu until the last cell's prompt shows a count that it did not show before. */
async function timeRunAll(page: Page): Promise<number> {
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  const item = page.getByRole('menuitem', { name: 'Run All Cells', exact: true });
  await item.waitFor();
  const busy = page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]');
  const startedAtMs = performance.now();
  await item.click();
  await busy.waitFor({ state: 'attached' });
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ state: 'attached' });
  return performance.now() - startedAtMs;
}

async function answers(url: string): Promise<void> {
  for (const limitAtMs = Date.now() + START_LIMIT_MS; Date.now() < limitAtMs; await pause(50)) {
    if (await fetch(url).then(({ ok }) => ok, () => false)) return;
  }
  throw new Error(`${url} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function pythonNotebook(count: number): string {
  const cells = Array.from({ length: count }, (_, index) => ({ cell_type: 'code', execution_count: null, id: `cell-${index}`, metadata: {}, outputs: [], source: String(index) }));
  const metadata = { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' }, language_info: { name: 'python' } };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}
