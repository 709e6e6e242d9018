import { call, literal } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { castNode, coerceInput, implicitCast } from '../resolver/casting.ts';
import { BIGINT, type DataType, DATE, STRING, TIMESTAMP, TIMESTAMP_NTZ } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { compilePattern, type DatetimePattern, formatText } from './datetimePatterns.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';
import { fromLocal, isUtc, toLocal } from './temporalArithmetic.ts';

const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';

/** A constant pattern, compiled; others are refused. */
function patternOf(given: FunctionCall, operand: TypedExpression): DatetimePattern {
  const { resolution, name } = given;
  if (operand.kind !== 'literal' || typeof operand.value !== 'string') return resolution.refuse(operand, `A pattern of ${name} that is no constant`, 'it is compiled before the statement runs');
  const compiled = compilePattern(operand.value, isUtc(resolution.settings.timeZone));
  return compiled ?? resolution.refuse(operand, `The pattern '${operand.value}'`, 'a letter of it has no equal here');
}

function parsingPattern(given: FunctionCall, operand: TypedExpression): NonNullable<DatetimePattern['parse']> {
  const compiled = patternOf(given, operand);
  if (operand.kind === 'literal' && !/y/.test(String(operand.value))) return given.resolution.refuse(operand, `Reading by the pattern '${prettyText(operand)}'`, 'it has no year');
  return compiled.parse ?? given.resolution.refuse(operand, `Reading by the pattern '${prettyText(operand)}'`, 'a letter of it can only be written');
}

/** A text read by a pattern as a local TIMESTAMP; what does not fit is an error or NULL. */
function parseText(text: string, pattern: NonNullable<DatetimePattern['parse']>, lenient: boolean, context: EmissionContext): string {
  const failed = lenient ? 'NULL' : context.error('CANNOT_PARSE_TIMESTAMP', `'Text ''' || ${text} || ''' could not be parsed by its pattern. Use \`try_to_timestamp\` to tolerate invalid input string and return NULL instead.'`);
  const parsed = lenient ? `try_strptime(${text}, ${quoteString(pattern.format)})` : `coalesce(try_strptime(${text}, ${quoteString(pattern.format)}), ${failed})`;
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, ${quoteString(pattern.regex)}) THEN ${parsed} ELSE ${failed} END`;
}

function resolveDateFormat(given: FunctionCall): TypedExpression {
  const { resolution, node, arguments: [value, format] } = given;
  const moment = coerceInput(resolution, value!, value!.type.kind === 'timestamp_ntz' ? 'ntz' : value!.type.kind === 'date' ? 'date' : 'timestamp', 0, () => 'date_format(…)');
  const pattern = patternOf(given, format!);
  const emission: Emission = ([x], context) => formatText(pattern, moment.type.kind === 'timestamp' ? toLocal(x!, context) : `CAST(${x} AS TIMESTAMP)`);
  return call('date_format', STRING, [moment], emission, node, { pretty: ([x]) => `date_format(${x}, ${prettyText(format!)})` });
}

/** `to_date`, `to_timestamp` and their `try_` forms: a cast without a pattern, strict reading with one. */
function reading(name: string, type: DataType, attempt: boolean): FunctionDefinition {
  return custom('date', name, 1, 2, (given) => {
    const { resolution, node, arguments: [value, format] } = given;
    const lenient = attempt || !resolution.ansi;
    const pretty = ([x]: readonly string[]): string => `${given.name}(${format === undefined ? x : `${x}, ${prettyText(format)}`})`;
    const source = coerceInput(resolution, value!, value!.type.kind === 'date' || value!.type.kind === 'timestamp' || value!.type.kind === 'timestamp_ntz' ? 'datetime' : 'string', 0, () => `${name}(…)`);
    if (format === undefined || source.type.kind !== 'string') {
      const cast = castNode(source, type, attempt ? 'try' : resolution.ansi ? 'ansi' : 'legacy', false, node);
      return call(name, type, [cast], ([x]) => x!, node, { pretty });
    }
    const pattern = parsingPattern(given, format);
    const emission: Emission = ([x], context) => {
      const local = parseText(x!, pattern, lenient, context);
      return type.kind === 'date' ? `CAST(${local} AS DATE)` : type.kind === 'timestamp' ? fromLocal(`(${local})`, context) : `(${local})`;
    };
    return call(name, type, [source], emission, node, { pretty });
  }, { aliases: name === 'to_timestamp' ? ['to_timestamp_ltz'] : [] });
}

/** Seconds since 1970 of a moment, or of a text read by a pattern. */
function resolveUnixTimestamp(given: FunctionCall): TypedExpression {
  const { resolution, node, name, arguments: [value, format] } = given;
  if (value === undefined) return literal(BIGINT, resolution.settings.nowMicros / 1_000_000n, node, `${name}(current_timestamp(), ${DEFAULT_PATTERN})`);
  const shown = (x: string): string => `${name}(${x}, ${format === undefined ? DEFAULT_PATTERN : prettyText(format)})`;
  const seconds = (instant: string): string => `(epoch_us(${instant}) // 1000000)`;
  if (value.type.kind === 'date' || value.type.kind === 'timestamp' || value.type.kind === 'timestamp_ntz') {
    return call(name, BIGINT, [implicitCast(resolution, value, TIMESTAMP)], ([x]) => seconds(x!), node, { pretty: ([x]) => shown(x!) });
  }
  const text = coerceInput(resolution, value, 'string', 0, () => `${name}(…)`);
  const pattern = parsingPattern(given, format ?? literal(STRING, DEFAULT_PATTERN, node));
  return call(name, BIGINT, [text], ([x], context) => seconds(fromLocal(`(${parseText(x!, pattern, !resolution.ansi, context)})`, context)), node, { pretty: ([x]) => shown(x!) });
}

function resolveFromUnixtime(given: FunctionCall): TypedExpression {
  const { resolution, node, arguments: [value, format] } = given;
  const seconds = coerceInput(resolution, value!, 'bigint', 0, () => 'from_unixtime(…)');
  const operand = format ?? literal(STRING, DEFAULT_PATTERN, node);
  const pattern = patternOf(given, operand);
  const emission: Emission = ([x], context) => formatText(pattern, toLocal(`CAST(make_timestamp(${x} * 1000000) AS TIMESTAMPTZ)`, context));
  return call('from_unixtime', STRING, [seconds], emission, node, { pretty: ([x]) => `from_unixtime(${x}, ${prettyText(operand)})` });
}

export const DATETIME_TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('date', 'date_format', 2, 2, resolveDateFormat),
  reading('to_date', DATE, false),
  reading('try_to_date', DATE, true),
  reading('to_timestamp', TIMESTAMP, false),
  reading('try_to_timestamp', TIMESTAMP, true),
  reading('to_timestamp_ntz', TIMESTAMP_NTZ, false),
  custom('date', 'unix_timestamp', 0, 2, resolveUnixTimestamp),
  custom('date', 'to_unix_timestamp', 1, 2, resolveUnixTimestamp),
  custom('date', 'from_unixtime', 1, 2, resolveFromUnixtime),
];
