import { call, columnOf } from '../plan/build.ts';
import type { Attribute, CallExpression, TypedExpression } from '../plan/expression.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import { expressionKey, findExpression } from '../plan/traverse.ts';
import type { Expression } from '../tree/expressions.ts';
import { BOOLEAN } from '../types/dataType.ts';
import type { Resolution } from './resolution.ts';
import type { Scope } from './scope.ts';

/** The one `window(…)` of a select: a column of its own, called `window`, of which there are rows with a time alone. */
export interface TimeWindow {
  readonly key: string;
  readonly attribute: Attribute;
}

/** The first `window(…)` among expressions, by itself, a field of it, or an argument of a call. */
export function findTimeWindow(nodes: readonly Expression[]): Expression | undefined {
  for (const node of nodes) {
    if (node.kind === 'call' && node.name.length === 1 && node.name[0]!.text.toLowerCase() === 'window') return node;
    const parts = node.kind === 'field' ? [node.base] : node.kind === 'call' ? node.arguments.map(({ value }) => value) : [];
    const found = findTimeWindow(parts);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The rows that have a time, with their window as a column behind theirs. */
export function withTimeWindow(resolution: Resolution, window: TypedExpression, plan: Plan, scope: Scope): { readonly plan: Plan; readonly scope: Scope } {
  if (!isTimeWindow(window)) return { plan, scope };
  const [time] = window.operands;
  const attribute = resolution.attribute('window', window.type);
  const condition = call('isnotnull', BOOLEAN, [time!], ([x]) => `(${x} IS NOT NULL)`, window);
  const items = [...outputOf(plan).map((each) => ({ attribute: each, value: columnOf(each, window) })), { attribute, value: window }];
  return {
    plan: { kind: 'project', input: { kind: 'filter', input: plan, condition }, items },
    scope: { ...scope, columns: [...scope.columns, { attribute, qualifier: [], hidden: true }], timeWindow: { key: expressionKey(window), attribute } },
  };
}

/** A `window(…)` as the column that its select has for it. */
export function timeWindowColumn(resolution: Resolution, resolved: TypedExpression, scope: Scope): TypedExpression {
  if (!isTimeWindow(resolved)) return resolved;
  let around: Scope | undefined = scope;
  while (around !== undefined && around.timeWindow === undefined) around = around.outer;
  const known = around?.timeWindow;
  if (known === undefined) return resolved;
  return known.key === expressionKey(resolved) ? columnOf(known.attribute, resolved) : resolution.refuse(resolved, 'A second window', 'a select has one window over time');
}

/** @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE where a window is left that no column stands for */
export function refuseStrayWindow(resolution: Resolution, values: readonly TypedExpression[]): void {
  for (const value of values) {
    const stray = findExpression(value, isTimeWindow);
    if (stray !== undefined) resolution.refuse(stray, 'A window inside of this expression', 'it stands by itself, or its start or end, in GROUP BY or a select list');
  }
}

function isTimeWindow(expression: TypedExpression): expression is CallExpression {
  return expression.kind === 'call' && expression.name === 'window';
}
