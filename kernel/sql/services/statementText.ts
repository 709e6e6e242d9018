import { tokenize } from '../lexer.ts';
import type { Token } from '../tokens.ts';

/** One statement of a text, by its offsets there. The `;` is left out. */
export interface StatementSpan {
  readonly start: number;
  readonly end: number;
}

/** The statements of a text, broken ones too. Those of a `BEGIN … END` block stand for themselves. */
export function splitStatementSpans(text: string): readonly StatementSpan[] {
  const spans: StatementSpan[] = [];
  let first: Token | undefined;
  let last: Token | undefined;
  for (const token of tokenize(text)) {
    if (token.key === ';' || token.kind === 'end') {
      if (first !== undefined) spans.push({ start: first.start, end: last!.end });
      first = undefined;
      continue;
    }
    first ??= token;
    last = token;
  }
  return spans;
}

/** The span of the text between the `;` around `offset`, blank or not. */
export function spanAround(text: string, offset: number): StatementSpan {
  let start = 0;
  let end = text.length;
  for (const token of tokenize(text)) {
    if (token.key !== ';') continue;
    if (token.end <= offset) start = token.end;
    else {
      end = token.start;
      break;
    }
  }
  return { start, end };
}
