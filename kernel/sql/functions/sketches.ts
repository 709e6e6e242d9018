import { call } from '../plan/build.ts';
import type { AggregateEmission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput } from '../resolver/casting.ts';
import { foldCast } from '../resolver/folding.ts';
import { arrayOf, BIGINT, BINARY, type DataType, DOUBLE, field, INT, isIntegral, isNumeric, sameType, structOf } from '../types/dataType.ts';
import { toDuckDbType } from '../types/duckdbType.ts';
import { aggregateCall, aggregateNode, custom, type FunctionCall, type FunctionDefinition, plainAggregatePretty, presentValues, refusedFunction, scalar, unexpected } from './definition.ts';

const SKETCH = 'the bytes of its sketch are those of a library of Spark';
const CODEC = 'its files are read by a library of Spark';
/** Bits of one bitmap. */
const BITS = 32_768;
const ZEROS = `repeat('\\x00'::BLOB, ${BITS / 8})`;

function resolveBitmapConstruct(given: FunctionCall): TypedExpression {
  const value = coerceInput(given.resolution, given.arguments[0]!, 'bigint', 0, () => 'bitmap_construct_agg(…)');
  const emission: AggregateEmission = (texts, context) => {
    const [place] = texts.operands;
    // Spark counts the bits of a byte from its lowest, DuckDB from its highest.
    const bit = `CASE WHEN ${place} BETWEEN 0 AND ${BITS - 1} THEN xor(${place}, 7) WHEN ${place} IS NOT NULL THEN ${context.error('INVALID_BITMAP_POSITION', `CAST(${place} AS VARCHAR)`)} END`;
    return `coalesce(CAST(${aggregateCall('bitstring_agg', { ...texts, operands: [bit, '0', String(BITS - 1)] })} AS BLOB), ${ZEROS})`;
  };
  return aggregateNode(given, 'bitmap_construct_agg', BINARY, [value], emission, { pretty: plainAggregatePretty(given.name, given.distinct), nullable: false });
}

function resolveBitmapOr(given: FunctionCall): TypedExpression {
  const bytes = given.arguments[0]!;
  if (bytes.type.kind !== 'binary') return unexpected(given, bytes, 'first', '"BINARY"');
  const emission: AggregateEmission = (texts) => {
    const whole = `CAST((${texts.operands[0]} || ${ZEROS})[1:${BITS / 8}] AS BIT)`;
    return `coalesce(CAST(${aggregateCall('bit_or', { ...texts, operands: [whole] })} AS BLOB), ${ZEROS})`;
  };
  return aggregateNode(given, 'bitmap_or_agg', BINARY, [bytes], emission, { pretty: plainAggregatePretty(given.name, given.distinct), nullable: false });
}

/** A constant argument of a sketch. */
function constant(given: FunctionCall, place: number, name: string, type: DataType): number {
  const { resolution, node } = given;
  const operand = given.arguments[place]!;
  const expression = `${given.name}(${given.arguments.map(prettyText).join(', ')})`;
  const folded = foldCast(operand, type, resolution.settings) ?? operand;
  if (folded.kind !== 'literal') return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression, input: name, type: `"${type.kind.toUpperCase()}"` });
  if (folded.value === null) return resolution.fail(node, 'DATATYPE_MISMATCH.UNEXPECTED_NULL', { expression, name });
  return Number(folded.value);
}

const PARAMETERS = ['column', 'epsilon', 'confidence', 'seed'] as const;

function resolveCountMin(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const missing = PARAMETERS[given.arguments.length];
  if (missing !== undefined) return resolution.fail(node, 'REQUIRED_PARAMETER_NOT_FOUND', { routine: '`count_min_sketch`', parameter: `\`${missing}\``, index: given.arguments.length });
  const [value, ...numbers] = given.arguments;
  const kind = isIntegral(value!.type) ? 'number' : value!.type.kind === 'string' ? 'text' : value!.type.kind === 'binary' ? 'bytes' : undefined;
  if (kind === undefined) return unexpected(given, value!, 'first', '("INTEGRAL" or "STRING" or "BINARY")');
  const stray = numbers.findIndex(({ type }, place) => type.kind !== 'void' && !sameType(type, place === 2 ? INT : DOUBLE));
  if (stray >= 0) return unexpected(given, numbers[stray]!, ['second', 'third', 'fourth'][stray]!, stray === 2 ? '"INT"' : '"DOUBLE"');
  const [error, confidence, seed] = [constant(given, 1, 'epsilon', DOUBLE), constant(given, 2, 'confidence', DOUBLE), constant(given, 3, 'seed', INT)];
  const expression = `count_min_sketch(${given.arguments.map(prettyText).join(', ')})`;
  if (!(error > 0)) return resolution.fail(node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression, name: 'eps', range: '(0.0, 1.7976931348623157E308]', value: String(error) });
  if (!(confidence > 0 && confidence < 1)) return resolution.fail(node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression, name: 'confidence', range: '(0.0, 1.0)', value: String(confidence) });
  if (2 / error * (-Math.log1p(-confidence) / Math.log(2)) > 1e6) return resolution.refuse(node, 'A sketch this exact', 'its table would not fit here');
  const emission: AggregateEmission = (texts) => `js_count_min_sketch(${presentValues(texts, (text) => (kind === 'bytes' ? `hex(${text})` : text))}, '${kind}', CAST(${error} AS DOUBLE), CAST(${confidence} AS DOUBLE), CAST(${seed} AS INTEGER))`;
  return aggregateNode(given, 'count_min_sketch', BINARY, [value!], emission, { pretty: ([x]) => `${given.name}(${given.distinct ? 'DISTINCT ' : ''}${[x, ...numbers.map(prettyText)].join(', ')})`, nullable: false });
}

function resolveHistogram(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const written = given.arguments[0]!;
  const value = written.type.kind === 'string' ? coerceInput(resolution, written, 'numeric', 0, () => `${given.name}(…)`) : written;
  if (!isNumeric(value.type)) return resolution.refuse(node, 'histogram_numeric of anything but numbers', 'only numbers are put in bins here');
  const size = constant(given, 1, 'nb', INT);
  if (size < 2) return resolution.fail(node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, name: 'nb', range: '[2, 2147483647]', value: String(size) });
  const type = arrayOf(structOf([field('x', value.type), field('y', DOUBLE)]));
  const emission: AggregateEmission = (texts, context) => {
    const bins = `CAST(CAST(js_numeric_histogram(${presentValues(texts, (text) => `CAST(${text} AS DOUBLE)`)}, ${size}) AS JSON) AS STRUCT(x DOUBLE, y DOUBLE)[])`;
    return `CASE WHEN ${aggregateCall('count', texts)} > 0 THEN ${centers(bins, value.type, context)} END`;
  };
  return aggregateNode(given, 'histogram_numeric', type, [value], emission, { pretty: ([x]) => `${given.name}(${given.distinct ? 'DISTINCT ' : ''}${x}, ${size})` });
}

/** The bins with their centers as values of the column's type. */
function centers(bins: string, type: DataType, context: EmissionContext): string {
  const bin = context.variable();
  const center = isIntegral(type) ? `trunc(${bin}.x)` : `${bin}.x`;
  return `list_transform(${bins}, lambda ${bin}: struct_pack(x := CAST(${center} AS ${toDuckDbType(type)}), y := ${bin}.y))`;
}

/** Bitmaps of numbers, sketches, and the functions over formats that this engine does not read. */
export const SKETCH_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('bitwise', 'bitmap_bit_position', ['bigint'], BIGINT, 'CAST(CASE WHEN $1 > 0 THEN ($1::HUGEINT - 1) % 32768 ELSE (-($1::HUGEINT)) % 32768 END AS BIGINT)'),
  scalar('bitwise', 'bitmap_bucket_number', ['bigint'], BIGINT, 'CAST(CASE WHEN $1 > 0 THEN 1 + ($1::HUGEINT - 1) // 32768 ELSE $1::HUGEINT // 32768 END AS BIGINT)'),
  custom('bitwise', 'bitmap_count', 1, 1, (given) => {
    const bytes = given.arguments[0]!;
    if (bytes.type.kind !== 'binary') return unexpected(given, bytes, 'first', '"BINARY"');
    return call('bitmap_count', BIGINT, [bytes], ([b]) => `CASE WHEN octet_length(${b}) = 0 THEN CAST(0 AS BIGINT) ELSE CAST(bit_count(CAST(${b} AS BIT)) AS BIGINT) END`, given.node);
  }),
  custom('aggregate', 'bitmap_construct_agg', 1, 1, resolveBitmapConstruct),
  custom('aggregate', 'bitmap_or_agg', 1, 1, resolveBitmapOr),
  custom('aggregate', 'count_min_sketch', 0, 4, resolveCountMin),
  custom('aggregate', 'histogram_numeric', 2, 2, resolveHistogram, { state: 'approximate', note: 'bins as of one partition; numbers alone' }),
  ...['hll_sketch_agg', 'hll_union_agg'].map((name) => refusedFunction('aggregate', name, SKETCH)),
  ...['hll_sketch_estimate', 'hll_union'].map((name) => refusedFunction('misc', name, SKETCH)),
  ...['from_xml', 'to_xml', 'schema_of_xml'].map((name) => refusedFunction('misc', name, 'rows are not read from XML here')),
  ...['from_avro', 'to_avro', 'schema_of_avro', 'from_protobuf', 'to_protobuf'].map((name) => refusedFunction('misc', name, CODEC)),
];
