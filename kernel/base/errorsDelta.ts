import type { ErrorClass } from './errors.ts';

/** Errors of the transaction log. Delta's own names where it has one. */
export const DELTA_ERRORS = {
  DELTA_TABLE_NOT_FOUND: { kind: 'missing', sqlState: '42P01', message: '<table> is not a Delta table: there is no commit or checkpoint in its _delta_log folder.' },
} as const satisfies Record<string, ErrorClass>;
