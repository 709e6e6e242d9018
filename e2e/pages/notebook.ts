import { expect, type Locator, type Page } from '@playwright/test';

/** One open notebook in its users' words. Cells are counted from 1. */
export class NotebookPage {
  readonly page: Page;
  readonly root: Locator;
  readonly cells: Locator;

  constructor(page: Page, name: string) {
    this.page = page;
    this.root = page.getByRole('region', { name: `Notebook ${name}` });
    this.cells = this.root.getByRole('list', { name: 'Cells' });
  }

  cell(number: number): Locator {
    return this.cells.getByRole('group', { name: new RegExp(`^Cell ${number} of `) });
  }

  /** The cell's code as painted while another cell is edited. */
  code(number: number): Locator {
    return this.cell(number).getByRole('group', { name: new RegExp(`^Cell ${number},`) });
  }

  /** Puts the caret into a cell's editor. */
  async edit(number: number): Promise<void> {
    await this.code(number).click();
    await expect(this.cell(number).getByRole('textbox')).toBeFocused();
  }

  /** Leaves the editor for command mode. */
  async command(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  async replaceCode(number: number, text: string): Promise<void> {
    await this.edit(number);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
  }

  async runAll(): Promise<void> {
    await this.root.getByRole('button', { name: 'Run all' }).click();
  }

  /** Runs the focused cell in place. */
  async run(): Promise<void> {
    await this.page.keyboard.press('Control+Enter');
  }

  grid(number: number): Locator {
    return this.cell(number).getByRole('grid');
  }

  /** Waits until the cell's own name says how its run ended. */
  async finished(number: number, how: 'finished' | 'failed' | 'interrupted' = 'finished'): Promise<void> {
    await expect(this.cell(number)).toHaveAccessibleName(new RegExp(how));
  }

  receipt(number: number): Locator {
    return this.cell(number).getByRole('button', { name: /^Receipt:/ });
  }

  async saved(): Promise<void> {
    await expect(this.root.getByText('Saved', { exact: true })).toBeVisible();
  }
}
