import type { Page } from '@playwright/test';

/** What the page itself saw of one run, in milliseconds after the key (or click) that asked for it. */
export interface RunTimes {
  /** Old output painted as old; NaN where there was none. */
  readonly dimmedMs: number;
  /** The cell says that it finished, and the frame with that is painted. */
  readonly finishedMs: number;
}

/**
 * Watches a cell from the next `Ctrl+Enter` on, inside the page, so that the time of the bench's own messages does not
 * count. Resolves to what waits for the end.
 */
export async function watchRun(page: Page, cellNumber: number): Promise<() => Promise<RunTimes>> {
  await page.evaluate((number) => {
    const seen = new Promise<{ dimmedMs: number; finishedMs: number }>((resolve) => {
      const pressed = new AbortController(); // the modifier is a key of its own, and comes first
      window.addEventListener( // nearer to the key than the app, which keeps it to itself
        'keydown',
        (event) => {
          if (event.key !== 'Enter') return;
          pressed.abort();
          const pressedAtMs = event.timeStamp;
          let dimmedMs = Number.NaN;
          let running = false;
          const afterPaint = (act: (sinceMs: number) => void): void => void requestAnimationFrame(() => setTimeout(() => act(performance.now() - pressedAtMs)));
          const look = (): void => {
            const cell = document.querySelector(`[role=group][aria-label^="Cell ${number} of "]`);
            const label = cell?.getAttribute('aria-label') ?? '';
            if (Number.isNaN(dimmedMs) && cell?.querySelector('[data-old]') != null) {
              dimmedMs = -1;
              afterPaint((ms) => (dimmedMs = ms));
            }
            if (/queued|running/.test(label)) running = true;
            if (!running || !/finished|failed|interrupted/.test(label)) return;
            observer.disconnect();
            afterPaint((finishedMs) => resolve({ dimmedMs, finishedMs }));
          };
          const observer = new MutationObserver(look);
          observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label', 'data-old'] });
        },
        { capture: true, signal: pressed.signal },
      );
    });
    Reflect.set(globalThis, 'benchRun', () => seen);
  }, cellNumber);
  return () => page.evaluate(() => (Reflect.get(globalThis, 'benchRun') as () => Promise<RunTimes>)());
}
