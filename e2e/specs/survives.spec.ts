import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

const NOTEBOOK = '1 query and chart.ipynb';

for (const how of ['crash', 'kill'] as const) {
  test(`typing and results survive a ${how} of the window`, async ({ app }) => {
    const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook(NOTEBOOK);
    await notebook.replaceCode(2, 'SELECT count(*) AS survivors FROM trips');
    await notebook.run();
    await notebook.finished(2);
    await app.page.keyboard.insertText(' -- typed last');
    await app.page.waitForTimeout(1_000); // a second of typing is what may be lost
    await app.window[how]();
    const again = await (await new WorkbenchPage(await app.reopen()).ready()).openNotebook(NOTEBOOK);
    await expect(again.code(2)).toContainText('survivors');
    await expect(again.cell(2)).toContainText('typed last');
    await expect(again.grid(2)).toContainText('survivors');
  });
}

test('typing, results and the file survive kill -9 of the host', async ({ app }) => {
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook(NOTEBOOK);
  await notebook.replaceCode(2, 'SELECT count(*) AS survivors FROM trips');
  await notebook.run();
  await notebook.finished(2);
  await app.page.keyboard.insertText(' -- typed last');
  await app.page.waitForTimeout(1_000);
  await app.host.crash();
  await app.host.restart();
  const again = await (await new WorkbenchPage(await app.reopen()).ready()).openNotebook(NOTEBOOK);
  await expect(again.cell(2)).toContainText('typed last');
  await expect(again.grid(2)).toContainText('survivors');
  const file: unknown = JSON.parse(fs.readFileSync(path.join(app.host.workspace, NOTEBOOK), 'utf8'));
  expect(file).toMatchObject({ nbformat: 4 });
});

test('opening and closing a notebook changes no byte of it', async ({ app }) => {
  const file = path.join(app.host.workspace, NOTEBOOK);
  const before = fs.readFileSync(file);
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook(NOTEBOOK);
  await notebook.runAll();
  await notebook.finished(6);
  await app.page.waitForTimeout(2_000); // longer than autosave waits
  expect(fs.readFileSync(file).equals(before)).toBe(true);
});

test('a commit on a table that was read marks the result stale within two seconds', async ({ app }) => {
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook(NOTEBOOK);
  await notebook.runAll();
  await notebook.finished(2);
  const log = path.join(app.host.workspace, 'trips/_delta_log');
  const commits = fs.readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name)).length;
  fs.writeFileSync(path.join(log, `${String(commits).padStart(20, '0')}.json`), `${JSON.stringify({ commitInfo: { timestamp: Date.now(), operation: 'TEST' } })}\n`);
  await expect(notebook.cell(2)).toContainText(new RegExp(`v${commits - 1}.*v${commits}`), { timeout: 2_500 });
});
