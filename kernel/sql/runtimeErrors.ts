import { type ErrorCode, LakebookError, type SourceSpan } from '../base/errors.ts';
import { ERROR_CLASSES } from '../base/errorClasses.ts';
import { spanOf } from './span.ts';

/** What an emitted query raised while it ran, as Spark's error. */
interface Mapping {
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray, details: { readonly cause: unknown }) => LakebookError;
}

const ANSI_HINT = ' If necessary set "spark.sql.ansi.enabled" to "false" to bypass this error.';

function detailed(code: 'ARITHMETIC_OVERFLOW' | 'BINARY_ARITHMETIC_OVERFLOW' | 'CAST_OVERFLOW' | 'CAST_INVALID_INPUT' | 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION' | 'CANNOT_PARSE_TIMESTAMP' | 'DATETIME_FIELD_OUT_OF_BOUNDS', text: (match: RegExpExecArray) => string): Mapping['make'] {
  return (match, details) => new LakebookError(code, { detail: text(match) }, details);
}

function refused(feature: string, reason: string): Mapping['make'] {
  return (_, details) => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, details);
}

const SPARK_TYPES: Readonly<Record<string, string>> = { INT8: 'TINYINT', INT16: 'SMALLINT', INT32: 'INT', INT64: 'BIGINT', INTEGER: 'INT', DOUBLE: 'DOUBLE', FLOAT: 'FLOAT' };
const TRIES: Readonly<Record<string, string>> = { addition: 'try_add', subtraction: 'try_subtract', multiplication: 'try_multiply' };

function sparkType(name: string): string {
  return SPARK_TYPES[name] ?? name;
}

/** DuckDB's texts of errors that depend on data, the more special first. */
const MAPPINGS: readonly Mapping[] = [
  {
    pattern: /Overflow in (\w+) of INT(32|64)/,
    make: detailed('ARITHMETIC_OVERFLOW', (match) => `${match[2] === '32' ? 'integer' : 'long'} overflow.${TRIES[match[1]!] === undefined ? '' : ` Use '${TRIES[match[1]!]}' to tolerate overflow and return NULL instead.`}${ANSI_HINT}`),
  },
  { pattern: /Overflow in (\w+) of INT(8|16) \((-?\d+) (.) (-?\d+)\)/, make: detailed('BINARY_ARITHMETIC_OVERFLOW', (match) => `${match[3]}S ${match[4]} ${match[5]}S caused overflow. Use \`${TRIES[match[1]!] ?? 'try_add'}\` to ignore overflow problem and return NULL.`) },
  { pattern: /Overflow on abs\((-?\d+)\)|Overflow in negation|Type INT128 with value .* can't be cast because the value is out of range for the destination type INT64/, make: detailed('ARITHMETIC_OVERFLOW', (match) => `${match[1] === undefined || match[1].length > 12 ? 'long' : 'integer'} overflow.${ANSI_HINT}`) },
  { pattern: /Overflow in HUGEINT (?:addition|multiplication)/, make: detailed('ARITHMETIC_OVERFLOW', () => `Overflow in sum of decimals. Use 'try_sum' to tolerate overflow and return NULL instead.${ANSI_HINT}`) },
  { pattern: /Overflow in \w+ of (?:DECIMAL|INT128|HUGEINT)|Casting value "(.*)" to type (DECIMAL.*) failed|Could not cast value (.*) to (DECIMAL\S*)/, make: detailed('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', (match) => `${match[1] ?? match[3] ?? 'The value'} cannot be represented as ${(match[2] ?? match[4] ?? 'its decimal type').replace('DECIMAL', 'Decimal')}.${ANSI_HINT.replace('error.', 'error, and return NULL instead.')}`) },
  {
    pattern: /Type (\w+) with value (\S+) can't be cast (?:because the value is out of range for|to) the destination type (\w+)/,
    make: detailed('CAST_OVERFLOW', (match) => `The value ${match[2]} of the type "${sparkType(match[1]!)}" cannot be cast to "${sparkType(match[3]!)}" due to an overflow. Use \`try_cast\` to tolerate overflow and return NULL instead.`),
  },
  { pattern: /Could not convert string ['"]([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)['"] to (DECIMAL\S*)/, make: detailed('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', (match) => `${match[1]} cannot be represented as ${match[2]!.replace('DECIMAL', 'Decimal')}.${ANSI_HINT.replace('error.', 'error, and return NULL instead.')}`) },
  { pattern: /Could not convert string ['"](.*?)['"] to (\w+)/s, make: detailed('CAST_INVALID_INPUT', (match) => invalidInput(match[1]!, sparkType(match[2]!))) },
  { pattern: /(?:date|time) field value out of range: "(.*?)"|invalid date field format: "(.*?)"/s, make: detailed('CAST_INVALID_INPUT', (match) => invalidInput(match[1] ?? match[2]!, 'DATE')) },
  { pattern: /(?:invalid timestamp field format|timestamp field value out of range): "(.*?)"/s, make: detailed('CAST_INVALID_INPUT', (match) => invalidInput(match[1]!, 'TIMESTAMP')) },
  { pattern: /timestamp field value "(.*?)" has a timestamp that is not UTC/s, make: detailed('CAST_INVALID_INPUT', (match) => invalidInput(match[1]!, 'TIMESTAMP')) },
  { pattern: /Unknown TimeZone '(.*?)'/, make: detailed('CAST_INVALID_INPUT', (match) => invalidInput(match[1]!, 'TIMESTAMP')) },
  { pattern: /Could not parse string "(.*?)" according to format specifier/s, make: detailed('CANNOT_PARSE_TIMESTAMP', (match) => `Text '${match[1]}' could not be parsed by its pattern. Use \`try_to_timestamp\` to tolerate invalid input string and return NULL instead.`) },
  { pattern: /Date out of range: (.*)|Time out of range: (.*)|Timestamp (?:with time zone )?out of range/, make: detailed('DATETIME_FIELD_OUT_OF_BOUNDS', (match) => `Invalid date '${match[1] ?? match[2] ?? ''}'.${ANSI_HINT}`) },
  { pattern: /Date out of range|Date and time not in timestamp range|Timestamp microseconds out of range|Could not (?:perform|add|subtract).*(?:date|timestamp)/i, make: refused('A date or time this far away', 'the engine counts them in a smaller range') },
  { pattern: /Invalid string length|Cannot create a string of size|Lists larger than|array.*exceeds maximum|String value is too large/i, make: refused('A value of this size', 'the engine cannot hold it') },
  { pattern: /zero-length delimited identifier/, make: refused('A field without a name', 'the engine cannot name it') },
  { pattern: /Overflow in division of|Failed to cast decimal value .* to type INT/, make: detailed('ARITHMETIC_OVERFLOW', () => `long overflow.${ANSI_HINT}`) },
  { pattern: /Map keys must be unique/, make: (_, details) => new LakebookError('DUPLICATED_MAP_KEY', { key: '' }, details) },
  { pattern: /Map keys can not be NULL/, make: (_, details) => new LakebookError('NULL_MAP_KEY', {}, details) },
  { pattern: /More than one row returned by a subquery/, make: (_, details) => new LakebookError('SCALAR_SUBQUERY_TOO_MANY_ROWS', {}, details) },
  { pattern: /invalid perl operator|missing \)|no argument for repetition|bad repetition operator|invalid escape sequence/, make: (match, details) => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A regular expression of this statement', reason: `the engine says: ${match[0]}` }, details) },
  { pattern: /Max expression depth limit/, make: (_, details) => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'The statement', reason: 'it nests too deep' }, details) },
  { pattern: /INTERRUPT Error|Interrupted!/, make: (_, details) => new LakebookError('OPERATION_CANCELED', {}, details) },
];

function invalidInput(value: string, type: string): string {
  return `The value '${value}' of the type "STRING" cannot be cast to "${type}" because it is malformed. Correct the value as per the syntax, or change its target type. Use \`try_cast\` to tolerate malformed input and return NULL instead.`;
}

/** Our own guards: `[CLASS#start-end] text`; `[CLASS=] text` where the text is the whole message. */
const GUARD = /\[([A-Z][A-Z0-9_.]+)(?:#(\d+)-(\d+)|(=))?\] ?([\s\S]*)$/;

/**
 * The error of an emitted query as Spark's, with the span of the guilty expression where a guard raised it. What depends
 * on no data (a Parser, Binder or Catalog error) is our emitter's fault and becomes INTERNAL_ERROR.
 * @param statementText the text that the query was parsed from
 */
export function mapRuntimeError(error: unknown, statementText: string): LakebookError {
  if (error instanceof LakebookError) return error;
  const told = error instanceof Error ? error.message : String(error);
  const message = told.includes('[USER_RAISED_EXCEPTION') ? told : withoutMiddle(told);
  const guard = /^(?:Invalid Input|Conversion|Out of Range) Error/.test(message) || message.startsWith('[') ? GUARD.exec(message) : null;
  if (guard !== null) {
    const [, code, start, end, whole, text] = guard;
    const span = start === undefined ? undefined : spanOf(statementText, { start: Number(start), end: Number(end) });
    const mapped = guardError(code!, text!, span, error);
    if (mapped !== undefined && whole !== undefined) mapped.message = text!;
    if (mapped !== undefined) return mapped;
  }
  for (const { pattern, make } of MAPPINGS) {
    const match = pattern.exec(message);
    if (match !== null) return make(match, { cause: error });
  }
  return new LakebookError('INTERNAL_ERROR', { detail: message.split('\n')[0]! }, { cause: error });
}

/** What a message keeps of its beginning and its end, as a value of megabytes is quoted in it whole. What a statement raises itself stays. */
const [HEAD, TAIL] = [2_000, 1_000];

function withoutMiddle(message: string): string {
  return message.length <= HEAD + TAIL ? message : `${message.slice(0, HEAD)}… (${message.length - HEAD - TAIL} more characters) …${message.slice(-TAIL)}`;
}

function guardError(code: string, text: string, span: SourceSpan | undefined, cause: unknown): LakebookError | undefined {
  if (!(code in ERROR_CLASSES)) return undefined;
  const details = { cause, ...(span === undefined ? {} : { span }) };
  const { message } = ERROR_CLASSES[code as ErrorCode];
  const names = [...message.matchAll(/<(\w+)>/g)].map((match) => match[1]!);
  const parameters = names.includes('reason') ? refusalParameters(text) : Object.fromEntries(names.map((name) => [name, text]));
  return new LakebookError(code as ErrorCode, parameters as never, details);
}

/** A guard's refusal: `what: why`. */
function refusalParameters(text: string): { readonly feature: string; readonly reason: string } {
  const at = text.indexOf(': ');
  return at < 0 ? { feature: text, reason: 'it is known only from the data' } : { feature: text.slice(0, at), reason: text.slice(at + 2) };
}

/**
 * Whether decimals overflowed in 64 bits where Spark, computing in 128, does not, or a sum of them in 128 where Spark may
 * say NULL. The statement is then emitted with
 * `wideDecimals` and run again; a true overflow fails again.
 */
export function isNarrowDecimalOverflow(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return /Overflow in \w+ of DECIMAL\(18\)|Overflow in HUGEINT (?:addition|multiplication)/.test(message);
}
