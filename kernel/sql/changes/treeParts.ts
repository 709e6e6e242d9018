import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { Query, Relation, Select, SelectItem } from '../tree/queries.ts';

// Trees that no text was parsed to. Each stands at a place of the statement that it was made for, where its errors point.

function namePart(text: string, { start, end }: Located): NamePart {
  return { text, quoted: true, start, end };
}

export function nameOf(parts: readonly string[], at: Located): Expression {
  return { kind: 'name', parts: parts.map((part) => namePart(part, at)), start: at.start, end: at.end };
}

export function textOf(value: string, { start, end }: Located): Expression {
  return { kind: 'string', value, start, end };
}

export function item(value: Expression, alias: string): SelectItem {
  return { value, alias: namePart(alias, value), aliases: [], start: value.start, end: value.end };
}

export function allOf(operands: readonly Expression[]): Expression | undefined {
  return operands.length === 0 ? undefined : operands.reduce((left, right) => ({ kind: 'binary', operator: 'AND', left, right, start: left.start, end: right.end }));
}

export function isNull(operand: Expression, negated = false): Expression {
  return { kind: 'isNull', operand, negated, start: operand.start, end: operand.end };
}

interface SelectParts {
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly where: Expression | undefined;
}

export function selectQuery({ items, from, where }: SelectParts, { start, end }: Located): Query {
  const body: Select = { kind: 'select', hints: [], distinct: false, items, from, lateralViews: [], where, groupBy: undefined, having: undefined, qualify: undefined, windows: [], start, end };
  return { kind: 'query', recursive: false, ctes: [], body, orderBy: [], sortBy: [], distributeBy: [], limit: undefined, offset: undefined, pipes: [], start, end };
}

/** Whether a tree has a query in it. */
export function holdsQuery(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return ('kind' in node && node.kind === 'query') || Object.values(node).some(holdsQuery);
}
