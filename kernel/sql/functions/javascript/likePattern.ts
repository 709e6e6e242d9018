/** What matches any one character; the others are characters themselves. */
const ANY_ONE = Symbol('_');
type Segment = readonly (string | typeof ANY_ONE)[];

/**
 * LIKE, in time that grows with text times pattern however many `%` there are. Of what lies between two `%` the leftmost place
 * is as good as any other.
 */
export function matchesLike(text: string, pattern: string, escape: string): boolean {
  const characters = Array.from(text);
  const segments = parseSegments(pattern, escape);
  const [first, last] = [segments[0]!, segments.at(-1)!];
  if (segments.length === 1) return characters.length === first.length && standsAt(characters, first, 0);
  const end = characters.length - last.length;
  if (first.length > end || !standsAt(characters, first, 0) || !standsAt(characters, last, end)) return false;
  let at = first.length;
  for (const segment of segments.slice(1, -1)) {
    while (at + segment.length <= end && !standsAt(characters, segment, at)) at++;
    at += segment.length;
    if (at > end) return false;
  }
  return true;
}

/** What stands before, between and behind the `%`. */
function parseSegments(pattern: string, escape: string): readonly Segment[] {
  const segments: (string | typeof ANY_ONE)[][] = [[]];
  const signs = Array.from(pattern);
  for (let index = 0; index < signs.length; index++) {
    const sign = signs[index]!;
    if (sign === escape && index + 1 < signs.length) segments.at(-1)!.push(signs[++index]!);
    else if (sign === '%') segments.push([]);
    else segments.at(-1)!.push(sign === '_' ? ANY_ONE : sign);
  }
  return segments;
}

function standsAt(characters: readonly string[], segment: Segment, from: number): boolean {
  return segment.every((sign, index) => sign === ANY_ONE || sign === characters[from + index]);
}
