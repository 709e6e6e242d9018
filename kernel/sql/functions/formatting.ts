import { call, literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, constantOf, failInput, implicitCast } from '../resolver/casting.ts';
import { type DataType, decimal, isIntegral, isNumeric, sqlName, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition, orFail } from './definition.ts';
import { isDecimalPattern } from './javascript/decimalFormat.ts';
import { unsupportedFormat, type FormatKind } from './javascript/javaFormat.ts';
import { parseNumberPattern, type NumberPattern } from './numberPattern.ts';

const FORMAT_KINDS: Readonly<Partial<Record<DataType['kind'], FormatKind>>> = { tinyint: 'byte', smallint: 'short', int: 'int', bigint: 'long', double: 'double', decimal: 'decimal', boolean: 'boolean', string: 'string', void: 'string' };

function resolveFormatString(given: FunctionCall): TypedExpression {
  const { resolution, node, name } = given;
  const [first, ...values] = given.arguments;
  const format = coerceInput(resolution, first!, 'string', 0, () => `${name}(…)`);
  const kinds = values.map((value) => FORMAT_KINDS[value.type.kind] ?? resolution.refuse(value, `A ${sqlName(value.type)} in ${name}`, 'Spark prints how it keeps such a value'));
  if (format.kind !== 'literal') return resolution.refuse(node, `${name} with a format that is no constant`, 'what it asks for is checked before the statement runs');
  const fault = typeof format.value === 'string' ? unsupportedFormat(format.value, kinds) : undefined;
  if (fault !== undefined) return resolution.refuse(format, `The format '${String(format.value)}'`, fault);
  const operands = [format, ...values.map((value) => implicitCast(resolution, value, STRING))];
  return call('format_string', STRING, operands, ([f, ...texts]) => (texts.length === 0 ? `js_format(${f}, '', '[]')` : `js_format(${f}, '${kinds.join(',')}', CAST(to_json([${texts.join(', ')}]) AS VARCHAR))`), node, { pretty: (texts) => `format_string(${[prettyText(format), ...texts.slice(1)].join(', ')})` });
}

function resolveFormatNumber({ resolution, arguments: [value, places], node }: FunctionCall): TypedExpression {
  if (!isNumeric(value!.type) && value!.type.kind !== 'void') return coerceStrictly(resolution, value!);
  const wide = value!.type.kind === 'double' || value!.type.kind === 'float';
  const number = implicitCast(resolution, value!, wide ? { kind: 'double' } : value!.type.kind === 'decimal' ? value!.type : { kind: 'bigint' });
  const text = wide ? number : implicitCast(resolution, number, STRING);
  const suffix = wide ? 'double' : 'decimal';
  if (places!.type.kind !== 'string') {
    const count = coerceInput(resolution, places!, 'int', 1, () => 'format_number(…)');
    return call('format_number', STRING, [text, count], ([x, n]) => `js_format_${suffix}(${x}, ${n})`, node, { pretty: () => `format_number(${prettyText(value!)}, ${prettyText(places!)})` });
  }
  if (places!.kind !== 'literal' || (typeof places!.value === 'string' && !isDecimalPattern(places!.value))) return resolution.refuse(places!, 'This pattern of format_number', 'only constant patterns of #, 0, commas and a point are printed here');
  return call('format_number', STRING, [text, places!], ([x, p]) => `js_pattern_${suffix}(${x}, ${p})`, node, { pretty: () => `format_number(${prettyText(value!)}, ${prettyText(places!)})` });
}

function coerceStrictly(resolution: FunctionCall['resolution'], value: TypedExpression): TypedExpression {
  return failInput(resolution, value, value, { expression: `format_number(${prettyText(value)})`, parameter: 'first', required: '"NUMERIC"' });
}

/** A constant pattern, parsed. */
function patternOf(given: FunctionCall, written: TypedExpression): { readonly text: string; readonly pattern: NumberPattern } | undefined {
  const { resolution, node, name } = given;
  const operand = constantOf(resolution, written);
  if (operand.kind !== 'literal') return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `${name}(…)`, input: 'format', type: '"STRING"' });
  if (typeof operand.value !== 'string') return undefined;
  const text = operand.value.toUpperCase();
  const pattern = parseNumberPattern(text);
  if (typeof pattern === 'string') return resolution.fail(operand, pattern, { format: operand.value });
  return pattern.precision > 38 ? resolution.refuse(operand, `A pattern of ${name} with more than 38 digits`, 'no decimal has as many') : { text, pattern };
}

function resolveToNumber(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [text, format], node, name } = given;
  const value = coerceInput(resolution, text!, 'string', 0, () => `${name}(…)`);
  const found = patternOf(given, format!);
  if (found === undefined) return literal({ kind: 'void' }, null, node);
  const { precision, scale } = found.pattern;
  if (precision === scale) return resolution.refuse(format!, 'A pattern without digits before the point', 'Spark overflows in a way of its own');
  const type = decimal(precision, scale);
  const read = (x: string): string => `js_to_number(${x}, ${quoteString(found.text)})`;
  const pretty = (): string => `${name}(${prettyText(text!)}, ${prettyText(format!)})`;
  if (name === 'try_to_number') return call(name, type, [value], ([x]) => `CAST(${read(x!)} AS DECIMAL(${precision},${scale}))`, node, { pretty });
  return call(name, type, [value], ([x], context) => `CAST(${orFail([x!], read(x!), context.error('INVALID_FORMAT.MISMATCH_INPUT', `'The input "STRING" ''' || ${x} || ''' does not match the format.'`))} AS DECIMAL(${precision},${scale}))`, node, { pretty });
}

function resolveToChar(given: FunctionCall): TypedExpression {
  const { resolution, arguments: [value, format], node, name } = given;
  const pretty = (): string => `${name}(${prettyText(value!)}, ${prettyText(format!)})`;
  if (['date', 'timestamp', 'timestamp_ntz', 'binary'].includes(value!.type.kind)) return resolution.refuse(node, `${name} of a ${sqlName(value!.type)}`, 'use date_format, hex, base64 or CAST');
  const number = coerceInput(resolution, value!, 'numeric', 0, () => `${name}(…)`);
  const found = patternOf(given, format!);
  if (found === undefined) return literal(STRING, null, node);
  const exact = number.type.kind === 'decimal' || isIntegral(number.type) ? number : implicitCast(resolution, number, number.type.kind === 'float' ? decimal(14, 7) : decimal(30, 15));
  return call(name, STRING, [implicitCast(resolution, exact, STRING)], ([x]) => `js_to_char(${x}, ${quoteString(found.text)})`, node, { pretty });
}

/** Replacements are single characters; NULL keeps the characters as they are. */
function resolveMask({ resolution, arguments: [text, ...given], node }: FunctionCall): TypedExpression {
  const value = coerceInput(resolution, text!, 'string', 0, () => 'mask(…)');
  const replacements = ['X', 'x', 'n', null].map((missing, index) => {
    const operand = given[index];
    if (operand === undefined) return missing;
    if (operand.kind !== 'literal') return resolution.fail(node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: 'mask(…)', input: MASK_NAMES[index]!, type: '"STRING"' });
    if (operand.value === null) return null;
    const char = coerceInput(resolution, operand, 'string', index + 1, () => 'mask(…)');
    const shown = char.kind === 'literal' ? String(char.value) : '';
    return Array.from(shown).length === 1 ? shown : resolution.fail(operand, 'DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE', { expression: 'mask(…)', exprName: MASK_NAMES[index]! });
  });
  return call('mask', STRING, [value], ([x]) => `js_mask(${x}, ${replacements.map((each) => quoteString(each ?? '')).join(', ')})`, node, { pretty: ([x]) => `mask(${[x, ...replacements.map((each) => each ?? 'NULL')].join(', ')})` });
}
const MASK_NAMES = ['upperChar', 'lowerChar', 'digitChar', 'otherChar'];

export const FORMATTING_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('string', 'format_string', 1, undefined, resolveFormatString, { aliases: ['printf'] }),
  custom('string', 'format_number', 2, 2, resolveFormatNumber),
  custom('string', 'to_number', 2, 2, resolveToNumber),
  custom('string', 'try_to_number', 2, 2, resolveToNumber),
  custom('string', 'to_char', 2, 2, resolveToChar, { aliases: ['to_varchar'] }),
  custom('string', 'mask', 1, 5, resolveMask),
];
