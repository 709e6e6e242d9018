import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

const CELLS = [
  "CREATE TABLE ledger AS SELECT id, concat('customer ', id % 3) AS customer, CAST(id * 10 AS DECIMAL(10, 2)) AS amount FROM range(8)",
  "MERGE INTO ledger t USING (VALUES (2, 99.5), (3, 1.25), (20, 7)) s(id, amount) ON t.id = s.id WHEN MATCHED AND s.id = 3 THEN DELETE WHEN MATCHED THEN UPDATE SET t.amount = s.amount WHEN NOT MATCHED THEN INSERT (id, customer, amount) VALUES (s.id, 'new', s.amount)",
  'SELECT * FROM ledger ORDER BY id',
];

test('a cell that changes a table tells what it wrote, shows it row by row, and is undone', async ({ app }) => {
  const cells = CELLS.map((source, index) => ({ cell_type: 'code', execution_count: null, id: `c${index}`, metadata: {}, outputs: [], source: [source] }));
  fs.writeFileSync(path.join(app.host.workspace, 'ledger.ipynb'), JSON.stringify({ cells, metadata: { language_info: { name: 'sql' } }, nbformat: 4, nbformat_minor: 5 }));
  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('ledger.ipynb');
  await notebook.runAll();
  await notebook.finished(3);
  await notebook.finished(2);

  await expect(notebook.cell(2)).toContainText('1 row inserted, 1 updated, 1 deleted');
  await notebook.cell(2).getByRole('button', { name: 'See what changed' }).click();
  const changes = notebook.cell(2).getByRole('grid', { name: 'What changed in ledger' });
  await expect(changes.getByRole('row', { name: /update.*amount.*20\.00.*99\.50/ })).toBeVisible();
  await expect(changes.getByRole('row', { name: /insert.*20.*new.*7\.00/ })).toBeVisible();
  await expect(changes.getByRole('row', { name: /delete.*customer 0.*30\.00/ })).toBeVisible();

  await notebook.cell(2).getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(notebook.cell(2).getByRole('grid', { name: 'What comes back in ledger' })).toBeVisible();
  await notebook.cell(2).getByRole('button', { name: 'Undo version 1' }).click();
  await expect(app.page.getByText('ledger is as it was in version 0. This is version 2.')).toBeVisible();

  await expect(notebook.cell(3).getByRole('note', { name: 'This output is out of date' })).toContainText('read v1, now v2');
  await notebook.cell(3).getByRole('button', { name: 'Run again' }).click();
  await expect(notebook.grid(3).getByRole('row', { name: /customer 2.*20\.00/ })).toBeVisible();
  await expect(notebook.grid(3)).toHaveAttribute('aria-rowcount', '9');

  // whoever wants to undo it once more is told who wrote since
  await notebook.reveal(2);
  await notebook.cell(2).getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(notebook.cell(2).getByRole('region', { name: 'Undo version 1 of ledger' })).toContainText('1 commit came after version 1');
  await expect(notebook.cell(2).getByRole('region', { name: 'Undo version 1 of ledger' })).toContainText('v2: RESTORE');

  await app.page.keyboard.press('ControlOrMeta+Shift+H');
  await expect(app.page.getByRole('button', { name: /RESTORE TABLE ledger TO VERSION AS OF 0.*wrote ledger@v2/ })).toBeVisible();
  expect(app.consoleErrors).toEqual([]);
});
