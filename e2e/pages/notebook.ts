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

  /** Scrolls until the cell is in view: only cells near it are in the page. */
  async reveal(number: number): Promise<void> {
    await this.cells.hover();
    for (const direction of [1, -1]) {
      for (let step = 0; step < 40; step++) {
        // A cell that scrolls into the list may be replaced once while it is measured; then the next step finds it.
        if ((await this.cell(number).count()) > 0 && (await this.cell(number).scrollIntoViewIfNeeded().then(() => true, () => false))) return;
        await this.page.mouse.wheel(0, direction * 400);
        await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      }
    }
    throw new Error(`cell ${number} is not in the notebook`);
  }

  /** The cell's code as painted while another cell is edited. */
  code(number: number): Locator {
    return this.cell(number).getByRole('group', { name: new RegExp(`^Cell ${number},`) });
  }

  /** Puts the caret into a cell's editor. */
  async edit(number: number): Promise<void> {
    await this.reveal(number);
    const live = this.cell(number).getByRole('textbox');
    if ((await live.count()) > 0) await live.focus();
    else await this.code(number).click();
    await expect(live).toBeFocused();
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
    await this.reveal(number);
    await expect(this.cell(number)).toHaveAccessibleName(new RegExp(how));
  }

  receipt(number: number): Locator {
    return this.cell(number).getByRole('button', { name: /^Receipt:/ });
  }

  /** Shows a cell's result as a table, a chart or its profile. A list that still measures its cells may move under the pointer. */
  async show(number: number, view: 'Table' | 'Chart' | 'Profile'): Promise<void> {
    await this.reveal(number);
    const button = this.cell(number).getByRole('button', { name: view, exact: true });
    await expect(async () => {
      await button.click({ timeout: 2_000 });
      await expect(button).toHaveAttribute('aria-pressed', 'true', { timeout: 2_000 });
    }).toPass();
  }

  async saved(): Promise<void> {
    await expect(this.root.getByText('Saved', { exact: true })).toBeVisible();
  }
}
