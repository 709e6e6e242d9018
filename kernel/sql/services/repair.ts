import { LakebookError } from '../../base/errors.ts';
import { StatementParser } from '../parser/statementParser.ts';
import type { Statement } from '../tree/statements.ts';
import type { Token } from '../tokens.ts';

/** The text of names put in where one is missing; no name that a user writes. */
const MISSING_NAME = '\u0000missing';

/** How many faults of one statement are mended, and how many tokens are read for it in all. */
const REPAIRS_MAX = 10;
const TOKENS_READ_MAX = 150_000;

interface ParsedTokens {
  /** Undefined where they do not parse. */
  readonly statement: Statement | undefined;
  /** The token that the parser could not take. */
  readonly at: Token | undefined;
  /** Keys that could stand at the farthest place reached. */
  readonly expected: readonly string[];
}

/** Parses tokens as one statement. `text` is what their offsets count in. */
function parseTokens(text: string, tokens: readonly Token[]): ParsedTokens {
  const parser = new TokenParser(text, tokens);
  try {
    const statement = parser.single();
    return { statement, at: undefined, expected: parser.expected };
  } catch (error) {
    if (!(error instanceof LakebookError) && !(error instanceof RangeError)) throw error;
    const span = error instanceof LakebookError ? error.span : undefined;
    const at = span && tokens.find((token) => token.start === span.start && token.end === span.end);
    return { statement: undefined, at, expected: parser.expected };
  }
}

/** What the grammar allows behind the tokens, faults before their end left aside. */
export function expectedBehind(text: string, tokens: readonly Token[]): readonly string[] {
  let current = tokens;
  for (let round = 0; round <= REPAIRS_MAX; round++) {
    const parsed = parseTokens(text, current);
    if (parsed.at === undefined || parsed.at.kind === 'end') return parsed.expected;
    const next = repairAt(text, current, parsed.at);
    if (next === undefined) return parsed.expected;
    current = next.tokens;
  }
  return [];
}

/**
 * The tree of a statement that may be broken or unfinished: what does not fit is left out, what is missing is put in,
 * whatever brings the parser farthest. Undefined where that leads nowhere. Offsets of what was put in are no whole numbers.
 */
export function parseRepaired(text: string, tokens: readonly Token[]): Statement | undefined {
  let current = tokens;
  let budget = TOKENS_READ_MAX;
  for (let round = 0; round <= REPAIRS_MAX && budget > 0; round++) {
    const parsed = parseTokens(text, current);
    if (parsed.statement !== undefined) return parsed.statement;
    if (parsed.at === undefined) return undefined;
    budget -= current.length * (REPAIRS.length + 2);
    const next = repairAt(text, current, parsed.at);
    if (next === undefined) return undefined;
    if (next.statement !== undefined) return next.statement;
    current = next.tokens;
  }
  return undefined;
}

/** Keys to put in, dearest first; '' is a name. */
const REPAIRS = [')', ']', 'END', '', 'THEN', '('] as const;

interface Repair {
  readonly tokens: readonly Token[];
  readonly statement: Statement | undefined;
}

/** The change at the token that the parser stumbled over which lets it come farthest. */
function repairAt(text: string, tokens: readonly Token[], at: Token): Repair | undefined {
  const index = tokens.indexOf(at);
  const added = REPAIRS.map((key) => insertToken(tokens, index, key));
  const without = at.kind === 'end' ? [] : [tokens.filter((token) => token !== at)];
  let best: { readonly tokens: readonly Token[]; readonly reached: number } | undefined;
  for (const candidate of [...added, ...without]) {
    const parsed = parseTokens(text, candidate);
    if (parsed.statement !== undefined) return { tokens: candidate, statement: parsed.statement };
    const reached = parsed.at?.start ?? -1;
    const taken = reached >= at.start; // what was put in stands before `at`
    if (taken && (best === undefined || reached > best.reached)) best = { tokens: candidate, reached };
  }
  return best && { tokens: best.tokens, statement: undefined };
}

function insertToken(tokens: readonly Token[], index: number, key: string): readonly Token[] {
  const next = tokens[index]!;
  const previous = tokens[index - 1];
  // Between both, so that no two tokens of a statement stand at the same place.
  const place = ((previous?.start ?? next.start - 1) + next.start) / 2;
  const token: Token = { kind: key === '' || /^\w/.test(key) ? 'word' : 'symbol', text: key === '' ? MISSING_NAME : key, key, start: place, end: place, prefix: '', spaced: true };
  return [...tokens.slice(0, index), token, ...tokens.slice(index)];
}

class TokenParser extends StatementParser {
  override readonly text: string;

  constructor(text: string, tokens: readonly Token[]) {
    super('');
    this.text = text;
    this.tokens.length = 0;
    for (const token of tokens) this.tokens.push(token);
  }
}
