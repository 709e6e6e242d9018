import { columnOf } from '../plan/build.ts';
import type { NamedExpression, TypedExpression } from '../plan/expression.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { expressionKey, mapOperands } from '../plan/traverse.ts';
import type { Resolution } from './resolution.ts';
import { columnsRead } from './subqueries.ts';

/** A select between its steps: what is below, and what is still to be computed over it. */
export interface Windowed {
  readonly plan: Plan;
  readonly items: readonly NamedExpression[];
  /** Columns that only the order needs. */
  readonly hidden: readonly NamedExpression[];
  readonly qualify: TypedExpression | undefined;
}

/** The window functions as steps below, one for each level of windows in windows. */
export function withWindows(resolution: Resolution, steps: Windowed): Windowed {
  const known = new Map<string, { readonly named: NamedExpression; readonly level: number }>();
  const levels = new Map<number, number>();
  const replace = (expression: TypedExpression): TypedExpression => {
    const inner = mapOperands(expression, replace);
    if (inner.kind !== 'window') return inner;
    const key = expressionKey(inner);
    let found = known.get(key);
    if (found === undefined) {
      const level = Math.max(-1, ...columnsRead(inner).map(({ id }) => levels.get(id) ?? -1)) + 1;
      found = { named: { attribute: resolution.attribute('window', inner.type), value: inner }, level };
      known.set(key, found);
      levels.set(found.named.attribute.id, level);
    }
    return columnOf(found.named.attribute, expression, prettyText(expression));
  };
  const replaced = (list: readonly NamedExpression[]): NamedExpression[] => list.map((item) => ({ ...item, value: replace(item.value) }));
  const [items, hidden, qualify] = [replaced(steps.items), replaced(steps.hidden), steps.qualify && replace(steps.qualify)];
  const all = [...known.values()];
  const input = new Set(outputOf(steps.plan).map(({ id }) => id));
  const correlated = all.find(({ named }) => columnsRead(named.value).some(({ id }) => !input.has(id) && !levels.has(id)));
  if (correlated !== undefined) resolution.refuse(correlated.named.value, 'A window over columns of the query around it', 'the engine has no such windows');
  let { plan } = steps;
  for (let level = 0; all.some((each) => each.level === level); level++) plan = { kind: 'window', input: plan, functions: all.filter((each) => each.level === level).map(({ named }) => named) };
  return { plan, items, hidden, qualify };
}
