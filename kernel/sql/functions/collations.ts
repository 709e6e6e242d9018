import { call } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { findExpression } from '../plan/traverse.ts';
import { implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { Located } from '../tree/expressions.ts';
import { sqlName, STRING } from '../types/dataType.ts';
import { custom, type FunctionCall, type FunctionDefinition, unexpected } from './definition.ts';

/** Names of collations as Spark takes them: its own two, and locales with what they leave out of account. */
const KNOWN = /^(?:SYSTEM\.BUILTIN\.)?(?:UTF8_BINARY|UTF8_LCASE|UNICODE|[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_[A-Z]{3})?)(?:_(?:CI|CS|AI|AS|RTRIM))*$/i;

/**
 * Lets UTF8_BINARY pass, which texts have anyway.
 * @throws LakebookError COLLATION_INVALID_NAME; UNSUPPORTED_FEATURE.LOCAL_ENGINE for those that compare otherwise
 */
export function checkCollation(resolution: Resolution, name: string, node: Located): void {
  if (/^(?:SYSTEM\.BUILTIN\.)?UTF8_BINARY$/i.test(name)) return;
  if (!KNOWN.test(name)) resolution.fail(node, 'COLLATION_INVALID_NAME', { collation: name });
  resolution.refuse(node, `The collation ${name}`, 'only UTF8_BINARY compares here as in Spark');
}

/** `collate(text, 'UTF8_BINARY')`: of the collations only the one that texts have anyway. */
function resolveCollate(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [text, name] = given.arguments;
  if (findExpression(name!, ({ kind }) => kind === 'column' || kind === 'subquery') !== undefined) return resolution.fail(node, 'NON_FOLDABLE_ARGUMENT', { function: '`collate`', parameter: '`collation`', type: '"STRING"' });
  if (name!.kind !== 'literal' || typeof name!.value !== 'string') return name!.type.kind === 'string' && name!.kind !== 'literal' ? resolution.refuse(name!, 'A collation that is computed', 'it is looked up before the statement runs') : resolution.fail(node, 'UNEXPECTED_INPUT_TYPE', { parameter: 'second', function: 'collate', required: '"STRING"', input: prettyText(name!), type: sqlName(name!.type) });
  if (text!.type.kind !== 'string' && text!.type.kind !== 'void') return unexpected(given, text!, 'first', '"STRING"');
  checkCollation(resolution, name!.value, name!);
  return call('collate', STRING, [implicitCast(resolution, text!, STRING)], ([x]) => x!, node, { pretty: ([x]) => `collate(${x}, ${prettyText(name!)})` });
}

export const COLLATION_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('string', 'collate', 2, 2, resolveCollate, { state: 'approximate', note: 'UTF8_BINARY alone; the others are refused' }),
  custom('string', 'collation', 1, 1, (given) => {
    const [text] = given.arguments;
    if (text!.type.kind !== 'string' && text!.type.kind !== 'void') return unexpected(given, text!, 'first', '"STRING"');
    return call('collation', STRING, [implicitCast(given.resolution, text!, STRING)], ([x]) => `CASE WHEN true OR ${x} IS NULL THEN 'SYSTEM.BUILTIN.UTF8_BINARY' END`, given.node);
  }),
];
