import type { JavaScriptFunction } from '../../scalarFunctions.ts';

const decoder = new TextDecoder('utf-8');

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const MOST = 0xffff_ffff_ffff_ffffn;

/** `conv(n, from, to)` in 64 bits, as Hive's: unsigned, or signed where the new base is negative. Null where a base is out of range. */
function convertBase(number: string, from: number, to: number): string | null {
  const base = Math.abs(to);
  if (from < 2 || from > 36 || base < 2 || base > 36) return null;
  const text = number.trim().toUpperCase();
  if (text === '') return null;
  const negative = text.startsWith('-');
  let value = 0n;
  for (const digit of negative ? text.slice(1) : text) {
    const place = DIGITS.indexOf(digit);
    if (place < 0 || place >= from) break;
    value = value * BigInt(from) + BigInt(place);
    if (value > MOST) {
      value = MOST;
      break;
    }
  }
  if (negative) value = BigInt.asUintN(64, -value);
  if (to > 0) return value.toString(base).toUpperCase();
  return BigInt.asIntN(64, value).toString(base).toUpperCase();
}

/** Whether the digits of a number are within 64 bits. */
function fitsBase(number: string, from: number): boolean {
  const digits = /^-?([0-9A-Z]*)/.exec(number.trim().toUpperCase())?.[1] ?? '';
  let value = 0n;
  for (const digit of digits) {
    const place = DIGITS.indexOf(digit);
    if (place >= Math.abs(from)) break;
    value = value * BigInt(Math.abs(from)) + BigInt(place);
    if (value > MOST) return false;
  }
  return true;
}

/** A JSON text in which each object keeps the last of repeated keys; numbers keep their digits. */
function lastKeysOnly(json: string): string {
  const { rawJSON } = JSON as unknown as { readonly rawJSON: (this: void, text: string) => unknown };
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => (typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value);
  return JSON.stringify(JSON.parse(json, keep as (key: string, value: unknown) => unknown));
}

export const textFunctions: readonly JavaScriptFunction[] = [
  /** Bytes as text, with U+FFFD for what is no UTF-8. */
  { name: 'js_utf8', parameters: ['BLOB'], returns: 'VARCHAR', evaluate: (value) => decoder.decode(value as Uint8Array) },
  { name: 'js_json_last_keys', parameters: ['VARCHAR'], returns: 'VARCHAR', evaluate: (json) => lastKeysOnly(json as string) },
  { name: 'js_conv_fits', parameters: ['VARCHAR', 'INTEGER'], returns: 'BOOLEAN', evaluate: (number, from) => fitsBase(number as string, from as number) },
  { name: 'js_conv', parameters: ['VARCHAR', 'INTEGER', 'INTEGER'], returns: 'VARCHAR', evaluate: (number, from, to) => convertBase(number as string, from as number, to as number) },
];
