import { columnOf } from '../plan/build.ts';
import type { SortKey, TypedExpression } from '../plan/expression.ts';
import { type CteDefinition, outputOf, type Plan } from '../plan/plan.ts';
import type { Expression, Located, SortItem } from '../tree/expressions.ts';
import type { Cte, PipeOperator, Query, QueryBody, SelectItem } from '../tree/queries.ts';
import { commonType, sameFieldTypes } from '../types/coercion.ts';
import { isUnordered, sameType, sqlName } from '../types/dataType.ts';
import { selfReferences } from '../plan/selfReferences.ts';
import { mentions } from '../references.ts';
import { implicitCast } from './casting.ts';
import { ExpressionResolver } from './expressionResolver.ts';
import { resolvePivot, resolveUnpivot } from './pivot.ts';
import { type Planned, type QueryPlanner, requalified, visibleColumns } from './planner.ts';
import { RelationResolver } from './relationResolver.ts';
import { setOperationError } from './queryErrors.ts';
import type { Resolution } from './resolution.ts';
import { limitValue, planSample } from './sampling.ts';
import { type CteScope, quoteParts, type Scope, type ScopeColumn } from './scope.ts';
import { type SelectParts, SelectResolver } from './selectResolver.ts';
import { checkSortValue } from './subqueries.ts';
import { resolveSortKeys } from './windows.ts';

/** Spark's own limit: `spark.sql.cteRecursionLevelLimit`. */
const RECURSION_LEVELS = 100;

/** Whole queries: CTEs, set operations, ORDER BY and LIMIT, pipes. */
export class QueryResolver implements QueryPlanner {
  readonly #resolution: Resolution;
  readonly #expressions: ExpressionResolver;
  readonly #relations: RelationResolver;
  readonly #selects: SelectResolver;

  constructor(resolution: Resolution) {
    this.#resolution = resolution;
    this.#expressions = new ExpressionResolver(resolution, (query, outer) => {
      const planned = this.planQuery(query, outer, outer.ctes);
      return narrowed(planned);
    });
    this.#relations = new RelationResolver(resolution, this.#expressions, this);
    this.#selects = new SelectResolver(resolution, this.#expressions, this.#relations);
  }

  planQuery(query: Query, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const scope = this.#ctes(query, outer, ctes);
    const tailed = this.#tail(query, outer, scope);
    return query.pipes.reduce((planned, pipe) => this.#pipe(pipe, planned, outer, scope), tailed);
  }

  #ctes(query: Query, outer: Scope | undefined, ctes: CteScope | undefined): CteScope | undefined {
    const names = query.ctes.map((cte) => cte.name.text);
    const repeated = names.filter((name, index) => names.indexOf(name) < index);
    if (repeated.length > 0) return this.#resolution.fail(query, 'DUPLICATED_CTE_NAMES', { names: repeated.map((name) => quoteParts([name])).join(', ') });
    return query.ctes.reduce<CteScope | undefined>((scope, cte) => {
      const definition = (query.recursive ? this.#recursive(cte, outer, scope) : undefined) ?? this.#define(cte, this.planQuery(cte.query, outer, scope));
      return { name: cte.name.text, definition, outer: scope };
    }, ctes);
  }

  #define(cte: Cte, planned: Planned): CteDefinition {
    const visible = visibleColumns(planned.columns);
    if (cte.columns.length > 0 && cte.columns.length !== visible.length) this.#resolution.fail(cte, 'ASSIGNMENT_ARITY_MISMATCH', { columns: cte.columns.length, values: visible.length });
    const items = visible.map(({ attribute }, index) => ({ attribute: cte.columns.length === 0 ? attribute : this.#resolution.attribute(cte.columns[index]!.text, attribute.type, attribute.nullable), value: columnOf(attribute, cte) }));
    return { id: this.#resolution.nextId(), name: cte.name.text, plan: { kind: 'project', input: planned.plan, items }, output: items.map((item) => item.attribute), recursion: undefined };
  }

  /** A CTE that reads itself: `first rows UNION ALL step`. Undefined for one that does not. */
  #recursive(cte: Cte, outer: Scope | undefined, ctes: CteScope | undefined): CteDefinition | undefined {
    const { query } = cte;
    if (!mentions(query, cte.name.text)) return undefined;
    const { body } = query;
    if (body.kind !== 'setOperation' || body.operator !== 'UNION') return this.#resolution.fail(cte, 'INVALID_RECURSIVE_CTE', {});
    const tail = 'kind' in query.orderBy || query.orderBy.length + query.sortBy.length + query.distributeBy.length + query.pipes.length > 0 || query.limit !== undefined || query.offset !== undefined;
    if (!body.all || body.byName || tail) return this.#resolution.refuse(cte, 'A recursive CTE that is more than UNION ALL', 'levels are put together as they come here');
    const inner = this.#ctes({ ...query, recursive: false }, outer, ctes);
    const first = this.#define(cte, this.#body(body.left, outer, inner));
    // a level may give NULL where the first rows have none
    const self: CteDefinition = { ...first, output: first.output.map((attribute) => ({ ...attribute, nullable: true })) };
    const planned = this.#body(body.right, outer, { name: cte.name.text, definition: self, outer: inner });
    const { count, misplaced } = selfReferences(planned.plan, self.id);
    if (count === 0) return this.#resolution.fail(cte, 'INVALID_RECURSIVE_CTE', {});
    if (count > 1) return this.#resolution.fail(cte, 'INVALID_RECURSIVE_REFERENCE.NUMBER', {});
    if (misplaced) return this.#resolution.fail(cte, 'INVALID_RECURSIVE_REFERENCE.PLACE', {});
    return { ...self, recursion: { step: this.#step(self, planned, body), levels: cte.levels ?? RECURSION_LEVELS, at: cte } };
  }

  /** The step with the types of the first rows. */
  #step(self: CteDefinition, planned: Planned, node: Located): Plan {
    const columns = visibleColumns(planned.columns);
    if (columns.length !== self.output.length) return this.#resolution.fail(node, 'NUM_COLUMNS_MISMATCH', { operator: 'UNION', first: self.output.length, ordinal: 'second', second: columns.length });
    for (const [index, { attribute }] of columns.entries()) {
      const { type } = self.output[index]!;
      const common = commonType(type, attribute.type, this.#resolution.ansi);
      if (common === undefined) return this.#resolution.fail(node, 'INCOMPATIBLE_COLUMN_TYPE', { operator: 'UNION', column: ordinal(index), table: 'second', type: sqlName(attribute.type), expected: sqlName(type) });
      if (!sameType(common, type)) return this.#resolution.refuse(node, 'A recursive CTE whose step is wider than its first rows', `${sqlName(attribute.type)} does not fit into ${sqlName(type)}: cast the first rows`);
    }
    return this.#castSide(planned.plan, columns, self.output.map(({ type }) => type), node);
  }

  #tail(query: Query, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const orderBy = 'kind' in query.orderBy || query.orderBy.length > 0 ? query.orderBy : query.sortBy;
    const { body } = query;
    let planned = body.kind === 'select' ? this.#selects.resolve(body, orderBy, outer, ctes) : this.#body(body, outer, ctes);
    if (body.kind !== 'select' && ('kind' in orderBy || orderBy.length > 0)) planned = this.#sorted(planned, orderBy, outer, ctes);
    return this.#limited(planned, query.limit, query.offset);
  }

  #sorted(planned: Planned, orderBy: Query['orderBy'], outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const columns = visibleColumns(planned.columns);
    if ('kind' in orderBy) {
      const { descending, nullsFirst } = orderBy;
      const keys = columns.map(({ attribute }) => ({ value: columnOf(attribute, { start: 0, end: 0 }), descending, nullsFirst }));
      return { ...planned, plan: { kind: 'sort', input: planned.plan, keys } };
    }
    const keys = orderBy.flatMap((item) => {
      const { value } = item;
      if (value.kind !== 'number' || !/^-?\d+$/.test(value.text)) return this.#sortKeys(item, { columns, outer, ctes });
      const target = columns[Number(value.text) - 1];
      if (target === undefined) return this.#resolution.fail(value, 'ORDER_BY_POS_OUT_OF_RANGE', { index: value.text, size: columns.length });
      return [{ value: columnOf(target.attribute, value), descending: item.descending, nullsFirst: item.nullsFirst }];
    });
    return { ...planned, plan: { kind: 'sort', input: planned.plan, keys } };
  }

  #sortKeys(item: SortItem, scope: Scope): SortKey[] {
    const keys = resolveSortKeys(this.#expressions, [item], scope);
    for (const { value } of keys) checkSortValue(this.#resolution, value);
    return keys;
  }

  #limited(planned: Planned, limit: Query['limit'], offset: Query['offset']): Planned {
    const count = limit === undefined || limit === 'ALL' ? undefined : limitValue(this.#expressions, limit, 'limit', planned.columns);
    const skipped = offset === undefined ? undefined : limitValue(this.#expressions, offset, 'offset', planned.columns);
    if (limit === undefined && skipped === undefined) return planned;
    return { ...planned, plan: { kind: 'limit', input: planned.plan, limit: count, offset: skipped, all: limit === 'ALL' } };
  }

  #body(body: QueryBody, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    switch (body.kind) {
      case 'select':
        return this.#selects.resolve(body, [], outer, ctes);
      case 'parenthesised':
        return this.planQuery(body.query, outer, ctes);
      case 'table': {
        const planned = this.#relations.resolve(body.relation, outer, ctes);
        return { ...planned, columns: visibleColumns(planned.columns) };
      }
      case 'values': {
        const relation = { kind: 'inlineValues' as const, rows: body.rows, alias: body.alias, start: body.start, end: body.end };
        return this.#relations.resolve(relation, outer, ctes);
      }
      case 'setOperation':
        return this.#setOperation(body, this.#body(body.left, outer, ctes), this.#body(body.right, outer, ctes), body);
    }
  }

  #setOperation(step: { readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT'; readonly all: boolean; readonly byName: boolean }, left: Planned, right: Planned, node: Located): Planned {
    const first = visibleColumns(left.columns);
    const second = step.byName ? this.#byName(first, visibleColumns(right.columns), node) : visibleColumns(right.columns);
    const shown = step.operator === 'UNION' ? 'UNION' : `${step.operator}${step.all ? ' ALL' : ''}`;
    if (first.length !== second.length) return this.#resolution.fail(node, 'NUM_COLUMNS_MISMATCH', { operator: shown, first: first.length, ordinal: 'second', second: second.length });
    const types = first.map((column, index) => {
      const other = second[index]!.attribute.type;
      const own = column.attribute.type;
      const type = commonType(own, other, this.#resolution.ansi) ?? (sameFieldTypes(own, other) ? own : undefined);
      if (type === undefined) return this.#resolution.fail(node, 'INCOMPATIBLE_COLUMN_TYPE', { operator: shown, column: ordinal(index), table: 'second', type: sqlName(other), expected: sqlName(column.attribute.type) });
      const distinct = !(step.operator === 'UNION' && step.all);
      if (distinct && isUnordered(type)) return this.#resolution.fail(node, setOperationError(type), { column: quoteParts([column.attribute.name]), type: sqlName(type) });
      return type;
    });
    const sides = [this.#castSide(left.plan, first, types, node), this.#castSide(right.plan, second, types, node)] as const;
    const output = first.map((column, index) => this.#resolution.attribute(column.attribute.name, types[index]!));
    const plan: Plan = { kind: 'setOperation', operator: step.operator, all: step.all, left: sides[0], right: sides[1], output };
    // A column that is not cast keeps the table it is from.
    return { plan, columns: output.map((attribute, index) => ({ attribute, qualifier: sameType(first[index]!.attribute.type, types[index]!) ? first[index]!.qualifier : [] })) };
  }

  /** The right side's columns in the order of the left side's, and behind them those that the left has not. */
  #byName(left: readonly ScopeColumn[], right: readonly ScopeColumn[], node: Located): ScopeColumn[] {
    const named = left.map(({ attribute: { name } }) => {
      const found = right.filter((other) => other.attribute.name.toLowerCase() === name.toLowerCase());
      if (found.length > 1) return this.#resolution.fail(node, 'AMBIGUOUS_REFERENCE', { name: quoteParts([name]), candidates: found.map(({ attribute }) => quoteParts([attribute.name])).join(', ') });
      return found[0] ?? this.#resolution.fail(node, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts([name]), proposal: right.map(({ attribute }) => quoteParts([attribute.name])).slice(0, 5).join(', ') });
    });
    return [...named, ...right.filter((column) => !named.includes(column))];
  }

  #castSide(plan: Plan, columns: readonly ScopeColumn[], types: readonly TypedExpression['type'][], node: Located): Plan {
    const items = columns.map(({ attribute }, index) => {
      const value = implicitCast(this.#resolution, columnOf(attribute, node), types[index]!);
      return { attribute: sameType(attribute.type, types[index]!) ? attribute : this.#resolution.attribute(attribute.name, types[index]!), value };
    });
    return { kind: 'project', input: plan, items };
  }

  #pipe(pipe: PipeOperator, input: Planned, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const select = (parts: Partial<SelectParts> & Pick<SelectParts, 'items'>, orderBy: Query['orderBy'] = []): Planned =>
      this.#selects.resolveParts({ ...EMPTY_PARTS, ...parts }, input, orderBy, outer, ctes);
    switch (pipe.kind) {
      case 'select':
        return select({ ...pipe, pipe: 'SELECT' });
      case 'extend':
        for (const { value } of pipe.items) if (value.kind === 'star') this.#resolution.fail(value, 'INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: 'expression `pipeexpression`' });
        return select({ items: [starItem(pipe), ...pipe.items], pipe: 'EXTEND' });
      case 'set':
        // One after the other: each sees what those before it have set.
        for (const { name } of pipe.assignments) this.#expressions.findName([name], { columns: input.columns, outer: undefined, ctes: undefined }, name);
        return pipe.assignments.reduce((planned, { name, value }) => this.#selects.resolveParts({ ...EMPTY_PARTS, items: [starItem(pipe, { replace: [{ name, value }] })], pipe: 'SET' }, planned, [], outer, ctes), input);
      case 'drop':
        return select({ items: [starItem(pipe, { except: pipe.names.map((name) => [name]) })] });
      case 'as':
        return { plan: input.plan, columns: requalified(input.columns, [pipe.alias.text]) };
      case 'where':
        return select({ items: [starItem(pipe)], where: pipe.condition });
      case 'aggregate': {
        const groupItems = pipe.groupBy.map((item) => ({ ...item, value: inputColumn(item.value, input.columns) }));
        const keys = groupItems.map((item) => ({ kind: 'expression' as const, value: item.value }));
        const items = [...groupItems, ...pipe.items];
        const groupBy = { kind: 'expressions' as const, items: keys, start: pipe.start, end: pipe.end };
        return select({ items, pipe: 'AGGREGATE', ...(keys.length === 0 ? {} : { groupBy }) });
      }
      case 'join':
        return this.#relations.joinRelation(input, pipe.join, pipe.right, pipe.criteria, outer, ctes, pipe);
      case 'orderBy':
        return this.#sorted(input, pipe.items, outer, ctes);
      case 'limit':
        return this.#limited(input, pipe.limit, pipe.offset);
      case 'setOperation':
        return this.#setOperation(pipe, input, this.#body(pipe.right, outer, ctes), pipe);
      case 'pivot':
        return resolvePivot(this.#expressions, input, pipe.pivot, outer, ctes);
      case 'unpivot':
        return resolveUnpivot(this.#expressions, input, pipe.unpivot);
      case 'sample':
        return { ...input, plan: planSample(this.#expressions, input.plan, pipe.sample) };
    }
  }
}

const EMPTY_PARTS: Omit<SelectParts, 'items'> = { distinct: false, where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: [] };

function starItem(node: Located, parts: { readonly except?: Extract<Expression, { kind: 'star' }>['except']; readonly replace?: Extract<Expression, { kind: 'star' }>['replace'] } = {}): SelectItem {
  const { start, end } = node;
  return { value: { kind: 'star', qualifier: [], except: parts.except ?? [], replace: parts.replace ?? [], start, end }, alias: undefined, aliases: [], start, end };
}

/** A number in GROUP BY of a pipe stands for a column that flows in. */
function inputColumn(value: Expression, columns: readonly ScopeColumn[]): Expression {
  const column = value.kind === 'number' && value.suffix === '' && /^\d+$/.test(value.text) ? visibleColumns(columns)[Number(value.text) - 1] : undefined;
  if (column === undefined) return value;
  const { start, end } = value;
  return { kind: 'name', parts: [...column.qualifier.slice(-1), column.attribute.name].map((text) => ({ text, quoted: true, start, end })), start, end };
}

/** Only what `*` shows leaves a subquery. */
function narrowed(planned: Planned): Plan {
  const visible = visibleColumns(planned.columns);
  const output = outputOf(planned.plan);
  if (output.length === visible.length && output.every((attribute, index) => attribute.id === visible[index]!.attribute.id)) return planned.plan;
  return { kind: 'project', input: planned.plan, items: visible.map(({ attribute }) => ({ attribute, value: columnOf(attribute, { start: 0, end: 0 }) })) };
}

function ordinal(index: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth'][index] ?? `${index + 1}th`;
}

