import type { AggregateExpression, FrameEdge, ResolvedFrame, SortKey, TypedExpression, WindowExpression } from '../plan/expression.ts';
import { prettySortKey, prettyText } from '../plan/pretty.ts';
import type { Expression, FrameBound, Located, SortItem, WindowSpec } from '../tree/expressions.ts';
import type { Resolution } from './resolution.ts';
import type { Scope } from './scope.ts';
import { hasMap } from '../functions/comparison.ts';
import { sqlName } from '../types/dataType.ts';

/** What windows need of the resolver of expressions. */
export interface ExpressionReader {
  readonly resolution: Resolution;
  resolve(node: Expression, scope: Scope): TypedExpression;
}

/** Sort keys with Spark's NULL order; maps have no order. */
export function resolveSortKeys(reader: ExpressionReader, items: readonly SortItem[], scope: Scope): SortKey[] {
  return items.map((item) => checkedSortKey(reader.resolution, { value: reader.resolve(item.value, scope), descending: item.descending, nullsFirst: item.nullsFirst }, item));
}

export function checkedSortKey(resolution: Resolution, key: SortKey, node: Located): SortKey {
  if (hasMap(key.value.type)) resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: prettySortKey(key), function: 'sortorder', type: sqlName(key.value.type) });
  return key;
}

/** A function over a window, named or written out. */
export function resolveWindow(reader: ExpressionReader, aggregate: AggregateExpression, spec: WindowSpec, scope: Scope, node: Located): WindowExpression {
  const whole = withBase(reader.resolution, spec, scope, node, new Set());
  const partitionBy = whole.partitionBy.map((value) => reader.resolve(value, scope));
  const orderBy = resolveSortKeys(reader, whole.orderBy, scope);
  const fixed = aggregate.window;
  if (fixed !== undefined && fixed.frame !== '' && whole.frame !== undefined) reader.resolution.refuse(node, `A frame for ${prettyText(aggregate)}`, 'this function takes the frame that Spark gives it');
  if (aggregate.distinct && (orderBy.length > 0 || whole.frame !== undefined)) reader.resolution.refuse(node, 'DISTINCT in a window', 'Spark does not run it');
  const frame = whole.frame === undefined || (fixed !== undefined && fixed.frame !== '') ? undefined : { unit: whole.frame.unit, from: edgeOf(reader, whole.frame.from, scope), to: edgeOf(reader, whole.frame.to, scope) };
  const pretty = (): string => prettyWindow(aggregate, partitionBy, orderBy, frame);
  return { kind: 'window', function: aggregate, partitionBy, orderBy, frame, type: aggregate.type, pretty, start: node.start, end: node.end };
}

/** The spec with what `OVER w` or `OVER (w …)` takes from a named window. */
function withBase(resolution: Resolution, spec: WindowSpec, scope: Scope, node: Located, seen: Set<string>): WindowSpec {
  if (spec.base === undefined) return spec;
  const name = spec.base.toLowerCase();
  const named = scope.windows?.get(name);
  if (named === undefined || seen.has(name)) return resolution.fail(node, 'MISSING_WINDOW_SPECIFICATION', { window: spec.base });
  const base = withBase(resolution, named.spec, scope, node, seen.add(name));
  const frame = spec.frame ?? base.frame;
  const { start, end } = spec;
  return { partitionBy: spec.partitionBy.length > 0 ? spec.partitionBy : base.partitionBy, orderBy: spec.orderBy.length > 0 ? spec.orderBy : base.orderBy, ...(frame === undefined ? {} : { frame }), start, end };
}

function edgeOf(reader: ExpressionReader, bound: FrameBound, scope: Scope): FrameEdge {
  return 'distance' in bound ? { kind: bound.kind, distance: reader.resolve(bound.distance, scope) } : bound;
}

function prettyWindow(aggregate: AggregateExpression, partitionBy: readonly TypedExpression[], orderBy: readonly SortKey[], frame: ResolvedFrame | undefined): string {
  const parts: string[] = [];
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${partitionBy.map(prettyText).join(', ')}`);
  if (orderBy.length > 0) parts.push(`ORDER BY ${orderBy.map(prettySortKey).join(', ')}`);
  const given = aggregate.window?.frame;
  if (frame !== undefined) parts.push(`${frame.unit} BETWEEN ${prettyEdge(frame.from)} AND ${prettyEdge(frame.to)}`);
  else if (given !== undefined && given !== '') parts.push(given);
  else parts.push(orderBy.length > 0 ? 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW' : 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING');
  return `${prettyText(aggregate)} OVER (${parts.join(' ')})`;
}

function prettyEdge(edge: FrameEdge): string {
  switch (edge.kind) {
    case 'unboundedPreceding':
      return 'UNBOUNDED PRECEDING';
    case 'unboundedFollowing':
      return 'UNBOUNDED FOLLOWING';
    case 'currentRow':
      return 'CURRENT ROW';
    case 'preceding':
    case 'following':
      return `${prettyText(edge.distance)} ${edge.kind.toUpperCase()}`;
  }
}
