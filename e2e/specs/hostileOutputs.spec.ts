import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { buildHostileNotebook } from '../fixtures/hostile.ts';
import { WorkbenchPage } from '../pages/workbench.ts';

test('two hundred hostile outputs run no script, reach no server and do not move the app', async ({ app }) => {
  const heard: string[] = [];
  const canary = http.createServer((request, response) => {
    heard.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const { port } = canary.address() as AddressInfo;
  const { text, pieces } = buildHostileNotebook(`http://127.0.0.1:${port}`);
  expect(pieces).toBeGreaterThanOrEqual(200);
  fs.writeFileSync(path.join(app.host.workspace, 'hostile.ipynb'), text);

  const workbench = await new WorkbenchPage(app.page).ready();
  const notebook = await workbench.openNotebook('hostile.ipynb');
  await expect(notebook.cell(1)).toBeVisible();
  const address = app.page.url();
  await notebook.cells.hover();
  for (let step = 0; step < 60; step++) {
    await app.page.mouse.wheel(0, 1_500);
    await app.page.waitForTimeout(100); // let what came into view load, if it could
  }
  await expect(notebook.cells.getByText(/^Cell 51$/)).toBeVisible();
  const ran = await app.page.evaluate(() => 'hit' in window);
  expect({ heard, ran, address: app.page.url() }).toEqual({ heard: [], ran: false, address });
  canary.close();
});
