const PAGE_LINES = 12;

/** The active line after a key, around the ends for single steps; undefined where the key is none of the list's. */
export function nextActiveLine(index: number, count: number, key: string): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return (index + 1) % count;
    case 'ArrowUp':
      return (index - 1 + count) % count;
    case 'PageDown':
      return Math.min(index + PAGE_LINES, count - 1);
    case 'PageUp':
      return Math.max(index - PAGE_LINES, 0);
    default:
      return undefined;
  }
}
