import { literal } from '../plan/build.ts';
import type { AggregateEmission, AggregateExpression, TypedExpression } from '../plan/expression.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import { commonType } from '../types/coercion.ts';
import { type DataType, DOUBLE, INT, sqlName } from '../types/dataType.ts';
import { prettyText } from '../plan/pretty.ts';
import { aggregateCall, aggregateNode, type FunctionCall, type FunctionDefinition } from './definition.ts';

const RANKED = 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW';

/** A function that only a window gives a meaning; Spark fixes its frame. */
function windowed(name: string, min: number, max: number, resolve: (given: FunctionCall) => AggregateExpression): FunctionDefinition {
  return { name, aliases: [], group: 'window', state: 'exact', note: undefined, min, max, resolve };
}

function node(given: FunctionCall, type: DataType, operands: readonly TypedExpression[], emission: AggregateEmission, frame: string, loose: boolean, shown: string): AggregateExpression {
  const built = aggregateNode(given, given.name, type, operands, emission, { pretty: (texts) => `${shown}(${texts.join(', ')})`, loose }) as AggregateExpression;
  return { ...built, window: { frame } };
}

function ranking(name: string, type: DataType, frame = RANKED, shown = name): FunctionDefinition {
  return windowed(name, 0, 0, (given) => node(given, type, [], (texts) => aggregateCall(name, texts), frame, type === INT, shown));
}

/** `lag` and `lead`: offset 1 and NULL unless told otherwise. */
function offset(name: 'lag' | 'lead'): FunctionDefinition {
  return windowed(name, 1, 3, (given) => {
    const { resolution } = given;
    const [value, distance, otherwise] = given.arguments;
    const steps = distance === undefined ? literal(INT, 1n, given.node) : coerceInput(resolution, distance, 'int', 1, () => `${name}(…)`);
    if (steps.kind !== 'literal' || typeof steps.value !== 'bigint') return resolution.fail(given.node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `${name}(${given.arguments.map(prettyText).join(', ')})`, input: 'offset', type: '"INT"' });
    const { type } = value!;
    if (otherwise !== undefined && commonType(type, otherwise.type, resolution.ansi) === undefined) return failInput(resolution, otherwise!, otherwise!, { expression: `${name}(…)`, parameter: 'third', required: `"${sqlName(value!.type)}"` });
    const fallback = otherwise === undefined ? literal(type, null, given.node) : implicitCast(resolution, otherwise, type);
    const ignoring = given.nulls === 'IGNORE' ? ' IGNORE NULLS' : '';
    const at = name === 'lag' ? -steps.value : steps.value;
    const emission: AggregateEmission = (texts) => `${name}(${texts.operands.join(', ')}${ignoring})${texts.over}`;
    return node(given, type, [implicitCast(resolution, value!, type), steps, fallback], emission, `ROWS BETWEEN ${at} FOLLOWING AND ${at} FOLLOWING`, false, name);
  });
}

/** A constant from one on. */
function positive(given: FunctionCall, operand: TypedExpression, name: string): TypedExpression {
  const expression = `${given.name}(${given.arguments.map(prettyText).join(', ')})`;
  if (operand.kind !== 'literal' || typeof operand.value !== 'bigint') return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression, input: name, type: '"INT"' });
  if (operand.value < 1n) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression, name, range: '(0, 2147483647]', value: String(operand.value) });
  return operand;
}

export const WINDOW_FUNCTIONS: readonly FunctionDefinition[] = [
  ranking('row_number', INT),
  ranking('rank', INT, RANKED, 'RANK'),
  ranking('dense_rank', INT, RANKED, 'DENSE_RANK'),
  ranking('percent_rank', DOUBLE, RANKED, 'PERCENT_RANK'),
  ranking('cume_dist', DOUBLE, 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'),
  windowed('ntile', 0, 1, (given) => {
    const buckets = given.arguments[0] === undefined ? literal(INT, 1n, given.node) : coerceInput(given.resolution, given.arguments[0], 'int', 0, () => 'ntile(…)');
    return node(given, INT, [positive(given, buckets, 'buckets')], (texts) => aggregateCall('ntile', texts), RANKED, true, 'ntile');
  }),
  offset('lag'),
  offset('lead'),
  windowed('nth_value', 2, 2, (given) => {
    const place = positive(given, coerceInput(given.resolution, given.arguments[1]!, 'int', 1, () => 'nth_value(…)'), 'offset');
    const ignoring = given.nulls === 'IGNORE' ? ' IGNORE NULLS' : '';
    // An empty frame: the window's own holds, not one of Spark's.
    return node(given, given.arguments[0]!.type, [given.arguments[0]!, place], (texts) => `nth_value(${texts.operands.join(', ')}${ignoring})${texts.over}`, '', false, 'nth_value');
  }),
];
