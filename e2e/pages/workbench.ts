import { expect, type Locator, type Page } from '@playwright/test';
import { NotebookPage } from './notebook.ts';

/** The workbench in its users' words. */
export class WorkbenchPage {
  readonly page: Page;
  readonly explorer: Locator;
  readonly editors: Locator;

  constructor(page: Page) {
    this.page = page;
    this.explorer = page.getByRole('tree', { name: 'Files' });
    this.editors = page.getByRole('main', { name: 'Editors' });
  }

  /** The workbench is up: its files are listed. */
  async ready(): Promise<this> {
    await expect(this.explorer).toBeVisible();
    return this;
  }

  file(name: string): Locator {
    return this.explorer.getByRole('treeitem', { name, exact: true });
  }

  tab(name: string): Locator {
    return this.editors.getByRole('tab', { name });
  }

  async openFile(name: string): Promise<void> {
    await this.file(name).dblclick();
    await expect(this.tab(name)).toBeVisible();
  }

  async openNotebook(name: string): Promise<NotebookPage> {
    await this.openFile(name);
    const notebook = new NotebookPage(this.page, name);
    await expect(notebook.cells).toBeVisible();
    return notebook;
  }

  /** Runs a command by its title, through the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Shift+P');
    const box = this.page.getByRole('combobox');
    await box.fill(title);
    await this.page.getByRole('option', { name: title }).first().waitFor();
    await box.press('Enter');
  }
}
