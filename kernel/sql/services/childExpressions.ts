import type { Expression, WindowSpec } from '../tree/expressions.ts';

/** The expressions directly inside one, in the order of the text; those in subqueries, lambdas and windows are left out. */
export function childExpressions(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'unary':
    case 'isNull':
    case 'isBoolean':
    case 'cast':
    case 'collate':
    case 'inQuery':
      return [node.operand];
    case 'binary':
    case 'isDistinct':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.low, node.high];
    case 'inList':
      return [node.operand, ...node.values];
    case 'like':
      return [node.operand, ...node.patterns];
    case 'case':
      return [...present(node.operand), ...node.branches.flatMap(({ when, result }) => [when, result]), ...present(node.otherwise)];
    case 'call':
      return [...node.arguments.map(({ value }) => value), ...present(node.filter), ...(node.withinGroup ?? []).map(({ value }) => value)];
    case 'index':
      return [node.base, node.index];
    case 'field':
    case 'path':
      return [node.base];
    case 'row':
      return node.items.map(({ value }) => value);
    case 'interval':
      return node.parts.map(({ value }) => value);
    case 'star':
      return node.replace.map(({ value }) => value);
    case 'identifierClause':
      return [node.value, ...(node.arguments ?? []).map(({ value }) => value)];
    default:
      return [];
  }
}

export function windowExpressions(spec: WindowSpec): readonly Expression[] {
  const bounds = spec.frame === undefined ? [] : [spec.frame.from, spec.frame.to];
  return [...spec.partitionBy, ...spec.orderBy.map(({ value }) => value), ...bounds.flatMap((bound) => ('distance' in bound ? [bound.distance] : []))];
}

function present(node: Expression | undefined): readonly Expression[] {
  return node === undefined ? [] : [node];
}
