import { call, literal } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, constantOf } from '../resolver/casting.ts';
import { type DataType, holds, sqlName, STRING, structOf } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { fieldText, stringText } from '../emitter/casts.ts';
import { isoText } from './datetimePatterns.ts';
import { custom, type FunctionCall, type FunctionDefinition } from './definition.ts';
import { csvReading, UnreadCsv } from './javascript/csvReader.ts';
import { csvSchema } from './javascript/csvValues.ts';
import { optionsOf, parsedRecord, schemaOf, textOperand } from './json.ts';
import { isUtc } from './temporalArithmetic.ts';

/** The options that are followed; those behind them change nothing about a single line. */
const READ_OPTIONS = new Set([
  'sep', 'delimiter', 'quote', 'escape', 'comment', 'nullvalue', 'emptyvalue', 'nanvalue', 'positiveinf', 'negativeinf', 'ignoreleadingwhitespace', 'ignoretrailingwhitespace', 'mode', 'columnnameofcorruptrecord',
  'header', 'inferschema', 'enforceschema', 'samplingratio', 'prefersdate',
]);
const ONE_LETTER = ['quote', 'escape', 'comment'];

function csvOptions(given: FunctionCall, place: number): ReadonlyMap<string, string> {
  const options = optionsOf(given, place);
  const { resolution, node, name } = given;
  for (const [key, value] of options) {
    if (!READ_OPTIONS.has(key)) resolution.refuse(node, `The option ${key} of ${name}`, 'it is not followed here');
    if (value.includes('\n') || (ONE_LETTER.includes(key) && value.length !== 1) || (value === '' && (key === 'sep' || key === 'delimiter'))) resolution.refuse(node, `This ${key} of ${name}`, 'it is read otherwise by Spark');
  }
  return options;
}

/** Types whose texts are read here. */
function checkFields(given: FunctionCall, type: Extract<DataType, { kind: 'struct' }>): void {
  const { resolution, node } = given;
  for (const each of type.fields) {
    const { kind } = each.type;
    if (kind === 'array' || kind === 'map' || kind === 'struct') resolution.fail(node, 'UNSUPPORTED_DATATYPE', { typeName: sqlName(each.type) });
    if (kind === 'binary' || kind === 'interval' || kind === 'variant' || kind === 'void') resolution.refuse(node, `A field of the type ${sqlName(each.type)}`, 'its texts are not read here');
  }
}

function resolveFromCsv(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const line = textOperand(given, 0);
  const written = schemaOf(given);
  if (written.kind !== 'struct') return resolution.fail(node, 'INVALID_SCHEMA.NON_STRUCT_TYPE', { schema: prettyText(given.arguments[1]!), type: sqlName(written) });
  const type = structOf(written.fields.map((each) => ({ ...each, nullable: true })));
  checkFields(given, type);
  const options = csvOptions(given, 2);
  const { failFast } = csvReading(options);
  return call('from_csv', type, [line], parsedRecord('js_from_csv', type, options, failFast), node, { pretty: ([s]) => `from_csv(${s})` });
}

function resolveSchemaOfCsv(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const operand = constantOf(resolution, given.arguments[0]!);
  const expression = `schema_of_csv(${prettyText(operand)})`;
  if (operand.type.kind === 'void' || (operand.kind === 'literal' && operand.value === null)) return resolution.fail(node, 'DATATYPE_MISMATCH.UNEXPECTED_NULL', { expression, name: 'csv' });
  if (operand.kind !== 'literal') return operand.kind === 'column' ? resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression, input: 'csv', type: '"STRING"' }) : resolution.refuse(node, 'schema_of_csv of a computed text', 'it is read before the statement runs');
  if (typeof operand.value !== 'string') return resolution.refuse(node, 'schema_of_csv of anything but a text', 'a line is a text');
  try {
    const schema = csvSchema(operand.value, csvReading(csvOptions(given, 1)));
    return schema === undefined ? resolution.refuse(node, 'schema_of_csv of this text', 'it is no record') : literal(STRING, sqlName(schema), node, expression);
  } catch (error) {
    if (error instanceof UnreadCsv) return resolution.refuse(node, `schema_of_csv of ${error.message}`, 'it is read otherwise by Spark');
    throw error;
  }
}

const WRITTEN_OPTIONS = new Set(['sep', 'delimiter', 'nullvalue', 'emptyvalue']);

function resolveToCsv(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const value = given.arguments[0]!;
  const { type } = value;
  if (type.kind !== 'struct') return type.kind === 'void' ? coerceInput(resolution, value, 'struct', 0, () => 'to_csv(…)') : resolution.fail(node, 'DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { functionName: 'to_csv', dataType: sqlName(type) });
  const options = csvOptions(given, 1);
  for (const key of options.keys()) if (!WRITTEN_OPTIONS.has(key)) resolution.refuse(node, `The option ${key} of to_csv`, 'it is not followed here');
  if (type.fields.some((field) => ['array', 'map', 'struct', 'variant', 'binary'].includes(field.type.kind))) return resolution.refuse(node, 'to_csv of nested values or bytes', 'their form is Spark\'s own');
  if (holds(type, 'timestamp') && !isUtc(resolution.settings.timeZone)) return resolution.refuse(node, 'to_csv of timestamps outside of UTC', 'their offset is not written here');
  const { separator } = csvReading(options);
  if (separator.length > 1) return resolution.refuse(node, 'to_csv with a separator of several letters', 'when it is quoted is Spark\'s own');
  const emission: Emission = ([x], context) => {
    const fields = type.fields.map((field, place) => `coalesce(${writtenField(fieldText(x!, field.name), field.type, separator, options.get('emptyvalue'), place === 0, context)}, ${quoteString(options.get('nullvalue') ?? '')})`);
    const line = fields.join(` || ${quoteString(separator)} || `);
    // A line of one field without a value is none.
    return `CASE WHEN ${x} IS NOT NULL THEN ${type.fields.length === 1 ? `nullif(${line}, '')` : line} END`;
  };
  return call('to_csv', STRING, [value], emission, node);
}

/** A field without the blanks around it, in quotes where it could not be read again. */
function writtenField(text: string, type: DataType, separator: string, empty: string | undefined, first: boolean, context: EmissionContext): string {
  const plain = type.kind === 'timestamp' ? `((${isoText(`CAST(${text} AS TIMESTAMP)`)}) || 'Z')` : type.kind === 'timestamp_ntz' ? `(${isoText(text)})` : stringText(text, type, context);
  if (type.kind !== 'string') return plain;
  const trimmed = `spark_trim(${plain})`;
  const special = `contains(${trimmed}, ${quoteString(separator)}) OR regexp_matches(${trimmed}, '["\\n\\r]')${first ? ` OR starts_with(${trimmed}, '#')` : ''}`;
  const nothing = empty === undefined ? `'""'` : quoteString(empty);
  return `CASE WHEN ${trimmed} = '' THEN ${nothing} WHEN ${special} THEN '"' || replace(replace(${trimmed}, '\\', '\\\\'), '"', '\\"') || '"' ELSE ${trimmed} END`;
}

export const CSV_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('json', 'from_csv', 2, 3, resolveFromCsv),
  custom('json', 'to_csv', 1, 2, resolveToCsv),
  custom('json', 'schema_of_csv', 1, 2, resolveSchemaOfCsv),
];
