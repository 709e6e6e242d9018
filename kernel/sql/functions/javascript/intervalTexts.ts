import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { trimSpark } from '../../types/datetimes.ts';
import { RowError } from './rowError.ts';

const FIELDS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
/** What stands between a field and the next one. */
const SEPARATORS: Readonly<Record<string, string>> = { YEAR: '-', DAY: ' ', HOUR: ':', MINUTE: ':' };
const UNITS: Readonly<Record<string, bigint>> = { YEAR: 12n, MONTH: 1n, DAY: 86_400_000_000n, HOUR: 3_600_000_000n, MINUTE: 60_000_000n, SECOND: 1_000_000n };
/** What the fields behind the first one may come to. */
const MOST: Readonly<Record<string, bigint>> = { MONTH: 11n, HOUR: 23n, MINUTE: 59n, SECOND: 59n };
/** How many digits a field may have; one that is the whole interval may have more. */
const DIGITS: Readonly<Record<string, string>> = { YEAR: '+', MONTH: '+', DAY: '{1,9}', HOUR: '{1,10}', MINUTE: '{1,12}', SECOND: '{1,13}' };
const SIGN = '([+|-])?';

/** A text as months or microseconds: `1 02:03:04.5`, or as a literal `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
type Reading = bigint | 'malformed' | 'outOfRange';

function readInterval(text: string, from: string, to: string): Reading {
  const fields = FIELDS.slice(FIELDS.indexOf(from), FIELDS.indexOf(to) + 1);
  const single = fields.length === 1;
  const value = fields.map((field, index) => `(\\d${index === 0 ? DIGITS[field]! : field === 'MONTH' ? '+' : '{1,2}'})${field === 'SECOND' ? '(?:\\.(\\d{1,9}))?' : ''}`).reduce((all, each, index) => `${all}${SEPARATORS[fields[index - 1]!]!}${each}`);
  const unit = single ? from : `${from}\\s+TO\\s+${to}`;
  const found = new RegExp(`^(?:${SIGN}${value}|INTERVAL\\s+${SIGN}'${SIGN}${value}'\\s+${unit})$`, 'i').exec(trimSpark(text));
  if (found === null) return 'malformed';
  const groups = fields.length + (to === 'SECOND' ? 1 : 0);
  const bare = found[2] !== undefined;
  const signs = bare ? [found[1]] : [found[groups + 2], found[groups + 3]];
  const parts = bare ? found.slice(2, groups + 2) : found.slice(groups + 4);
  const numbers = fields.map((_, index) => BigInt(parts[index]!));
  if (fields.some((field, index) => index > 0 && numbers[index]! > MOST[field]!)) return 'outOfRange';
  const fraction = to === 'SECOND' ? BigInt((parts[fields.length] ?? '').padEnd(6, '0').slice(0, 6)) : 0n;
  const amount = fields.reduce((sum, field, index) => sum + numbers[index]! * UNITS[field]!, fraction);
  const signed = signs.filter((sign) => sign === '-').length === 1 ? -amount : amount;
  return BigInt.asIntN(to === 'YEAR' || to === 'MONTH' ? 32 : 64, signed) === signed ? signed : 'outOfRange';
}

function read(text: string, from: string, to: string): bigint {
  const reading = readInterval(text, from, to);
  if (typeof reading === 'bigint') return reading;
  const malformed = to === 'YEAR' || to === 'MONTH' ? 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING' : 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE';
  throw new RowError(`[${reading === 'malformed' ? malformed : 'INVALID_INTERVAL_FORMAT.INTERVAL_PARSING'}] ${text}`);
}

/** Months of the types of years and months, microseconds of the others. */
export const intervalFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_interval', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'BIGINT', evaluate: (text, from, to) => read(text as string, from as string, to as string) },
  {
    name: 'js_try_interval', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'BIGINT',
    evaluate: (text, from, to) => {
      const reading = readInterval(text as string, from as string, to as string);
      return typeof reading === 'bigint' ? reading : null;
    },
  },
];
