/** The parts of the window that F6 visits, in that order. Each is marked `data-region` and takes the focus itself or inside. */
const REGIONS = ['activityBar', 'sidebar', 'editor', 'panel', 'statusBar', 'notifications'] as const;

/** Where a part wants the focus: what is marked, a notebook's active cell, Monaco's input. */
const MAIN = '[data-main], [data-cell][tabindex="0"], .monaco-editor [role="textbox"], .monaco-editor textarea';
const FOCUSABLE = '[tabindex="0"], button:not([disabled]):not([tabindex="-1"]), a[href], input:not([disabled]), textarea, select';

/** An editor's parts load on demand: its own place may come late, and some have none. */
const EDITOR_WAIT_MS = 1_500;
const EDITOR_POLL_MS = 30;

/** The region after (or before) the current one among those that are there; undefined where there is no other. */
export function nextRegion(present: readonly string[], current: string | undefined, step: 1 | -1): string | undefined {
  if (present.length === 0) return undefined;
  const index = current === undefined ? -1 : present.indexOf(current);
  if (index < 0) return step === 1 ? present[0] : present[present.length - 1];
  return present[(index + step + present.length) % present.length];
}

/** Moves the focus to the next region that has something to focus. */
export function focusNextRegion(root: Document, step: 1 | -1): void {
  const present = REGIONS.filter((region) => focusTarget(root, region) !== null);
  const current = root.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'];
  const next = nextRegion(present, current, step);
  if (next !== undefined) focusRegion(root, next);
}

/** The region's own place for the focus, else its first focusable part. */
export function focusRegion(root: Document, region: string): void {
  focusTarget(root, region)?.focus();
}

/** Focuses the active editor's own place as soon as it is there, else its first part; not if the focus moves on meanwhile. */
export function focusEditor(root: Document): void {
  const from = root.activeElement;
  const untilMs = Date.now() + EDITOR_WAIT_MS;
  const attempt = (): void => {
    if (root.activeElement !== from && root.activeElement !== root.body) return;
    const target = root.querySelector<HTMLElement>(ACTIVE_EDITOR)?.querySelector<HTMLElement>(MAIN);
    if (target != null) target.focus();
    else if (Date.now() < untilMs) setTimeout(attempt, EDITOR_POLL_MS);
    else focusRegion(root, 'editor');
  };
  requestAnimationFrame(attempt); // the tab is switched in the next frame
}

const ACTIVE_EDITOR = '[data-active-editor]';

function focusTarget(root: Document, region: string): HTMLElement | null {
  const part = root.querySelector<HTMLElement>(`[data-region="${region}"]`);
  const inner = part?.querySelector<HTMLElement>(ACTIVE_EDITOR) ?? part;
  return inner?.querySelector<HTMLElement>(MAIN) ?? inner?.querySelector<HTMLElement>(FOCUSABLE) ?? part?.querySelector<HTMLElement>(FOCUSABLE) ?? null;
}
