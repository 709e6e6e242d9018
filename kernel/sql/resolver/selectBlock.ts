import { columnOf, literal } from '../plan/build.ts';
import type { Attribute, NamedExpression, SortKey, TypedExpression } from '../plan/expression.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, findExpression, mapOperands } from '../plan/traverse.ts';
import type { Expression, Located } from '../tree/expressions.ts';
import type { Query } from '../tree/queries.ts';
import { isUnordered, sqlName } from '../types/dataType.ts';
import { Aggregation, type Grouping } from './aggregation.ts';
import type { ExpressionResolver } from './expressionResolver.ts';
import type { Planned } from './planner.ts';
import { setOperationError } from './queryErrors.ts';
import type { Resolution } from './resolution.ts';
import { quoteParts, type Scope, type ScopeColumn } from './scope.ts';
import { resolveSelectSort } from './selectSort.ts';
import { columnsRead, isCorrelatedValue } from './subqueries.ts';
import { type Windowed, withWindows } from './windowSteps.ts';

/** An output column of a select list, resolved over what FROM gives. */
export interface Item {
  readonly attribute: Attribute;
  readonly value: TypedExpression;
  readonly qualifier: readonly string[];
  readonly alias: string | undefined;
  readonly node: Located;
}

/** Stands for the value of an item behind a generator's first: it comes from the generator. */
export function generatedValue(type: TypedExpression['type'], node: Located): TypedExpression {
  return literal(type, null, node, GENERATED);
}

const GENERATED = '\u0000generated';
const NO_PLACE: Located = { start: 0, end: 0 };

/** The steps of one select, each of which may need columns that the steps below it have to provide. */
export class SelectBlock {
  readonly #resolution: Resolution;
  readonly #expressions: ExpressionResolver;
  readonly #scope: Scope;
  readonly #items: readonly Item[];
  #plan: Plan;
  #aggregation: Aggregation | undefined;
  #grouping: Grouping | undefined;
  #having: TypedExpression | undefined;
  /** Aggregates that subqueries of HAVING read. */
  readonly #hoisted: NamedExpression[] = [];
  #qualify: TypedExpression | undefined;

  constructor(resolution: Resolution, expressions: ExpressionResolver, scope: Scope, plan: Plan, items: readonly Item[]) {
    this.#resolution = resolution;
    this.#expressions = expressions;
    this.#scope = scope;
    this.#plan = plan;
    this.#items = items;
  }

  get values(): readonly TypedExpression[] {
    return this.#items.map((item) => item.value);
  }

  /** A GROUP BY expression: a name is a column before it is an alias. */
  resolveKey(node: Expression): TypedExpression {
    return this.#expressions.resolve(node, { ...this.#scope, aliases: this.#aliases() });
  }

  #aliases(): ReadonlyMap<string, TypedExpression> {
    return new Map(this.#items.flatMap((item) => (item.alias === undefined ? [] : [[item.alias.toLowerCase(), item.value] as const])));
  }

  group(grouping: Grouping): void {
    const input = new Set(outputOf(this.#plan).map(({ id }) => id));
    const outer = grouping.keys.find((key) => columnsRead(key).some(({ id }) => !input.has(id)));
    if (outer !== undefined) this.#resolution.fail(outer, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { expressions: prettyText(outer) });
    this.#grouping = grouping;
    this.#aggregation = new Aggregation(this.#resolution, this.#plan, grouping);
  }

  having(node: Expression | undefined): void {
    if (node === undefined) return;
    const hoist = (aggregate: TypedExpression): Attribute => {
      const attribute = this.#resolution.attribute('having', aggregate.type);
      this.#hoisted.push({ attribute, value: aggregate });
      return attribute;
    };
    // a column that is a key comes before an output column of its name
    const keys = new Set((this.#grouping?.keys ?? []).flatMap((key) => (key.kind === 'column' ? [key.attribute.id] : [])));
    const outputs: Scope = { ...this.#outputScope(), aggregateScope: this.#scope };
    const scope: Scope = { ...outputs, columns: this.#scope.columns.filter(({ attribute }) => keys.has(attribute.id)), outer: outputs, hoist };
    this.#having = this.#expressions.resolveCondition(node, scope);
    const window = findExpression(this.#having, ({ kind }) => kind === 'window');
    if (window !== undefined) this.#resolution.refuse(window, 'A window function in HAVING', 'Spark does not take it there: QUALIFY does');
    this.#aggregation ??= this.#wholeTable();
  }

  qualify(node: Expression | undefined): void {
    if (node === undefined) return;
    const condition = this.#expressions.resolveCondition(node, { ...this.#scope, aliases: this.#aliases() });
    this.#qualify = condition;
  }

  #wholeTable(): Aggregation {
    return new Aggregation(this.#resolution, this.#plan, { keys: [], sets: undefined, explicit: false });
  }

  /** Output columns before the input's, as ORDER BY and HAVING look names up. */
  #outputScope(): Scope {
    const columns = this.#items.map((item): ScopeColumn => ({ attribute: item.attribute, qualifier: item.qualifier }));
    return { columns, outer: this.#scope, over: true, ctes: this.#scope.ctes, ...(this.#scope.windows === undefined ? {} : { windows: this.#scope.windows }) };
  }

  /** Output columns replaced by what they stand for. */
  #inlineOutputs(expression: TypedExpression): TypedExpression {
    if (expression.kind === 'column') {
      const item = this.#items.find((each) => each.attribute.id === expression.attribute.id);
      return item === undefined || item.value.kind === 'generator' || isGenerated(item.value) ? expression : item.value;
    }
    return mapOperands(expression, (operand) => this.#inlineOutputs(operand));
  }

  finish(distinct: boolean, orderBy: Query['orderBy']): Planned {
    if (this.values.some((value) => contains(value, 'aggregate'))) this.#aggregation ??= this.#wholeTable();
    const sort = resolveSelectSort({
      resolution: this.#resolution, expressions: this.#expressions, items: this.#items, scope: this.#outputScope(), distinct,
      grouped: this.#aggregation !== undefined, grouping: this.#grouping, inline: (value) => this.#inlineOutputs(value),
    }, orderBy);
    let steps: Windowed = { plan: this.#plan, items: this.#items.map(({ attribute, value }) => ({ attribute, value })), hidden: sort.hidden, qualify: this.#qualify };
    if (this.#aggregation !== undefined) steps = this.#aggregated(steps, this.#aggregation);
    else if (!steps.items.some(({ value }) => value.kind === 'generator' && contains(value, 'window'))) steps = this.#generated(steps);
    steps = withWindows(this.#resolution, steps);
    if (steps.qualify !== undefined) steps = { ...steps, plan: { kind: 'filter', input: steps.plan, condition: steps.qualify } };
    steps = this.#evaluatedOnce(this.#generated(steps));
    return this.#project(steps, distinct, sort.keys);
  }

  #aggregated(steps: Windowed, aggregation: Aggregation): Windowed {
    const rewritten = (item: NamedExpression): NamedExpression => ({ ...item, value: isGenerated(item.value) ? item.value : this.#checkedItem(aggregation.rewrite(item.value), aggregation) });
    let items = steps.items.map(rewritten);
    const hidden = steps.hidden.map((item) => ({ ...item, value: aggregation.rewriteOver(item.value, this.#items.map(({ attribute }) => attribute)) }));
    const qualify = steps.qualify && aggregation.rewrite(steps.qualify);
    if (this.#having === undefined) return { plan: aggregation.plan(), items, hidden, qualify };
    const outputs = this.#items.map(({ attribute }) => attribute);
    const hoisted = this.#hoisted.map((item) => ({ ...item, value: aggregation.rewriteOver(item.value, outputs) }));
    const readsOutput = this.#readOutputs(this.#having).length > 0;
    if (hoisted.length === 0 && !readsOutput) {
      const condition = aggregation.rewriteOver(this.#inlineOutputs(this.#having), outputs);
      return { plan: { kind: 'filter', input: aggregation.plan(), condition }, items, hidden, qualify };
    }
    // A subquery reads output columns: those are computed below the filter.
    const condition = aggregation.rewriteOver(this.#having, outputs);
    const plan = aggregation.plan();
    const passed = outputOf(plan);
    const known = new Set(passed.map(({ id }) => id));
    const below = items.filter(({ attribute, value }) => !known.has(attribute.id) && !contains(value, 'window') && !contains(value, 'generator'));
    const over: Plan = { kind: 'project', input: plan, items: [...passed.map((attribute) => ({ attribute, value: columnOf(attribute, NO_PLACE) })), ...below, ...hoisted] };
    items = items.map((item) => (below.includes(item) ? { ...item, value: columnOf(item.attribute, item.value) } : item));
    return { plan: { kind: 'filter', input: over, condition }, items, hidden, qualify };
  }

  /** The computed output columns that subqueries of a condition read. */
  #readOutputs(condition: TypedExpression): readonly Attribute[] {
    const computed = new Set(this.#items.filter(({ attribute, value }) => value.kind !== 'column' || value.attribute.id !== attribute.id).map(({ attribute }) => attribute.id));
    const read: Attribute[] = [];
    findExpression(condition, (each) => {
      if (each.kind === 'subquery') read.push(...each.outer.filter(({ id }) => computed.has(id)));
      return false;
    });
    return read;
  }

  /** What Spark refuses in the select list of an aggregation beside columns that are no keys. */
  #checkedItem(value: TypedExpression, aggregation: Aggregation): TypedExpression {
    const query = findExpression(value, isCorrelatedValue);
    if (query !== undefined) return this.#resolution.fail(query, 'SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION', { expression: prettyText(query) });
    const own = new Set(this.#items.map(({ attribute }) => attribute.id));
    const outer = findExpression(value, (each) => each.kind === 'column' && aggregation.isForeign(each.attribute) && !own.has(each.attribute.id));
    if (outer !== undefined) return this.#resolution.fail(outer, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { expressions: prettyText(value) });
    return value;
  }

  /** Generators of the select list become steps of their own below the projection, each over the rows of the last. */
  #generated(steps: Windowed): Windowed {
    const nested = steps.items.find((item) => item.value.kind !== 'generator' && contains(item.value, 'generator'));
    if (nested !== undefined) this.#resolution.fail(nested.value, 'UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: prettyText(nested.value) });
    if (!steps.items.some(({ value }) => value.kind === 'generator')) return steps;
    let { plan } = steps;
    let generator: Extract<TypedExpression, { kind: 'generator' }> | undefined;
    let output: Attribute[] = [];
    const made = new Map<number, Attribute>();
    // a later item may name what the generator gives
    const replace = (each: TypedExpression): TypedExpression => (each.kind === 'column' && made.has(each.attribute.id) ? { ...each, attribute: made.get(each.attribute.id)! } : mapOperands(each, replace));
    const items = steps.items.map((item): NamedExpression => {
      if (item.value.kind === 'generator') {
        generator = replace(item.value) as typeof item.value;
        output = [];
        plan = { kind: 'generate', input: plan, generator, outer: generator.outer, output };
      } else if (generator === undefined || !isGenerated(item.value)) return { ...item, value: replace(item.value) };
      const attribute = this.#resolution.attribute(item.attribute.name, item.attribute.type);
      output.push(attribute);
      made.set(item.attribute.id, attribute);
      return { attribute: item.attribute, value: columnOf(attribute, generator) };
    });
    return { ...steps, plan, items, hidden: steps.hidden.map((item) => ({ ...item, value: replace(item.value) })) };
  }

  /** Items that others name and that may not be computed twice get a projection of their own. */
  #evaluatedOnce(steps: Windowed): Windowed {
    let { plan } = steps;
    const done = new Set<number>();
    const items = steps.items.map((item, place): NamedExpression => {
      const read = steps.items.some((other, at) => at > place && columnsRead(other.value).some(({ id }) => id === item.attribute.id));
      if (!read || item.value.kind === 'column' || done.has(item.attribute.id)) return item;
      done.add(item.attribute.id);
      plan = { kind: 'project', input: plan, items: [...outputOf(plan).map((attribute) => ({ attribute, value: columnOf(attribute, NO_PLACE) })), item] };
      return { ...item, value: columnOf(item.attribute, item.value) };
    });
    return { ...steps, plan, items };
  }

  #project({ plan: input, items, hidden }: Windowed, distinct: boolean, keys: readonly SortKey[]): Planned {
    const columns = items.map(({ attribute }, index): ScopeColumn => ({ attribute, qualifier: this.#items[index]!.qualifier }));
    if (items.length === 0) this.#resolution.refuse({ start: 0, end: this.#resolution.text.length }, 'A result without a column', 'a table has one at least here');
    let plan: Plan = { kind: 'project', input, items: [...items, ...hidden] };
    if (distinct) {
      for (const [index, { attribute }] of items.entries()) if (isUnordered(attribute.type)) this.#resolution.fail(this.#items[index]!.node, setOperationError(attribute.type), { column: quoteParts([attribute.name]), type: sqlName(attribute.type) });
      plan = { kind: 'distinct', input: plan };
    }
    if (keys.length > 0) plan = { kind: 'sort', input: plan, keys };
    if (hidden.length > 0) plan = { kind: 'project', input: plan, items: items.map(({ attribute }) => ({ attribute, value: columnOf(attribute, NO_PLACE) })) };
    return { plan, columns };
  }
}

function isGenerated(value: TypedExpression): boolean {
  return value.kind === 'literal' && value.pretty === GENERATED;
}
