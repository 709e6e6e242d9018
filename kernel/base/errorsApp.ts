import type { ErrorClass } from './errors.ts';

/** Errors of the application itself: files, notebooks, kernels, results, the command line. */
export const APP_ERRORS = {
  INTERNAL_ERROR: { kind: 'internal', sqlState: 'XX000', message: '<detail>' },
  OPERATION_CANCELED: { kind: 'canceled', sqlState: 'HY008', message: 'The operation was canceled.' },
  RPC_INVALID_MESSAGE: { kind: 'internal', message: 'The message <method> is not of its agreed form: <detail>.' },
  RPC_UNKNOWN_METHOD: { kind: 'internal', message: 'There is no method <method>.' },
  RPC_DISCONNECTED: { kind: 'resource', message: 'The connection to <peer> was lost.' },
  STORAGE_NOT_FOUND: { kind: 'missing', message: 'There is no file or folder <path>.' },
  STORAGE_ACCESS_DENIED: { kind: 'resource', message: 'Access to <path> was denied (<detail>). Check its permissions, or whether its disk is read-only.' },
  STORAGE_FULL: { kind: 'resource', message: 'There is no space left to write <path>. Free some space and try again.' },
  STORAGE_FAILED: { kind: 'resource', message: 'Reading or writing <path> failed: <detail>' },
  STORAGE_NO_ATOMIC_CREATE: { kind: 'unsupported', message: 'The file system of <path> cannot create a file atomically (no hard links), so a commit there could be lost. Move the table to another disk.' },
  STORAGE_UNSUPPORTED_LOCATION: { kind: 'unsupported', message: '<path> is neither an absolute path nor a file: URI.' },
  ENGINE_OUT_OF_MEMORY: { kind: 'resource', sqlState: '53200', message: 'The statement needs more memory than the limit of <limit>, even with spilling to <folder>. Aggregate or filter earlier, or raise the limit.' },
  ENGINE_SPILL_FULL: { kind: 'resource', sqlState: '53100', message: 'The statement spilled more than the limit of <limit> to <folder>. Filter earlier, or raise the limit.' },
  AMBIGUOUS_TABLE_NAME: { kind: 'input', sqlState: '42702', message: 'The name <name> is shared by the tables <paths>. Name one of them by its path: delta.`…`.' },
  NOTEBOOK_NOT_JSON: { kind: 'corrupt', message: 'The notebook is not valid JSON: <detail>. Open it as text to mend it; nothing was changed.' },
  NOTEBOOK_CONFLICT_MARKERS: { kind: 'corrupt', message: 'The notebook has Git conflict markers (the first on line <line>). Open it as text to settle the conflict; nothing was changed.' },
  NOTEBOOK_INVALID: { kind: 'corrupt', message: 'The file is JSON but no notebook: <detail>. Nothing was changed.' },
  NOTEBOOK_VERSION_UNSUPPORTED: { kind: 'unsupported', message: 'The notebook has format <version>; Lakebook reads format 4. Convert it with "jupyter nbconvert --to notebook". Nothing was changed.' },
  DUCKDB_SYNTAX_ERROR: { kind: 'input', sqlState: '42601', message: 'DuckDB cannot parse the statement: <detail>.' },
  DUCKDB_FEATURE_REFUSED: { kind: 'unsupported', sqlState: '0A000', message: '<feature> cannot be used in a DuckDB cell: <reason>.' },
  DUCKDB_STATEMENT_FAILED: { kind: 'input', sqlState: '42000', message: '<detail>' },
} as const satisfies Record<string, ErrorClass>;
