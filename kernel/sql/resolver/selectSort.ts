import { columnOf } from '../plan/build.ts';
import type { NamedExpression, SortKey, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, expressionKey, findExpression, operandsOf } from '../plan/traverse.ts';
import type { Expression } from '../tree/expressions.ts';
import type { Query } from '../tree/queries.ts';
import type { Grouping } from './aggregation.ts';
import type { ExpressionResolver } from './expressionResolver.ts';
import type { Resolution } from './resolution.ts';
import { quoteParts, type Scope } from './scope.ts';
import type { Item } from './selectBlock.ts';
import { checkSortValue } from './subqueries.ts';
import { checkedSortKey } from './windows.ts';

/** What ORDER BY has to know of its select. */
export interface SortedSelect {
  readonly resolution: Resolution;
  readonly expressions: ExpressionResolver;
  readonly items: readonly Item[];
  /** Output columns, and around them what the select list reads. */
  readonly scope: Scope;
  readonly distinct: boolean;
  readonly grouped: boolean;
  readonly grouping: Grouping | undefined;
  /** Output columns replaced by what they stand for. */
  inline(value: TypedExpression): TypedExpression;
}

/** ORDER BY over the output; what is no output column becomes a hidden one. */
export function resolveSelectSort(select: SortedSelect, orderBy: Query['orderBy']): { readonly keys: readonly SortKey[]; readonly hidden: readonly NamedExpression[] } {
  const hidden: NamedExpression[] = [];
  if ('kind' in orderBy) return { keys: select.items.map((item) => ({ value: columnOf(item.attribute, item.node), descending: orderBy.descending, nullsFirst: orderBy.nullsFirst })), hidden };
  const keys = orderBy.map((item) => {
    const value = sortValue(select, item.value, hidden);
    return checkedSortKey(select.resolution, { value, descending: item.descending, nullsFirst: item.nullsFirst }, item);
  });
  return { keys, hidden };
}

function sortValue(select: SortedSelect, node: Expression, hidden: NamedExpression[]): TypedExpression {
  const { resolution, items } = select;
  if (node.kind === 'number' && node.suffix === '' && /^-?\d+$/.test(node.text)) {
    const index = Number(node.text);
    const target = items[index - 1];
    return target === undefined ? resolution.fail(node, 'ORDER_BY_POS_OUT_OF_RANGE', { index, size: items.length }) : columnOf(target.attribute, node);
  }
  // Behind DISTINCT there is nothing but the output.
  const scope: Scope = select.distinct ? { ...select.scope, outer: undefined } : select.scope;
  const resolved = select.expressions.resolve(node, scope);
  checkKey(select, resolved, node);
  const inlined = select.inline(resolved);
  const key = expressionKey(inlined);
  const same = items.find((each) => expressionKey(each.value) === key);
  if (same !== undefined) return columnOf(same.attribute, node);
  const outputs = new Set(items.map((each) => each.attribute.id));
  const foreign = findExpression(resolved, (each) => (each.kind === 'column' && !outputs.has(each.attribute.id)) || each.kind === 'aggregate' || each.kind === 'subquery');
  if (foreign === undefined) return resolved;
  const attribute = resolution.attribute('sort', inlined.type);
  hidden.push({ attribute, value: inlined });
  return columnOf(attribute, node);
}

function checkKey(select: SortedSelect, value: TypedExpression, node: Expression): void {
  const { resolution, scope } = select;
  if (contains(value, 'generator')) resolution.fail(node, 'UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: 'Sort' });
  checkSortValue(resolution, value, select.grouped && !select.distinct);
  const outputs = new Set(select.items.map((item) => item.attribute.id));
  const input = new Set(scope.outer?.columns.map(({ attribute }) => attribute.id));
  const outer = findExpression(value, (each) => each.kind === 'column' && !outputs.has(each.attribute.id) && !input.has(each.attribute.id));
  if (outer !== undefined) resolution.fail(outer, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { expressions: prettyText(value) });
  const renamed = findExpression(value, (each) => each.kind === 'aggregate' && findExpression(each, (part) => part.kind === 'column' && outputs.has(part.attribute.id) && !input.has(part.attribute.id)) !== undefined);
  if (renamed !== undefined) resolution.fail(renamed, 'MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_APPEAR_IN_OPERATION', { expression: prettyText(renamed) });
  // Over grouping sets the keys are known by their output columns alone.
  const key = select.grouping?.sets === undefined ? undefined : keyBehind(value, outputs);
  if (key !== undefined) resolution.fail(key, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts([prettyText(key)]), proposal: select.items.map((item) => quoteParts([item.attribute.name])).join(', ') });
}

/** A column outside of the output that stands in no aggregate function but `grouping`. */
function keyBehind(value: TypedExpression, outputs: ReadonlySet<number>): TypedExpression | undefined {
  if (value.kind === 'column') return outputs.has(value.attribute.id) ? undefined : value;
  if (value.kind === 'aggregate' && value.name !== 'grouping' && value.name !== 'grouping_id') return undefined;
  return operandsOf(value).map((operand) => keyBehind(operand, outputs)).find((found) => found !== undefined);
}
