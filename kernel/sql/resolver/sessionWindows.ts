import { aggregateCall } from '../functions/definition.ts';
import { call, columnOf, literal } from '../plan/build.ts';
import type { AggregateExpression, Attribute, CallExpression, NamedExpression, ResolvedFrame, SortKey, TypedExpression, WindowExpression } from '../plan/expression.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import type { Located } from '../tree/expressions.ts';
import { BIGINT, type DataType, INT } from '../types/dataType.ts';
import type { Resolution } from './resolution.ts';

const BEFORE: ResolvedFrame = { unit: 'ROWS', from: { kind: 'unboundedPreceding' }, to: { kind: 'preceding', distance: literal(INT, 1n, { start: 0, end: 0 }) } };
const UP_TO: ResolvedFrame = { unit: 'ROWS', from: { kind: 'unboundedPreceding' }, to: { kind: 'currentRow' } };

/**
 * The rows with the session that they are in as a column behind theirs: a row that begins before the session of those before it
 * is over makes it longer. `session` is what a row makes by itself, `keys` what sessions are apart by.
 */
export function mergedSessions(resolution: Resolution, session: CallExpression, keys: readonly TypedExpression[], input: Plan, merged: Attribute): Plan {
  const [time, gap] = session.operands;
  const { type } = time!;
  const own = (name: string, of: DataType): Attribute => resolution.attribute(name, of);
  const column = (attribute: Attribute): TypedExpression => columnOf(attribute, session);
  const windowed = (plan: Plan, functions: readonly NamedExpression[]): Plan => ({ kind: 'window', input: plan, functions });
  const kept = outputOf(input);
  const parts = keys.map((value) => ({ attribute: own('key', value.type), value }));
  const [start, end] = [own('start', type), own('end', type)];
  const partition = parts.map(({ attribute }) => column(attribute));
  const byTime: readonly SortKey[] = [{ value: column(start), descending: false, nullsFirst: true }];
  const items = [
    ...kept.map((attribute) => ({ attribute, value: column(attribute) })), ...parts,
    { attribute: start, value: time! },
    { attribute: end, value: call('session_end', type, [time!, gap!], ([t, g]) => `(${t} + to_microseconds(${g}))`, session) },
  ];
  const reached = own('reached', type);
  const number = own('number', BIGINT);
  const first = own('first', BIGINT);
  const [from, to] = [own('from', type), own('to', type)];
  const begins = call('session_begins', BIGINT, [column(start), column(reached)], ([s, r]) => `CAST(CASE WHEN ${s} <= ${r} THEN 0 ELSE 1 END AS BIGINT)`, session);
  let plan: Plan = { kind: 'project', input, items };
  plan = windowed(plan, [{ attribute: reached, value: over('max', column(end), type, partition, byTime, BEFORE, session) }]);
  plan = { kind: 'project', input: plan, items: [...outputOf(plan).map((attribute) => ({ attribute, value: column(attribute) })), { attribute: first, value: begins }] };
  plan = windowed(plan, [{ attribute: number, value: over('sum', column(first), BIGINT, partition, byTime, UP_TO, session) }]);
  const within = [...partition, column(number)];
  plan = windowed(plan, [{ attribute: from, value: over('min', column(start), type, within, [], undefined, session) }, { attribute: to, value: over('max', column(end), type, within, [], undefined, session) }]);
  const value = call('session', session.type, [column(from), column(to)], ([f, t]) => `struct_pack("start" := ${f}, "end" := ${t})`, session);
  return { kind: 'project', input: plan, items: [...kept.map((attribute) => ({ attribute, value: column(attribute) })), { attribute: merged, value }] };
}

function over(name: 'min' | 'max' | 'sum', operand: TypedExpression, type: DataType, partitionBy: readonly TypedExpression[], orderBy: readonly SortKey[], frame: ResolvedFrame | undefined, { start, end }: Located): WindowExpression {
  const emission: AggregateExpression['emission'] = (texts) => (name === 'sum' ? `CAST(${aggregateCall(name, texts)} AS BIGINT)` : aggregateCall(name, texts));
  const aggregate: AggregateExpression = { kind: 'aggregate', name, operands: [operand], distinct: false, filter: undefined, orderBy: [], emission, loose: false, nullable: true, pretty: ([x]) => `${name}(${x})`, type, start, end };
  return { kind: 'window', function: aggregate, partitionBy, orderBy, frame, type, pretty: () => name, start, end };
}
