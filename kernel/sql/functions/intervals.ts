import { call } from '../plan/build.ts';
import type { AggregateEmission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { Located } from '../tree/expressions.ts';
import { type DataType, DAY_TIME_INTERVAL, decimal, DOUBLE, INT, type IntervalType, isFractional, isYearMonth, TINYINT, YEAR_MONTH_INTERVAL } from '../types/dataType.ts';
import { decimalOfInteger } from '../types/decimals.ts';
import { aggregateCall, aggregateNode, type FunctionCall, plainAggregatePretty } from './definition.ts';

/** An interval as the whole number that it is: months, or microseconds. */
export function amountOf(interval: string, type: DataType): string {
  return isYearMonth(type) ? `spark_months(${interval})` : `epoch_us(${interval})`;
}

/** The interval of so many months or microseconds. */
export function intervalOf(amount: string, type: DataType): string {
  return isYearMonth(type) ? `to_months(CAST(${amount} AS INTEGER))` : `to_microseconds(CAST(${amount} AS BIGINT))`;
}

/** An interval times or divided by a number, rounded half up; a text is read as a number. */
export function scaleInterval(resolution: Resolution, operator: '*' | '/', interval: TypedExpression, written: TypedExpression, node: Located, pretty: (texts: readonly string[]) => string): TypedExpression {
  const number = written.type.kind === 'string' || written.type.kind === 'void' ? implicitCast(resolution, written, DOUBLE) : written.type.kind === 'float' ? implicitCast(resolution, written, DOUBLE) : written;
  const type = isYearMonth(interval.type) ? YEAR_MONTH_INTERVAL : DAY_TIME_INTERVAL;
  const emission = ([i, n]: readonly string[], context: EmissionContext): string => {
    const scaled = intervalOf(operator === '*' ? product(amountOf(i!, type), n!, number.type) : quotient(amountOf(i!, type), n!, number.type), type);
    return operator === '*' ? scaled : `CASE WHEN ${n} = 0 AND ${i} IS NOT NULL THEN ${context.error('INTERVAL_DIVIDED_BY_ZERO', "''")} ELSE ${scaled} END`;
  };
  if (number.type.kind === 'decimal' && number.type.precision > 18) return resolution.refuse(node, 'An interval times a number this wide', 'it may need more digits than the engine has');
  return call(`interval ${operator}`, type, [interval, number], emission, node, { pretty });
}

function product(amount: string, number: string, type: DataType): string {
  return isFractional(type) ? `round(${amount} * ${number})` : type.kind === 'decimal' ? `round(CAST(${amount} AS DECIMAL(19,0)) * ${number}, 0)` : `CAST(${amount} AS HUGEINT) * ${number}`;
}

function quotient(amount: string, number: string, type: DataType): string {
  if (isFractional(type)) return `round(${amount} / nullif(${number}, 0))`;
  const scale = decimalOfInteger(type)?.scale ?? 0;
  const power = 10n ** BigInt(scale);
  return `spark_decdiv(CAST(${amount} AS HUGEINT) * ${power}, CAST(nullif(${number}, 0) * ${power} AS HUGEINT))`;
}

/** The average of intervals, rounded half up. */
export function averageInterval(given: FunctionCall, value: TypedExpression): TypedExpression {
  const type = isYearMonth(value.type) ? YEAR_MONTH_INTERVAL : DAY_TIME_INTERVAL;
  const emission: AggregateEmission = (texts) => {
    const total = aggregateCall('sum', { ...texts, operands: [amountOf(texts.operands[0]!, type)] });
    return intervalOf(`spark_decdiv(${total}, nullif(${aggregateCall('count', texts)}, 0))`, type);
  };
  return aggregateNode(given, 'avg', type, [value], emission, { pretty: plainAggregatePretty(given.name, given.distinct) });
}

const YEAR = ['YEAR', 'Y', 'YEARS', 'YR', 'YRS'];
const MONTH = ['MONTH', 'MON', 'MONS', 'MONTHS'];
const DAY = ['DAY', 'D', 'DAYS'];
const HOUR = ['HOUR', 'H', 'HOURS', 'HR', 'HRS'];
const MINUTE = ['MINUTE', 'M', 'MIN', 'MINS', 'MINUTES'];
const SECOND = ['SECOND', 'S', 'SEC', 'SECONDS', 'SECS'];
const FIELD_ORDER: readonly IntervalType['from'][] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
const PARTS: readonly (readonly [names: readonly string[], type: DataType, text: (amount: string) => string])[] = [
  [YEAR, INT, (months) => `CAST(${months} // 12 AS INTEGER)`],
  [MONTH, TINYINT, (months) => `CAST(${months} % 12 AS TINYINT)`],
  [DAY, INT, (micros) => `CAST(${micros} // 86400000000 AS INTEGER)`],
  [HOUR, TINYINT, (micros) => `CAST((${micros} // 3600000000) % 24 AS TINYINT)`],
  [MINUTE, TINYINT, (micros) => `CAST((${micros} // 60000000) % 60 AS TINYINT)`],
  [SECOND, decimal(8, 6), (micros) => `CAST(CAST(${micros} % 60000000 AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(8,6))`],
];

/** A field of an interval; undefined where it is none that the interval's type has. */
export function intervalPart(field: string, interval: TypedExpression, node: Located, pretty: (texts: readonly string[]) => string): TypedExpression | undefined {
  const { type } = interval;
  const place = PARTS.findIndex(([names]) => names.includes(field));
  const part = PARTS[place];
  if (type.kind !== 'interval' || part === undefined || place < FIELD_ORDER.indexOf(type.from) || place > FIELD_ORDER.indexOf(type.to)) return undefined;
  return call(`part ${field} of interval`, part[1], [interval], ([i]) => part[2](amountOf(i!, type)), node, { pretty });
}
