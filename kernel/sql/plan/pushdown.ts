import { isNumeric } from '../types/dataType.ts';
import type { TypedExpression } from './expression.ts';
import { outputOf, type Plan } from './plan.ts';
import type { ComparisonOperator, ScanPredicate, TypedLiteral } from './scan.ts';
import { operandsOf } from './traverse.ts';

/**
 * For each scan the conjuncts that every row must meet to matter to the result. They only ever drop rows that the
 * query's own filters drop as well.
 */
export function scanPredicates(plan: Plan): ReadonlyMap<number, ScanPredicate> {
  const found = new Map<number, ScanPredicate[]>();
  new Pushdown(found).plan(plan, []);
  return new Map([...found].map(([scan, terms]) => [scan, terms.length === 1 ? terms[0]! : { kind: 'and', terms }]));
}

class Pushdown {
  readonly #found: Map<number, ScanPredicate[]>;

  constructor(found: Map<number, ScanPredicate[]>) {
    this.#found = found;
  }

  /** `conjuncts` hold for every row of the plan's output that matters. */
  plan(plan: Plan, conjuncts: readonly TypedExpression[]): void {
    switch (plan.kind) {
      case 'scan':
        return this.#scan(plan, conjuncts);
      case 'filter':
        this.#subqueries(plan.condition);
        return this.plan(plan.input, [...conjuncts, ...split(plan.condition)]);
      case 'project': {
        for (const item of plan.items) this.#subqueries(item.value);
        const values = new Map(plan.items.map((item) => [item.attribute.id, item.value]));
        return this.plan(plan.input, conjuncts.flatMap((each) => substitute(each, values)));
      }
      case 'aggregate': {
        const keys = new Map(plan.sets === undefined ? plan.keys.map((key) => [key.attribute.id, key.value]) : []);
        return this.plan(plan.input, conjuncts.flatMap((each) => substitute(each, keys)));
      }
      case 'join':
        return this.#join(plan, conjuncts);
      case 'sort':
      case 'distinct':
        return this.plan(plan.input, conjuncts);
      case 'generate':
        return this.plan(plan.input, within(conjuncts, plan.input));
      case 'window':
      case 'limit':
      case 'sample':
        return this.plan(plan.input, []);
      case 'setOperation':
        return this.#setOperation(plan, conjuncts);
      case 'cte':
        // Others may read the same definition without this filter.
        if (plan.cte.recursion !== undefined) this.plan(plan.cte.recursion.step, []);
        return this.plan(plan.cte.plan, []);
      case 'oneRow':
      case 'range':
      case 'values':
        return;
    }
  }

  #join(plan: Extract<Plan, { kind: 'join' }>, conjuncts: readonly TypedExpression[]): void {
    const on = plan.condition === undefined ? [] : split(plan.condition);
    on.forEach((each) => this.#subqueries(each));
    const preserved = { left: plan.join === 'left' || plan.join === 'full' || plan.join === 'anti', right: plan.join === 'right' || plan.join === 'full' };
    const nullable = { left: plan.join === 'right' || plan.join === 'full', right: plan.join === 'left' || plan.join === 'full' };
    const left = [...(nullable.left ? [] : conjuncts), ...(preserved.left ? [] : on)];
    const right = [...(nullable.right ? [] : conjuncts), ...(preserved.right ? [] : on)];
    this.plan(plan.left, within(left, plan.left));
    this.plan(plan.right, within(right, plan.right));
  }

  #setOperation(plan: Extract<Plan, { kind: 'setOperation' }>, conjuncts: readonly TypedExpression[]): void {
    for (const side of [plan.left, plan.right]) {
      const columns = outputOf(side);
      const values = new Map(plan.output.map((attribute, index): [number, TypedExpression] => [attribute.id, { kind: 'column', attribute: columns[index]!, spelling: columns[index]!.name, type: columns[index]!.type, start: 0, end: 0 }]));
      this.plan(side, plan.operator === 'UNION' ? conjuncts.flatMap((each) => substitute(each, values)) : []);
    }
  }

  #scan(plan: Extract<Plan, { kind: 'scan' }>, conjuncts: readonly TypedExpression[]): void {
    const own = new Set(plan.output.map((attribute) => attribute.id));
    const terms = this.#found.get(plan.scanId) ?? [];
    for (const each of conjuncts) {
      const predicate = scanPredicate(each, own);
      if (predicate !== undefined) terms.push(predicate);
    }
    if (terms.length > 0) this.#found.set(plan.scanId, terms);
  }

  /** Subqueries prune by their own filters. */
  #subqueries(expression: TypedExpression): void {
    if (expression.kind === 'subquery') this.plan(expression.plan, []);
    operandsOf(expression).forEach((operand) => this.#subqueries(operand));
  }
}

function split(condition: TypedExpression): TypedExpression[] {
  const parts: TypedExpression[] = [];
  const stack = [condition];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.kind === 'call' && next.name === 'and') stack.push(...next.operands);
    else parts.push(next);
  }
  return parts;
}

/** Conjuncts that name nothing but the plan's own columns. */
function within(conjuncts: readonly TypedExpression[], plan: Plan): TypedExpression[] {
  const own = new Set(outputOf(plan).map((attribute) => attribute.id));
  return conjuncts.filter((each) => columnsOf(each).every((id) => own.has(id)));
}

function columnsOf(expression: TypedExpression): number[] {
  return expression.kind === 'column' ? [expression.attribute.id] : operandsOf(expression).flatMap(columnsOf);
}

/** The conjunct over the input's columns; none where it names a column that is computed. */
function substitute(expression: TypedExpression, values: ReadonlyMap<number, TypedExpression>): TypedExpression[] {
  let known = true;
  const replace = (each: TypedExpression): TypedExpression => {
    if (each.kind === 'column') {
      const value = values.get(each.attribute.id);
      if (value?.kind !== 'column') known = false;
      return value ?? each;
    }
    if (each.kind === 'call') return { ...each, operands: each.operands.map(replace) };
    if (each.kind === 'field') return { ...each, base: replace(each.base) };
    if (each.kind !== 'literal') known = false;
    return each;
  };
  const replaced = replace(expression);
  return known ? [replaced] : [];
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=', '<=>']);
const MIRRORED: Readonly<Record<string, ComparisonOperator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The predicate of an expression over one scan's columns; undefined where it is of no form that files are pruned by. */
function scanPredicate(expression: TypedExpression, own: ReadonlySet<number>): ScanPredicate | undefined {
  if (expression.kind === 'column' && expression.type.kind === 'boolean') return compare('=', expression, { type: expression.type, value: true }, own);
  if (expression.kind !== 'call') return undefined;
  const { name, operands } = expression;
  const [first, second] = operands;
  if (name === 'and' || name === 'or') {
    const terms = operands.map((operand) => scanPredicate(operand, own)).filter((term) => term !== undefined);
    if (name === 'or') return terms.length === operands.length ? { kind: 'or', terms } : undefined;
    return terms.length === 0 ? undefined : terms.length === 1 ? terms[0] : { kind: 'and', terms };
  }
  if (name === 'not') return negated(first!, own);
  if (name === 'isnull' || name === 'isnotnull') {
    const column = columnPath(first!, own);
    return column && { kind: name === 'isnull' ? 'isNull' : 'isNotNull', column };
  }
  if (COMPARISONS.has(name)) {
    const operator = name as ComparisonOperator;
    const direct = second!.kind === 'literal' ? compare(operator, first!, second!, own) : undefined;
    return direct ?? (first!.kind === 'literal' ? compare(MIRRORED[operator] ?? operator, second!, first!, own) : undefined);
  }
  if (name === 'between') {
    const bounds = [compareLiteral('>=', first!, second!, own), compareLiteral('<=', first!, operands[2]!, own)].filter((term) => term !== undefined);
    return bounds.length === 0 ? undefined : bounds.length === 1 ? bounds[0] : { kind: 'and', terms: bounds };
  }
  if (name === 'in') return inList(operands, own);
  if (name === 'like') return likePrefix(first!, second!, own);
  return undefined;
}

/** NOT over one leaf; over more it is left to the query. */
function negated(operand: TypedExpression, own: ReadonlySet<number>): ScanPredicate | undefined {
  if (operand.kind === 'call' && (operand.name === 'and' || operand.name === 'between' || operand.name === 'like')) return undefined;
  const term = scanPredicate(operand, own);
  return term && { kind: 'not', term };
}

function compareLiteral(operator: ComparisonOperator, column: TypedExpression, literal: TypedExpression, own: ReadonlySet<number>): ScanPredicate | undefined {
  return literal.kind === 'literal' ? compare(operator, column, literal, own) : undefined;
}

function compare(operator: ComparisonOperator, operand: TypedExpression, literal: TypedLiteral, own: ReadonlySet<number>): ScanPredicate | undefined {
  const column = columnPath(operand, own);
  if (column === undefined || (literal.value === null && operator !== '<=>') || !comparable(operand)) return undefined;
  return { kind: 'compare', operator, column, literal: { type: literal.type, value: literal.value } };
}

/** Of CHAR(n) the files' statistics tell what is stored, which may lack the blanks that a query sees. */
function comparable(operand: TypedExpression): boolean {
  if (operand.kind === 'column' && operand.attribute.charLength !== undefined) return false;
  return isNumeric(operand.type) || ['string', 'boolean', 'date', 'timestamp', 'timestamp_ntz'].includes(operand.type.kind);
}

function inList(operands: readonly TypedExpression[], own: ReadonlySet<number>): ScanPredicate | undefined {
  const [operand, ...values] = operands;
  const column = columnPath(operand!, own);
  if (column === undefined || !comparable(operand!)) return undefined;
  const literals: TypedLiteral[] = [];
  for (const value of values) {
    if (value.kind !== 'literal') return undefined;
    if (value.value !== null) literals.push({ type: value.type, value: value.value });
  }
  return { kind: 'in', column, literals };
}

function likePrefix(operand: TypedExpression, pattern: TypedExpression, own: ReadonlySet<number>): ScanPredicate | undefined {
  const column = columnPath(operand, own);
  if (column === undefined || pattern.kind !== 'literal' || typeof pattern.value !== 'string' || !comparable(operand)) return undefined;
  const prefix = /^[^%_\\]*/.exec(pattern.value)![0];
  return prefix === '' ? undefined : { kind: 'startsWith', column, prefix };
}

function columnPath(expression: TypedExpression, own: ReadonlySet<number>): readonly string[] | undefined {
  if (expression.kind === 'column') return own.has(expression.attribute.id) ? [expression.attribute.name] : undefined;
  if (expression.kind !== 'field' || expression.base.type.kind !== 'struct') return undefined;
  const base = columnPath(expression.base, own);
  return base && [...base, expression.base.type.fields[expression.index]!.name];
}
