/** Pixels. */
export interface SplitLimits {
  readonly min: number;
  readonly max: number;
}

const STEP = 16;

/** The size after a key on the splitter; undefined where the key is none of its own. */
export function nextSplit(size: number, key: string, orientation: 'vertical' | 'horizontal', direction: 1 | -1, limits: SplitLimits): number | undefined {
  const [less, more] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const step = key === more ? STEP : key === less ? -STEP : undefined;
  if (key === 'Home') return limits.min;
  if (key === 'End') return limits.max;
  return step === undefined ? undefined : Math.min(limits.max, Math.max(limits.min, size + step * direction));
}
