import { _electron } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { ROOT } from '../fixtures/host.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('the packaged app starts, opens a folder and runs a query, its host on Node 22', async () => {
  test.setTimeout(180_000);
  const packaged = spawnSync(process.execPath, [path.join(ROOT, 'build/package/package.mjs'), '--linux'], { encoding: 'utf8' });
  expect(packaged.status, packaged.stdout + packaged.stderr).toBe(0);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-package-'));
  const workspace = path.join(home, 'workspace');
  fs.cpSync(path.join(ROOT, 'examples/quickstart'), workspace, { recursive: true });
  const electron = await _electron.launch({
    executablePath: path.join(ROOT, 'dist/package/linux-unpacked/lakebook'),
    args: ['--no-sandbox', `--user-data-dir=${path.join(home, 'profile')}`, '--workspace', workspace],
    env: { ...(process.env as Record<string, string>), LAKEBOOK_STATE: path.join(home, 'state'), LAKEBOOK_NODE: process.execPath },
    timeout: 30_000,
  });
  const page = await electron.firstWindow();
  const workbench = await new WorkbenchPage(page).ready();
  await expect(page).toHaveTitle(/Lakebook/);
  const notebook = await workbench.openNotebook('3 pruning.ipynb');
  await notebook.runAll();
  await notebook.finished(3);
  await electron.close();
  // The host outlives the window; this one's folder goes away with the test.
  const lock = fs.readdirSync(path.join(home, 'state'), { recursive: true, encoding: 'utf8' }).find((file) => path.basename(file) === 'lock.json');
  const { pid } = JSON.parse(fs.readFileSync(path.join(home, 'state', lock ?? ''), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGTERM');
  await expect.poll(() => fs.existsSync(`/proc/${pid}`)).toBe(false);
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});
