import type { SessionSettings } from '../catalog.ts';
import { literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import type { LiteralValue } from '../plan/scan.ts';
import { type DataType, isIntegral, sameType } from '../types/dataType.ts';
import { fixedOffsetSeconds, MICROS_PER_DAY, parseDate, parseTimestamp, trimSpark } from '../types/datetimes.ts';
import { rescale } from '../types/decimals.ts';

const INTEGER_BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

/** Whether an integer lies in the range of an integer type. */
function fitsInteger(value: bigint, type: DataType): boolean {
  const bits = INTEGER_BITS[type.kind];
  return bits !== undefined && BigInt.asIntN(bits, value) === value;
}

/**
 * A literal cast to another type, where that is exact and cannot fail; undefined where the cast has to be made (or to
 * fail) when the statement runs. Keeps the text that names show.
 */
export function foldCast(expression: TypedExpression, type: DataType, settings: Pick<SessionSettings, 'timeZone'>): TypedExpression | undefined {
  if (expression.kind !== 'literal') return undefined;
  if (sameType(expression.type, type)) return expression;
  const value = foldValue(expression.type, expression.value, type, settings);
  return value === undefined ? undefined : literal(type, value, expression, expression.pretty);
}

function foldValue(from: DataType, value: LiteralValue, to: DataType, settings: Pick<SessionSettings, 'timeZone'>): LiteralValue | undefined {
  if (value === null) return null;
  if (from.kind === 'string') return foldString(value as string, to, settings);
  if (isIntegral(from)) return foldUnscaled(value as bigint, 0, to);
  if (from.kind === 'decimal') return foldUnscaled(value as bigint, from.scale, to);
  if (from.kind === 'date') return foldDate(value as bigint, to, settings);
  if (from.kind === 'float' && to.kind === 'double') return value;
  return undefined;
}

function foldUnscaled(unscaled: bigint, scale: number, to: DataType): LiteralValue | undefined {
  if (isIntegral(to)) return scale === 0 && fitsInteger(unscaled, to) ? unscaled : undefined;
  if (to.kind === 'double') return Number(`${unscaled}e-${scale}`);
  if (to.kind !== 'decimal') return undefined;
  const rescaled = rescale(unscaled, scale, to.scale);
  return (rescaled < 0n ? -rescaled : rescaled) < 10n ** BigInt(to.precision) ? rescaled : undefined;
}

function foldDate(days: bigint, to: DataType, settings: Pick<SessionSettings, 'timeZone'>): LiteralValue | undefined {
  if (to.kind === 'timestamp_ntz') return days * MICROS_PER_DAY;
  return to.kind === 'timestamp' ? inZone(days * MICROS_PER_DAY, settings.timeZone) : undefined;
}

function foldString(text: string, to: DataType, settings: Pick<SessionSettings, 'timeZone'>): LiteralValue | undefined {
  const trimmed = trimSpark(text);
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint': {
      if (!/^[+-]?\d+$/.test(trimmed)) return undefined;
      const value = BigInt(trimmed.replace(/^\+/, ''));
      return fitsInteger(value, to) ? value : undefined;
    }
    case 'double':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
    case 'date':
      return parseDate(text);
    case 'timestamp': {
      const parsed = parseTimestamp(text);
      return parsed && inZone(parsed.localMicros, parsed.zone ?? settings.timeZone);
    }
    case 'timestamp_ntz':
      return parseTimestamp(text)?.localMicros;
    case 'boolean': {
      const word = trimmed.toLowerCase();
      if (['t', 'true', 'y', 'yes', '1'].includes(word)) return true;
      return ['f', 'false', 'n', 'no', '0'].includes(word) ? false : undefined;
    }
    default:
      return undefined;
  }
}

/** A wall clock as an instant, where the zone is a fixed offset; regions are left to the engine. */
function inZone(localMicros: bigint, zone: string): bigint | undefined {
  const offset = fixedOffsetSeconds(zone);
  return offset === undefined ? undefined : localMicros - BigInt(offset) * 1_000_000n;
}
