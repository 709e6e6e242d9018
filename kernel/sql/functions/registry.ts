import { AGGREGATE_FUNCTIONS } from './aggregates.ts';
import { ARRAY_ELEMENT_FUNCTIONS } from './arrayElements.ts';
import { ARRAY_FUNCTIONS } from './arrays.ts';
import { ARRAY_SET_FUNCTIONS } from './arraySets.ts';
import { COLLATION_FUNCTIONS } from './collations.ts';
import { CONDITIONAL_FUNCTIONS } from './conditional.ts';
import { CONVERSION_FUNCTIONS } from './conversions.ts';
import { CSV_FUNCTIONS } from './csv.ts';
import { DATE_FUNCTIONS } from './dates.ts';
import { DATETIME_TEXT_FUNCTIONS } from './datetimeTexts.ts';
import { refusedFunction, type FunctionDefinition } from './definition.ts';
import { ENCODING_FUNCTIONS } from './encodings.ts';
import { ENCRYPTION_FUNCTIONS } from './encryption.ts';
import { FORMATTING_FUNCTIONS } from './formatting.ts';
import { GENERATOR_FUNCTIONS } from './generators.ts';
import { HIGHER_ORDER_FUNCTIONS } from './higherOrder.ts';
import { JSON_FUNCTIONS } from './json.ts';
import { MAP_AND_STRUCT_FUNCTIONS } from './mapsAndStructs.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { REGEX_FUNCTIONS } from './regex.ts';
import { SEQUENCE_FUNCTIONS } from './sequences.ts';
import { SKETCH_FUNCTIONS } from './sketches.ts';
import { GRAMMAR_FUNCTIONS, SPARK_FUNCTIONS } from './sparkFunctions.ts';
import { STATISTIC_FUNCTIONS } from './statistics.ts';
import { STRING_FUNCTIONS } from './strings.ts';
import { TEMPORAL_MAKERS } from './temporalMakers.ts';
import { KEYWORD_FUNCTIONS } from './sqlKeywords.ts';
import { UNDETERMINED_FUNCTIONS } from './undetermined.ts';
import { VARIANT_FUNCTIONS } from './variants.ts';
import { WINDOW_FUNCTIONS } from './windowFunctions.ts';
import { XPATH_FUNCTIONS } from './xpaths.ts';

const BUILT: readonly FunctionDefinition[] = [
  ...CONDITIONAL_FUNCTIONS, ...MATH_FUNCTIONS, ...STRING_FUNCTIONS, ...FORMATTING_FUNCTIONS, ...ENCODING_FUNCTIONS, ...ENCRYPTION_FUNCTIONS, ...REGEX_FUNCTIONS, ...DATE_FUNCTIONS, ...TEMPORAL_MAKERS, ...DATETIME_TEXT_FUNCTIONS, ...CONVERSION_FUNCTIONS,
  ...ARRAY_FUNCTIONS, ...ARRAY_ELEMENT_FUNCTIONS, ...ARRAY_SET_FUNCTIONS, ...SEQUENCE_FUNCTIONS, ...HIGHER_ORDER_FUNCTIONS, ...MAP_AND_STRUCT_FUNCTIONS, ...JSON_FUNCTIONS, ...CSV_FUNCTIONS, ...AGGREGATE_FUNCTIONS, ...STATISTIC_FUNCTIONS, ...WINDOW_FUNCTIONS, ...GENERATOR_FUNCTIONS, ...SKETCH_FUNCTIONS, ...VARIANT_FUNCTIONS, ...KEYWORD_FUNCTIONS, ...COLLATION_FUNCTIONS, ...XPATH_FUNCTIONS, ...UNDETERMINED_FUNCTIONS,
];

const BUILT_NAMES = new Set(BUILT.flatMap(({ name, aliases }) => [name, ...aliases]));

/**
 * Every function this engine knows, by group. What Spark has and this engine has not is refused by name; names that are not
 * here at all are unresolved: none is passed on to DuckDB.
 */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  ...BUILT,
  ...SPARK_FUNCTIONS.filter((name) => !BUILT_NAMES.has(name) && !GRAMMAR_FUNCTIONS.has(name)).map((name) => refusedFunction('misc', name, 'this engine does not have it')),
];

const BY_NAME = new Map(FUNCTIONS.flatMap((definition) => [definition.name, ...definition.aliases].map((name) => [name, definition] as const)));

/** The function of a name in any case; undefined where none is known. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** Names that users call, for completion. */
export function functionNames(): readonly string[] {
  return [...BY_NAME.keys()].filter((name) => !name.startsWith('trim_'));
}
