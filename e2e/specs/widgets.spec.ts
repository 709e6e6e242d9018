import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('widgets above a notebook: made by SQL, changed by hand, seen by the next run and by the file', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  let notebook = await workbench.openNotebook('1 query and chart.ipynb');
  const widgets = notebook.root.getByRole('group', { name: 'Widgets' });
  await notebook.replaceCode(
    4,
    "CREATE WIDGET TEXT name DEFAULT 'Ada';\nCREATE WIDGET DROPDOWN size DEFAULT 'small' CHOICES ('small', 'large');\nCREATE WIDGET COMBOBOX town DEFAULT 'Oslo' CHOICES ('Oslo', 'Bergen');\nCREATE WIDGET MULTISELECT tags DEFAULT 'a' CHOICES ('a', 'b', 'c')",
  );
  await notebook.run();
  await notebook.finished(4);
  await expect(widgets.getByRole('textbox', { name: 'name' })).toHaveValue('Ada');

  await notebook.replaceCode(2, 'SELECT concat_ws(\'/\', :name, :size, :town, :tags) AS said');
  await notebook.run();
  await notebook.finished(2);
  await expect(notebook.grid(2)).toContainText('Ada/small/Oslo/a');

  await widgets.getByRole('textbox', { name: 'name' }).fill('Grace');
  await widgets.getByRole('textbox', { name: 'name' }).press('Enter');
  await widgets.getByRole('button', { name: /size/ }).click();
  await app.page.getByRole('option', { name: 'large' }).click();
  await widgets.getByRole('button', { name: 'Choices of town' }).click();
  await app.page.getByRole('option', { name: 'Bergen' }).click();
  await widgets.getByRole('button', { name: /^tags/ }).click();
  await app.page.getByRole('option', { name: 'c' }).click();
  await app.page.keyboard.press('Escape');
  await notebook.edit(2);
  await notebook.run();
  await expect(notebook.grid(2)).toContainText('Grace/large/Bergen/a,c');
  await notebook.saved();

  notebook = await (await new WorkbenchPage(await app.reopen()).ready()).openNotebook('1 query and chart.ipynb');
  const again = notebook.root.getByRole('group', { name: 'Widgets' });
  await expect(again.getByRole('textbox', { name: 'name' })).toHaveValue('Grace');
  await expect(again.getByRole('textbox', { name: 'town' })).toHaveValue('Bergen');
  await notebook.replaceCode(4, 'REMOVE WIDGET size; REMOVE WIDGET tags');
  await notebook.run();
  await notebook.finished(4);
  await expect(again.getByText('size', { exact: true })).toHaveCount(0);
  await expect(again.getByRole('textbox')).toHaveCount(2);
  expect(app.consoleErrors).toEqual([]);
});
