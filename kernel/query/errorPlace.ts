import { LakebookError, type ErrorCode, type ErrorParameters, type SourceSpan } from '../base/errors.ts';

/** The same error with a place in the statement, unless it has one. */
export function pointAt(error: unknown, span: SourceSpan): unknown {
  return error instanceof LakebookError && error.span === undefined ? placed(error, span) : error;
}

/** The same error without a place. */
export function withoutPlace(error: unknown): unknown {
  return error instanceof LakebookError && error.span !== undefined ? placed(error, undefined) : error;
}

/** The same error with its place moved. */
export function moved(error: unknown, move: (span: SourceSpan) => SourceSpan): unknown {
  if (!(error instanceof LakebookError) || error.span === undefined) return error;
  const span = move(error.span);
  return span === error.span ? error : placed(error, span);
}

/** Trees deeper than the machine's stack end in an error of JavaScript. */
export function explainDepth(error: unknown): unknown {
  return error instanceof RangeError ? new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'The statement', reason: 'it nests too deep' }, { cause: error }) : error;
}

function placed(error: LakebookError, span: SourceSpan | undefined): LakebookError {
  const details = { cause: error, suggestions: error.suggestions, ...(error.sqlState === undefined ? {} : { sqlState: error.sqlState }) };
  return new LakebookError(error.code, error.parameters as ErrorParameters<ErrorCode>, span === undefined ? details : { ...details, span });
}
