import type { SourceSpan } from '../base/errors.ts';
import type { Located } from './tree/expressions.ts';

/** Offsets as the span that errors carry: line from 1, column from 0. */
export function spanOf(text: string, node: Located): SourceSpan {
  const before = text.slice(0, node.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i >= 0; i = before.indexOf('\n', i + 1)) line++;
  return { start: node.start, end: node.end, line, column: node.start - lineStart };
}
