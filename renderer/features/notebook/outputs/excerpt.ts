import type { ErrorReport } from '../../../../kernel/base/errors.ts';

/** The lines around an error's span, and how much of its first line it covers. */
export interface Excerpt {
  readonly lines: readonly { readonly number: number; readonly text: string; readonly marked?: { readonly from: number; readonly to: number } }[];
}

const CONTEXT_LINES = 2;
/** Characters of a line that are shown, and of a long one how many before the span, so that it is seen without scrolling. */
const WIDTH = 160;
const LEAD = 40;

/** @returns undefined where the error points nowhere, or outside this source */
export function buildExcerpt(source: string, span: ErrorReport['span']): Excerpt | undefined {
  if (span === undefined || span.start > source.length) return undefined;
  const lines = source.split('\n');
  const before = source.slice(0, span.start);
  const line = before.split('\n').length - 1;
  const from = span.start - (before.lastIndexOf('\n') + 1);
  const text = lines[line] ?? '';
  const to = Math.min(Math.max(from + (span.end - span.start), from + 1), Math.max(text.length, from + 1));
  const first = Math.max(0, line - CONTEXT_LINES);
  const left = text.length <= WIDTH ? 0 : Math.max(0, from - LEAD);
  return {
    lines: lines.slice(first, line + 1 + CONTEXT_LINES).map((content, index) => ({
      number: first + index + 1,
      ...(first + index === line ? { text: content.slice(left, left + WIDTH), marked: { from: from - left, to: Math.min(to - left, WIDTH) } } : { text: content.slice(0, WIDTH) }),
    })),
  };
}
