import { expect, type Page } from '@playwright/test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startHost, type TestHost } from '../../e2e/fixtures/host.ts';
import { openWindow, type OpenWindow } from '../../e2e/fixtures/shells.ts';
import { NotebookPage } from '../../e2e/pages/notebook.ts';
import { WorkbenchPage } from '../../e2e/pages/workbench.ts';
import { connect, type HostClient } from '../../kernel/host/testing/hostFixture.ts';

/** One Electron window on a host of its own, as a bench drives it. */
export interface Desktop {
  readonly host: TestHost;
  readonly window: OpenWindow;
  readonly page: Page;
  /** A second client of the same host. */
  readonly client: HostClient;
  readonly open: (notebook: string) => Promise<NotebookPage>;
  /** Another window in place of the present one, which may have been killed. */
  readonly reopen: () => Promise<void>;
}

/** Runs `task` on a fresh copy of the quickstart with some notebooks of the bench's own beside it. */
export async function withDesktop(notebooks: Readonly<Record<string, string>>, task: (desktop: Desktop) => Promise<void>): Promise<void> {
  const host = await startHost('examples/quickstart');
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-profile-'));
  for (const [name, text] of Object.entries(notebooks)) fs.writeFileSync(path.join(host.workspace, name), text);
  const client = await connectTo(host.url);
  let window = await openWindow('electron', host.url, profile);
  try {
    await task({
      host,
      client,
      get window() {
        return window;
      },
      get page() {
        return window.page;
      },
      open: (notebook) => openIn(window.page, notebook),
      reopen: async () => {
        await window.close().catch(() => undefined);
        window = await openWindow('electron', host.url, profile);
      },
    });
  } finally {
    client.close();
    await window.close().catch(() => undefined);
    await host.dispose();
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function connectTo(hostUrl: string): Promise<HostClient> {
  const { port, hash } = new URL(hostUrl);
  return connect({ port: Number(port), token: hash.replace('#t=', '') });
}

async function openIn(page: Page, name: string): Promise<NotebookPage> {
  const workbench = await new WorkbenchPage(page).ready();
  const tab = workbench.tab(name);
  if ((await tab.count()) === 0) return workbench.openNotebook(name);
  await tab.click();
  const notebook = new NotebookPage(page, name);
  await expect(notebook.cells).toBeVisible();
  return notebook;
}

/** An `.ipynb` of SQL cells. */
export function notebookOf(sources: readonly string[], dialect?: 'duckdb'): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    execution_count: null,
    id: `cell-${index + 1}`,
    metadata: dialect === undefined ? {} : { lakebook: { dialect } },
    outputs: [],
    source,
  }));
  return `${JSON.stringify({ cells, metadata: { language_info: { name: 'sql' } }, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
}
