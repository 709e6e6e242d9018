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
      document.addEventListener(
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

/** Clicks *Run all*; milliseconds until the last cell ended and the toolbar says that nothing runs. */
export function timeRunAll(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const startedAtMs = performance.now();
        const stop = (): string => [...document.querySelectorAll('[role=toolbar][aria-label=Notebook] button')].map((button) => button.getAttribute('aria-label') ?? '').find((label) => label.startsWith('Interrupt')) ?? '';
        let ran = false;
        const timer = setInterval(() => {
          const idle = stop().includes('nothing runs');
          if (!idle) ran = true;
          if (!ran || !idle) return;
          clearInterval(timer);
          resolve(performance.now() - startedAtMs);
        }, 5);
        const button = [...document.querySelectorAll<HTMLElement>('[role=toolbar][aria-label=Notebook] button')].find((each) => each.textContent.includes('Run all'));
        button?.click();
      }),
  );
}
