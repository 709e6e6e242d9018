import type { AggregateExpression, FrameEdge, ResolvedFrame, SortKey, TypedExpression, WindowExpression } from '../plan/expression.ts';
import { prettySortKey, prettyText } from '../plan/pretty.ts';
import { findExpression } from '../plan/traverse.ts';
import type { Expression, FrameBound, Located, SortItem, WindowSpec } from '../tree/expressions.ts';
import type { Resolution } from './resolution.ts';
import type { Scope } from './scope.ts';
import { type DataType, isNumeric, isUnordered, sqlName } from '../types/dataType.ts';

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
  if (isUnordered(key.value.type)) resolution.fail(node, 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { expression: prettySortKey(key), function: 'sortorder', type: sqlName(key.value.type) });
  return key;
}

/** Aggregates that look at all rows of a partition at once. */
const WHOLE_PARTITION = new Set(['median', 'percentile_cont', 'percentile_disc']);

/** A function over a window, named or written out. */
export function resolveWindow(reader: ExpressionReader, aggregate: AggregateExpression, spec: WindowSpec, scope: Scope, node: Located): WindowExpression {
  const whole = withBase(reader.resolution, spec, scope, node, new Set());
  const partitionBy = whole.partitionBy.map((value) => reader.resolve(value, scope));
  const stray = partitionBy.find(({ type }) => isUnordered(type));
  if (stray !== undefined) reader.resolution.fail(node, 'EXPRESSION_TYPE_IS_NOT_ORDERABLE', { expression: prettyText(stray), type: sqlName(stray.type) });
  const orderBy = resolveSortKeys(reader, whole.orderBy, scope);
  if (WHOLE_PARTITION.has(aggregate.name) && (orderBy.length > 0 || whole.frame !== undefined)) reader.resolution.fail(node, 'INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC', { aggFunc: prettyText(aggregate) });
  const fixed = aggregate.window;
  if (fixed !== undefined && fixed.frame !== '' && whole.frame !== undefined) reader.resolution.refuse(node, `A frame for ${prettyText(aggregate)}`, 'this function takes the frame that Spark gives it');
  if (aggregate.distinct) reader.resolution.fail(node, 'DISTINCT_WINDOW_FUNCTION_UNSUPPORTED', { expression: prettyText(aggregate) });
  if (fixed !== undefined && orderBy.length === 0) reader.resolution.refuse(node, `${prettyText(aggregate)} OVER a window without an order`, 'Spark asks for an ORDER BY there');
  const frame = whole.frame === undefined || (fixed !== undefined && fixed.frame !== '') ? undefined : { unit: whole.frame.unit, from: edgeOf(reader, whole.frame.from, scope), to: edgeOf(reader, whole.frame.to, scope) };
  const pretty = (): string => prettyWindow(aggregate, partitionBy, orderBy, frame);
  if (frame !== undefined) checkFrame(reader.resolution, frame, orderBy, node);
  return { kind: 'window', function: aggregate, partitionBy, orderBy, frame, type: aggregate.type, pretty, start: node.start, end: node.end };
}

const EDGE_ORDER = { unboundedPreceding: 0, preceding: 1, currentRow: 2, following: 3, unboundedFollowing: 4 } as const;

/** What Spark refuses of a frame; what it runs and DuckDB does not is refused here. */
function checkFrame(resolution: Resolution, frame: ResolvedFrame, orderBy: readonly SortKey[], node: Located): void {
  const { unit, from, to } = frame;
  const expression = `${unit} BETWEEN ${prettyEdge(from)} AND ${prettyEdge(to)}`;
  const distances = [from, to].flatMap((edge) => ('distance' in edge ? [edge.distance] : []));
  if (distances.some((distance) => findExpression(distance, ({ kind }) => kind === 'column' || kind === 'subquery') !== undefined)) resolution.refuse(node, 'A frame that differs from row to row', 'Spark wants constants there');
  if (unit === 'RANGE' && orderBy.length === 0) resolution.fail(node, 'DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER', { expression });
  if (unit === 'RANGE' && distances.length > 0 && orderBy.length > 1) resolution.fail(node, 'DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER', { expression, order: orderBy.map(prettySortKey).join(', ') });
  if (unit === 'RANGE' && distances.some(({ type }) => type.kind === 'string' || type.kind === 'void')) resolution.refuse(node, `The frame ${expression}`, 'its distance is no number and no interval');
  const bad = distances.find(({ type }) => (unit === 'ROWS' ? type.kind !== 'int' : !isNumeric(type) && type.kind !== 'interval'));
  if (bad !== undefined) resolution.fail(node, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE', { expression, bound: 'distance' in from && from.distance === bad ? 'lower' : 'upper', type: sqlName(bad.type), expected: unit === 'ROWS' ? '"INT"' : '("NUMERIC" or "INTERVAL")' });
  const key = orderBy[0]?.value.type;
  if (unit === 'RANGE' && distances.length > 0 && key !== undefined) checkRangeTypes(resolution, distances, key, expression, node);
  if (from.kind === 'unboundedFollowing' || to.kind === 'unboundedPreceding') resolution.fail(node, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND', { expression, upper: prettyEdge(to), lower: prettyEdge(from) });
  const wrong = 'distance' in from && 'distance' in to && (EDGE_ORDER[from.kind] > EDGE_ORDER[to.kind] || (from.kind === to.kind && offsetOf(from) > offsetOf(to)));
  if (wrong) resolution.fail(node, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON', { expression });
  if (EDGE_ORDER[from.kind] > EDGE_ORDER[to.kind] || [from, to].some((edge) => 'distance' in edge && !(Number.isNaN(offsetOf(edge)) || Math.abs(offsetOf(edge)) === offsetOf(edge) * (edge.kind === 'preceding' ? -1 : 1)))) resolution.refuse(node, `The frame ${expression}`, 'it has no row, and is not written so here');
}

function checkRangeTypes(resolution: Resolution, distances: readonly TypedExpression[], key: DataType, expression: string, node: Located): void {
  if (key.kind === 'string' || key.kind === 'boolean' || key.kind === 'binary') resolution.fail(node, 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE', { expression, bound: 'lower', type: sqlName(distances[0]!.type), expected: `"${sqlName(key)}"` });
  const timed = key.kind === 'timestamp' || key.kind === 'timestamp_ntz';
  const unfit = distances.find(({ type }) => timed && type.kind !== 'interval');
  if (unfit !== undefined) resolution.fail(node, 'DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE', { expression, order: sqlName(key), bound: sqlName(unfit.type) });
  if (isNumeric(key) && distances.some(({ type }) => type.kind === 'interval')) resolution.refuse(node, `The frame ${expression}`, 'an interval is no distance of numbers');
}

/** A distance as rows or values away, backwards negative; not a number where it is no plain number. */
function offsetOf(edge: FrameEdge): number {
  if (!('distance' in edge)) return 0;
  const { distance } = edge;
  const value = distance.kind === 'literal' && isNumeric(distance.type) ? Number(prettyText(distance)) : Number.NaN;
  return edge.kind === 'preceding' ? -value : value;
}

/** The spec with what `OVER w` or `OVER (w …)` takes from a named window. */
function withBase(resolution: Resolution, spec: WindowSpec, scope: Scope, node: Located, seen: Set<string>): WindowSpec {
  if (spec.base === undefined) return spec;
  const name = spec.base;
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
