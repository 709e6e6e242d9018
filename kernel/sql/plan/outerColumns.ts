import type { Attribute, TypedExpression } from './expression.ts';
import { outputOf, type Plan } from './plan.ts';
import { operandsOf } from './traverse.ts';

/** The columns that a subquery's plan reads and does not make: those of the query around it, each once. */
export function outerColumns(plan: Plan): readonly Attribute[] {
  const made = new Set<number>();
  const read = new Map<number, Attribute>();
  const inExpression = (expression: TypedExpression): void => {
    if (expression.kind === 'column') read.set(expression.attribute.id, expression.attribute);
    if (expression.kind === 'subquery') for (const attribute of expression.outer) read.set(attribute.id, attribute);
    operandsOf(expression).forEach(inExpression);
  };
  const visit = (each: Plan): void => {
    for (const attribute of outputOf(each)) made.add(attribute.id);
    expressionsOf(each).forEach(inExpression);
    inputsOf(each).forEach(visit);
  };
  visit(plan);
  return [...read.values()].filter(({ id }) => !made.has(id));
}

/** The expressions that an operator itself computes. */
export function expressionsOf(plan: Plan): readonly TypedExpression[] {
  switch (plan.kind) {
    case 'values':
      return plan.rows.flat();
    case 'range':
      return [plan.start, plan.end, plan.step];
    case 'project':
      return plan.items.map(({ value }) => value);
    case 'filter':
      return [plan.condition];
    case 'aggregate':
      return [...plan.keys, ...plan.aggregates].map(({ value }) => value);
    case 'window':
      return plan.functions.map(({ value }) => value);
    case 'generate':
      return [plan.generator];
    case 'join':
      return plan.condition === undefined ? [] : [plan.condition];
    case 'sort':
      return plan.keys.map(({ value }) => value);
    default:
      return [];
  }
}

/** The plans below an operator. What a CTE reads is its own. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case 'join':
    case 'setOperation':
      return [plan.left, plan.right];
    case 'oneRow':
    case 'scan':
    case 'range':
    case 'values':
      return [];
    case 'cte':
      return [plan.cte.plan];
    default:
      return [plan.input];
  }
}
