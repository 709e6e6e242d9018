import type { TypedExpression } from './expression.ts';
import { type CteDefinition, outputOf, type Plan } from './plan.ts';
import { operandsOf } from './traverse.ts';

export interface Usage {
  /** Ids of attributes that the result depends on. */
  readonly attributes: ReadonlySet<number>;
  /** How often each CTE is read. */
  readonly cteReads: ReadonlyMap<number, number>;
  /** How many rows are wanted of a CTE that reads itself, by its id; Infinity under LIMIT ALL, and nothing where no limit says so. */
  readonly rowsWanted: ReadonlyMap<number, number>;
  /** CTEs in the order in which they have to be defined. */
  readonly ctes: readonly CteDefinition[];
}

/** Which attributes a plan needs, from its output down. */
export function usageOf(plan: Plan): Usage {
  const walk = new UsageWalk();
  for (const attribute of outputOf(plan)) walk.attributes.add(attribute.id);
  walk.plan(plan);
  walk.definitions();
  return { attributes: walk.attributes, cteReads: walk.cteReads, rowsWanted: walk.wanted(), ctes: [...walk.ctes.values()].sort((a, b) => a.id - b.id) };
}

class UsageWalk {
  readonly attributes = new Set<number>();
  readonly cteReads = new Map<number, number>();
  readonly ctes = new Map<number, CteDefinition>();
  readonly #limits = new Map<number, number[]>();
  #underAll = false;

  /** A limit counts where nothing else reads the CTE: it is computed once. */
  wanted(): ReadonlyMap<number, number> {
    const reads = (id: number): number => (this.cteReads.get(id) ?? 0) - 1;
    return new Map([...this.#limits].flatMap(([id, limits]) => (limits.length === reads(id) && (limits.length === 1 || limits.every((limit) => limit === Infinity)) ? [[id, limits[0]!] as const] : [])));
  }

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
        return this.#limited(plan);
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
        if (this.#underAll) this.#limit(plan.cte, Infinity);
        return;
    }
  }

  #limited(plan: Extract<Plan, { kind: 'limit' }>): void {
    const around = this.#underAll;
    this.#underAll ||= plan.all === true;
    const source = projected(plan.input);
    const rows = constant(plan.limit) + (plan.offset === undefined ? 0 : constant(plan.offset));
    if (!this.#underAll && source.kind === 'cte' && !Number.isNaN(rows)) this.#limit(source.cte, rows);
    this.plan(plan.input);
    this.#underAll = around;
  }

  #limit({ id, recursion }: CteDefinition, rows: number): void {
    if (recursion !== undefined) this.#limits.set(id, [...(this.#limits.get(id) ?? []), rows]);
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

/** What is below expressions alone. */
function projected(plan: Plan): Plan {
  return plan.kind === 'project' ? projected(plan.input) : plan;
}

function constant(value: TypedExpression | undefined): number {
  return value?.kind === 'literal' && typeof value.value === 'bigint' ? Number(value.value) : Number.NaN;
}
