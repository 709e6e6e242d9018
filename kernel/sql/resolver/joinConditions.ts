import { columnOf } from '../plan/build.ts';
import type { NamedExpression, TypedExpression } from '../plan/expression.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, findExpression, mapOperands } from '../plan/traverse.ts';
import type { Resolution } from './resolution.ts';
import { columnsRead, refuseCorrelatedValue } from './subqueries.ts';

type Join = Extract<Plan, { kind: 'join' }>;

/** @throws LakebookError for what Spark takes in no ON */
export function checkJoinCondition(resolution: Resolution, condition: TypedExpression): void {
  const misplaced = findExpression(condition, ({ kind }) => kind === 'aggregate' || kind === 'window' || kind === 'generator');
  if (misplaced !== undefined) resolution.fail(misplaced, 'UNSUPPORTED_EXPR_FOR_OPERATOR', { expressions: prettyText(misplaced) });
  const changing = findExpression(condition, (each) => each.kind === 'call' && each.volatile);
  if (changing !== undefined) resolution.fail(changing, 'INVALID_NON_DETERMINISTIC_EXPRESSIONS', { expressions: prettyText(condition) });
  refuseCorrelatedValue(resolution, condition);
}

/**
 * The join with the subqueries of its condition as columns of the side that they read: DuckDB has none in the condition
 * of an outer join.
 */
export function joinOver(resolution: Resolution, join: Join): Plan {
  const { condition } = join;
  if (condition === undefined) return join;
  const [inLeft, inRight] = [join.left, join.right].map((side) => new Set(outputOf(side).map(({ id }) => id)));
  const outer = join.join === 'left' || join.join === 'right' || join.join === 'full';
  if (outer && columnsRead(condition).some(({ id }) => !inLeft!.has(id) && !inRight!.has(id))) return resolution.refuse(condition, 'An outer join over columns of the query around it', 'the engine has no such joins');
  if (!contains(condition, 'subquery')) return join;
  const columns: Record<'left' | 'right', NamedExpression[]> = { left: [], right: [] };
  const replace = (each: TypedExpression): TypedExpression => {
    if (each.kind !== 'subquery') return mapOperands(each, replace);
    const read = columnsRead(each);
    const right = read.some(({ id }) => inRight!.has(id));
    if (right && read.some(({ id }) => inLeft!.has(id))) return resolution.fail(each, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION', { expression: prettyText(each) });
    const attribute = resolution.attribute('subquery', each.type);
    columns[right ? 'right' : 'left'].push({ attribute, value: each });
    return columnOf(attribute, each);
  };
  const replaced = replace(condition);
  if (!outer) return join;
  return { ...join, left: withColumns(join.left, columns.left), right: withColumns(join.right, columns.right), condition: replaced };
}

function withColumns(plan: Plan, columns: readonly NamedExpression[]): Plan {
  if (columns.length === 0) return plan;
  const passed = outputOf(plan).map((attribute) => ({ attribute, value: columnOf(attribute, { start: 0, end: 0 }) }));
  return { kind: 'project', input: plan, items: [...passed, ...columns] };
}
