import type { TypedExpression } from './expression.ts';
import type { Plan } from './plan.ts';
import { operandsOf } from './traverse.ts';

export interface SelfReferences {
  readonly count: number;
  /** Some stand where the rows of one level are not enough to say what the step gives. */
  readonly misplaced: boolean;
}

/** Where a recursive CTE's step reads the CTE itself. */
export function selfReferences(step: Plan, cteId: number): SelfReferences {
  let count = 0;
  let misplaced = false;
  const visit = (plan: Plan, allowed: boolean): void => {
    switch (plan.kind) {
      case 'cte':
        if (plan.cte.id !== cteId) return visit(plan.cte.plan, allowed);
        count++;
        if (!allowed) misplaced = true;
        return;
      case 'oneRow':
      case 'scan':
      case 'range':
      case 'values':
        return;
      case 'join': {
        const { join } = plan;
        visit(plan.left, allowed && join !== 'right' && join !== 'full');
        visit(plan.right, allowed && (join === 'inner' || join === 'cross' || join === 'right'));
        if (plan.condition !== undefined) inExpression(plan.condition);
        return;
      }
      case 'setOperation':
        visit(plan.left, allowed);
        return visit(plan.right, allowed && plan.operator === 'UNION');
      case 'aggregate':
      case 'window':
      case 'distinct':
      case 'limit':
      case 'sample':
      case 'sort':
        return visit(plan.input, allowed && plan.kind === 'sort');
      case 'filter':
        inExpression(plan.condition);
        return visit(plan.input, allowed);
      case 'project':
        for (const { value } of plan.items) inExpression(value);
        return visit(plan.input, allowed);
      case 'generate':
        return visit(plan.input, allowed);
    }
  };
  const inExpression = (expression: TypedExpression): void => {
    if (expression.kind === 'subquery') visit(expression.plan, false);
    operandsOf(expression).forEach(inExpression);
  };
  visit(step, true);
  return { count, misplaced };
}
