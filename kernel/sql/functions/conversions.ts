import { call, literal } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, explicitCast } from '../resolver/casting.ts';
import { BIGINT, BINARY, BOOLEAN, type DataType, DATE, decimal, DOUBLE, FLOAT, INT, simpleString, SMALLINT, STRING, TIMESTAMP, TINYINT, VOID } from '../types/dataType.ts';
import { custom, type FunctionCall, type FunctionDefinition, refusedFunction, scalar } from './definition.ts';
import { quoteString, toDuckDbType } from '../types/duckdbType.ts';

/** `int(x)` is a cast that names do not show. */
function castFunction(name: string, type: DataType): FunctionDefinition {
  return custom('conversion', name, 1, 1, ({ resolution, arguments: [value], node }) => {
    const cast = explicitCast(resolution, value!, type, false, node);
    return call(name, type, [cast], ([x]) => x!, node, { pretty: () => prettyText(value!) });
  });
}

/** A constant in effect; the operand stays, so that an aggregate in it still makes one row a group. */
function resolveTypeof({ arguments: [value], node }: FunctionCall): TypedExpression {
  return call('typeof', STRING, [value!], () => quoteString(simpleString(value!.type)), node);
}

type HashKind = 'murmur3' | 'xxhash64';

/** Spark's hash of a value over a seed: the seed itself where the value is NULL. */
function hashText(kind: HashKind, text: string, type: DataType, seed: string, context: EmissionContext): string {
  const hashed = (suffix: string, value: string): string => `coalesce(js_${kind}_${suffix}(${value}, ${seed}), ${seed})`;
  switch (type.kind) {
    case 'void':
      return seed;
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
      return hashed('int', `CAST(${text} AS INTEGER)`);
    case 'date':
      return hashed('int', `CAST(${text} - DATE '1970-01-01' AS INTEGER)`);
    case 'bigint':
      return hashed('long', text);
    case 'timestamp':
    case 'timestamp_ntz':
      return hashed('long', `epoch_us(${text})`);
    case 'float':
      return hashed('float', `CAST(${text} AS DOUBLE)`);
    case 'double':
      return hashed('double', text);
    case 'interval':
      return type.from === 'YEAR' || type.from === 'MONTH' ? hashed('int', `CAST(datepart('year', ${text}) * 12 + datepart('month', ${text}) AS INTEGER)`) : hashed('long', `CAST(epoch_us(${text}) AS BIGINT)`);
    case 'decimal':
      if (type.precision > 18) return hashed('bytes', `js_decimal_bytes(CAST(${text} AS VARCHAR))`);
      return hashed('long', `CAST(${type.scale === 0 ? text : `${text} * ${10n ** BigInt(type.scale)}`} AS BIGINT)`);
    case 'binary':
      return hashed('bytes', text);
    case 'struct':
      return type.fields.reduce((before, field) => hashText(kind, `struct_extract(${text}, ${quoteString(field.name)})`, field.type, before, context), seed);
    case 'array':
      return hashList(kind, text, type.element, seed, context);
    default:
      return hashed('text', text);
  }
}

function hashList(kind: HashKind, text: string, element: DataType, seed: string, context: EmissionContext): string {
  const [each, acc, next] = [context.variable(), context.variable(), context.variable()];
  const hash = kind === 'murmur3' ? 'INTEGER' : 'BIGINT';
  const items = `list_transform(${text}, lambda ${each}: {'a': CAST(NULL AS ${hash}), 'x': ${each}})`;
  const folded = `(list_reduce(list_prepend({'a': CAST(${seed} AS ${hash}), 'x': CAST(NULL AS ${toDuckDbType(element)})}, ${items}), lambda ${acc}, ${next}: {'a': ${hashText(kind, `${next}.x`, element, `${acc}.a`, context)}, 'x': CAST(NULL AS ${toDuckDbType(element)})})).a`;
  return `CASE WHEN ${text} IS NULL THEN ${seed} ELSE ${folded} END`;
}

/** The seed is repeated for each value, so that long lists of them would make texts without end. */
const MOST_HASHED = 8;

function hash(name: string, kind: HashKind, type: DataType): FunctionDefinition {
  return custom('hash', name, 1, undefined, ({ resolution, arguments: given, node }) => {
    if (given.length > MOST_HASHED) return resolution.refuse(node, `${name} of more than ${MOST_HASHED} values`, 'each is the seed of the next');
    for (const value of given) {
      if (value.type.kind === 'map') return resolution.fail(value, 'DATATYPE_MISMATCH.HASH_MAP_TYPE', { function: name });
      if (value.type.kind === 'variant') return resolution.fail(value, 'DATATYPE_MISMATCH.HASH_VARIANT_TYPE', { function: name });
    }
    const seed = kind === 'murmur3' ? '42' : 'CAST(42 AS BIGINT)';
    const emission: Emission = (texts, context) => texts.reduce((before, text, index) => hashText(kind, text, given[index]!.type, before, context), seed);
    return call(name, type, given, emission, node);
  });
}

function resolveSha2({ resolution, arguments: [value, bits], node }: FunctionCall): TypedExpression {
  const binary = coerceInput(resolution, value!, 'binary', 0, () => 'sha2(…)');
  const size = coerceInput(resolution, bits!, 'int', 1, () => 'sha2(…)');
  const usual = size.kind === 'literal' && (size.value === 0n || size.value === 256n);
  return call('sha2', STRING, [binary, size], ([x, n]) => (usual ? `sha256(${x})` : `CASE WHEN ${n} IN (0, 256) THEN sha256(${x}) ELSE js_sha2(${x}, ${n}) END`), node, { pretty: ([x]) => `sha2(${x}, ${prettyText(bits!)})` });
}

function raise(given: FunctionCall): TypedExpression {
  const message = coerceInput(given.resolution, given.arguments[0]!, 'string', 0, () => 'raise_error(…)');
  return call('raise_error', VOID, [message], ([m], context) => `CAST(${context.error('USER_RAISED_EXCEPTION', m!)} AS INTEGER)`, given.node, { volatile: true, pretty: ([m]) => `raise_error(USER_RAISED_EXCEPTION, map(errorMessage, ${m}))` });
}

function assertTrue(given: FunctionCall): TypedExpression {
  const condition = coerceInput(given.resolution, given.arguments[0]!, 'boolean', 0, () => 'assert_true(…)');
  const message = given.arguments[1] === undefined ? literal(STRING, `'${prettyText(given.arguments[0]!)}' is not true!`, given.node) : coerceInput(given.resolution, given.arguments[1], 'string', 1, () => 'assert_true(…)');
  return call('assert_true', VOID, [condition, message], ([c, m], context) => `CASE WHEN ${c} IS TRUE THEN CAST(NULL AS INTEGER) ELSE ${context.error('USER_RAISED_EXCEPTION', m!)} END`, given.node, { volatile: true, pretty: ([c, m]) => `assert_true(${c}, ${m})` });
}

/** What the session knows, as a constant. */
function session(name: string, value: (given: FunctionCall) => string, aliases: readonly string[] = [], shown = name): FunctionDefinition {
  return custom('misc', name, 0, 0, (given) => literal(STRING, value(given), given.node, `${shown}()`), { aliases });
}

export const CONVERSION_FUNCTIONS: readonly FunctionDefinition[] = [
  castFunction('boolean', BOOLEAN),
  castFunction('tinyint', TINYINT),
  castFunction('smallint', SMALLINT),
  castFunction('int', INT),
  castFunction('bigint', BIGINT),
  castFunction('float', FLOAT),
  castFunction('double', DOUBLE),
  castFunction('decimal', decimal(10, 0)),
  castFunction('string', STRING),
  castFunction('binary', BINARY),
  castFunction('date', DATE),
  castFunction('timestamp', TIMESTAMP),
  custom('conversion', 'typeof', 1, 1, resolveTypeof),
  scalar('hash', 'md5', ['binary'], STRING, 'md5($1)'),
  scalar('hash', 'sha1', ['binary'], STRING, 'sha1($1)', { aliases: ['sha'] }),
  custom('hash', 'sha2', 2, 2, resolveSha2),
  scalar('hash', 'crc32', ['binary'], BIGINT, 'js_crc32($1)'),
  hash('hash', 'murmur3', INT),
  hash('xxhash64', 'xxhash64', BIGINT),
  custom('misc', 'raise_error', 1, 1, raise),
  custom('misc', 'assert_true', 1, 2, assertTrue),
  session('current_user', ({ resolution }) => resolution.settings.user, ['user', 'session_user']),
  session('current_catalog', ({ resolution }) => resolution.settings.currentCatalog),
  session('current_schema', ({ resolution }) => resolution.settings.currentSchema, ['current_database']),
  session('current_timezone', ({ resolution }) => resolution.session.timeZone),
  refusedFunction('misc', 'monotonically_increasing_id', 'its numbers depend on Spark\'s partitions'),
  refusedFunction('misc', 'input_file_name', 'use the file columns of the table'),
];
