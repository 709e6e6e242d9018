/** Bench: key press to painted character in notebooks of 10, 200 and 2,000 cells, and how soon those are usable (UI bars 4, 5). */
import type { Page } from '@playwright/test';
import { notebookOf, withDesktop, type Desktop } from './desktop.ts';
import { createFigures } from './figures.ts';

const SIZES = [10, 200, 2_000];
const KEYS = 60;
const PAUSE_MS = 60;

const figures = createFigures('keyToPaint');
const notebooks = Object.fromEntries(SIZES.map((size) => [`${size}.ipynb`, notebookOf(Array.from({ length: size }, (_, index) => `SELECT ${index} AS n,\n  'some text' AS t\nFROM trips`))]));
await withDesktop(notebooks, async (desktop) => {
  for (const size of SIZES) await measure(desktop, size);
});
figures.finish();

async function measure({ page, open }: Desktop, size: number): Promise<void> {
  const startedAtMs = performance.now();
  const notebook = await open(`${size}.ipynb`);
  await notebook.cell(1).waitFor();
  const usableMs = performance.now() - startedAtMs;
  await notebook.edit(1);
  const times = await timeKeys(page);
  figures.add(`key to paint, ${size} cells`, 'ms', times, { p50: 16, p95: 33 });
  figures.add(`double click to cells shown, ${size} cells`, 'ms', [usableMs], size === 2_000 ? { max: 1_000 } : undefined);
}

/** From the key event's own time stamp to the first task after the frame that shows its character. */
async function timeKeys(page: Page): Promise<readonly number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    window.addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - timeStamp))), { capture: true });
    Reflect.set(globalThis, 'benchKeys', times);
  });
  for (let key = 0; key < KEYS; key++) {
    await page.keyboard.press('a');
    await page.waitForTimeout(PAUSE_MS);
  }
  return page.evaluate(() => (Reflect.get(globalThis, 'benchKeys') as number[]).splice(0));
}
