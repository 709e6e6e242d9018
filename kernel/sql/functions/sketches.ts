import { call } from '../plan/build.ts';
import { BIGINT } from '../types/dataType.ts';
import { custom, type FunctionDefinition, refusedFunction, scalar, unexpected } from './definition.ts';

const XML = 'XML is not read here';
const SKETCH = 'the bytes of its sketch are those of a library of Spark';
const CODEC = 'its files are read by a library of Spark';

/** Bitmaps of numbers, and the functions over formats that this engine does not read. */
export const SKETCH_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('bitwise', 'bitmap_bit_position', ['bigint'], BIGINT, 'CAST(CASE WHEN $1 > 0 THEN ($1::HUGEINT - 1) % 32768 ELSE (-($1::HUGEINT)) % 32768 END AS BIGINT)'),
  scalar('bitwise', 'bitmap_bucket_number', ['bigint'], BIGINT, 'CAST(CASE WHEN $1 > 0 THEN 1 + ($1::HUGEINT - 1) // 32768 ELSE $1::HUGEINT // 32768 END AS BIGINT)'),
  custom('bitwise', 'bitmap_count', 1, 1, (given) => {
    const bytes = given.arguments[0]!;
    if (bytes.type.kind !== 'binary') return unexpected(given, bytes, 'first', '"BINARY"');
    return call('bitmap_count', BIGINT, [bytes], ([b]) => `CASE WHEN octet_length(${b}) = 0 THEN CAST(0 AS BIGINT) ELSE CAST(bit_count(CAST(${b} AS BIT)) AS BIGINT) END`, given.node);
  }),
  ...['bitmap_construct_agg', 'bitmap_or_agg', 'count_min_sketch', 'hll_sketch_agg', 'hll_union_agg', 'histogram_numeric'].map((name) => refusedFunction('aggregate', name, SKETCH)),
  ...['hll_sketch_estimate', 'hll_union'].map((name) => refusedFunction('misc', name, SKETCH)),
  ...['from_xml', 'to_xml', 'schema_of_xml', 'xpath', 'xpath_boolean', 'xpath_double', 'xpath_float', 'xpath_int', 'xpath_long', 'xpath_number', 'xpath_short', 'xpath_string'].map((name) => refusedFunction('misc', name, XML)),
  ...['from_avro', 'to_avro', 'schema_of_avro', 'from_protobuf', 'to_protobuf'].map((name) => refusedFunction('misc', name, CODEC)),
  refusedFunction('json', 'schema_of_csv', 'a schema is read from JSON alone here'),
  ...['schema_of_variant', 'schema_of_variant_agg', 'to_variant_object'].map((name) => refusedFunction('variant', name, 'a variant is JSON here, without the types of its values')),
];
