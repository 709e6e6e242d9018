import { LakebookError } from '../base/errors.ts';
import { TokenCursor } from './parser/cursor.ts';
import { StatementParser } from './parser/statementParser.ts';
import { spanOf } from './span.ts';
import type { Expression, ExpressionOf, Located, NamePart } from './tree/expressions.ts';
import type { TableRelation } from './tree/queries.ts';
import type { StatementOf } from './tree/statements.ts';

/** What parameters stand for, at the place where one is named. Names in lower case. */
export interface ParameterValues {
  readonly named: ReadonlyMap<string, (node: Located) => Expression>;
  readonly positional: readonly ((node: Located) => Expression)[];
  /** Values as texts, for `${name}` and `{{name}}`. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Whether a text may hold anything to bind: most do not, and are not walked. */
export function mayBind(text: string): boolean {
  return /[?]|:\s*[\w`]|\bidentifier\b|\$\{|\{\{/i.test(text);
}

/**
 * The tree with values in the place of parameters. Those without a value stay: resolving them fails with their place.
 * @param text what the tree's offsets count in
 */
export function bindParameters<Tree>(tree: Tree, values: ParameterValues, text: string): Tree {
  const places: number[] = [];
  visit(tree, (node) => {
    if (isExpression(node, 'parameter') && node.name === undefined) places.push(node.start);
  });
  places.sort((left, right) => left - right);
  return mapTree(tree, (node) => {
    if (isExpression(node, 'parameter')) {
      const value = node.name === undefined ? values.positional[places.indexOf(node.start)] : values.named.get(node.name.toLowerCase());
      return value?.({ start: node.start, end: node.end });
    }
    if (isExpression(node, 'string')) return interpolateText(node, values, text);
    if (isExpression(node, 'interpolation')) return interpolate(node, values, text);
    return undefined;
  });
}

/** Whether a tree has parameters with a name and without one, which does not go together. */
export function mixesParameters(tree: unknown): boolean {
  const kinds = new Set<boolean>();
  visit(tree, (node) => {
    if (isExpression(node, 'parameter')) kinds.add(node.name === undefined);
  });
  return kinds.size > 1;
}

/** Every `IDENTIFIER(e)` of a tree, outermost first. */
export function identifierClauses(tree: unknown): readonly Expression[] {
  const found: Expression[] = [];
  visit(tree, (node) => {
    if (isExpression(node, 'identifierClause')) found.push(node.value);
    else if (isIdentifierTable(node)) found.push(node.identifier);
  });
  return found;
}

/** The tree with names in the place of `IDENTIFIER(e)`. */
export function bindIdentifiers<Tree>(tree: Tree, names: ReadonlyMap<Expression, readonly NamePart[]>): Tree {
  return mapTree(tree, (node) => {
    if (isIdentifierTable(node)) return { ...node, identifier: undefined, name: names.get(node.identifier) ?? [] };
    if (!isExpression(node, 'identifierClause')) return undefined;
    const parts = names.get(node.value);
    if (parts === undefined) return undefined;
    const { start, end } = node;
    if (node.arguments === undefined) return { kind: 'name', parts, start, end };
    return { kind: 'call', name: parts, arguments: node.arguments, distinct: false, filter: undefined, nulls: undefined, withinGroup: undefined, over: undefined, start, end };
  });
}

/**
 * A dotted name as a text: `` main.`my table` ``.
 * @throws LakebookError PARSE_SYNTAX_ERROR
 */
export function parseNameText(text: string, { start, end }: Located): readonly NamePart[] {
  const cursor = new TokenCursor(text);
  const parts = cursor.names();
  if (!cursor.atEnd) cursor.fail();
  return parts.map((part) => ({ ...part, quoted: part.quoted, start, end }));
}

/** Texts in quotes hold `${name}` too; what is no parameter stays as it is. */
function interpolateText(node: ExpressionOf<'string'>, { texts }: ParameterValues, text: string): Expression | undefined {
  if (texts.size === 0 || !/\$\{|\{\{/.test(node.value)) return undefined;
  const value = node.value.replace(/\$\{\s*([\w.]+)\s*\}|\{\{\s*([\w.]+)\s*\}\}/g, (whole, dollar: string | undefined, braces: string | undefined) => {
    const found = texts.get((dollar ?? braces ?? '').toLowerCase());
    if (found === undefined) return whole;
    if (/['"\\]/.test(found)) throw refuseText(node, text, 'its value holds a quote or a backslash');
    return found;
  });
  return { ...node, value };
}

/** As text it would be read as SQL: a literal or a name is, anything else would be code out of a text box. */
function interpolate(node: ExpressionOf<'interpolation'>, { texts }: ParameterValues, text: string): Expression | undefined {
  const value = texts.get(node.text.trim().toLowerCase());
  if (value === undefined) return undefined;
  const parsed = parseValueText(value);
  if (parsed === undefined) throw refuseText(node, text, 'its value is neither a literal nor a name');
  const { start, end } = node;
  return parsed.kind === 'name' ? { ...parsed, parts: parsed.parts.map((part) => ({ ...part, start, end })), start, end } : { ...parsed, start, end };
}

const VALUE_KINDS: ReadonlySet<string> = new Set(['number', 'string', 'boolean', 'null', 'typed', 'name']);

function parseValueText(value: string): Expression | undefined {
  const parser = new StatementParser(value);
  const parsed = parser.attempt(() => parser.expression());
  return parsed !== undefined && parser.atEnd && VALUE_KINDS.has(parsed.kind) ? parsed : undefined;
}

function refuseText(node: Located, text: string, reason: string): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `${text.slice(node.start, node.end)}, a value put in as text`, reason: `${reason}; name it as a parameter (:name) instead` }, { span: spanOf(text, node) });
}

function isExpression<Kind extends Expression['kind']>(node: object, kind: Kind): node is ExpressionOf<Kind> {
  return 'kind' in node && node.kind === kind && 'start' in node;
}

/** What may be named by an expression as a whole: a table, or what USE goes to. */
function isIdentifierTable(node: object): node is (TableRelation | StatementOf<'use'>) & { readonly identifier: Expression } {
  return 'kind' in node && (node.kind === 'table' || node.kind === 'use') && 'identifier' in node && node.identifier !== undefined;
}

function visit(node: unknown, see: (node: object) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) see(node);
  for (const value of Object.values(node)) visit(value, see);
}

/** The same tree but for the nodes that `change` answers for, and what lies around them. */
function mapTree<Tree>(tree: Tree, change: (node: object) => object | undefined): Tree {
  return mapNode(tree, change) as Tree; // a node is replaced by one that may stand in its place
}

function mapNode(node: unknown, change: (node: object) => object | undefined): unknown {
  if (typeof node !== 'object' || node === null || node instanceof Map || node instanceof Uint8Array) return node;
  if (Array.isArray(node)) {
    const items: readonly unknown[] = node;
    const mapped = items.map((item) => mapNode(item, change));
    return mapped.some((item, index) => item !== items[index]) ? mapped : node;
  }
  const changed = change(node);
  if (changed !== undefined) return changed;
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => [key, value, mapNode(value, change)] as const);
  return entries.some(([, before, after]) => before !== after) ? Object.fromEntries(entries.map(([key, , after]) => [key, after])) : node;
}
