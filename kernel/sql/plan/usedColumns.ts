import type { TypedExpression } from './expression.ts';
import { type CteDefinition, outputOf, type Plan } from './plan.ts';
import { operandsOf } from './traverse.ts';

export interface Usage {
  /** Ids of attributes that the result depends on. */
  readonly attributes: ReadonlySet<number>;
  /** How often each CTE is read. */
  readonly cteReads: ReadonlyMap<number, number>;
  /** CTEs in the order in which they have to be defined. */
  readonly ctes: readonly CteDefinition[];
}

/** Which attributes a plan needs, from its output down. */
export function usageOf(plan: Plan): Usage {
  const walk = new UsageWalk();
  for (const attribute of outputOf(plan)) walk.attributes.add(attribute.id);
  walk.plan(plan);
  walk.definitions();
  return { attributes: walk.attributes, cteReads: walk.cteReads, ctes: [...walk.ctes.values()].sort((a, b) => a.id - b.id) };
}

class UsageWalk {
  readonly attributes = new Set<number>();
  readonly cteReads = new Map<number, number>();
  readonly ctes = new Map<number, CteDefinition>();

  /** Definitions are walked when all that reads them has been: later ones first. */
  definitions(): void {
    const done = new Set<number>();
    for (;;) {
      const next = [...this.ctes.values()].filter((cte) => !done.has(cte.id)).sort((a, b) => b.id - a.id)[0];
      if (next === undefined) return;
      done.add(next.id);
      for (const attribute of next.output) this.attributes.add(attribute.id);
      this.plan(next.plan);
      if (next.recursion === undefined) continue;
      for (const attribute of outputOf(next.recursion.step)) this.attributes.add(attribute.id);
      this.plan(next.recursion.step);
    }
  }

  plan(plan: Plan): void {
    switch (plan.kind) {
      case 'oneRow':
      case 'scan':
      case 'range':
        return;
      case 'values':
        for (const row of plan.rows) row.forEach((cell) => this.expression(cell));
        return;
      case 'project':
        for (const item of plan.items) if (this.attributes.has(item.attribute.id)) this.expression(item.value);
        return this.plan(plan.input);
      case 'filter':
        this.expression(plan.condition);
        return this.plan(plan.input);
      case 'aggregate':
        for (const item of plan.keys) this.expression(item.value);
        for (const item of plan.aggregates) if (this.attributes.has(item.attribute.id)) this.expression(item.value);
        return this.plan(plan.input);
      case 'window':
        for (const item of plan.functions) this.expression(item.value);
        return this.plan(plan.input);
      case 'generate':
        this.expression(plan.generator);
        return this.plan(plan.input);
      case 'join':
        if (plan.condition !== undefined) this.expression(plan.condition);
        this.plan(plan.right);
        return this.plan(plan.left);
      case 'sort':
        for (const key of plan.keys) this.expression(key.value);
        return this.plan(plan.input);
      case 'limit':
      case 'sample':
        return this.plan(plan.input);
      case 'distinct':
        for (const attribute of outputOf(plan.input)) this.attributes.add(attribute.id);
        return this.plan(plan.input);
      case 'setOperation':
        for (const side of [plan.left, plan.right]) {
          for (const attribute of outputOf(side)) this.attributes.add(attribute.id);
          this.plan(side);
        }
        return;
      case 'cte':
        this.cteReads.set(plan.cte.id, (this.cteReads.get(plan.cte.id) ?? 0) + 1);
        // inside of its own step a CTE is known by its first rows alone
        if (!this.ctes.has(plan.cte.id)) this.ctes.set(plan.cte.id, plan.cte);
        return;
    }
  }

  expression(expression: TypedExpression): void {
    if (expression.kind === 'column') this.attributes.add(expression.attribute.id);
    if (expression.kind === 'subquery') {
      // EXISTS asks for rows, not for columns.
      if (expression.form !== 'exists') for (const attribute of outputOf(expression.plan)) this.attributes.add(attribute.id);
      this.plan(expression.plan);
    }
    for (const operand of operandsOf(expression)) this.expression(operand);
  }
}
