import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type App } from '../fixtures/app.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

/** Rules broken seriously in what is on screen now. */
async function seriousViolations(app: App): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page: app.page });
  if (app.shell === 'electron') axe.setLegacyMode(true);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).slice(0, 3).join(' | ')}`);
}

for (const scheme of ['light', 'dark'] as const) {
  test(`every view is accessible in the ${scheme} theme`, async ({ app }) => {
    await app.page.emulateMedia({ colorScheme: scheme });
    const workbench = await new WorkbenchPage(app.page).ready();
    const found: Record<string, readonly string[]> = {};
    found['welcome'] = await seriousViolations(app);
    const notebook = await workbench.openNotebook('1 query and chart.ipynb');
    await notebook.runAll();
    await notebook.finished(2);
    await expect(notebook.grid(2)).toBeVisible();
    found['notebook'] = await seriousViolations(app);
    await notebook.finished(4);
    await expect(notebook.cell(4).locator('.js-plotly-plot')).toBeVisible();
    found['chart'] = await seriousViolations(app);
    await app.page.getByRole('button', { name: 'Tables' }).click();
    await app.page.getByRole('treeitem', { name: /orders/ }).or(app.page.getByRole('row', { name: /orders/ })).first().dblclick();
    await expect(app.page.getByRole('heading', { name: 'sales.orders' })).toBeVisible();
    await expect(app.page.getByRole('grid')).toContainText('order_id');
    found['table'] = await seriousViolations(app);
    await app.page.keyboard.press('ControlOrMeta+Shift+P');
    await expect(app.page.getByRole('combobox')).toBeVisible();
    found['palette'] = await seriousViolations(app);
    expect(found).toEqual({ welcome: [], notebook: [], chart: [], table: [], palette: [] });
  });
}
