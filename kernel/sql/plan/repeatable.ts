import type { TypedExpression } from './expression.ts';
import { expressionsOf, inputsOf } from './outerColumns.ts';
import type { Plan } from './plan.ts';
import { findExpression } from './traverse.ts';

/** Aggregates that give the same whatever the order of their rows; sums of floating numbers do not. */
const ORDERLESS: ReadonlySet<string> = new Set(['count', 'count_if', 'sum', 'min', 'max', 'bool_and', 'bool_or']);
/** Window functions that give the same among rows that their order does not tell apart. */
const TIED: ReadonlySet<string> = new Set(['rank', 'dense_rank']);

/**
 * Whether a plan gives the same rows whenever it is run over the same tables: nothing random, and nothing that depends on
 * the order in which rows come.
 */
export function isRepeatable(plan: Plan): boolean {
  if (plan.kind === 'limit' || plan.kind === 'sample' || (plan.kind === 'cte' && plan.cte.recursion !== undefined)) return false;
  return expressionsOf(plan).every((expression) => findExpression(expression, varies) === undefined) && inputsOf(plan).every(isRepeatable);
}

function varies(expression: TypedExpression): boolean {
  switch (expression.kind) {
    case 'call':
      return expression.volatile;
    case 'aggregate':
      return !ORDERLESS.has(expression.name) || (expression.name === 'sum' && (expression.type.kind === 'double' || expression.type.kind === 'float'));
    case 'window':
      return !TIED.has(expression.function.name);
    case 'subquery':
      return !isRepeatable(expression.plan);
    default:
      return false;
  }
}
