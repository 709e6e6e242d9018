import type { LiteralValue } from '../plan/scan.ts';
import { type DataType, isYearMonth, type IntervalType } from './dataType.ts';
import { dateText, timestampText } from './datetimes.ts';
import { decimalText } from './decimals.ts';

/** A DOUBLE or FLOAT as Java and Spark print it: plain from 1e-3 to 1e7, else `d.dddE±x`. `single` takes float's digits. */
function javaDoubleText(value: number, single = false): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  const shortest = single ? shortestFloatText(magnitude) : String(magnitude);
  const parts = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(shortest)!;
  const whole = parts[1]!;
  const fraction = parts[2] ?? '';
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, '').length;
  const digits = all.slice(leading).replace(/0+$/, '') || '0';
  const exponent = whole.length - 1 - leading + Number(parts[3] ?? 0);
  const sign = value < 0 ? '-' : '';
  if (magnitude >= 1e-3 && magnitude < 1e7) return sign + plainText(digits, exponent);
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
}

function plainText(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, '0');
  return `${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || '0'}`;
}

/** The fewest digits that read back as the same single-precision number. */
function shortestFloatText(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
  return String(value);
}

/** A decimal as Spark prints it in names: like Java's BigDecimal, `1E-7` for small ones. */
function decimalPretty(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return decimalText(unscaled, scale);
  return `${unscaled < 0n ? '-' : ''}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${exponent}`;
}

/** A literal as it shows in generated column names: strings bare, dates with their type. */
export function literalPretty(type: DataType, value: LiteralValue): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'decimal':
      return decimalPretty(value as bigint, type.scale);
    case 'float':
    case 'double':
      return javaDoubleText(value as number, type.kind === 'float');
    case 'date':
      return `DATE '${dateText(value as bigint)}'`;
    case 'timestamp':
      return `TIMESTAMP '${timestampText(value as bigint)}'`;
    case 'timestamp_ntz':
      return `TIMESTAMP_NTZ '${timestampText(value as bigint)}'`;
    case 'binary':
      return `X'${[...(value as Uint8Array)].map((byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase()}'`;
    case 'interval':
      return intervalText(type, value as bigint);
    default:
      return String(value);
  }
}

const UNITS = { DAY: 86_400_000_000n, HOUR: 3_600_000_000n, MINUTE: 60_000_000n, SECOND: 1_000_000n } as const;

/** `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '3' DAY`: as CAST to STRING and generated names write it. */
function intervalText(type: IntervalType, value: bigint): string {
  const sign = value < 0n ? '-' : '';
  const magnitude = value < 0n ? -value : value;
  const name = type.from === type.to ? type.from : `${type.from} TO ${type.to}`;
  if (isYearMonth(type)) {
    const years = magnitude / 12n;
    const body = type.from === type.to ? String(type.from === 'YEAR' ? years : magnitude) : `${years}-${magnitude % 12n}`;
    return `INTERVAL '${sign}${body}' ${name}`;
  }
  const order = ['DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;
  const from = order.indexOf(type.from as 'DAY');
  const to = order.indexOf(type.to as 'DAY');
  let rest = magnitude;
  const pieces: string[] = [];
  for (let at = from; at <= to; at++) {
    const unit = UNITS[order[at]!];
    const count = rest / unit;
    rest %= unit;
    const fraction = order[at] === 'SECOND' ? String(rest).padStart(6, '0').replace(/0+$/, '') : '';
    const text = order[at] === 'DAY' ? String(count) : String(count).padStart(2, '0');
    pieces.push(fraction === '' ? text : `${text}.${fraction}`);
  }
  const body = from === 0 && pieces.length > 1 ? `${pieces[0]} ${pieces.slice(1).join(':')}` : pieces.join(':');
  return `INTERVAL '${sign}${body}' ${name}`;
}
