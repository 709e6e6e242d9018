/** A tree as plain values without offsets: texts of one meaning, such as with and without needless parentheses, give the same. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'start' && key !== 'end').map(([key, each]) => [key, withoutPlaces(each)]));
}

/** What a tree means, as a text to compare; undefined where it nests too deep to be walked. */
export function meaningOf(tree: unknown): string | undefined {
  try {
    return JSON.stringify(withoutPlaces(tree));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
