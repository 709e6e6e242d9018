import type { ErrorClass } from './errors.ts';

/** Errors of statements, as Spark names them (class, SQLSTATE, text). */
export const SPARK_ERRORS = {
  PARSE_SYNTAX_ERROR: { kind: 'input', sqlState: '42601', message: "Syntax error at or near <error><hint>." },
  'UNSUPPORTED_FEATURE.LOCAL_ENGINE': { kind: 'unsupported', sqlState: '0A000', message: '<feature> cannot be run faithfully on the local engine: <reason>. Attach a Spark cluster to run it.' },
  INVALID_TIMEZONE: { kind: 'input', sqlState: '22009', message: 'The timezone: <timeZone> is invalid. The timezone must be either a region-based zone ID or a zone offset. Region IDs must have the form \'area/city\', such as \'America/Los_Angeles\'. Zone offsets must be in the format \'(+|-)HH\', \'(+|-)HH:mm\' or \'(+|-)HH:mm:ss\'.' },
  INVALID_CONF_VALUE: { kind: 'input', sqlState: '22022', message: 'The value \'<confValue>\' in the config "<confName>" is invalid: <expected> is expected.' },
} as const satisfies Record<string, ErrorClass>;
