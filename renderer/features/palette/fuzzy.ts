/** How well a text fits, and which of its characters did. */
export interface FuzzyMatch {
  /** Higher is better; only to be compared. */
  readonly score: number;
  /** Half-open ranges of matched characters, ascending. */
  readonly ranges: readonly (readonly [number, number])[];
}

const STREAK_BONUS = 8;
const WORD_START_BONUS = 10;
const SKIP_COST = 1;

/**
 * Matches all characters of `query` in their order, preferring whole runs and begins of words. Spaces of the query are
 * ignored. undefined where a character is missing.
 */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  if (wanted === '') return { score: 0, ranges: [] };
  const lower = text.toLowerCase();
  const whole = lower.indexOf(query.trim().toLowerCase());
  if (whole >= 0) return { score: wholeScore(text, whole, wanted.length), ranges: [[whole, whole + query.trim().length]] };
  return matchApart(wanted, text, lower);
}

function matchApart(wanted: string, text: string, lower: string): FuzzyMatch | undefined {
  const ranges: [number, number][] = [];
  let score = 0;
  let from = 0;
  for (const character of wanted) {
    const at = findNext(lower, text, character, from);
    if (at < 0) return undefined;
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last[1] === at) {
      last[1] = at + 1;
      score += STREAK_BONUS;
    } else {
      ranges.push([at, at + 1]);
      score -= SKIP_COST * Math.min(at - from, 10);
    }
    if (isWordStart(text, at)) score += WORD_START_BONUS;
    from = at + 1;
  }
  return { score, ranges };
}

/** The next place of a character: right here, else at the begin of a word, else anywhere behind. */
function findNext(lower: string, text: string, character: string, from: number): number {
  if (lower[from] === character) return from;
  for (let at = from; at < lower.length; at += 1) if (lower[at] === character && isWordStart(text, at)) return at;
  return lower.indexOf(character, from);
}

function wholeScore(text: string, at: number, length: number): number {
  return length * (STREAK_BONUS + WORD_START_BONUS) + (isWordStart(text, at) ? 2 * WORD_START_BONUS : 0) - Math.min(at, 10) - Math.min(text.length / 20, 10);
}

function isWordStart(text: string, at: number): boolean {
  const before = text[at - 1];
  const here = text[at] ?? '';
  return before === undefined || /[\s/\\._:-]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(here));
}

/** Items that match, best first; equal ones keep their order. */
export function fuzzyFilter<Item>(query: string, items: readonly Item[], textOf: (item: Item) => string): readonly { readonly item: Item; readonly match: FuzzyMatch }[] {
  const matched = items.flatMap((item) => {
    const match = fuzzyMatch(query, textOf(item));
    return match === undefined ? [] : [{ item, match }];
  });
  return query.trim() === '' ? matched : matched.sort((one, other) => other.match.score - one.match.score);
}
