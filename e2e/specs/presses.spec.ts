import { expect, test } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

/** A slow machine: results arrive and are measured while a button is held down. */
const SLOWDOWN = 6;

test('a button that is pressed and let go counts, also where a result moved it away meanwhile', async ({ app }) => {
  const notebook = await (await new WorkbenchPage(app.page).ready()).openNotebook('3 pruning.ipynb');
  await notebook.runAll();
  await notebook.finished(3);
  await notebook.replaceCode(2, 'SELECT id FROM range(6)');
  await notebook.run();
  await expect(notebook.cell(2)).toContainText('6 rows');
  await notebook.replaceCode(2, 'SELECT 1 AS one');
  await notebook.command();
  const slow = await app.page.context().newCDPSession(app.page);
  await slow.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });

  const button = notebook.cell(3).getByRole('button', { name: 'Profile', exact: true });
  const place = (): Promise<number> => button.evaluate((element) => element.getBoundingClientRect().y);
  await notebook.cells.hover();
  await app.page.mouse.wheel(0, -10_000); // the list cannot scroll to keep a place while what is above shrinks
  await expect(async () => {
    await app.page.mouse.up();
    await button.hover();
    await app.page.mouse.down();
    expect(await button.evaluate((element) => element.matches(':active'))).toBe(true);
  }).toPass();
  const before = await place();
  await notebook.cell(2).getByRole('button', { name: 'Run cell' }).evaluate((element: HTMLElement) => element.click());
  await expect.poll(async () => Math.abs((await place()) - before)).toBeGreaterThan(30);
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await app.page.mouse.up();
  await expect(button).toHaveAttribute('aria-pressed', 'true');

  // Who slides off a button takes the press back.
  const table = notebook.cell(3).getByRole('button', { name: 'Table', exact: true });
  await table.hover();
  await app.page.mouse.down();
  await notebook.cell(3).getByRole('button', { name: 'Run cell' }).hover();
  await app.page.mouse.up();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await table.click();
  await expect(table).toHaveAttribute('aria-pressed', 'true');
  expect(app.consoleErrors).toEqual([]);
});
