import { expect, test } from '../fixtures/app.ts';
import { NotebookPage } from '../pages/notebook.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('a notebook is written without a mouse: Jupyter’s keys and one undo', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('1 query and chart.ipynb');
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await app.page.keyboard.press(key);
  };
  await notebook.edit(2);
  await notebook.command();
  await press('b');
  await expect(notebook.cell(3)).toHaveAccessibleName(/of 7/);
  await press('Enter');
  await expect(notebook.cell(3).getByRole('textbox')).toBeFocused();
  await app.page.keyboard.insertText('SELECT 6 * 7 AS answer');
  await press('Control+Enter');
  await notebook.finished(3);
  await expect(notebook.grid(3)).toContainText('42');
  await notebook.command();
  await press('d', 'd');
  await expect(notebook.cell(1)).toHaveAccessibleName(/of 6/);
  await press('z');
  await expect(notebook.cell(3)).toHaveAccessibleName(/of 7/);
  await expect(notebook.cell(3)).toContainText('answer');
  await expect(notebook.grid(3)).toContainText('42');
  await press('m');
  await expect(notebook.cell(3)).toHaveAccessibleName(/Markdown/);
  await press('y', 'k', 'c', 'v');
  await expect(notebook.cell(1)).toHaveAccessibleName(/of 8/);
});

test('what is typed after a press of “+ SQL”, or in a new notebook, is in the new cell', async ({ app }) => {
  await new WorkbenchPage(app.page).ready();
  await app.page.bringToFront(); // a page behind another has no focus to give
  await app.page.getByRole('button', { name: 'New Notebook', exact: true }).click();
  await app.page.keyboard.type('fresh.ipynb');
  await app.page.keyboard.press('Enter');
  const notebook = new NotebookPage(app.page, 'fresh.ipynb');
  await expect(notebook.cell(1).getByRole('textbox')).toBeFocused();
  await app.page.keyboard.type('SELECT 1 AS a');
  for (const [index, bar] of [notebook.root.getByRole('toolbar', { name: 'Notebook' }), notebook.root].entries()) {
    await bar.getByRole('button', { name: 'SQL', exact: true }).last().click();
    await app.page.keyboard.type(`SELECT ${index + 2} AS b`);
    await expect(notebook.cell(index + 2).getByRole('textbox')).toBeFocused();
    await expect(notebook.cell(index + 2)).toContainText(`SELECT ${index + 2} AS b`);
  }
  expect(app.consoleErrors).toEqual([]);
});
