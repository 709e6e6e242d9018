import { columnOf, literal } from '../plan/build.ts';
import type { Attribute, NamedExpression, SortKey, TypedExpression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { generatedName, prettyText } from '../plan/pretty.ts';
import { contains, expressionKey, findExpression, mapOperands } from '../plan/traverse.ts';
import type { Expression, Located, SortItem } from '../tree/expressions.ts';
import type { NamedWindow, Query, Select, SelectItem } from '../tree/queries.ts';
import { isUnordered, sqlName } from '../types/dataType.ts';
import { Aggregation, type Grouping } from './aggregation.ts';
import type { ExpressionResolver } from './expressionResolver.ts';
import { resolveGrouping } from './grouping.ts';
import type { Planned } from './planner.ts';
import type { RelationResolver } from './relationResolver.ts';
import { setOperationError } from './queryErrors.ts';
import type { Resolution } from './resolution.ts';
import { type CteScope, quoteParts, type Scope, type ScopeColumn } from './scope.ts';
import { expandStar } from './stars.ts';
import { findTimeWindow, groupingNodes, refuseStrayWindow, sessionKeys, withTimeWindow } from './timeWindows.ts';
import { checkedSortKey } from './windows.ts';

interface Item {
  readonly attribute: Attribute;
  readonly value: TypedExpression;
  readonly qualifier: readonly string[];
  readonly alias: string | undefined;
  readonly node: Located;
}

/** A select list, its FROM already planned: the part that SELECT and the pipe operators share. */
export interface SelectParts {
  readonly items: readonly SelectItem[];
  readonly distinct: boolean;
  readonly where: Expression | undefined;
  readonly groupBy: Select['groupBy'];
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  /** The pipe operator that this is, which decides about aggregate functions. */
  readonly pipe?: 'SELECT' | 'EXTEND' | 'SET' | 'AGGREGATE';
}

/** A bare name is called so whatever it means: a column, or a variable's value. */
function itemName(node: Expression, value: TypedExpression): string {
  const constant = value.kind === 'literal' || (value.kind === 'call' && value.name === 'constant');
  return node.kind === 'name' && constant ? node.parts.at(-1)!.text : generatedName(value);
}

/** One SELECT: what Spark's analyser does between FROM and LIMIT. */
export class SelectResolver {
  readonly #resolution: Resolution;
  readonly #expressions: ExpressionResolver;
  readonly #relations: RelationResolver;

  constructor(resolution: Resolution, expressions: ExpressionResolver, relations: RelationResolver) {
    this.#resolution = resolution;
    this.#expressions = expressions;
    this.#relations = relations;
  }

  resolve(select: Select, orderBy: Query['orderBy'], outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    let source = this.#relations.resolveList(select.from, outer, ctes);
    for (const view of select.lateralViews) source = this.#relations.lateralView(source, view, outer, ctes);
    for (const hint of select.hints) this.#resolution.notices.push(`The hint ${hint.name} has no effect on the local engine.`);
    return this.resolveParts(select, source, orderBy, outer, ctes);
  }

  resolveParts(select: SelectParts, source: Planned, orderBy: Query['orderBy'], outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const windows = new Map(select.windows.map((window) => [window.name.text.toLowerCase(), window]));
    let scope: Scope = { columns: source.columns, outer, ctes, windows };
    let plan = source.plan;
    if (select.where !== undefined) plan = { kind: 'filter', input: plan, condition: this.#where(select.where, scope) };
    const window = findTimeWindow([...groupingNodes(select.groupBy), ...select.items.map(({ value }) => value)]);
    if (window !== undefined) ({ plan, scope } = withTimeWindow(this.#resolution, this.#expressions.resolve(window, scope), plan, scope, () => sessionKeys(this.#expressions, select, window, scope)));
    const items = this.#items(select.items, scope);
    if (select.pipe !== undefined) this.#checkPipe(select.pipe, items, select.groupBy?.items.length ?? 0);
    const block = new SelectBlock(this.#resolution, this.#expressions, scope, plan, items);
    if (select.groupBy !== undefined) block.group(this.#grouping(select, block));
    refuseStrayWindow(this.#resolution, items.map(({ value }) => value));
    block.having(select.having);
    block.qualify(select.qualify);
    return block.finish(select.distinct, orderBy);
  }

  /** Aggregate functions stand in AGGREGATE, and nothing but them stands there. */
  #checkPipe(pipe: NonNullable<SelectParts['pipe']>, items: readonly Item[], keys: number): void {
    for (const { value } of pipe === 'AGGREGATE' ? items.slice(keys) : items) {
      const aggregate = findExpression(value, ({ kind }) => kind === 'aggregate');
      if (pipe === 'AGGREGATE' && aggregate === undefined) this.#resolution.fail(value, 'PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION', { expression: prettyText(value) });
      const windowed = contains(value, 'window');
      if (pipe !== 'AGGREGATE' && aggregate !== undefined && !windowed) this.#resolution.fail(aggregate, 'PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION', { expression: prettyText(aggregate), clause: pipe });
    }
  }

  #where(node: Expression, scope: Scope): TypedExpression {
    const condition = this.#expressions.resolveCondition(node, scope);
    if (node.kind === 'null') return this.#resolution.fail(node, 'DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { expression: 'NULL', filter: 'NULL', type: 'VOID' });
    const invalid = findExpression(condition, (each) => each.kind === 'aggregate' || each.kind === 'window' || each.kind === 'generator');
    if (invalid !== undefined) return this.#resolution.fail(invalid, 'INVALID_WHERE_CONDITION', { condition: prettyText(condition), expressions: prettyText(invalid) });
    return condition;
  }

  #grouping(select: SelectParts, block: SelectBlock): Grouping {
    const reader = { resolution: this.#resolution, items: block.values, resolveKey: (node: Expression) => block.resolveKey(node) };
    return resolveGrouping(reader, select.groupBy!);
  }

  /** The select list, stars expanded; each item sees the aliases of those before it. */
  #items(nodes: readonly SelectItem[], scope: Scope): Item[] {
    const aliases = new Map<string, TypedExpression>();
    const repeatedAliases = new Map<string, number>();
    const items: Item[] = [];
    for (const node of nodes) {
      const inner: Scope = { ...scope, aliases, repeatedAliases };
      if (node.value.kind === 'star') {
        for (const { name, value, column } of expandStar(this.#expressions, node.value, inner)) items.push(this.#item(name, value, column?.qualifier ?? [], undefined, node));
        continue;
      }
      const value = this.#expressions.resolve(node.value, inner);
      if (value.kind === 'generator') {
        items.push(...this.#generatorItems(value, node));
        continue;
      }
      if (node.aliases.length > 0) this.#resolution.fail(node, 'ASSIGNMENT_ARITY_MISMATCH', { columns: node.aliases.length, values: 1 });
      const name = node.alias?.text ?? itemName(node.value, value);
      const plainColumn = value.kind === 'column' && node.alias === undefined;
      items.push(this.#item(name, value, plainColumn ? qualifierOf(scope, value) : [], node.alias?.text, node));
      if (node.alias === undefined) continue;
      const alias = node.alias.text.toLowerCase();
      if (aliases.has(alias)) repeatedAliases.set(alias, (repeatedAliases.get(alias) ?? 1) + 1);
      aliases.set(alias, value);
    }
    return items;
  }

  #item(name: string, value: TypedExpression, qualifier: readonly string[], alias: string | undefined, node: Located): Item {
    const reused = value.kind === 'column' && alias === undefined && value.attribute.name === name;
    const attribute = reused ? value.attribute : this.#resolution.attribute(name, value.type, value.kind === 'column' ? value.attribute.nullable : true);
    return { attribute, value, qualifier, alias, node };
  }

  #generatorItems(generator: Extract<TypedExpression, { kind: 'generator' }>, node: SelectItem): Item[] {
    const { fields } = generator.output;
    const names = node.alias === undefined ? node.aliases.map((part) => part.text) : [node.alias.text];
    if (names.length > 0 && names.length !== fields.length) this.#resolution.fail(node, 'UDTF_ALIAS_NUMBER_MISMATCH', { aliases: names.length, columns: fields.length });
    return fields.map((field, index) => {
      const attribute = this.#resolution.attribute(names[index] ?? field.name, field.type);
      return { attribute, value: index === 0 ? generator : literal(field.type, null, node, GENERATED), qualifier: [], alias: attribute.name, node };
    });
  }
}

/** Marks the items behind a generator's first: their values come from the generator. */
const GENERATED = '\u0000generated';

function qualifierOf(scope: Scope, value: Extract<TypedExpression, { kind: 'column' }>): readonly string[] {
  return scope.columns.find((column) => column.attribute.id === value.attribute.id)?.qualifier ?? [];
}

/** The steps of one select, each of which may need columns that the steps below it have to provide. */
class SelectBlock {
  readonly #resolution: Resolution;
  readonly #expressions: ExpressionResolver;
  readonly #scope: Scope;
  readonly #items: readonly Item[];
  #plan: Plan;
  #aggregation: Aggregation | undefined;
  #having: TypedExpression | undefined;
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
    this.#aggregation = new Aggregation(this.#resolution, this.#plan, grouping);
  }

  having(node: Expression | undefined): void {
    if (node === undefined) return;
    this.#having = this.#expressions.resolveCondition(node, this.#outputScope());
    this.#having = this.#inlineOutputs(this.#having);
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
    return { columns, outer: this.#scope, ctes: this.#scope.ctes, aggregateScope: this.#scope, ...(this.#scope.windows === undefined ? {} : { windows: this.#scope.windows }) };
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
    const sort = this.#sortKeys(orderBy, distinct);
    if (sort.hidden.some((item) => contains(item.value, 'aggregate'))) this.#aggregation ??= this.#wholeTable();
    let items: NamedExpression[] = this.#items.map(({ attribute, value }) => ({ attribute, value }));
    let hidden = sort.hidden;
    let qualify = this.#qualify;
    const aggregation = this.#aggregation;
    if (aggregation !== undefined) {
      const rewrite = (item: NamedExpression): NamedExpression => ({ ...item, value: isGenerated(item.value) ? item.value : aggregation.rewrite(item.value) });
      items = items.map(rewrite);
      hidden = hidden.map(rewrite);
      qualify = qualify && aggregation.rewrite(qualify);
      const having = this.#having && aggregation.rewrite(this.#having);
      this.#plan = aggregation.plan();
      if (having !== undefined) this.#plan = { kind: 'filter', input: this.#plan, condition: having };
    }
    [items, hidden, qualify] = this.#windows(items, hidden, qualify);
    if (qualify !== undefined) this.#plan = { kind: 'filter', input: this.#plan, condition: qualify };
    items = this.#generators(items);
    return this.#project(items, hidden, distinct, sort.keys);
  }

  #windows(items: NamedExpression[], hidden: readonly NamedExpression[], qualify: TypedExpression | undefined): [NamedExpression[], NamedExpression[], TypedExpression | undefined] {
    const functions = new Map<string, NamedExpression>();
    const replace = (expression: TypedExpression): TypedExpression => {
      if (expression.kind !== 'window') return mapOperands(expression, replace);
      const key = expressionKey(expression);
      let known = functions.get(key);
      if (known === undefined) {
        known = { attribute: this.#resolution.attribute('window', expression.type), value: expression };
        functions.set(key, known);
      }
      return columnOf(known.attribute, expression, prettyText(expression));
    };
    const replaced = (list: readonly NamedExpression[]): NamedExpression[] => list.map((item) => ({ ...item, value: replace(item.value) }));
    const result: [NamedExpression[], NamedExpression[], TypedExpression | undefined] = [replaced(items), replaced(hidden), qualify && replace(qualify)];
    if (functions.size > 0) this.#plan = { kind: 'window', input: this.#plan, functions: [...functions.values()] };
    return result;
  }

  /** Generators of the select list become steps of their own below the projection, each over the rows of the last. */
  #generators(items: NamedExpression[]): NamedExpression[] {
    const nested = items.find((item) => item.value.kind !== 'generator' && contains(item.value, 'generator'));
    if (nested !== undefined) this.#resolution.fail(nested.value, 'UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: prettyText(nested.value) });
    let generator: Extract<TypedExpression, { kind: 'generator' }> | undefined;
    let output: Attribute[] = [];
    return items.map((item): NamedExpression => {
      if (item.value.kind === 'generator') {
        generator = item.value;
        output = [];
        this.#plan = { kind: 'generate', input: this.#plan, generator, outer: generator.outer, output };
      } else if (generator === undefined || !isGenerated(item.value)) return item;
      const attribute = this.#resolution.attribute(item.attribute.name, item.attribute.type);
      output.push(attribute);
      return { attribute: item.attribute, value: columnOf(attribute, generator) };
    });
  }

  #project(items: readonly NamedExpression[], hidden: readonly NamedExpression[], distinct: boolean, keys: readonly SortKey[]): Planned {
    const columns = items.map(({ attribute }, index): ScopeColumn => ({ attribute, qualifier: this.#items[index]!.qualifier }));
    if (items.length === 0) this.#resolution.refuse({ start: 0, end: this.#resolution.text.length }, 'A result without a column', 'a table has one at least here');
    let plan: Plan = { kind: 'project', input: this.#plan, items: [...items, ...hidden] };
    if (distinct) {
      for (const [index, { attribute }] of items.entries()) if (isUnordered(attribute.type)) this.#resolution.fail(this.#items[index]!.node, setOperationError(attribute.type), { column: quoteParts([attribute.name]), type: sqlName(attribute.type) });
      plan = { kind: 'distinct', input: plan };
    }
    if (keys.length > 0) plan = { kind: 'sort', input: plan, keys };
    if (hidden.length > 0) plan = { kind: 'project', input: plan, items: items.map(({ attribute }) => ({ attribute, value: columnOf(attribute, { start: 0, end: 0 }) })) };
    return { plan, columns };
  }

  /** ORDER BY over the output; what is no output column becomes a hidden one. */
  #sortKeys(orderBy: Query['orderBy'], distinct: boolean): { keys: SortKey[]; hidden: NamedExpression[] } {
    const hidden: NamedExpression[] = [];
    if ('kind' in orderBy) return { keys: this.#items.map((item) => ({ value: columnOf(item.attribute, item.node), descending: orderBy.descending, nullsFirst: orderBy.nullsFirst })), hidden };
    const keys = orderBy.map((item) => {
      const value = this.#sortValue(item, hidden, distinct);
      return checkedSortKey(this.#resolution, { value, descending: item.descending, nullsFirst: item.nullsFirst }, item);
    });
    return { keys, hidden };
  }

  #sortValue(item: SortItem, hidden: NamedExpression[], distinct: boolean): TypedExpression {
    const { value: node } = item;
    if (node.kind === 'number' && node.suffix === '' && /^-?\d+$/.test(node.text)) {
      const index = Number(node.text);
      const target = this.#items[index - 1];
      if (target === undefined) return this.#resolution.fail(node, 'ORDER_BY_POS_OUT_OF_RANGE', { index, size: this.#items.length });
      return columnOf(target.attribute, node);
    }
    const resolved = this.#expressions.resolve(node, this.#outputScope());
    if (contains(resolved, 'generator')) return this.#resolution.fail(node, 'UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: 'Sort' });
    const outputs = new Set(this.#items.map((each) => each.attribute.id));
    const inlined = this.#inlineOutputs(resolved);
    const key = expressionKey(inlined);
    const same = this.#items.find((each) => expressionKey(each.value) === key);
    if (same !== undefined) return columnOf(same.attribute, node);
    const foreign = findExpression(resolved, (each) => (each.kind === 'column' && !outputs.has(each.attribute.id)) || each.kind === 'aggregate' || each.kind === 'window' || each.kind === 'subquery');
    if (foreign === undefined) return resolved;
    if (distinct) {
      const names = this.#items.map((each) => quoteParts([each.attribute.name])).join(', ');
      return this.#resolution.fail(node, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts([prettyText(foreign)]), proposal: names });
    }
    const attribute = this.#resolution.attribute('sort', inlined.type);
    hidden.push({ attribute, value: inlined });
    return columnOf(attribute, node);
  }
}

function isGenerated(value: TypedExpression): boolean {
  return value.kind === 'literal' && value.pretty === GENERATED;
}
