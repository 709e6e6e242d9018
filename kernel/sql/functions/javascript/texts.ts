import type { JavaScriptFunction } from '../../scalarFunctions.ts';

const decoder = new TextDecoder('utf-8');

export const textFunctions: readonly JavaScriptFunction[] = [
  /** Bytes as text, with U+FFFD for what is no UTF-8. */
  { name: 'js_utf8', parameters: ['BLOB'], returns: 'VARCHAR', evaluate: (value) => decoder.decode(value as Uint8Array) },
];
