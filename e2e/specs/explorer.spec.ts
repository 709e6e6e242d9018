import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('files can be made, renamed, deleted and brought back', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const nameInput = workbench.explorer.getByRole('textbox');
  await app.page.bringToFront(); // a page behind another has no focus to give
  await app.page.getByRole('button', { name: 'New File' }).click();
  await expect(nameInput).toBeFocused();
  await app.page.keyboard.type('notes.md');
  await app.page.keyboard.press('Enter');
  await expect(workbench.file('notes.md')).toBeVisible();
  await workbench.file('notes.md').click();
  await app.page.keyboard.press('F2');
  await expect(nameInput).toBeFocused();
  await app.page.keyboard.press('ControlOrMeta+A');
  await app.page.keyboard.type('plan.md');
  await app.page.keyboard.press('Enter');
  await expect(workbench.file('plan.md')).toBeVisible();
  expect(fs.existsSync(path.join(app.host.workspace, 'plan.md'))).toBe(true);
  await workbench.file('plan.md').click();
  await app.page.keyboard.press('Delete');
  await expect(workbench.file('plan.md')).toBeHidden();
  await app.page.getByRole('button', { name: 'Undo' }).click();
  await expect(workbench.file('plan.md')).toBeVisible();
});

test.describe('in an empty folder', () => {
  test.use({ workspaceSource: null });

  test('the name of the first file can be typed at once', async ({ app }) => {
    await expect(app.page.getByText('The folder is empty')).toBeVisible();
    await app.page.bringToFront();
    await app.page.getByRole('button', { name: 'New File' }).click();
    await app.page.keyboard.type('first.md');
    await app.page.keyboard.press('Enter');
    await expect(new WorkbenchPage(app.page).file('first.md')).toBeVisible();
  });
});

test('what happens outside shows', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  fs.writeFileSync(path.join(app.host.workspace, 'from outside.csv'), 'a,b\n1,2\n');
  await expect(workbench.file('from outside.csv')).toBeVisible();
  fs.rmSync(path.join(app.host.workspace, 'from outside.csv'));
  await expect(workbench.file('from outside.csv')).toBeHidden();
});

test('a text file opens in an editor and is saved', async ({ app }) => {
  fs.writeFileSync(path.join(app.host.workspace, 'query.sql'), 'SELECT 1');
  const workbench = await new WorkbenchPage(app.page).ready();
  await workbench.openFile('query.sql');
  await app.page.getByRole('textbox', { name: 'query.sql' }).focus();
  await app.page.keyboard.press('ControlOrMeta+End');
  await app.page.keyboard.insertText(' + 1');
  await app.page.keyboard.press('ControlOrMeta+S');
  await expect.poll(() => fs.readFileSync(path.join(app.host.workspace, 'query.sql'), 'utf8')).toBe('SELECT 1 + 1');
});
