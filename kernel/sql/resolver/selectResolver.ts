import { columnOf } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { generatedName, prettyText } from '../plan/pretty.ts';
import { contains, findExpression, mapOperands } from '../plan/traverse.ts';
import type { Expression, Located } from '../tree/expressions.ts';
import type { NamedWindow, Query, Select, SelectItem } from '../tree/queries.ts';
import type { Grouping } from './aggregation.ts';
import type { ExpressionResolver } from './expressionResolver.ts';
import { resolveGrouping } from './grouping.ts';
import type { Planned } from './planner.ts';
import type { RelationResolver } from './relationResolver.ts';
import type { Resolution } from './resolution.ts';
import { type CteScope, quoteParts, type Scope } from './scope.ts';
import { generatedValue, type Item, SelectBlock } from './selectBlock.ts';
import { expandStar } from './stars.ts';
import { columnsRead } from './subqueries.ts';
import { findTimeWindow, groupingNodes, refuseStrayWindow, sessionKeys, withTimeWindow } from './timeWindows.ts';

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

/** A bare name is called so whatever it means: a column, a field, or a variable's value. */
function itemName(node: Expression, value: TypedExpression): string {
  if (value.kind !== 'column' && node.kind === 'name' && node.parts.length > 1) return node.parts.at(-1)!.text;
  if (node.kind === 'field' && node.base.kind === 'name') return node.name.text;
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
    const windows = new Map<string, NamedWindow>();
    for (const window of select.windows) {
      if (windows.has(window.name.text)) this.#resolution.fail(window, 'INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION', { window: quoteParts([window.name.text]) });
      windows.set(window.name.text, window);
    }
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
      if (pipe === 'AGGREGATE' && contains(value, 'window')) this.#resolution.fail(value, 'UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE', { case: 'window functions; please update the query to move the window functions to a subsequent |> SELECT operator instead' });
      const aggregate = findExpression(value, ({ kind }) => kind === 'aggregate');
      if (pipe === 'AGGREGATE' && aggregate === undefined) this.#resolution.fail(value, 'PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION', { expression: prettyText(value) });
      const windowed = contains(value, 'window');
      if (pipe !== 'AGGREGATE' && aggregate !== undefined && !windowed) this.#resolution.fail(aggregate, 'PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION', { expression: prettyText(aggregate), clause: pipe });
    }
  }

  #where(node: Expression, scope: Scope): TypedExpression {
    const condition = this.#expressions.resolveCondition(node, { ...scope, condition: true });
    if (node.kind === 'null') return this.#resolution.fail(node, 'DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { expression: 'NULL', filter: 'NULL', type: 'VOID' });
    const generator = findExpression(condition, ({ kind }) => kind === 'generator');
    if (generator !== undefined) return this.#resolution.fail(generator, 'UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: 'Filter' });
    const window = findExpression(condition, ({ kind }) => kind === 'window');
    if (window !== undefined) return this.#resolution.refuse(window, 'A window function in WHERE', 'Spark does not take it there: QUALIFY does');
    const hoisted = hoistedAggregates(condition, scope);
    const invalid = findExpression(hoisted, ({ kind }) => kind === 'aggregate');
    if (invalid !== undefined) return this.#resolution.fail(invalid, 'INVALID_WHERE_CONDITION', { condition: prettyText(condition), expressions: prettyText(invalid) });
    return hoisted;
  }

  #grouping(select: SelectParts, block: SelectBlock): Grouping {
    const reader = { resolution: this.#resolution, items: block.values, hasStar: select.pipe === undefined && select.items.some(({ value }) => value.kind === 'star'), resolveKey: (node: Expression) => block.resolveKey(node) };
    return resolveGrouping(reader, select.groupBy!);
  }

  /** The select list, stars expanded; each item sees the aliases of those before it. */
  #items(nodes: readonly SelectItem[], scope: Scope): Item[] {
    const aliases = new Map<string, TypedExpression>();
    const repeatedAliases = new Map<string, number>();
    const items: Item[] = [];
    const remember = (name: string, value: TypedExpression): void => {
      const alias = name.toLowerCase();
      if (aliases.has(alias)) repeatedAliases.set(alias, (repeatedAliases.get(alias) ?? 1) + 1);
      aliases.set(alias, value);
    };
    for (const node of nodes) {
      const inner: Scope = { ...scope, aliases, repeatedAliases };
      if (node.value.kind === 'star') {
        for (const { name, value, column } of expandStar(this.#expressions, node.value, inner)) items.push(this.#item(name, value, column?.qualifier ?? [], undefined, node));
        continue;
      }
      const value = this.#expressions.resolve(node.value, inner);
      if (value.kind === 'generator') {
        const generated = this.#generatorItems(value, node);
        items.push(...generated);
        for (const { attribute } of generated) remember(attribute.name, columnOf(attribute, node));
        continue;
      }
      if (node.aliases.length > 0) this.#resolution.fail(node, 'ASSIGNMENT_ARITY_MISMATCH', { columns: node.aliases.length, values: 1 });
      const name = node.alias?.text ?? itemName(node.value, value);
      const plainColumn = value.kind === 'column' && node.alias === undefined;
      items.push(this.#item(name, value, plainColumn ? qualifierOf(scope, value) : [], node.alias?.text, node));
      if (node.alias !== undefined) remember(node.alias.text, changes(value) ? columnOf(items.at(-1)!.attribute, node) : value);
    }
    return items;
  }

  #item(name: string, value: TypedExpression, qualifier: readonly string[], alias: string | undefined, node: Located): Item {
    const reused = value.kind === 'column' && alias === undefined && value.attribute.name === name;
    const attribute = reused ? value.attribute : (value.kind === 'column' ? this.#resolution.attribute(name, value.type, value.attribute.nullable, value.attribute.charLength) : this.#resolution.attribute(name, value.type));
    return { attribute, value, qualifier, alias, node };
  }

  #generatorItems(generator: Extract<TypedExpression, { kind: 'generator' }>, node: SelectItem): Item[] {
    const { fields } = generator.output;
    const names = node.alias === undefined ? node.aliases.map((part) => part.text) : [node.alias.text];
    if (names.length > 0 && names.length !== fields.length) this.#resolution.fail(node, 'UDTF_ALIAS_NUMBER_MISMATCH', { aliases: names.length, columns: fields.length });
    return fields.map((field, index) => {
      const attribute = this.#resolution.attribute(names[index] ?? field.name, field.type);
      return { attribute, value: index === 0 ? generator : generatedValue(field.type, node), qualifier: [], alias: attribute.name, node };
    });
  }
}

function qualifierOf(scope: Scope, value: Extract<TypedExpression, { kind: 'column' }>): readonly string[] {
  return scope.columns.find((column) => column.attribute.id === value.attribute.id)?.qualifier ?? [];
}

/** Whether a value may be another at each evaluation. */
function changes(value: TypedExpression): boolean {
  return findExpression(value, (each) => each.kind === 'call' && each.volatile) !== undefined;
}

/** In a subquery of HAVING, an aggregate of columns around it is computed around it. */
function hoistedAggregates(condition: TypedExpression, { columns, outer }: Scope): TypedExpression {
  const hoist = outer?.hoist;
  if (hoist === undefined) return condition;
  const local = new Set(columns.map(({ attribute }) => attribute.id));
  const replace = (each: TypedExpression): TypedExpression => {
    if (each.kind !== 'aggregate') return mapOperands(each, replace);
    return columnsRead(each).some(({ id }) => local.has(id)) ? each : columnOf(hoist(each), each, prettyText(each));
  };
  return replace(condition);
}
