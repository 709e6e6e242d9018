import { call, literal } from '../plan/build.ts';
import type { EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import { type DataType, DATE, DAY_TIME_INTERVAL, decimal, INT, isNumeric, STRING, TIMESTAMP, TIMESTAMP_NTZ, YEAR_MONTH_INTERVAL } from '../types/dataType.ts';
import { custom, type FunctionCall, type FunctionDefinition, refusedFunction } from './definition.ts';
import { fromLocal, instantOf } from './temporalArithmetic.ts';
import { zoneOf } from './timeZones.ts';

/** Numbers and texts as INT; nothing else is cast to one by itself. */
function wholeNumber(given: FunctionCall, place: number): TypedExpression {
  return coerceInput(given.resolution, given.arguments[place]!, 'int', place, () => `${given.name}(…)`);
}

/** Seconds with their fraction, as a decimal of `precision` digits. */
function seconds(given: FunctionCall, place: number, precision: number): TypedExpression {
  const value = given.arguments[place]!;
  const type = decimal(precision, 6);
  if (!isNumeric(value.type) && value.type.kind !== 'string' && value.type.kind !== 'void') return failInput(given.resolution, value, value, { expression: `${given.name}(…)`, parameter: 'sixth', required: `"DECIMAL(${precision},6)"` });
  return implicitCast(given.resolution, value, type);
}

function resolveMakeDate(given: FunctionCall): TypedExpression {
  const operands = given.arguments.map((_, place) => wholeNumber(given, place));
  return call('make_date', DATE, operands, ([y, m, d]) => (given.resolution.ansi ? `make_date(${y}, ${m}, ${d})` : `TRY(make_date(${y}, ${m}, ${d}))`), given.node);
}

/** A zone as a text, which a constant of no other type is. */
function constantZone({ resolution }: FunctionCall, written: TypedExpression): TypedExpression {
  if (written.kind === 'literal' && written.value !== null && written.type.kind !== 'string') return resolution.fail(written, 'INVALID_TIMEZONE', { timeZone: prettyText(written) });
  return implicitCast(resolution, written, STRING);
}

/** `make_timestamp(y, m, d, h, mi, s[, zone])`; `attempt` where fields out of range give NULL. */
function makeTimestamp(name: string, type: DataType, aliases: readonly string[] = []): FunctionDefinition {
  const instant = type.kind === 'timestamp';
  return custom('date', name, 6, instant ? 7 : 6, (given) => {
    const { resolution, node } = given;
    const failing = resolution.ansi && !name.startsWith('try_');
    const written = given.arguments[6] && constantZone(given, given.arguments[6]);
    const operands = given.arguments.slice(0, 6).map((_, place) => (place === 5 ? seconds(given, 5, 16) : wholeNumber(given, place)));
    const guarded = !failing && resolution.ansi && operands.some(({ kind }) => kind === 'cast');
    if (written?.kind === 'literal' && written.value === null) return literal(type, null, node);
    const zone = written && zoneOf(given, written);
    const emission = (given: readonly string[], context: EmissionContext): string => {
      // What may fail itself stands outside of what is tried.
      const parts = context.variable();
      const texts = guarded ? given.map((_, place) => `${parts}.p${place}`) : given;
      const made = `make_timestamp(${texts.slice(0, 5).join(', ')}, CAST(${texts[5]} AS DOUBLE))`;
      // The 60th second is the next minute, but has no fractions.
      const late = failing ? context.error('INVALID_FRACTION_OF_SECOND', texts[5]!) : 'NULL';
      const midnight = failing ? context.error('DATETIME_FIELD_OUT_OF_BOUNDS', `'Invalid value for HourOfDay (valid values 0 - 23): ' || ${texts[3]}`) : 'NULL';
      const local = `CASE WHEN ${texts[3]} = 24 THEN ${midnight} WHEN ${texts[5]} > 60 AND ${texts[5]} < 61 THEN ${late} ELSE ${failing ? made : `TRY(${made})`} END`;
      const bound = guarded ? `list_transform([struct_pack(${given.map((text, place) => `p${place} := ${text}`).join(', ')})], lambda ${parts}: ${local})[1]` : local;
      return !instant ? bound : zone === undefined ? fromLocal(bound, context) : instantOf(bound, zone);
    };
    return call(name, type, operands, emission, node, { pretty: (texts) => `${given.name}(${[...texts, ...(written === undefined ? [] : [prettyText(written)])].join(', ')})` });
  }, { aliases });
}

/** What is left out is zero. */
function withZeros(given: FunctionCall, count: number): FunctionCall {
  const zeros = Array.from({ length: count - given.arguments.length }, () => literal(INT, 0n, given.node));
  return { ...given, arguments: [...given.arguments, ...zeros] };
}

function resolveYearMonth(written: FunctionCall): TypedExpression {
  const given = withZeros(written, 2);
  const operands = [0, 1].map((place) => wholeNumber(given, place));
  const emission = ([y, m]: readonly string[], context: EmissionContext): string => {
    const months = `(CAST(${y} AS BIGINT) * 12 + ${m})`;
    return `to_months(CASE WHEN ${months} BETWEEN -2147483648 AND 2147483647 THEN CAST(${months} AS INTEGER) WHEN ${months} IS NOT NULL THEN ${context.error('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION', "'integer overflow'")} END)`;
  };
  return call('make_ym_interval', YEAR_MONTH_INTERVAL, operands, emission, given.node);
}

function resolveDayTime(written: FunctionCall): TypedExpression {
  const given = withZeros(written, 4);
  const operands = [...[0, 1, 2].map((place) => wholeNumber(given, place)), seconds(given, 3, 18)];
  const emission = ([d, h, m, s]: readonly string[], context: EmissionContext): string => {
    const micros = `(${d}::HUGEINT * 86400000000 + ${h}::HUGEINT * 3600000000 + ${m}::HUGEINT * 60000000 + CAST(CAST(${s} AS DECIMAL(38,6)) * 1000000 AS HUGEINT))`;
    const fits = `${micros} BETWEEN -9223372036854775808 AND 9223372036854775807`;
    return `to_microseconds(CASE WHEN ${fits} THEN CAST(${micros} AS BIGINT) WHEN ${micros} IS NOT NULL THEN ${context.error('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION', "'long overflow'")} END)`;
  };
  return call('make_dt_interval', DAY_TIME_INTERVAL, operands, emission, given.node);
}

/** Dates, timestamps and intervals from their parts. */
const OLD_INTERVAL = 'it gives months and days together; make_ym_interval and make_dt_interval give one of them';

export const TEMPORAL_MAKERS: readonly FunctionDefinition[] = [
  custom('date', 'make_date', 3, 3, resolveMakeDate),
  makeTimestamp('make_timestamp', TIMESTAMP, ['make_timestamp_ltz']),
  makeTimestamp('make_timestamp_ntz', TIMESTAMP_NTZ),
  makeTimestamp('try_make_timestamp', TIMESTAMP, ['try_make_timestamp_ltz']),
  makeTimestamp('try_make_timestamp_ntz', TIMESTAMP_NTZ),
  custom('date', 'make_ym_interval', 0, 2, resolveYearMonth),
  custom('date', 'make_dt_interval', 0, 4, resolveDayTime),
  refusedFunction('date', 'make_interval', OLD_INTERVAL),
  refusedFunction('date', 'try_make_interval', OLD_INTERVAL),
];
