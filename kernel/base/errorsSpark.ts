import type { ErrorClass } from './errors.ts';

/** Errors of statements, as Spark names them (class, SQLSTATE, text). */
export const SPARK_ERRORS = {
  PARSE_SYNTAX_ERROR: { kind: 'input', sqlState: '42601', message: "Syntax error at or near <error><hint>." },
  'UNSUPPORTED_FEATURE.LOCAL_ENGINE': { kind: 'unsupported', sqlState: '0A000', message: '<feature> cannot be run faithfully on the local engine: <reason>. Attach a Spark cluster to run it.' },
} as const satisfies Record<string, ErrorClass>;
