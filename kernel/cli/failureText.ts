import { reportError, type ErrorReport, type SourceSpan } from '../base/errors.ts';

const SUGGESTIONS_SHOWN = 5;
/** How much of a line is shown, and how much of that before the mark. */
const EXCERPT_WIDTH = 160;
const EXCERPT_LEAD = 60;

/** An error with the text that it points into. `report` where another process told it. */
export class StatementFailure extends Error {
  readonly source: string;
  readonly report: ErrorReport;
  /** Where the text stands, if not on the command line. */
  readonly place: string | undefined;

  constructor(report: ErrorReport, source: string, cause?: unknown, place?: string) {
    super(report.message, { cause });
    this.name = 'StatementFailure';
    this.report = report;
    this.source = source;
    this.place = place;
  }
}

/** What standard error says of a failure: `[CLASS] message` first, then where in the statement, then what was meant. */
export function formatFailure(error: unknown): string {
  const { code, message, span, suggestions = [] } = error instanceof StatementFailure ? error.report : reportError(error);
  const source = error instanceof StatementFailure ? error.source : undefined;
  const where = error instanceof StatementFailure && error.place !== undefined ? [error.place] : [];
  const place = span === undefined ? [] : [`line ${span.line}, column ${span.column + 1}${source === undefined ? '' : excerpt(span, source)}`];
  // some of Spark's messages list them already
  const meant = suggestions.length === 0 || message.includes('Did you mean') ? [] : [`${code === 'PARSE_SYNTAX_ERROR' ? 'Expected' : 'Did you mean'}: ${listed(suggestions)}`];
  return [`[${code}] ${message}`, ...where, ...place, ...meant].join('\n');
}

function listed(suggestions: readonly string[]): string {
  return [...suggestions.slice(0, SUGGESTIONS_SHOWN), ...(suggestions.length > SUGGESTIONS_SHOWN ? ['…'] : [])].join(', ');
}

/** The line of the statement with a mark under what is wrong; of a long one, what stands around the mark. */
function excerpt({ start, end, column }: SourceSpan, source: string): string {
  const lineStart = start - column;
  const lineEnd = source.indexOf('\n', start);
  const line = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd);
  const from = Math.max(0, Math.min(column - EXCERPT_LEAD, line.length - EXCERPT_WIDTH));
  const shown = line.slice(from, from + EXCERPT_WIDTH);
  const before = `${from > 0 ? '…' : ''}${shown.slice(0, column - from)}`;
  const behind = `${shown.slice(column - from)}${from + shown.length < line.length ? '…' : ''}`;
  const marks = '^'.repeat(Math.max(1, Math.min(end - start, from + shown.length - column)));
  return `\n  ${before}${behind}\n  ${before.replace(/[^\t]/g, ' ')}${marks}`;
}
