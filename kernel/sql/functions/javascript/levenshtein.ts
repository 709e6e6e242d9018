import { RowError } from './rowError.ts';

const WORD = 32;
/** A few seconds of work, in which nothing else happens and nobody can interrupt. */
const CELLS_MAX = 5e9;

/**
 * Levenshtein distance in code points; -1 where it is more than `most`. Myers' bit vectors, a word of `from` at a time
 * (Hyyrö 2003): 32 cells of the table of distances by a dozen operations.
 * @throws RowError UNSUPPORTED_FEATURE.LOCAL_ENGINE for texts that are too long together
 */
export function levenshtein(left: string, right: string, most: number): number {
  const [from, to] = differingParts(Array.from(left), Array.from(right));
  if (Math.abs(from.length - to.length) > most) return -1;
  if (from.length * to.length > CELLS_MAX) throw new RowError('[UNSUPPORTED_FEATURE.LOCAL_ENGINE] levenshtein of texts as long as these');
  const distance = from.length === 0 || to.length === 0 ? Math.max(from.length, to.length) : bitDistance(from, to);
  return distance > most ? -1 : distance;
}

/** Without what both begin and end with, which costs nothing. */
function differingParts(left: readonly string[], right: readonly string[]): readonly [readonly string[], readonly string[]] {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start++;
  let end = 0;
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)];
}

function bitDistance(from: readonly string[], to: readonly string[]): number {
  const signs = new Map<string, number>();
  const number = (sign: string): number => {
    const known = signs.get(sign) ?? signs.size;
    if (known === signs.size) signs.set(sign, known);
    return known;
  };
  const pattern = Uint32Array.from(from, number);
  const text = Uint32Array.from(to, number);
  /** By sign: where in the present word it stands. */
  const places = new Int32Array(signs.size);
  /** Horizontal differences along the lower edge of the word before, a bit a column: the table's upper edge grows by one each. */
  const plus = new Int32Array(Math.ceil(text.length / WORD)).fill(-1);
  const minus = new Int32Array(plus.length);
  let distance = pattern.length;
  for (let start = 0; start < pattern.length; start += WORD) {
    const end = Math.min(start + WORD, pattern.length);
    const last = end - start - 1;
    for (let at = start; at < end; at++) places[pattern[at]!]! |= 1 << (at - start);
    let [plusDown, minusDown] = [-1, 0];
    for (let column = 0; column < text.length; column++) {
      const [word, bit] = [column >> 5, column & 31];
      const equal = places[text[column]!]!;
      const plusIn = (plus[word]! >>> bit) & 1;
      const minusIn = (minus[word]! >>> bit) & 1;
      const vertical = equal | minusDown;
      const carried = equal | minusIn;
      const horizontal = (((carried & plusDown) + plusDown) ^ plusDown) | carried;
      const plusRight = minusDown | ~(horizontal | plusDown);
      const minusRight = plusDown & horizontal;
      const plusOut = (plusRight >>> last) & 1;
      const minusOut = (minusRight >>> last) & 1;
      if (end === pattern.length) distance += plusOut - minusOut;
      if (plusOut !== plusIn) plus[word]! ^= 1 << bit;
      if (minusOut !== minusIn) minus[word]! ^= 1 << bit;
      const plusShifted = (plusRight << 1) | plusIn;
      plusDown = (minusRight << 1) | minusIn | ~(vertical | plusShifted);
      minusDown = plusShifted & vertical;
    }
    for (let at = start; at < end; at++) places[pattern[at]!] = 0;
  }
  return distance;
}
