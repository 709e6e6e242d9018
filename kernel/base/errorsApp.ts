import type { ErrorClass } from './errors.ts';

/** Errors of the application itself: files, notebooks, kernels, results, the command line. */
export const APP_ERRORS = {
  INTERNAL_ERROR: { kind: 'internal', sqlState: 'XX000', message: '<detail>' },
  OPERATION_CANCELED: { kind: 'canceled', sqlState: 'HY008', message: 'The operation was canceled.' },
  RPC_INVALID_MESSAGE: { kind: 'internal', message: 'The message <method> is not of its agreed form: <detail>.' },
  RPC_UNKNOWN_METHOD: { kind: 'internal', message: 'There is no method <method>.' },
  RPC_DISCONNECTED: { kind: 'resource', message: 'The connection to <peer> was lost.' },
} as const satisfies Record<string, ErrorClass>;
