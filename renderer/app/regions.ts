/** The parts of the window that F6 visits, in that order. Each is marked `data-region` and takes the focus itself or inside. */
const REGIONS = ['activityBar', 'sidebar', 'editor', 'panel', 'statusBar', 'notifications'] as const;

const FOCUSABLE = '[tabindex="0"], button:not([disabled]):not([tabindex="-1"]), a[href], input:not([disabled]), textarea, select, [role="tree"]';

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

/** Where the region wants its focus (`data-main`), else its first focusable part. */
export function focusRegion(root: Document, region: string): void {
  focusTarget(root, region)?.focus();
}

function focusTarget(root: Document, region: string): HTMLElement | null {
  const element = root.querySelector<HTMLElement>(`[data-region="${region}"]`);
  return element?.querySelector<HTMLElement>('[data-main]') ?? element?.querySelector<HTMLElement>(FOCUSABLE) ?? null;
}
