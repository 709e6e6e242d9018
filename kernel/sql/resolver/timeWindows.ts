import { call, columnOf } from '../plan/build.ts';
import type { Attribute, CallExpression, TypedExpression } from '../plan/expression.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import { contains, expressionKey, findExpression } from '../plan/traverse.ts';
import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { GroupBy, SelectItem } from '../tree/queries.ts';
import { BOOLEAN } from '../types/dataType.ts';
import type { Resolution } from './resolution.ts';
import type { Scope } from './scope.ts';
import { mergedSessions } from './sessionWindows.ts';
import type { ExpressionReader } from './windows.ts';

/** The one `window(…)` or `session_window(…)` of a select: a column of its own, of which there are rows with a time alone. */
export interface TimeWindow {
  readonly key: string;
  readonly attribute: Attribute;
}

const NAMES: ReadonlySet<string> = new Set(['window', 'session_window']);

/** The first window over time among expressions, by itself, a field of it, or an argument of a call. */
export function findTimeWindow(nodes: readonly Expression[]): Expression | undefined {
  for (const node of nodes) {
    if (node.kind === 'call' && node.name.length === 1 && NAMES.has(node.name[0]!.text.toLowerCase())) return node;
    const parts = node.kind === 'field' ? [node.base] : node.kind === 'call' ? node.arguments.map(({ value }) => value) : [];
    const found = findTimeWindow(parts);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The rows that have a time, with their window as a column behind theirs.
 * @param keys what rows are grouped by beside a session; undefined where they are not grouped
 */
export function withTimeWindow(resolution: Resolution, window: TypedExpression, plan: Plan, scope: Scope, keys: () => readonly TypedExpression[] | undefined): { readonly plan: Plan; readonly scope: Scope } {
  if (!isTimeWindow(window)) return { plan, scope };
  const [time] = window.operands;
  const attribute = resolution.attribute(window.name, window.type);
  const condition = call('isnotnull', BOOLEAN, [time!], ([x]) => `(${x} IS NOT NULL)`, window);
  const items = [...outputOf(plan).map((each) => ({ attribute: each, value: columnOf(each, window) })), { attribute, value: window }];
  const timed: Plan = { kind: 'filter', input: plan, condition };
  const apart = window.name === 'session_window' ? keys() : undefined;
  return {
    plan: apart === undefined ? { kind: 'project', input: timed, items } : mergedSessions(resolution, window, apart, timed, attribute),
    scope: { ...scope, columns: [...scope.columns, { attribute, qualifier: [], hidden: true }], timeWindow: { key: expressionKey(window), attribute } },
  };
}

/** The expressions of a plain GROUP BY. */
export function groupingNodes(groupBy: GroupBy | undefined): readonly Expression[] {
  return groupBy?.kind === 'expressions' ? groupBy.items.flatMap((item) => (item.kind === 'expression' ? [item.value] : [])) : [];
}

interface NameReader extends ExpressionReader {
  findName(parts: readonly NamePart[], scope: Scope, node: Located): TypedExpression | undefined;
}

/** What sessions are apart by: the other things that rows are grouped by. Undefined where they are not grouped. */
export function sessionKeys(reader: NameReader, { groupBy, items, distinct }: { readonly groupBy: GroupBy | undefined; readonly items: readonly SelectItem[]; readonly distinct: boolean }, window: Expression, scope: Scope): readonly TypedExpression[] | undefined {
  if (groupBy === undefined && !distinct) return undefined;
  const all = groupBy === undefined || groupBy.kind === 'all';
  if (!all && groupBy.kind !== 'expressions') return reader.resolution.refuse(window, 'session_window in grouping sets', 'its sessions are apart by what they are grouped by');
  const nodes = all ? items.map(({ value }) => value) : groupingNodes(groupBy).map((node) => groupedNode(reader, node, items, scope));
  const others = nodes.filter((node) => findTimeWindow([node]) === undefined && !(node.kind === 'name' && node.parts[0]!.text.toLowerCase() === 'session_window'));
  const values = others.map((node) => reader.resolve(node, scope));
  return all ? values.filter((value) => !contains(value, 'aggregate')) : values;
}

/** A place of the select list, or an alias of it, as what stands there. */
function groupedNode(reader: NameReader, node: Expression, items: readonly SelectItem[], scope: Scope): Expression {
  if (node.kind === 'number') return items[Number(node.text) - 1]?.value ?? node;
  if (node.kind !== 'name' || node.parts.length > 1 || reader.findName(node.parts, scope, node) !== undefined) return node;
  return items.find(({ alias }) => alias?.text.toLowerCase() === node.parts[0]!.text.toLowerCase())?.value ?? node;
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
  return expression.kind === 'call' && NAMES.has(expression.name);
}
