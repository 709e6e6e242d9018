import { call, literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { implicitCast } from '../resolver/casting.ts';
import { arrayOf, BIGINT, BOOLEAN, type DataType, DOUBLE, FLOAT, INT, SMALLINT, STRING } from '../types/dataType.ts';
import { custom, type FunctionCall, type FunctionDefinition, unexpected } from './definition.ts';
import { givesNodes, MalformedXPath, parseXPath, UnreadXPath, type XPath } from './javascript/xpathParser.ts';

/** A number as Java's casts make it: NaN is 0, what is out of range the end of it. */
function saturated(number: string, bits: 32 | 64): string {
  const [type, low, high] = bits === 32 ? ['INTEGER', '-2147483648', '2147483647'] : ['BIGINT', '-9223372036854775808', '9223372036854775807'];
  return `CASE WHEN isnan(${number}) THEN 0 WHEN ${number} >= ${bits === 32 ? high : '9223372036854775807'} THEN ${high} WHEN ${number} <= ${low} THEN ${low} ELSE CAST(trunc(${number}) AS ${type}) END`;
}

const NUMBER = (xml: string, path: string): string => `js_xpath_number(${xml}, ${path})`;

/** The names with their types and how the expression's value becomes one. */
const FORMS: readonly (readonly [name: string, type: DataType, text: (xml: string, path: string) => string])[] = [
  ['xpath', arrayOf(STRING), (xml, path) => `CAST(CAST(js_xpath(${xml}, ${path}) AS JSON) AS VARCHAR[])`],
  ['xpath_string', STRING, (xml, path) => `js_xpath_text(${xml}, ${path})`],
  ['xpath_boolean', BOOLEAN, (xml, path) => `js_xpath_truth(${xml}, ${path})`],
  ['xpath_double', DOUBLE, NUMBER],
  ['xpath_number', DOUBLE, NUMBER],
  ['xpath_float', FLOAT, (xml, path) => `CAST(${NUMBER(xml, path)} AS FLOAT)`],
  ['xpath_int', INT, (xml, path) => `CAST(${saturated(NUMBER(xml, path), 32)} AS INTEGER)`],
  ['xpath_long', BIGINT, (xml, path) => `CAST(${saturated(NUMBER(xml, path), 64)} AS BIGINT)`],
  ['xpath_short', SMALLINT, (xml, path) => `spark_wrap16(CAST(${saturated(NUMBER(xml, path), 32)} AS HUGEINT))`],
];

function parsed(given: FunctionCall, text: string, at: TypedExpression): XPath {
  try {
    return parseXPath(text);
  } catch (error) {
    if (error instanceof UnreadXPath) return given.resolution.refuse(at, `${given.name} with ${error.message}`, 'this part of XPath is not read here');
    if (error instanceof MalformedXPath) return given.resolution.fail(given.node, 'FAILED_FUNCTION_CALL', { function: given.name });
    throw error;
  }
}

function resolveXPath(given: FunctionCall, type: DataType, text: (xml: string, path: string) => string): TypedExpression {
  const { resolution, node, name } = given;
  const [xml, path] = given.arguments;
  const stray = given.arguments.findIndex((operand) => operand.type.kind !== 'string' && operand.type.kind !== 'void');
  if (stray >= 0) return unexpected(given, given.arguments[stray]!, ['first', 'second'][stray]!, '"STRING"');
  if (path!.kind !== 'literal') return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `${name}(${given.arguments.map(prettyText).join(', ')})`, input: 'path', type: '"STRING"' });
  if (typeof path!.value !== 'string' || path!.value === '') return literal(type, null, node, `${name}(${given.arguments.map(prettyText).join(', ')})`);
  const expression = parsed(given, path!.value, path!);
  if (name === 'xpath' && !givesNodes(expression)) return resolution.fail(node, 'FAILED_FUNCTION_CALL', { function: name });
  return call(name, type, [implicitCast(resolution, xml!, STRING), path!], ([x, p]) => text(x!, p!), node);
}

/** XPath over a text that is an XML document. */
export const XPATH_FUNCTIONS: readonly FunctionDefinition[] = FORMS.map(([name, type, text]) => custom('misc', name, 2, 2, (given) => resolveXPath(given, type, text)));
