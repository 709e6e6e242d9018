import type { ErrorClass, ErrorKind } from './errorClass.ts';
import { ERROR_CLASSES } from './errorClasses.ts';

export type ErrorCode = keyof typeof ERROR_CLASSES;

type Placeholders<Message extends string> = Message extends `${string}<${infer Name}>${infer Rest}` ? Name | Placeholders<Rest> : never;
export type ErrorParameters<Code extends ErrorCode> = { readonly [Name in Placeholders<(typeof ERROR_CLASSES)[Code]['message']>]: string | number | bigint };

/** A span of the statement that an error points at. */
export interface SourceSpan {
  /** UTF-16 offset of the first character. */
  readonly start: number;
  /** UTF-16 offset behind the last character. */
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

export interface ErrorDetails {
  readonly cause?: unknown;
  readonly span?: SourceSpan;
  /** What might have been meant, nearest first. */
  readonly suggestions?: readonly string[];
  /** Where the error itself says its state (SIGNAL); the class's own by default. */
  readonly sqlState?: string;
}

/**
 * The one error family. `code` is API: never renamed, never reused; windows, extensions and tests match on it, never on
 * text. `message` is the text without the `[CODE]` prefix; {@link formatError} adds it.
 */
export class LakebookError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly kind: ErrorKind;
  readonly sqlState: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly span: SourceSpan | undefined;
  readonly suggestions: readonly string[];

  constructor(code: Code, parameters: ErrorParameters<Code>, details: ErrorDetails = {}) {
    const errorClass: ErrorClass = ERROR_CLASSES[code];
    const texts = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
    super(fillTemplate(errorClass.message, texts), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LakebookError';
    this.code = code;
    this.kind = errorClass.kind;
    this.sqlState = details.sqlState ?? errorClass.sqlState;
    this.parameters = texts;
    this.span = details.span;
    this.suggestions = details.suggestions ?? [];
  }
}

/** An error as it crosses a process boundary and as it is stored in outputs. */
export interface ErrorReport {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly sqlState?: string | undefined;
  readonly span?: SourceSpan | undefined;
  readonly suggestions?: readonly string[] | undefined;
}

/** Any thrown value as a report; what is not ours becomes `INTERNAL_ERROR` with its text, never a stack trace. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof LakebookError) {
    return {
      code: error.code,
      kind: error.kind,
      message: error.message,
      ...(error.sqlState === undefined ? {} : { sqlState: error.sqlState }),
      ...(error.span === undefined ? {} : { span: error.span }),
      ...(error.suggestions.length === 0 ? {} : { suggestions: error.suggestions }),
    };
  }
  return { code: 'INTERNAL_ERROR', kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** `[CODE] message`, as the command line and the window print it. */
export function formatError(error: unknown): string {
  const report = reportError(error);
  return `[${report.code}] ${report.message}`;
}

/** True where `error` is ours and has this code. */
export function hasCode<Code extends ErrorCode>(error: unknown, code: Code): error is LakebookError<Code> {
  return error instanceof LakebookError && error.code === code;
}

function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/<(\w+)>/g, (placeholder, name: string) => values[name] ?? placeholder);
}
