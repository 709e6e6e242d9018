import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

const NOTEBOOK = '1 query and chart.ipynb';

test('ten million rows are held, and the last one is reached by key and by number', async ({ app }) => {
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook(NOTEBOOK);
  await notebook.replaceCode(2, 'SELECT id, id * 2 AS twice FROM range(10000000)');
  await notebook.run();
  await expect(notebook.cell(2)).toHaveAccessibleName(/finished/, { timeout: 40_000 });
  await expect(notebook.cell(2)).toContainText('10,000,000 rows');
  const grid = notebook.grid(2);
  await grid.focus();
  await app.page.keyboard.press('ControlOrMeta+End');
  await expect(grid).toContainText('9999999');
  await app.page.keyboard.press('ControlOrMeta+Home');
  await expect(grid.getByRole('gridcell', { name: '0', exact: true }).first()).toBeVisible();
});

test('a result is exported as it is held', async ({ app }) => {
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook(NOTEBOOK);
  await notebook.runAll();
  await notebook.finished(2);
  await notebook.cell(2).getByRole('button', { name: 'Export' }).click();
  const file = path.join(app.host.state, 'rows.csv');
  // The system's own save dialog is the one thing that no test can click.
  await app.window.electron?.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  const download = app.shell === 'chromium' ? app.page.waitForEvent('download') : undefined;
  await app.page.getByRole('menuitem', { name: /CSV/ }).click();
  await (await download)?.saveAs(file);
  await expect.poll(() => fs.existsSync(file)).toBe(true);
  expect(fs.readFileSync(file, 'utf8').split('\n').slice(0, 2)).toEqual(['station,member,trips,avg_minutes,km', expect.stringMatching(/^Airport,false,/)]);
});
