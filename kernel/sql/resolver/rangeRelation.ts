import { call, literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { isConstant } from '../plan/traverse.ts';
import type { Expression } from '../tree/expressions.ts';
import type { RelationOf } from '../tree/queries.ts';
import { BIGINT, type DataType, INT, isNumeric, sqlName } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { implicitCast } from './casting.ts';
import type { Planned } from './planner.ts';
import type { Resolution } from './resolution.ts';

interface Parameter {
  readonly name: string;
  readonly type: DataType;
  readonly place: string;
}

const START: Parameter = { name: 'start', type: BIGINT, place: 'first' };
const END: Parameter = { name: 'end', type: BIGINT, place: 'second' };
const STEP: Parameter = { name: 'step', type: BIGINT, place: 'third' };
const SLICES: Parameter = { name: 'numSlices', type: INT, place: '4th' };

/** `range([start,] end[, step[, partitions]])` over constants; an argument by name is no constant to Spark. */
export function planRange(resolution: Resolution, relation: RelationOf<'function'>, resolve: (value: Expression) => TypedExpression): Planned {
  const given = relation.arguments;
  if (given.length === 0 || given.length > 4) return resolution.fail(relation, 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { function: 'range', expected: '[1, 2, 3, 4]', actual: given.length });
  const parameters = given.length === 1 ? [END] : [START, END, STEP, SLICES];
  const bounds = new Map(given.map(({ name, value }, index) => {
    const parameter = parameters[index]!;
    const bound = resolve(value);
    if (name !== undefined || !isConstant(bound)) return resolution.fail(bound, 'NON_FOLDABLE_ARGUMENT', { function: 'range', parameter: parameter.name, type: sqlName(parameter.type) });
    return [parameter, boundOf(resolution, bound, parameter)];
  }));
  const constant = (value: bigint): TypedExpression => literal(BIGINT, value, relation);
  const step = bounds.get(STEP) ?? constant(1n);
  if (step.kind === 'literal' && step.value === 0n) return resolution.fail(relation, 'FAILED_FUNCTION_CALL', { function: 'range' });
  const checkedStep = step.kind === 'literal' ? step : call('step', BIGINT, [step], ([text], context) => `CASE WHEN ${text} = 0 THEN ${context.error('FAILED_FUNCTION_CALL', "'range'")} ELSE ${text} END`, step);
  const output = [resolution.attribute('id', BIGINT, false)];
  return { plan: { kind: 'range', start: bounds.get(START) ?? constant(0n), end: bounds.get(END)!, step: checkedStep, output }, columns: [{ attribute: output[0]!, qualifier: [] }] };
}

/** A bound as a number. One that turns out to be NULL is told like one of another type, as in Spark. */
function boundOf(resolution: Resolution, value: TypedExpression, { type, place }: Parameter): TypedExpression {
  const wrong = { parameter: place, function: 'range', required: `"${sqlName(type)}"`, input: prettyText(value), type: sqlName(value.type) };
  const bound = isNumeric(value.type) || value.type.kind === 'string' ? implicitCast(resolution, value, type) : undefined;
  if (bound === undefined || (bound.kind === 'literal' && bound.value === null)) return resolution.fail(value, 'UNEXPECTED_INPUT_TYPE', wrong);
  if (bound.kind === 'literal') return bound;
  const message = `Parameter ${place} of function \`range\` requires the ${wrong.required} type, however "${wrong.input}" has the type "${wrong.type}".`;
  return call('bound', type, [bound], ([text]) => `CASE WHEN ${text} IS NULL THEN error(${quoteString(`[UNEXPECTED_INPUT_TYPE=] ${message}`)}) ELSE ${text} END`, value);
}
