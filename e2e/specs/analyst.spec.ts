import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('an analyst runs the first notebook: rows, receipts and a chart', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('1 query and chart.ipynb');
  await notebook.runAll();
  await notebook.finished(2);
  await expect(notebook.grid(2)).toBeVisible();
  await expect(notebook.grid(2)).toContainText('Airport');
  await expect(notebook.cell(2)).toContainText('12 rows');
  await expect(notebook.receipt(2)).toContainText('trips');
  await notebook.finished(4);
  await expect(notebook.cell(4).getByRole('img', { name: /chart/i }).or(notebook.cell(4).locator('.js-plotly-plot'))).toBeVisible();
  await notebook.finished(6);
  expect(app.consoleErrors).toEqual([]);
});

test('time travel: history, two versions of one question, and the change feed', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('2 time travel.ipynb');
  await notebook.runAll();
  for (const cell of [2, 4, 6, 7]) await notebook.finished(cell);
  await expect(notebook.cell(7)).toContainText('update_postimage');
  await notebook.reveal(4);
  await expect(notebook.cell(4)).toContainText('before');
});

test('pruning: the receipt says how few files were opened', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('3 pruning.ipynb');
  await notebook.runAll();
  await notebook.finished(3);
  await expect(notebook.receipt(3)).toContainText('1 of 12');
});

test('a query of one’s own: completion, running, an error with its place, and the way out', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('1 query and chart.ipynb');
  await notebook.replaceCode(2, 'SELECT statio FROM trips');
  await notebook.run();
  await notebook.finished(2, 'failed');
  await expect(notebook.cell(2)).toContainText('UNRESOLVED_COLUMN.WITH_SUGGESTION');
  await expect(notebook.cell(2)).toContainText('station');
  await notebook.replaceCode(2, "SELECT CAST(9007199254740993 AS BIGINT) AS big, CAST('NaN' AS DOUBLE) AS nan, CAST(NULL AS STRING) AS nothing, '' AS empty");
  await notebook.run();
  await notebook.finished(2);
  await expect(notebook.grid(2)).toContainText('9007199254740993');
  await expect(notebook.grid(2)).toContainText('NaN');
});
