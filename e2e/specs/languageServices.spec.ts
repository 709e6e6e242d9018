import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test, type App } from '../fixtures/app.ts';
import type { NotebookPage } from '../pages/notebook.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

/** A notebook whose one cell is in its editor with this text, the caret at the bar in it. */
async function editCell(app: App, withBar: string): Promise<NotebookPage> {
  const offset = withBar.indexOf('¦');
  const source = withBar.replace('¦', '');
  const notebook = { cells: [{ cell_type: 'code', id: 'one', execution_count: null, metadata: {}, outputs: [], source }], metadata: { language_info: { name: 'sql' } }, nbformat: 4, nbformat_minor: 5 };
  fs.writeFileSync(path.join(app.host.workspace, 'services.ipynb'), JSON.stringify(notebook));
  const workbench = await new WorkbenchPage(app.page).ready();
  const opened = await workbench.openNotebook('services.ipynb');
  await opened.edit(1);
  await app.page.keyboard.press('ControlOrMeta+Home');
  for (let step = 0; step < offset; step++) await app.page.keyboard.press('ArrowRight');
  return opened;
}

/** The text of the only cell, as it is kept. */
async function expectSource(app: App, source: string): Promise<void> {
  await expect.poll(() => (JSON.parse(fs.readFileSync(path.join(app.host.workspace, 'services.ipynb'), 'utf8')) as { cells: { source: string | string[] }[] }).cells.map((cell) => [cell.source].flat().join(''))).toEqual([source]);
}

const suggestions = (app: App): Locator => app.page.getByRole('listbox', { name: 'Suggest' }).getByRole('option');

test('completes an unfinished statement: a column, then a call with its parameters', async ({ app }) => {
  await editCell(app, 'SELECT ¦ FROM sales.orders o WHERE ');
  const { keyboard } = app.page;
  await keyboard.type('ord');
  await expect(suggestions(app).first()).toContainText('order_id');
  await keyboard.press('Tab');
  await keyboard.type(', lpa');
  await expect(suggestions(app).first()).toContainText('lpad');
  await keyboard.press('Control+Space');
  await expect(app.page.getByText('The text filled up on the left')).toBeVisible();
  await keyboard.press('Tab');
  await expect(app.page.getByText('lpad(value, length[, pad])').first()).toBeVisible();
  await keyboard.type('reg');
  await expect(suggestions(app).first()).toContainText('region');
  await keyboard.press('Tab');
  await keyboard.type(', 12');
  await expectSource(app, 'SELECT order_id, lpad(region, 12) FROM sales.orders o WHERE ');
});

test('says what a name is: type, table, version and rows', async ({ app }) => {
  await editCell(app, 'SELECT sta¦tion FROM trips');
  const { keyboard, page } = { keyboard: app.page.keyboard, page: app.page };
  await keyboard.press('Control+K');
  await keyboard.press('Control+I');
  await expect(page.getByText('where the bike was taken')).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.press('End');
  await keyboard.press('ArrowLeft');
  await keyboard.press('Control+K');
  await keyboard.press('Control+I');
  await expect(page.getByText(/version \d+ · [\d,]+ rows · \d+ files .* partitioned by \(month\)/)).toBeVisible();
});

test('goes to a definition and renames it everywhere, in one step of undo', async ({ app }) => {
  const source = 'WITH busy AS (SELECT station AS s FROM trips) SELECT b¦usy.s FROM busy';
  await editCell(app, source);
  const { keyboard } = app.page;
  await keyboard.press('F2');
  await expect(app.page.getByRole('textbox', { name: /Rename/ })).toBeFocused();
  await keyboard.type('quiet');
  await keyboard.press('Enter');
  await expectSource(app, 'WITH quiet AS (SELECT station AS s FROM trips) SELECT quiet.s FROM quiet');
  const caretX = async (): Promise<number> => (await app.page.locator('.cursor').first().boundingBox())?.x ?? 0;
  const usedAt = await caretX();
  await keyboard.press('F12');
  await expect.poll(caretX).toBeLessThan(usedAt - 100);
  await keyboard.type('un');
  await expectSource(app, 'WITH unquiet AS (SELECT station AS s FROM trips) SELECT quiet.s FROM quiet');
  await keyboard.press('ControlOrMeta+Z');
  await keyboard.press('ControlOrMeta+Z');
  await expectSource(app, source.replace('¦', ''));
});

test('marks a name that is not there before the cell runs, and puts in the near one', async ({ app }) => {
  const notebook = await editCell(app, 'SELECT staton¦ FROM trips');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(1);
  await app.page.keyboard.press('Control+.');
  await expect(app.page.getByText('Replace by station')).toBeVisible();
  await app.page.keyboard.press('Enter');
  await expectSource(app, 'SELECT station FROM trips');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(0);
  await notebook.run();
  await notebook.finished(1);
});

test('marks the expression that failed when the cell ran, until it is edited', async ({ app }) => {
  const notebook = await editCell(app, 'SELECT 1 / (trip_id - trip_id) AS odd¦ FROM trips');
  await notebook.run();
  await notebook.finished(1, 'failed');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(1);
  await app.page.keyboard.type('s');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(0);
});

test('marks nothing of what the cell itself makes, before it runs and after', async ({ app }) => {
  const notebook = await editCell(app, 'CREATE TABLE fresh (id INT);\nINSERT INTO fresh VALUES (1);\nSELECT id FROM fresh;\nSELECT nope¦ FROM trips');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(1);
  await notebook.replaceCode(1, 'CREATE TABLE fresh (id INT);\nINSERT INTO fresh VALUES (1);\nSELECT id FROM fresh');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(0);
  await notebook.run();
  await notebook.finished(1);
  await notebook.replaceCode(1, 'SELECT id FROM fresh; SELECT nope FROM trips');
  await expect(app.page.locator('.squiggly-error')).toHaveCount(1);
});

test('serves SQL files as well as cells', async ({ app }) => {
  fs.writeFileSync(path.join(app.host.workspace, 'report.sql'), '-- first\nSELECT 1;\n\nSELECT c. FROM sales.customers c;\n');
  const workbench = await new WorkbenchPage(app.page).ready();
  await workbench.openFile('report.sql');
  const text = app.page.getByRole('textbox', { name: 'report.sql' });
  await text.focus();
  await app.page.keyboard.press('ControlOrMeta+Home');
  for (let step = 0; step < 3; step++) await app.page.keyboard.press('ArrowDown');
  for (let step = 0; step < 9; step++) await app.page.keyboard.press('ArrowRight');
  await app.page.keyboard.press('Control+Space');
  await expect(suggestions(app)).toHaveText([/customer_id/, /name/, /home_city/, /tier/]);
});

test('lays a cell out with a key, and one undo takes it back', async ({ app }) => {
  const written = "select station, count(*) n from trips where member and month between '2025-01' and '2025-06' -- half a year\ngroup by station";
  await editCell(app, `${written}¦`);
  await app.page.keyboard.press('Shift+Alt+F');
  await expectSource(app, "SELECT station, count(*) n\nFROM trips\nWHERE member AND month BETWEEN '2025-01' AND '2025-06' -- half a year\nGROUP BY station");
  await app.page.keyboard.press('ControlOrMeta+Z');
  await expectSource(app, written);
});
