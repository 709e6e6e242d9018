import { call, columnOf } from '../plan/build.ts';
import type { NamedExpression, TypedExpression } from '../plan/expression.ts';
import { type Plan, outputOf } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { findExpression } from '../plan/traverse.ts';
import { functionReferenceOf, isFileFunction, tableReferenceOf } from '../references.ts';
import type { TableReference } from '../catalog.ts';
import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { JoinCriteria, JoinKind, LateralView, Relation, RelationOf, TableAlias, TableRelation, TableSample } from '../tree/queries.ts';
import { commonType } from '../types/coercion.ts';
import { BOOLEAN, type DataType, sqlName } from '../types/dataType.ts';
import { resolveComparison } from '../functions/comparison.ts';
import { findFunction } from '../functions/registry.ts';
import { implicitCast } from './casting.ts';
import type { ExpressionResolver } from './expressionResolver.ts';
import { type Planned, type QueryPlanner, requalified, visibleColumns } from './planner.ts';
import { resolvePivot, resolveUnpivot } from './pivot.ts';
import { planRange } from './rangeRelation.ts';
import { checkJoinCondition, joinOver } from './joinConditions.ts';
import type { Resolution } from './resolution.ts';
import { planSample } from './sampling.ts';
import { planRoutine, planView } from './temporaries.ts';
import { type CteScope, findCte, matchColumns, parametersAround, quoteParts, type Scope, type ScopeColumn } from './scope.ts';

/** FROM items as plans, with the columns they bring into scope. */
export class RelationResolver {
  readonly #resolution: Resolution;
  readonly #expressions: ExpressionResolver;
  readonly #planner: QueryPlanner;

  constructor(resolution: Resolution, expressions: ExpressionResolver, planner: QueryPlanner) {
    this.#resolution = resolution;
    this.#expressions = expressions;
    this.#planner = planner;
  }

  /** `outer` is what a lateral item, or a subquery as a whole, may look out to. */
  resolve(relation: Relation, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    switch (relation.kind) {
      case 'table':
        return this.#aliased(this.#sampled(this.#table(relation, ctes), relation.sample), relation.alias, relation);
      case 'derived': {
        const planned = this.#planner.planQuery(relation.query, outer, ctes);
        const columns = requalified(visibleColumns(planned.columns), []);
        return this.#aliased(this.#sampled({ plan: planned.plan, columns }, relation.sample), relation.alias, relation);
      }
      case 'group':
        return this.#aliased(this.#sampled(this.resolve(relation.relation, outer, ctes), relation.sample), relation.alias, relation);
      case 'inlineValues':
        return this.#namedValues(this.values(relation.rows, outer, ctes, relation), relation.alias, relation);
      case 'function':
        return this.#aliased(this.#sampled(this.#function(relation, outer, ctes), relation.sample), relation.alias, relation);
      case 'view':
        return this.#aliased(this.#sampled(planView(this.#resolution, this.#planner, relation), relation.sample), relation.alias, relation);
      case 'routine':
        return this.#aliased(this.#sampled(planRoutine(this.#expressions, this.#planner, relation, { columns: [], outer, ctes }), relation.sample), relation.alias, relation);
      case 'join': {
        const left = this.resolve(relation.left, outer, ctes);
        return this.joinRelation(left, relation.join, relation.right, relation.criteria, outer, ctes, relation);
      }
      case 'pivot':
        return this.#aliased(resolvePivot(this.#expressions, this.resolve(relation.input, outer, ctes), relation.pivot, outer, ctes), relation.alias, relation);
      case 'unpivot':
        return this.#aliased(resolveUnpivot(this.#expressions, this.resolve(relation.input, outer, ctes), relation.unpivot), relation.alias, relation);
    }
  }

  /** Items of a FROM list, each to the right of the last: a cross join, lateral where it says so. */
  resolveList(relations: readonly Relation[], outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const [first, ...rest] = relations;
    if (first === undefined) return { plan: { kind: 'oneRow' }, columns: [] };
    let left = this.resolve(first, outer, ctes);
    for (const relation of rest) left = this.#listed(left, relation, outer, ctes);
    return left;
  }

  /** A comma binds as tight as JOIN: in `a, b JOIN c` the join, and a PIVOT behind it, is over all before it. */
  #listed(left: Planned, relation: Relation, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    switch (relation.kind) {
      case 'join':
        return this.joinRelation(this.#listed(left, relation.left, outer, ctes), relation.join, relation.right, relation.criteria, outer, ctes, relation);
      case 'pivot':
        return this.#aliased(resolvePivot(this.#expressions, this.#listed(left, relation.input, outer, ctes), relation.pivot, outer, ctes), relation.alias, relation);
      case 'unpivot':
        return this.#aliased(resolveUnpivot(this.#expressions, this.#listed(left, relation.input, outer, ctes), relation.unpivot), relation.alias, relation);
      default:
        return this.joinRelation(left, 'cross', relation, undefined, outer, ctes, relation);
    }
  }

  joinRelation(left: Planned, join: JoinKind, relation: Relation, criteria: JoinCriteria | undefined, outer: Scope | undefined, ctes: CteScope | undefined, node: Located): Planned {
    const lateral = isLateral(relation);
    if (lateral) this.#checkLateral(join, criteria, node);
    const around: Scope | undefined = lateral ? { columns: left.columns, outer: parametersAround(outer), ctes } : outer;
    const right = this.resolve(relation, around, ctes);
    // Without a condition Spark's optimiser makes the join of a generator an inner one.
    const generates = join === 'left' && criteria === undefined && relation.kind === 'function' && (right.plan.kind === 'project' ? right.plan.input : right.plan).kind === 'generate';
    return this.#join(left, right, generates ? 'inner' : join, criteria, lateral, outer, ctes, node);
  }

  #checkLateral(join: JoinKind, criteria: JoinCriteria | undefined, node: Located): void {
    if (criteria?.kind === 'using' || criteria?.kind === 'natural') this.#resolution.fail(node, 'UNSUPPORTED_FEATURE.LATERAL_JOIN_USING', {});
    if (join !== 'inner' && join !== 'cross' && join !== 'left') this.#resolution.fail(node, 'INVALID_LATERAL_JOIN_TYPE', { join: LATERAL_JOINS[join] });
  }

  #join(left: Planned, right: Planned, join: JoinKind, criteria: JoinCriteria | undefined, lateral: boolean, outer: Scope | undefined, ctes: CteScope | undefined, node: Located): Planned {
    if (criteria?.kind === 'using' || criteria?.kind === 'natural') return this.#usingJoin(left, right, join, criteria, node);
    const scope: Scope = { columns: [...left.columns, ...right.columns], outer, ctes };
    const condition = criteria === undefined ? undefined : this.#expressions.resolve(criteria.condition, scope);
    if (condition !== undefined) checkJoinCondition(this.#resolution, condition);
    if (condition !== undefined && condition.type.kind !== 'boolean') return this.#resolution.fail(condition, 'JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE', { condition: prettyText(condition), type: sqlName(condition.type) });
    const kind = join === 'inner' && condition === undefined ? 'cross' : join;
    const plan = joinOver(this.#resolution, { kind: 'join', join: kind, left: left.plan, right: right.plan, condition, lateral });
    return { plan, columns: join === 'semi' || join === 'anti' ? left.columns : scope.columns };
  }

  /** USING and NATURAL give each common column once, first; the sides stay reachable by their qualifier. */
  #usingJoin(left: Planned, right: Planned, join: JoinKind, criteria: Exclude<JoinCriteria, { kind: 'on' }>, node: Located): Planned {
    if (criteria.kind === 'natural' && join === 'cross') return this.#resolution.fail(node, 'INCOMPATIBLE_JOIN_TYPES', { first: 'NATURAL', second: 'CROSS' });
    if (criteria.kind === 'natural' && (join === 'semi' || join === 'anti')) return this.#resolution.refuse(node, `NATURAL ${join.toUpperCase()} JOIN`, 'Spark does not run it: write the columns in USING');
    const names = criteria.kind === 'using' ? criteria.columns : this.#commonNames(left, right, node);
    const pairs = names.map((name) => ({ name, left: this.#usingColumn(left, name, 'left'), right: this.#usingColumn(right, name, 'right') }));
    const equalities = pairs.map((pair) => resolveComparison(this.#resolution, '=', columnOf(pair.left.attribute, node), columnOf(pair.right.attribute, node), node));
    const condition = equalities.reduce<TypedExpression | undefined>((all, each) => (all === undefined ? each : call('and', BOOLEAN, [all, each], ([a, b]) => `(${a} AND ${b})`, node)), undefined);
    const kind = join !== 'inner' && join !== 'cross' ? join : condition === undefined ? 'cross' : 'inner';
    const plan: Plan = { kind: 'join', join: kind, left: left.plan, right: right.plan, condition, lateral: false };
    if (join === 'semi' || join === 'anti') return { plan, columns: left.columns };
    const dropped = new Set(pairs.flatMap((pair) => [pair.left, pair.right]));
    const rest = [...left.columns, ...right.columns].filter((column) => !dropped.has(column));
    if (join === 'full') return this.#fullUsing(plan, pairs, rest, node);
    const kept = pairs.map((pair) => (join === 'right' ? pair.right : pair.left));
    const behind = pairs.map((pair): ScopeColumn => ({ ...(join === 'right' ? pair.left : pair.right), qualifiedOnly: true }));
    return { plan, columns: [...kept, ...rest, ...behind] };
  }

  #fullUsing(join: Plan, pairs: readonly { left: ScopeColumn; right: ScopeColumn }[], rest: readonly ScopeColumn[], node: Located): Planned {
    const merged = pairs.map(({ left, right }) => {
      const type = commonType(left.attribute.type, right.attribute.type, this.#resolution.ansi)!;
      const operands = [left, right].map((side) => implicitCast(this.#resolution, columnOf(side.attribute, node), type));
      return { attribute: this.#resolution.attribute(left.attribute.name, type), value: call('coalesce', type, operands, ([a, b]) => `coalesce(${a}, ${b})`, node) };
    });
    const items: NamedExpression[] = [...merged, ...outputOf(join).map((attribute) => ({ attribute, value: columnOf(attribute, node) }))];
    const behind = pairs.flatMap((pair) => [pair.left, pair.right]).map((column): ScopeColumn => ({ ...column, qualifiedOnly: true }));
    return { plan: { kind: 'project', input: join, items }, columns: [...merged.map(({ attribute }) => ({ attribute, qualifier: [] })), ...rest, ...behind] };
  }

  #commonNames(left: Planned, right: Planned, node: Located): NamePart[] {
    // Spark compares these names with their case.
    const names = new Set(visibleColumns(right.columns).map((column) => column.attribute.name));
    return visibleColumns(left.columns)
      .filter((column) => names.has(column.attribute.name))
      .map((column) => ({ text: column.attribute.name, quoted: true, start: node.start, end: node.end }));
  }

  /** The first of that name. */
  #usingColumn(side: Planned, name: NamePart, which: 'left' | 'right'): ScopeColumn {
    const [match] = matchColumns(side.columns, [name.text]);
    if (match !== undefined) return match.column;
    const columns = visibleColumns(side.columns).map((column) => quoteParts([column.attribute.name])).sort().join(', ');
    return this.#resolution.fail(name, 'UNRESOLVED_USING_COLUMN_FOR_JOIN', { name: quoteParts([name.text]), side: which, columns });
  }

  #table(relation: TableRelation, ctes: CteScope | undefined): Planned {
    if (relation.stream) return this.#resolution.refuse(relation, 'STREAM', 'streaming queries are not run here');
    if (relation.identifier !== undefined) return this.#resolution.refuse(relation.identifier, 'IDENTIFIER(…)', 'a table named by an expression is not resolved here');
    const [first] = relation.name;
    const cte = relation.name.length === 1 && relation.timeTravel === undefined ? findCte(ctes, first!.text) : undefined;
    if (cte !== undefined) {
      const output = cte.output.map((attribute) => this.#resolution.attribute(attribute.name, attribute.type, attribute.nullable, attribute.charLength));
      return { plan: { kind: 'cte', cte, output }, columns: output.map((attribute) => ({ attribute, qualifier: [first!.text] })) };
    }
    const reference = tableReferenceOf(relation, this.#resolution.settings)!;
    if (reference.kind === 'table' && relation.options !== undefined) this.#checkOptions(relation, relation.options);
    return this.#scan(reference, relation.name.map((part) => part.text), relation);
  }

  /** Of a table's options those that travel in time mean something; all others are for files read in place, or for streams. */
  #checkOptions(relation: TableRelation, options: Readonly<Record<string, string>>): void {
    const { versionasof: version, timestampasof: timestamp, readchangefeed: changes, readchangedata: changeData, ...others } = options;
    if (version !== undefined && timestamp !== undefined) this.#resolution.fail(relation, 'INVALID_TIME_TRAVEL_SPEC', {});
    if (relation.timeTravel !== undefined && (version ?? timestamp) !== undefined) this.#resolution.fail(relation, 'MULTIPLE_TIME_TRAVEL_SPEC', {});
    if (/true/i.test(changes ?? changeData ?? '')) this.#resolution.refuse(relation, 'The option readChangeFeed', 'changes are read by table_changes(…) here');
    for (const name of Object.keys(others)) this.#resolution.notices.push(`The option ${name} has no effect on a Delta table.`);
  }

  #scan(reference: TableReference, name: readonly string[], node: Located): Planned {
    const table = this.#resolution.catalog.resolveTable(reference);
    if (table === undefined) {
      return this.#resolution.fail(reference, 'TABLE_OR_VIEW_NOT_FOUND', { name: quoteParts(name) }, this.#resolution.catalog.nearTables(name));
    }
    void node;
    const scan = this.#resolution.addScan(reference, table);
    const columns = scan.attributes.map((attribute, index): ScopeColumn => ({ attribute, qualifier: table.name, ...(table.columns[index]!.hidden === true ? { hidden: true } : {}) }));
    return { plan: { kind: 'scan', scanId: scan.id, output: scan.attributes }, columns };
  }

  #function(relation: RelationOf<'function'>, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const name = relation.name.at(-1)!.text.toLowerCase();
    if (isFileFunction(relation)) {
      const reference = functionReferenceOf(relation, this.#resolution.settings);
      if (reference === undefined) return this.#resolution.refuse(relation, `The table function ${name} with these arguments`, 'its arguments are constants, with a format that is known here');
      return this.#scan(reference, [name], relation);
    }
    const scope: Scope = { columns: [], outer, ctes };
    if (name === 'range') return planRange(this.#resolution, relation, (value) => this.#expressions.resolve(value, scope));
    if (FOREIGN_FUNCTIONS.has(name)) return this.#resolution.refuse(relation, `The table function ${name}`, 'its rows are those of another engine');
    const generator = this.#expressions.resolveGenerator(relation.name, relation.arguments, scope, relation);
    if (generator === undefined) return this.#resolution.fail(relation, 'UNRESOLVABLE_TABLE_VALUED_FUNCTION', { name: quoteParts(relation.name.map((part) => part.text)) });
    const output = generator.output.fields.map((field) => this.#resolution.attribute(field.name, field.type));
    return { plan: { kind: 'generate', input: { kind: 'oneRow' }, generator, outer: generator.outer, output }, columns: output.map((attribute) => ({ attribute, qualifier: [] })) };
  }

  /** `VALUES (1, 'a'), (2, 'b')`: columns `col1`, `col2` of the common types. */
  values(rows: readonly Expression[], outer: Scope | undefined, ctes: CteScope | undefined, node: Located): Planned {
    const scope: Scope = { columns: [], outer, ctes };
    const typed = rows.map((row) => cellsOf(row).map((cell) => this.#expressions.resolve(cell, scope)));
    const find = (kinds: readonly TypedExpression['kind'][]): TypedExpression | undefined => typed.flat().map((value) => findExpression(value, ({ kind }) => kinds.includes(kind))).find((found) => found !== undefined);
    const query = find(['subquery']);
    if (query !== undefined) return this.#resolution.fail(query, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES', {});
    const stray = find(['aggregate', 'window', 'generator', 'column']);
    if (stray !== undefined) return this.#resolution.fail(stray, 'INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE', { expression: prettyText(stray) });
    const width = typed[0]!.length;
    for (const [index, row] of typed.entries()) {
      if (row.length !== width) this.#resolution.fail(rows[index]!, 'INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { expected: width, actual: row.length, row: index });
    }
    const types = Array.from({ length: width }, (_, column) => {
      let type: DataType | undefined = typed[0]![column]!.type;
      for (const row of typed) type = type && inlineType(type, row[column]!.type, this.#resolution.ansi);
      return type ?? this.#resolution.fail(node, 'INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE', { column: `\`col${column + 1}\`` });
    });
    const output = types.map((type, column) => this.#resolution.attribute(`col${column + 1}`, type));
    const cells = typed.map((row) => row.map((value, column) => implicitCast(this.#resolution, value, types[column]!)));
    return { plan: { kind: 'values', rows: cells, output }, columns: output.map((attribute) => ({ attribute, qualifier: [] })) };
  }

  lateralView(input: Planned, view: LateralView, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
    const scope: Scope = { columns: input.columns, outer, ctes };
    const named = view.generator.kind === 'call' ? view.generator.name : [];
    const known = findFunction(named.at(-1)?.text ?? '');
    if (known === undefined || known.group === 'table') return this.#resolution.fail(view.generator, 'ROUTINE_NOT_FOUND', { name: quoteParts(named.map((part) => part.text)) });
    const generator = this.#expressions.resolve(view.generator, scope);
    if (generator.kind !== 'generator') return this.#resolution.fail(view.generator, 'UNSUPPORTED_GENERATOR.NOT_GENERATOR', { function: prettyText(generator) });
    const fields = generator.output.fields;
    if (view.columns.length > 0 && view.columns.length !== fields.length) {
      return this.#resolution.fail(view, 'UDTF_ALIAS_NUMBER_MISMATCH', { aliases: view.columns.length, columns: fields.length });
    }
    const output = fields.map((field, index) => this.#resolution.attribute(view.columns[index]?.text ?? field.name, field.type));
    const qualifier = view.alias === undefined ? [] : [view.alias.text];
    const plan: Plan = { kind: 'generate', input: input.plan, generator, outer: view.outer || generator.outer, output };
    return { plan, columns: [...input.columns, ...output.map((attribute) => ({ attribute, qualifier }))] };
  }

  #sampled(planned: Planned, sample: TableSample | undefined): Planned {
    return sample === undefined ? planned : { ...planned, plan: planSample(this.#expressions, planned.plan, sample) };
  }

  #namedValues(planned: Planned, alias: TableAlias | undefined, node: Located): Planned {
    const [expected, actual] = [alias?.columns.length ?? 0, planned.columns.length];
    if (expected > 0 && expected !== actual) this.#resolution.fail(node, 'INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH', { expected, actual, row: 0 });
    return this.#aliased(planned, alias, node);
  }

  #aliased(planned: Planned, alias: TableAlias | undefined, node: Located): Planned {
    if (alias === undefined) return planned;
    const qualifier = alias.name === undefined ? [] : [alias.name.text];
    if (alias.columns.length === 0) return { plan: planned.plan, columns: requalified(planned.columns, qualifier) };
    const visible = visibleColumns(planned.columns);
    if (visible.length !== alias.columns.length && planned.plan.kind === 'generate' && planned.plan.input.kind === 'oneRow') return this.#resolution.fail(alias, 'NUM_TABLE_VALUE_ALIASES_MISMATCH', { function: planned.plan.generator.name, aliases: alias.columns.length, columns: visible.length });
    if (visible.length !== alias.columns.length) return this.#resolution.fail(alias, 'ASSIGNMENT_ARITY_MISMATCH', { columns: alias.columns.length, values: visible.length });
    const items = visible.map(({ attribute }, index) => ({ attribute: this.#resolution.attribute(alias.columns[index]!.text, attribute.type, attribute.nullable, attribute.charLength), value: columnOf(attribute, node) }));
    return { plan: { kind: 'project', input: planned.plan, items }, columns: items.map(({ attribute }) => ({ attribute, qualifier })) };
  }
}

const LATERAL_JOINS: Readonly<Record<JoinKind, string>> = { inner: 'INNER', cross: 'CROSS', left: 'LEFT OUTER', right: 'RIGHT OUTER', full: 'FULL OUTER', semi: 'LEFT SEMI', anti: 'LEFT ANTI' };

/** The cells of a row of VALUES; a `struct(…)` alone is a row itself. */
function cellsOf(row: Expression): readonly Expression[] {
  const cells = row.kind === 'row' ? row.items.map(({ value }) => value) : [row];
  const [only] = cells;
  if (cells.length !== 1 || only?.kind !== 'call' || only.name.length !== 1 || only.name[0]!.text.toLowerCase() !== 'struct') return cells;
  return only.arguments.map(({ value }) => value);
}

/** Table functions of Spark that tell about Spark itself, or that other systems run. */
const FOREIGN_FUNCTIONS = new Set(['collations', 'cloud_files_state', 'event_log', 'read_kafka', 'read_kinesis', 'read_pubsub', 'read_pulsar', 'read_state_metadata', 'read_statestore', 'ai_forecast', 'http_request', 'list_secrets', 'sql_variables', 'python_worker_logs']);

/** Rows of an inline table have a common type, for which no string is read as something else. */
function inlineType(left: DataType, right: DataType, ansi: boolean): DataType | undefined {
  const simple = (type: DataType): boolean => type.kind === 'string' || type.kind === 'void';
  if (left.kind === 'array' && right.kind === 'array') return inlineType(left.element, right.element, ansi) && commonType(left, right, ansi);
  return (left.kind === 'string' || right.kind === 'string') && !(simple(left) && simple(right)) ? undefined : commonType(left, right, ansi);
}

function isLateral(relation: Relation): boolean {
  switch (relation.kind) {
    case 'derived':
      return relation.lateral;
    case 'function':
    case 'routine':
      return relation.lateral;
    default:
      return false;
  }
}
