import { parseSchemaText } from '../../parse.ts';
import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { BIGINT, BOOLEAN, type DataType, DATE, decimal, DOUBLE, field, INT, STRING, structOf, TIMESTAMP } from '../../types/dataType.ts';
import { dateText, fixedOffsetSeconds, parseDate, parseTimestamp, trimSpark } from '../../types/datetimes.ts';
import { csvFields, type CsvReading, csvReading, UnreadCsv } from './csvReader.ts';
import { quoteJson } from './jsonReader.ts';
import { decimalOf } from './jsonValues.ts';
import { remembered } from './memo.ts';
import { RowError } from './rowError.ts';

const RANGES: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

/** A number as Java reads one; undefined where it is none. */
function javaNumber(text: string, reading: CsvReading): number | undefined {
  if (text === reading.nanValue) return Number.NaN;
  if (text === reading.positiveInf) return Number.POSITIVE_INFINITY;
  if (text === reading.negativeInf) return Number.NEGATIVE_INFINITY;
  const trimmed = trimSpark(text);
  if (/^[+-]?0x[0-9a-f.]+p[+-]?\d+[df]?$/i.test(trimmed)) throw new UnreadCsv('a hexadecimal number');
  const match = /^([+-]?)(NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[dDfF]?$))[dDfF]?$/.exec(trimmed);
  return match === null ? undefined : match[1] === '-' ? -Number(match[2]) : Number(match[2]);
}

function wholeNumber(text: string): bigint | undefined {
  if (/^[+-]?\p{Nd}+$/u.test(text) && !/^[+-]?\d+$/.test(text)) throw new UnreadCsv('digits of another script');
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
}

/** A field as JSON that is cast to the type's raw form; undefined where it is no value of the type. */
function fieldJson(text: string, type: DataType, reading: CsvReading): string | undefined {
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint': {
      const value = wholeNumber(text);
      return value === undefined || BigInt.asIntN(RANGES[type.kind]!, value) !== value ? undefined : String(value);
    }
    case 'float':
    case 'double': {
      const value = javaNumber(text, reading);
      const rounded = value !== undefined && type.kind === 'float' ? Math.fround(value) : value;
      return rounded === undefined ? undefined : `"${Object.is(rounded, -0) ? '-0.0' : rounded}"`;
    }
    case 'decimal': {
      const value = decimalOf(text.replaceAll(',', ''), type.precision, type.scale);
      return typeof value === 'symbol' ? undefined : value.text;
    }
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined;
    case 'date': {
      const days = parseDate(text);
      return days === undefined ? undefined : `"${dateText(days)}"`;
    }
    case 'timestamp':
    case 'timestamp_ntz': {
      if (/^\s*T?\d{1,2}:/.test(text)) throw new UnreadCsv('a time without a date');
      const parsed = parseTimestamp(text);
      return parsed === undefined || (type.kind === 'timestamp_ntz' && parsed.zone !== undefined) ? undefined : quoteJson(text);
    }
    default:
      return quoteJson(text);
  }
}

const typeOf = remembered(parseSchemaText);
const readingOf = remembered((options) => csvReading(new Map(options.split('\n').filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))));

/** `from_csv`: a struct as JSON; `malformed` where that fails the statement. */
function fromCsv(line: string, schema: string, reading: CsvReading): string {
  const type = typeOf(schema);
  const fields = type.kind === 'struct' ? type.fields : [];
  const own = fields.filter(({ name }) => name !== reading.corruptColumn);
  const tokens = csvFields(line, reading);
  let broken = tokens === undefined || tokens.length !== own.length;
  const values = new Map(own.map((each, index) => {
    const token = tokens?.[index] ?? null;
    const value = token === null || token === reading.nullValue ? 'null' : fieldJson(token, each.type, reading);
    broken ||= value === undefined;
    return [each.name, value ?? 'null'];
  }));
  if (broken && reading.failFast) return 'malformed';
  if (broken && tokens !== undefined) values.set(reading.corruptColumn, quoteJson(line));
  return `{${fields.map(({ name }) => `${quoteJson(name)}:${values.get(name) ?? 'null'}`).join(',')}}`;
}

function isMoment(text: string): boolean {
  const parsed = parseTimestamp(text);
  if (parsed !== undefined) return !text.endsWith('T') && (parsed.zone === undefined || fixedOffsetSeconds(parsed.zone) !== undefined || /^[A-Z][A-Za-z]+\/\w+$/.test(parsed.zone));
  const time = /^T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{0,9})?)?$/.exec(text);
  return time !== null && Number(time[1]) < 24 && Number(time[2]) < 60 && Number(time[3] ?? 0) < 60;
}

function inferred(token: string | null, reading: CsvReading): DataType {
  if (token === null || token === reading.nullValue) return STRING;
  const whole = wholeNumber(token);
  if (whole !== undefined && BigInt.asIntN(32, whole) === whole) return INT;
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return BIGINT;
  const digits = /^[+-]?0*(\d+)\.?$/.exec(token.replaceAll(',', ''))?.[1];
  if (digits !== undefined && digits.length <= 38) return decimal(digits.length, 0);
  if (javaNumber(token, reading) !== undefined) return DOUBLE;
  if (/^\d{4}-\d\d-\d\d$/.test(token) && parseDate(token) !== undefined) return DATE;
  if (isMoment(token)) return TIMESTAMP;
  return /^(?:true|false)$/i.test(token) ? BOOLEAN : STRING;
}

/**
 * The struct that Spark infers of a line; undefined where it is no record.
 * @throws UnreadCsv
 */
export function csvSchema(line: string, reading: CsvReading): DataType | undefined {
  const tokens = csvFields(line, reading);
  return tokens && structOf(tokens.map((token, index) => field(`_c${index}`, inferred(token, reading))));
}

function reported(line: string, schema: string, options: string): string {
  try {
    return fromCsv(line, schema, readingOf(options));
  } catch (error) {
    if (error instanceof UnreadCsv) throw new RowError(`[UNSUPPORTED_FEATURE.LOCAL_ENGINE] from_csv of ${error.message}`);
    throw error;
  }
}

export const csvFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_from_csv', parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (line, schema, options) => reported(line as string, schema as string, options as string) },
];
