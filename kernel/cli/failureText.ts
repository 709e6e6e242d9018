import { reportError, type ErrorReport, type SourceSpan } from '../base/errors.ts';

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
  const meant = suggestions.length === 0 ? [] : [`Did you mean: ${suggestions.slice(0, 5).join(', ')}`];
  return [`[${code}] ${message}`, ...where, ...place, ...meant].join('\n');
}

/** The line of the statement with a mark under what is wrong. */
function excerpt({ start, end, column }: SourceSpan, source: string): string {
  const lineStart = start - column;
  const lineEnd = source.indexOf('\n', start);
  const line = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd);
  const marks = '^'.repeat(Math.max(1, Math.min(end, lineStart + line.length) - start));
  return `\n  ${line}\n  ${line.slice(0, column).replace(/[^\t]/g, ' ')}${marks}`;
}
