import { call, literal } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, implicitCast, type InputKind } from '../resolver/casting.ts';
import { foldCast } from '../resolver/folding.ts';
import { BIGINT, type DataType, DATE, decimal, DOUBLE, INT, isIntegral, STRING, TIMESTAMP, TIMESTAMP_NTZ } from '../types/dataType.ts';
import { custom, type FunctionCall, type FunctionDefinition, scalar, unexpected } from './definition.ts';
import { intervalPart } from './intervals.ts';
import { zoneOf } from './timeZones.ts';
import { fromLocal, inLocal, instantOf, shiftDays, toLocal, wallClock } from './temporalArithmetic.ts';

/** A date or a timestamp as what DuckDB's date functions take: instants as the session's wall clock. */
function localText(operand: TypedExpression): (text: string, context: EmissionContext) => string {
  return (text, context) => (operand.type.kind === 'timestamp' ? toLocal(text, context) : text);
}

/** A field of a date or of a timestamp, as INT. */
function part(name: string, sql: string, input: InputKind, aliases: readonly string[] = []): FunctionDefinition {
  return custom('date', name, 1, 1, ({ resolution, arguments: [first], node, name: shown }) => {
    const wanted = input === 'date' && (first!.type.kind === 'timestamp' || first!.type.kind === 'timestamp_ntz') ? 'datetime' : input;
    const value = coerceInput(resolution, first!, wanted, 0, () => `${shown}(…)`);
    const local = localText(value);
    return call(name, INT, [value], ([x], context) => sql.replace('$1', local(x!, context)), node, { loose: 'always', pretty: ([x]) => `${shown}(${x})` });
  }, { aliases });
}

const FIELDS: Readonly<Record<string, readonly [sql: string, type: DataType]>> = {
  YEAR: ['year($1)', INT], Y: ['year($1)', INT], YEARS: ['year($1)', INT], YR: ['year($1)', INT], YRS: ['year($1)', INT],
  YEAROFWEEK: ['isoyear($1)', INT],
  QUARTER: ['quarter($1)', INT], QTR: ['quarter($1)', INT],
  MONTH: ['month($1)', INT], MON: ['month($1)', INT], MONS: ['month($1)', INT], MONTHS: ['month($1)', INT],
  WEEK: ['week($1)', INT], W: ['week($1)', INT], WEEKS: ['week($1)', INT],
  DAY: ['day($1)', INT], D: ['day($1)', INT], DAYS: ['day($1)', INT],
  DAYOFWEEK: ['(dayofweek($1) + 1)', INT], DOW: ['(dayofweek($1) + 1)', INT],
  DAYOFWEEK_ISO: ['isodow($1)', INT], DOW_ISO: ['isodow($1)', INT],
  DOY: ['dayofyear($1)', INT],
  HOUR: ['hour($1)', INT], H: ['hour($1)', INT], HOURS: ['hour($1)', INT], HR: ['hour($1)', INT], HRS: ['hour($1)', INT],
  MINUTE: ['minute($1)', INT], M: ['minute($1)', INT], MIN: ['minute($1)', INT], MINS: ['minute($1)', INT], MINUTES: ['minute($1)', INT],
  ...Object.fromEntries(['SECOND', 'S', 'SEC', 'SECONDS', 'SECS'].map((name) => [name, ['CAST(CAST(microsecond($1) AS DECIMAL(18,0)) * 0.000001 AS DECIMAL(8,6))', decimal(8, 6)] as const])),
};
const TIME_FIELDS = new Set(['HOUR', 'H', 'HOURS', 'HR', 'HRS', 'MINUTE', 'M', 'MIN', 'MINS', 'MINUTES', 'SECOND', 'S', 'SEC', 'SECONDS', 'SECS']);

/** `extract(f FROM x)` and `date_part('f', x)`. */
function resolvePart(given: FunctionCall): TypedExpression {
  const { resolution, node, name } = given;
  const [unit, source] = given.arguments;
  const text = unit!.kind === 'literal' && typeof unit!.value === 'string' ? unit!.value.toUpperCase() : undefined;
  if (source!.type.kind === 'interval') {
    const shown = ([x]: readonly string[]): string => (name === 'extract' ? `extract(${text} FROM ${x})` : `date_part(${prettyText(unit!)}, ${x})`);
    return intervalPart(text ?? '', source!, node, shown) ?? resolution.fail(unit!, 'INVALID_EXTRACT_FIELD', { field: prettyText(unit!), expression: prettyText(source!) });
  }
  const known = text === undefined ? undefined : FIELDS[text];
  if (known === undefined) return resolution.refuse(unit!, `The field ${prettyText(unit!)} of ${name}`, 'it is none of those of a date or a timestamp');
  const value = coerceInput(resolution, source!, TIME_FIELDS.has(text!) || source!.type.kind === 'string' ? 'datetime' : 'datetime', 1, () => `${name}(…)`);
  const timed = TIME_FIELDS.has(text!) && value.type.kind === 'date' ? implicitCast(resolution, value, TIMESTAMP) : value;
  const local = localText(timed);
  const pretty = ([, x]: readonly string[]): string => (name === 'extract' ? `extract(${unit!.kind === 'literal' ? String(unit!.value) : ''} FROM ${x})` : `date_part(${prettyText(unit!)}, ${x})`);
  return call(`part ${text}`, known[1], [timed], ([x], context) => known[0].replace('$1', local(x!, context)), node, { loose: known[1] === INT ? 'always' : 'never', pretty: ([x]) => pretty(['', x!]) });
}

const TRUNCATIONS: Readonly<Record<string, string>> = {
  YEAR: 'year', YYYY: 'year', YY: 'year', QUARTER: 'quarter', MONTH: 'month', MON: 'month', MM: 'month', WEEK: 'week', DAY: 'day', DD: 'day', HOUR: 'hour', MINUTE: 'minute', SECOND: 'second', MILLISECOND: 'milliseconds', MICROSECOND: 'microseconds',
};
const DATE_TRUNCATIONS = new Set(['YEAR', 'YYYY', 'YY', 'QUARTER', 'MONTH', 'MON', 'MM', 'WEEK']);

function unitOf(given: FunctionCall, operand: TypedExpression): string | undefined {
  if (operand.kind === 'literal') return operand.value === null ? undefined : String(operand.value).toUpperCase();
  return given.resolution.refuse(operand, `A unit of ${given.name} that is no constant`, 'it decides how the value is cut');
}

/** An unknown unit gives NULL, as in Spark. */
function resolveDateTrunc(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const unit = unitOf(given, given.arguments[0]!);
  const sql = unit === undefined ? undefined : TRUNCATIONS[unit];
  const source = given.arguments[1]!;
  const value = coerceInput(resolution, source, 'timestamp', 1, () => 'date_trunc(…)');
  const cut: Emission = ([x]) => (sql === undefined ? 'CAST(NULL AS TIMESTAMP)' : `date_trunc('${sql}', ${x})`);
  const emission: Emission = ([x], context) => fromLocal(cut([toLocal(x!, context)], context), context);
  return call('date_trunc', value.type, [value], emission, node, { pretty: ([x]) => `date_trunc(${prettyText(given.arguments[0]!)}, ${x})` });
}

function resolveTrunc(given: FunctionCall): TypedExpression {
  const unit = unitOf(given, given.arguments[1]!);
  const value = coerceInput(given.resolution, given.arguments[0]!, 'date', 0, () => 'trunc(…)');
  const sql = unit !== undefined && DATE_TRUNCATIONS.has(unit) ? TRUNCATIONS[unit]! : undefined;
  return call('trunc', DATE, [value], ([d]) => (sql === undefined ? 'CAST(NULL AS DATE)' : `CAST(date_trunc('${sql}', ${d}) AS DATE)`), given.node, { pretty: ([d]) => `trunc(${d}, ${prettyText(given.arguments[1]!)})` });
}

/** Units as DuckDB's `datesub` counts them, full units only, and as an interval of one. */
const UNITS: Readonly<Record<string, readonly [sub: string, interval: (n: string) => string]>> = {
  YEAR: ['year', (n) => `to_years(${n})`], QUARTER: ['quarter', (n) => `to_months(3 * ${n})`], MONTH: ['month', (n) => `to_months(${n})`], WEEK: ['week', (n) => `to_weeks(${n})`],
  DAY: ['day', (n) => `to_days(${n})`], DAYOFYEAR: ['day', (n) => `to_days(${n})`], HOUR: ['hour', (n) => `to_hours(${n})`], MINUTE: ['minute', (n) => `to_minutes(${n})`], SECOND: ['second', (n) => `to_seconds(${n})`],
  MILLISECOND: ['millisecond', (n) => `to_milliseconds(${n})`], MICROSECOND: ['microsecond', (n) => `to_microseconds(${n})`],
};

function resolveTimestampAdd(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const unit = UNITS[unitOf(given, given.arguments[0]!) ?? ''];
  if (unit === undefined) return resolution.refuse(given.arguments[0]!, 'This unit', 'it is none of those of timestampadd');
  const amount = coerceInput(resolution, given.arguments[1]!, 'bigint', 1, () => 'timestampadd(…)');
  const source = given.arguments[2]!;
  const value = coerceInput(resolution, source, source.type.kind === 'timestamp_ntz' ? 'ntz' : 'timestamp', 2, () => 'timestampadd(…)');
  const shown = prettyText(given.arguments[0]!);
  return call('timestampadd', value.type, [value, amount], inLocal(value.type, ([t, n]) => `(${t} + ${unit[1](`CAST(${n} AS INTEGER)`)})`), node, { pretty: ([t, n]) => `timestampadd(${shown}, ${n}, ${t})` });
}

function resolveTimestampDiff(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const unit = UNITS[unitOf(given, given.arguments[0]!) ?? ''];
  if (unit === undefined) return resolution.refuse(given.arguments[0]!, 'This unit', 'it is none of those of timestampdiff');
  const operands = given.arguments.slice(1).map((operand, place) => coerceInput(resolution, operand, 'timestamp', place + 1, () => 'timestampdiff(…)'));
  const shown = prettyText(given.arguments[0]!);
  const months = { year: 12, quarter: 3, month: 1 }[unit[0]];
  const emission: Emission = ([a, b], context) => {
    const [from, to] = [toLocal(a!, context), toLocal(b!, context)];
    if (months === undefined) return `datesub('${unit[0]}', ${from}, ${to})`;
    return months === 1 ? `spark_full_months(${from}, ${to})` : `(spark_full_months(${from}, ${to}) // ${months})`;
  };
  return call('timestampdiff', BIGINT, operands, emission, node, { pretty: (texts) => `timestampdiff(${shown}, ${texts.join(', ')})` });
}

/** `date_add(d, n)` and kin; with a unit in front the parser has made them `timestampadd`. */
function shifted(name: string, operator: '+' | '-', aliases: readonly string[]): FunctionDefinition {
  return custom('date', name, 2, 2, ({ resolution, arguments: [date, days], node, name: shown }) => {
    if (!resolution.ansi && days!.type.kind === 'string' && days!.kind !== 'literal') return failInput(resolution, days!, days!, { expression: `${shown}(…)`, parameter: 'second', required: '("INT" or "SMALLINT" or "TINYINT")' });
    const operands = [coerceInput(resolution, date!, 'date', 0, () => `${shown}(…)`), coerceInput(resolution, days!, 'int', 1, () => `${shown}(…)`)];
    return shiftDays(operator, operands[0]!, operands[1]!, node, shown);
  }, { aliases });
}

function resolveMonthsBetween({ resolution, arguments: given, node }: FunctionCall): TypedExpression {
  const operands = given.slice(0, 2).map((operand, place) => coerceInput(resolution, operand, 'timestamp', place, () => 'months_between(…)'));
  const rounded = given[2];
  if (rounded !== undefined && !(rounded.kind === 'literal' && rounded.value === true)) return resolution.refuse(rounded, 'months_between without rounding', 'only the rounded number is computed here');
  return call('months_between', DOUBLE, operands, ([a, b], context) => `spark_months_between(${toLocal(a!, context)}, ${toLocal(b!, context)})`, node, { pretty: (texts) => `months_between(${texts.join(', ')}, true)` });
}

function resolveNextDay({ resolution, arguments: [date, day], node }: FunctionCall): TypedExpression {
  const value = coerceInput(resolution, date!, 'date', 0, () => 'next_day(…)');
  if (day!.kind !== 'literal' || typeof day!.value !== 'string') return resolution.refuse(node, 'next_day with a day that is no constant', 'its name is read before the statement runs');
  const names = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];
  const written = day!.value;
  const word = written.trim().toUpperCase();
  const index = names.findIndex((name) => word === name || word === name.slice(0, 2) || word === name.slice(0, 3));
  if (index < 0) return resolution.ansi ? resolution.fail(day!, 'ILLEGAL_DAY_OF_WEEK', { detail: `Illegal input for day of week: ${written}.` }) : literal(DATE, null, node, `next_day(${prettyText(date!)}, ${written})`);
  return call('next_day', DATE, [value], ([d]) => `(${d} + CAST((${index} - dayofweek(${d}) + 6) % 7 + 1 AS INTEGER))`, node, { pretty: ([d]) => `next_day(${d}, ${written})` });
}

function utcShift(name: string, to: (text: string, zone: string) => string): FunctionDefinition {
  return custom('date', name, 2, 2, (given) => {
    const value = coerceInput(given.resolution, given.arguments[0]!, 'timestamp', 0, () => `${name}(…)`);
    const named = zoneOf(given, given.arguments[1]!);
    return call(name, TIMESTAMP, [value], ([x]) => to(x!, named), given.node, { pretty: ([x]) => `${name}(${x}, ${prettyText(given.arguments[1]!)})` });
  });
}

/** `window(ts, d[, slide])`: tumbling windows from 1970. */
function resolveTimeWindow(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [time, duration] = given.arguments;
  if (given.arguments.length > 2) return resolution.refuse(node, 'window with a slide or a start', 'only tumbling windows are cut here');
  const micros = duration!.kind === 'literal' && typeof duration!.value === 'string' ? windowMicros(duration!.value) : undefined;
  if (duration!.kind === 'literal' && /^\s*(?:-|0+\b)/.test(String(duration!.value))) return resolution.fail(node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression: 'window', name: 'window_duration', range: '(0, 9223372036854775807]', value: String(duration!.value) });
  if (micros === undefined) return resolution.refuse(duration!, 'This duration of window', 'it is no constant of weeks, days, hours, minutes or seconds');
  const value = coerceInput(resolution, time!, time!.type.kind === 'timestamp_ntz' ? 'ntz' : 'timestamp', 0, () => 'window(…)');
  const type: DataType = { kind: 'struct', fields: [{ name: 'start', type: value.type, nullable: true }, { name: 'end', type: value.type, nullable: true }] };
  const step = `to_microseconds(${micros})`;
  const origin = value.type.kind === 'timestamp' ? "TIMESTAMPTZ '1970-01-01 00:00:00+00'" : "TIMESTAMP '1970-01-01 00:00:00'";
  return call('window', type, [value], ([t]) => `CASE WHEN ${t} IS NOT NULL THEN struct_pack("start" := time_bucket(${step}, ${t}, ${origin}), "end" := time_bucket(${step}, ${t}, ${origin}) + ${step}) END`, node, { pretty: () => 'window' });
}

/** `session_window(ts, gap)`: what a row makes by itself; rows are put together where they are grouped. */
function resolveSessionWindow(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [time, gap] = given.arguments;
  const written = gap!.kind === 'literal' && typeof gap!.value === 'string' ? gap!.value : undefined;
  const micros = written === undefined ? undefined : windowMicros(written);
  if (micros === undefined) return resolution.refuse(gap!, 'This gap of session_window', 'it is no constant text of weeks, days, hours, minutes or seconds');
  const value = coerceInput(resolution, time!, time!.type.kind === 'timestamp_ntz' ? 'ntz' : 'timestamp', 0, () => 'session_window(…)');
  const type: DataType = { kind: 'struct', fields: [{ name: 'start', type: value.type, nullable: true }, { name: 'end', type: value.type, nullable: true }] };
  return call('session_window', type, [value, literal(BIGINT, micros, node)], ([t, g]) => `CASE WHEN ${t} IS NOT NULL THEN struct_pack("start" := ${t}, "end" := ${t} + to_microseconds(${g})) END`, node, { pretty: () => 'session_window' });
}

/** The last moment of a window, which its end is not part of. */
function resolveWindowTime(given: FunctionCall): TypedExpression {
  const value = given.arguments[0]!;
  const { type } = value;
  if (type.kind !== 'struct') return unexpected(given, value, 'first', '"STRUCT"');
  const end = type.fields[1]?.type;
  if (type.fields.map(({ name }) => name).join() !== 'start,end' || end === undefined || !['timestamp', 'timestamp_ntz'].includes(end.kind)) return given.resolution.refuse(given.node, 'window_time of this struct', 'it is no window');
  return call('window_time', end, [value], ([w]) => `(${w}."end" - to_microseconds(1))`, given.node);
}

function windowMicros(text: string): bigint | undefined {
  const each: Readonly<Record<string, bigint>> = { week: 604_800_000_000n, day: 86_400_000_000n, hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n, millisecond: 1000n };
  let total = 0n;
  const rest = text.replace(/(\d+)\s*([a-z]+?)s?\b/gi, (_, count: string, unit: string) => {
    total += BigInt(count) * (each[unit.toLowerCase()] ?? -(10n ** 18n));
    return '';
  });
  return rest.trim() === '' && total > 0n ? total : undefined;
}

function resolveUnixDate({ resolution, arguments: [date], node }: FunctionCall): TypedExpression {
  const folded = foldCast(date!, DATE, resolution.settings);
  return call('unix_date', INT, [folded ?? coerceInput(resolution, date!, 'date', 0, () => 'unix_date(…)')], ([d]) => `CAST(${d} - DATE '1970-01-01' AS INTEGER)`, node);
}

/** The session's clock: one value for the whole statement. */
function clock(name: string, type: DataType, value: (given: FunctionCall) => bigint | undefined, aliases: readonly string[] = []): FunctionDefinition {
  return custom('date', name, 0, 0, (given) => {
    const micros = value(given);
    if (micros === undefined) return call(name, type, [], (_, context) => `CAST(${toLocal(`CAST(make_timestamp(${given.resolution.settings.nowMicros}) AS TIMESTAMPTZ)`, context)} AS ${type.kind === 'date' ? 'DATE' : 'TIMESTAMP'})`, given.node, { pretty: () => `${given.name}()` });
    return literal(type, micros, given.node, `${given.name}()`);
  }, { aliases });
}

/** Spark casts nothing but texts and NULL to what these take. */
function strictly(given: FunctionCall, wanted: 'date' | 'timestamp'): void {
  const [value] = given.arguments;
  if ([wanted, 'void', 'string'].includes(value!.type.kind)) return;
  failInput(given.resolution, value!, value!, { expression: `${given.name}(…)`, parameter: 'first', required: `"${wanted.toUpperCase()}"` });
}

function sinceEpoch(name: string, text: string): FunctionDefinition {
  const definition = scalar('date', name, ['timestamp'], BIGINT, text);
  return { ...definition, resolve: (given) => {
    strictly(given, 'timestamp');
    return definition.resolve(given);
  } };
}

/** Spark casts nothing to the whole number that these take. */
function ofWholeNumber(name: string, text: string): FunctionDefinition {
  const definition = scalar('date', name, ['bigint'], TIMESTAMP, text);
  return { ...definition, resolve: (given) => {
    const [value] = given.arguments;
    return isIntegral(value!.type) || value!.type.kind === 'void' ? definition.resolve(given) : unexpected(given, value!, 'first', '"INTEGRAL"');
  } };
}

export const DATE_FUNCTIONS: readonly FunctionDefinition[] = [
  clock('current_timestamp', TIMESTAMP, ({ resolution }) => resolution.settings.nowMicros, ['now']),
  clock('current_date', DATE, () => undefined, ['curdate']),
  clock('localtimestamp', TIMESTAMP_NTZ, () => undefined),
  part('year', 'year($1)', 'date'),
  part('quarter', 'quarter($1)', 'date'),
  part('month', 'month($1)', 'date'),
  part('day', 'day($1)', 'date', ['dayofmonth']),
  part('dayofyear', 'dayofyear($1)', 'date'),
  part('dayofweek', '(dayofweek($1) + 1)', 'date'),
  part('weekday', '(isodow($1) - 1)', 'date'),
  part('weekofyear', 'week($1)', 'date'),
  part('hour', 'hour($1)', 'datetime'),
  part('minute', 'minute($1)', 'datetime'),
  part('second', 'second($1)', 'datetime'),
  custom('date', 'extract', 2, 2, resolvePart),
  custom('date', 'date_part', 2, 2, resolvePart, { aliases: ['datepart'] }),
  scalar('date', 'dayname', ['date'], STRING, "strftime($1, '%a')"),
  scalar('date', 'monthname', ['date'], STRING, "strftime($1, '%b')"),
  custom('date', 'date_trunc', 2, 2, resolveDateTrunc),
  custom('date', 'trunc', 2, 2, resolveTrunc),
  shifted('date_add', '+', ['dateadd']),
  shifted('date_sub', '-', []),
  scalar('date', 'datediff', ['date', 'date'], INT, 'CAST($1 - $2 AS INTEGER)', { aliases: ['date_diff'] }),
  scalar('date', 'add_months', ['date', 'int'], DATE, 'CAST($1 + to_months($2) AS DATE)'),
  custom('date', 'timestampadd', 3, 3, resolveTimestampAdd),
  custom('date', 'timestampdiff', 3, 3, resolveTimestampDiff),
  custom('date', 'months_between', 2, 3, resolveMonthsBetween),
  scalar('date', 'last_day', ['date'], DATE, 'last_day($1)'),
  custom('date', 'next_day', 2, 2, resolveNextDay),
  utcShift('from_utc_timestamp', (x, z) => `CAST(${wallClock(x, z)} AS TIMESTAMPTZ)`),
  utcShift('to_utc_timestamp', (x, z) => instantOf(`CAST(${x} AS TIMESTAMP)`, z)),
  custom('date', 'convert_timezone', 2, 3, (given) => {
    const three = given.arguments.length === 3;
    const from = three ? zoneOf(given, given.arguments[0]!) : undefined;
    const to = zoneOf(given, given.arguments[three ? 1 : 0]!);
    const value = coerceInput(given.resolution, given.arguments.at(-1)!, 'ntz', 2, () => 'convert_timezone(…)');
    return call('convert_timezone', TIMESTAMP_NTZ, [value], ([x], context) => wallClock(instantOf(x!, from ?? context.timeZone), to), given.node, { pretty: ([x]) => `convert_timezone(${[...given.arguments.slice(0, -1).map(prettyText), x].join(', ')})` });
  }),
  scalar('date', 'timestamp_seconds', ['numeric'], TIMESTAMP, 'CAST(make_timestamp(CAST(round(CAST($1 AS DECIMAL(38,6)) * 1000000) AS BIGINT)) AS TIMESTAMPTZ)'),
  ofWholeNumber('timestamp_millis', 'CAST(make_timestamp($1 * 1000) AS TIMESTAMPTZ)'),
  ofWholeNumber('timestamp_micros', 'CAST(make_timestamp($1) AS TIMESTAMPTZ)'),
  sinceEpoch('unix_seconds', 'spark_floor_div(epoch_us($1), 1000000)'),
  sinceEpoch('unix_millis', 'spark_floor_div(epoch_us($1), 1000)'),
  sinceEpoch('unix_micros', 'epoch_us($1)'),
  custom('date', 'unix_date', 1, 1, (given) => {
    strictly(given, 'date');
    return resolveUnixDate(given);
  }),
  scalar('date', 'date_from_unix_date', ['int'], DATE, "(DATE '1970-01-01' + $1)"),
  custom('date', 'window', 2, 4, resolveTimeWindow),
  custom('date', 'session_window', 2, 2, resolveSessionWindow),
  custom('date', 'window_time', 1, 1, resolveWindowTime, { state: 'approximate', note: 'any struct of a start and an end is taken for a window' }),
];
