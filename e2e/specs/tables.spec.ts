import fs from 'node:fs';
import path from 'node:path';
import { expect, test, type App } from '../fixtures/app.ts';
import type { Page } from '@playwright/test';
import { WorkbenchPage } from '../pages/workbench.ts';

async function openOrders(app: App): Promise<Page> {
  await new WorkbenchPage(app.page).ready();
  await app.page.getByRole('button', { name: 'Tables' }).click();
  await app.page.getByRole('treeitem', { name: /orders/ }).or(app.page.getByRole('row', { name: /orders/ })).first().dblclick();
  await expect(app.page.getByRole('heading', { name: 'sales.orders' })).toBeVisible();
  return app.page;
}

test('scrubbing along the commits changes the counts and the rows', async ({ app }) => {
  const page = await openOrders(app);
  const versions = page.getByRole('region', { name: 'Versions' });
  await expect(versions).toContainText('5,171 rows');
  await expect(page.getByRole('grid')).toContainText('order_id');
  const slider = page.getByRole('slider', { name: 'Version' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(versions).toContainText('0 rows');
  await expect(versions).toContainText('CREATE TABLE');
  await page.keyboard.press('ArrowRight');
  await expect(versions).toContainText('1,500 rows');
  await expect(page.getByRole('grid')).toContainText('open');
  await page.keyboard.press('End');
  await expect(versions).toContainText('MERGE');
});

test('schema, history, files and protocol are told in words', async ({ app }) => {
  const page = await openOrders(app);
  await page.getByRole('tab', { name: 'Schema' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Schema' })).toContainText('decimal(10,2)');
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('tabpanel', { name: 'History' })).toContainText('UPDATE');
  await page.getByRole('tab', { name: 'Files' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Files' })).toContainText('.parquet');
  await page.getByRole('tab', { name: 'Properties & protocol' }).click();
  await expect(page.getByRole('tabpanel', { name: 'Properties & protocol' })).toContainText('deletionVectors');
});

test('a version of a table becomes a query on that version', async ({ app }) => {
  const page = await openOrders(app);
  await page.getByRole('slider', { name: 'Version' }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('button', { name: 'Query this version' }).click();
  const cell = page.getByRole('group', { name: /^Cell \d+ of / }).filter({ hasText: 'VERSION AS OF 5' });
  await expect(cell).toBeVisible();
});

test('tables that come and go show by themselves: made by a cell, and by another process', async ({ app }) => {
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook('3 pruning.ipynb');
  await app.page.getByRole('button', { name: 'Tables' }).click();
  const table = (name: string) => app.page.getByRole('tree', { name: 'Tables' }).getByRole('treeitem', { name, exact: true });
  await expect(table('orders')).toBeVisible();
  await notebook.replaceCode(2, 'CREATE TABLE from_cell (id INT)');
  await notebook.run();
  await expect(table('from_cell')).toBeVisible();
  const { workspace } = app.host;
  fs.cpSync(path.join(workspace, 'from_cell'), path.join(workspace, 'copied'), { recursive: true });
  await expect(table('copied')).toBeVisible();
  fs.rmSync(path.join(workspace, 'from_cell'), { recursive: true });
  await expect(table('from_cell')).toBeHidden();
});
