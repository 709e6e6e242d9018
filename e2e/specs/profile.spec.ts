import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('the profile of a run: the plan with its rows and times, and why files were left out', async ({ app }) => {
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('3 pruning.ipynb');
  await notebook.runAll();
  await notebook.finished(3);
  await notebook.finished(5);

  await notebook.show(3, 'Profile');
  const profile = notebook.cell(3).getByRole('region', { name: 'Profile of the run' });
  await expect(profile.getByRole('region', { name: 'Files of trips' })).toContainText('1 of 12 files');
  await expect(profile).toContainText("month = '2025-07'");
  await expect(profile).toContainText(/left out 11 files \(.+\) by partition values/);
  await expect(profile.getByRole('rowheader', { name: /^Scan trips/ })).toBeVisible();
  await expect(profile.getByRole('rowheader', { name: /^Aggregate/ })).toBeVisible();

  await notebook.show(5, 'Profile');
  await expect(notebook.cell(5).getByRole('region', { name: 'Files of trips' })).toContainText('by least and greatest values');
  await expect(notebook.cell(5).getByRole('region', { name: 'Files of trips' })).toContainText(/Row groups in the \d+ files? read: statistics rule out \d+ of \d+/);
  await expect(notebook.cell(5).getByRole('region', { name: 'Files of trips' })).toContainText(/in the files read, .* row group/);
  await notebook.show(5, 'Table');
  await expect(notebook.grid(5)).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});
