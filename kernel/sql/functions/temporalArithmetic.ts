import { call } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { failInput, implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { BinaryOperator, Located } from '../tree/expressions.ts';
import { type DataType, DATE, DAY_TIME_INTERVAL, INT, isDatetime, isDayTime, isNumeric, isYearMonth, sqlName, STRING, TIMESTAMP } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { fixedOffsetSeconds } from '../types/datetimes.ts';
import { tightestCommonType } from '../types/coercion.ts';
import { scaleInterval } from './intervals.ts';

const SMALL_INTEGERS = new Set(['tinyint', 'smallint', 'int']);

/** True where the session's wall clock is UTC's, so that no zone has to be applied. */
export function isUtc(timeZone: string): boolean {
  return fixedOffsetSeconds(timeZone) === 0;
}

/** An instant as the session's wall clock (a TIMESTAMP without zone). */
export function toLocal(text: string, context: Pick<EmissionContext, 'timeZone'>): string {
  return wallClock(text, context.timeZone);
}

/** The session's wall clock as an instant. */
export function fromLocal(text: string, context: Pick<EmissionContext, 'timeZone'>): string {
  return instantOf(text, context.timeZone);
}

/** An instant as the wall clock of a zone: offsets are added, regions are left to the engine. */
export function wallClock(text: string, zone: string): string {
  const seconds = fixedOffsetSeconds(zone);
  if (seconds === undefined) return `timezone(${quoteString(zone)}, ${text})`;
  return seconds === 0 ? `CAST(${text} AS TIMESTAMP)` : `(CAST(${text} AS TIMESTAMP) + to_seconds(${seconds}))`;
}

/** A wall clock of a zone as an instant; where clocks were put back and it was twice, the first, as Java takes it. */
export function instantOf(text: string, zone: string): string {
  const seconds = fixedOffsetSeconds(zone);
  if (seconds === undefined) return `spark_instant(${quoteString(zone)}, ${text})`;
  return seconds === 0 ? `CAST(${text} AS TIMESTAMPTZ)` : `CAST(${text} - to_seconds(${seconds}) AS TIMESTAMPTZ)`;
}

/** Dates, timestamps and intervals under `+ - * /`; undefined where both sides are something else. */
export function resolveTemporal(resolution: Resolution, operator: BinaryOperator, left: TypedExpression, right: TypedExpression, node: Located): TypedExpression | undefined {
  const [l, r] = [left.type, right.type];
  if (operator === '+' && isTemporal(r) && !isDatetime(l) && (isDatetime(r) || isNumeric(l))) return resolveTemporal(resolution, operator, right, left, node) ?? undefined;
  if (operator === '+' && isDayTime(l) && r.kind === 'string') return resolveTemporal(resolution, operator, right, left, node);
  if (l.kind === 'string' && isDayTime(r) && (operator === '+' || operator === '-')) return implicitCast(resolution, addInterval(operator, implicitCast(resolution, left, TIMESTAMP), right, node), STRING);
  if (isDatetime(l) && r.kind === 'interval' && (operator === '+' || operator === '-')) return addInterval(operator, left, right, node);
  if (l.kind === 'date' && SMALL_INTEGERS.has(r.kind) && (operator === '+' || operator === '-')) {
    return shiftDays(operator, left, implicitCast(resolution, right, INT), node, operator === '+' ? 'date_add' : 'date_sub');
  }
  if (l.kind === 'date' && isNumeric(r) && (operator === '+' || operator === '-')) {
    return failInput(resolution, node, right, { expression: `date_${operator === '+' ? 'add' : 'sub'}(…)`, parameter: 'second', required: '("INT" or "SMALLINT" or "TINYINT")' });
  }
  if (operator === '-' && (isDatetime(l) || isDatetime(r))) return difference(resolution, left, right, node);
  if (l.kind === 'interval' && r.kind === 'interval' && (operator === '+' || operator === '-')) return addIntervals(resolution, operator, left, right, node);
  if (l.kind === 'interval' && r.kind === 'interval' && operator === 'DIV') return resolution.refuse(node, 'An interval divided by an interval', 'only numbers divide intervals here');
  if (l.kind === 'interval' && isScale(r) && (operator === '*' || operator === '/')) return scaleInterval(resolution, operator, left, right, node, ([i, n]) => `(${i} ${operator} ${n})`);
  if (r.kind === 'interval' && isScale(l) && operator === '*') return scaleInterval(resolution, '*', right, left, node, ([i, n]) => `(${n} * ${i})`);
  return undefined;
}

function isScale(type: DataType): boolean {
  return isNumeric(type) || type.kind === 'string';
}

function isTemporal(type: DataType): boolean {
  return isDatetime(type) || type.kind === 'interval';
}

export function shiftDays(operator: '+' | '-', date: TypedExpression, days: TypedExpression, node: Located, shown: string): TypedExpression {
  return call(shown, DATE, [date, days], ([d, n]) => `(${d} ${operator} ${n})`, node);
}

function addInterval(operator: '+' | '-', moment: TypedExpression, interval: TypedExpression, node: Located): TypedExpression {
  const pretty = (texts: readonly string[]): string => `${texts[0]} ${operator} ${texts[1]}`;
  const { type } = interval;
  if (moment.type.kind === 'timestamp' && isDayTime(type)) return call('add_interval', moment.type, [moment, interval], addDayTime(operator), node, { pretty });
  if (moment.type.kind !== 'date') return call('add_interval', moment.type, [moment, interval], inLocal(moment.type, ([t, i]) => `(${t} ${operator} ${i})`), node, { pretty });
  if (isYearMonth(type)) return call('add_interval', DATE, [moment, interval], ([d, i]) => `CAST(${d} ${operator} ${i} AS DATE)`, node, { pretty });
  if (type.kind === 'interval' && type.from === 'DAY' && type.to === 'DAY') {
    return call('add_interval', DATE, [moment, interval], ([d, i]) => `CAST(${d} ${operator} ${i} AS DATE)`, node, { pretty: ([d, i]) => (operator === '+' ? `date_add(${d}, extractansiintervaldays(${i}))` : `date_add(${d}, (- extractansiintervaldays(${i})))`) });
  }
  return call('add_interval', TIMESTAMP, [moment, interval], ([d, i], context) => fromLocal(`(CAST(${d} AS TIMESTAMP) ${operator} ${i})`, context), node, { pretty });
}

/** Days are days of the wall clock, what is below them is time that passes. */
function addDayTime(operator: '+' | '-'): Emission {
  return ([t, i], context) => {
    if (isUtc(context.timeZone)) return `(${t} ${operator} ${i})`;
    const day = 86_400_000_000n;
    return `(${fromLocal(`(${toLocal(t!, context)} ${operator} to_days(CAST(epoch_us(${i}) // ${day} AS INTEGER)))`, context)} ${operator} to_microseconds(epoch_us(${i}) % ${day}))`;
  };
}

/** Wall-clock arithmetic: an instant is moved in the session's zone and turned back. */
export function inLocal(type: DataType, compute: Emission): Emission {
  if (type.kind !== 'timestamp') return compute;
  return ([first, ...rest], context) => (isUtc(context.timeZone) ? compute([first!, ...rest], context) : fromLocal(compute([toLocal(first!, context), ...rest], context), context));
}

function difference(resolution: Resolution, left: TypedExpression, right: TypedExpression, node: Located): TypedExpression | undefined {
  const [l, r] = [left.type, right.type];
  const pretty = (texts: readonly string[]): string => `(${texts[0]} - ${texts[1]})`;
  const dates = (l.kind === 'date' || l.kind === 'string' || l.kind === 'void') && (r.kind === 'date' || r.kind === 'string' || r.kind === 'void');
  if (dates) {
    const operands = [implicitCast(resolution, left, DATE), implicitCast(resolution, right, DATE)];
    return call('subtract_dates', { kind: 'interval', from: 'DAY', to: 'DAY' }, operands, ([a, b]) => `to_days(CAST(${a} - ${b} AS INTEGER))`, node, { pretty });
  }
  const common = isDatetime(l) && isDatetime(r) ? tightestCommonType(l, r, resolution.ansi)! : isDatetime(l) && (r.kind === 'string' || r.kind === 'void') ? l : isDatetime(r) && (l.kind === 'string' || l.kind === 'void') ? r : undefined;
  if (common === undefined) return undefined;
  const operands = [implicitCast(resolution, left, common), implicitCast(resolution, right, common)];
  return call('subtract_timestamps', DAY_TIME_INTERVAL, operands, ([a, b], context) => (common.kind === 'timestamp' ? `(${toLocal(a!, context)} - ${toLocal(b!, context)})` : `(${a} - ${b})`), node, { pretty });
}

function addIntervals(resolution: Resolution, operator: '+' | '-', left: TypedExpression, right: TypedExpression, node: Located): TypedExpression | undefined {
  const type = tightestCommonType(left.type, right.type, true);
  if (type === undefined) return failInput(resolution, node, right, { expression: `(${prettyText(left)} ${operator} ${prettyText(right)})`, parameter: 'second', required: `"${sqlName(left.type)}"` });
  return call(`interval ${operator}`, type, [left, right], ([a, b]) => `(${a} ${operator} ${b})`, node, { pretty: ([a, b]) => `(${a} ${operator} ${b})` });
}
