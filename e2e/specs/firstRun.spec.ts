import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('a new user sees the folder, its notebooks and its tables', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  await expect(app.page).toHaveTitle(/Lakebook/);
  await expect(workbench.file('1 query and chart.ipynb')).toBeVisible();
  await expect(app.page.getByRole('button', { name: /^sales\.orders/ })).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});

test('the token leaves the address bar, and the page still works after a reload', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  expect(new URL(app.page.url()).hash).toBe('');
  await app.page.reload();
  await workbench.ready();
});

test('the page asks nobody but its own host', async ({ app }) => {
  const origin = new URL(app.host.url).origin;
  const foreign: string[] = [];
  app.page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob|devtools):/.test(request.url())) foreign.push(request.url());
  });
  const workbench = await new WorkbenchPage(app.page).ready();
  await workbench.openNotebook('1 query and chart.ipynb');
  await app.page.reload();
  await workbench.ready();
  expect(foreign).toEqual([]);
});
