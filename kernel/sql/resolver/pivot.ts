import { call, columnOf, literal } from '../plan/build.ts';
import type { GeneratorExpression, NamedExpression, TypedExpression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, expressionKey, findExpression, mapOperands } from '../plan/traverse.ts';
import type { Expression, NamePart } from '../tree/expressions.ts';
import type { Pivot, Unpivot } from '../tree/queries.ts';
import { castVerdict, tightestCommonType } from '../types/coercion.ts';
import { BOOLEAN, type DataType, field, INT, isDatetime, isUnordered, simpleString, sqlName, STRING, structOf } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { commonOperands, resolveComparison } from '../functions/comparison.ts';
import { resolveCase } from '../functions/conditional.ts';
import { findFunction } from '../functions/registry.ts';
import { Aggregation } from './aggregation.ts';
import { explicitCast } from './casting.ts';
import type { ExpressionResolver } from './expressionResolver.ts';
import { type Planned, visibleColumns } from './planner.ts';
import { type CteScope, matchColumns, nearNames, quoteParts, type Scope, type ScopeColumn } from './scope.ts';

/** PIVOT as one aggregation with a filter per value; a combination that no row has is NULL, even for counts. */
export function resolvePivot(expressions: ExpressionResolver, input: Planned, pivot: Pivot, outer: Scope | undefined, ctes: CteScope | undefined): Planned {
  const { resolution } = expressions;
  const scope: Scope = { columns: input.columns, outer, ctes };
  const pivoted = pivot.columns.map((name) => columnNamed(expressions, input, name));
  const unordered = pivoted.find(({ attribute }) => isUnordered(attribute.type));
  if (unordered !== undefined) return resolution.fail(pivot, 'INCOMPARABLE_PIVOT_COLUMN', { column: quoteParts([unordered.attribute.name]) });
  const aggregates = pivot.aggregates.map((item) => ({ value: expressions.resolve(item.value, scope), alias: item.alias?.text }));
  const bare = aggregates.find(({ value }) => !contains(value, 'aggregate') && !contains(value, 'window'));
  if (bare !== undefined) return resolution.refuse(bare.value, 'PIVOT over no aggregate function', 'Spark asks for one');
  // Spark makes a row's numbers in one go where all are of types that it can set in place; else each is an aggregation of its own.
  const atOnce = aggregates.every(({ value }) => SET_IN_PLACE.has(value.type.kind));
  const used = new Set(pivoted.map((column) => column.attribute.id));
  for (const { value } of aggregates) collectColumns(value, used);
  const keys = visibleColumns(input.columns).filter((column) => !used.has(column.attribute.id));
  const aggregation = new Aggregation(resolution, input.plan, { keys: keys.map((column) => columnOf(column.attribute, pivot)), sets: undefined, explicit: true });
  const items: NamedExpression[] = keys.map((column) => ({ attribute: column.attribute, value: aggregation.rewrite(columnOf(column.attribute, pivot)) }));
  const values = pivot.values.map(({ value, alias }) => ({ parts: pivotValue(expressions, pivoted, value, scope), node: value, alias: alias?.text }));
  const keyOf = (parts: readonly TypedExpression[]): string => parts.map(expressionKey).join();
  const repeated = values.find(({ parts }, index) => values.findIndex((other) => keyOf(other.parts) === keyOf(parts)) < index);
  if (repeated !== undefined) return resolution.refuse(repeated.node, 'PIVOT with a value twice', 'Spark does not run it');
  for (const { parts, node, alias } of values) {
    const match = matchOf(expressions, pivoted, parts, node);
    const label = alias ?? labelOf(parts);
    for (const each of aggregates) {
      const filtered = withFilter(each.value, match);
      const present = resolveComparison(resolution, '<>', countOf(expressions, match, pivot), literal(INT, 0n, pivot), pivot);
      const result = aggregation.rewrite(atOnce ? resolveCase(resolution, [{ when: present, result: filtered }], undefined, pivot) : filtered);
      const name = aggregates.length === 1 ? label : `${label}_${each.alias ?? prettyText(each.value)}`;
      items.push({ attribute: resolution.attribute(name, filtered.type), value: result });
    }
  }
  const plan: Plan = { kind: 'project', input: aggregation.plan(), items };
  return { plan, columns: items.map(({ attribute }) => ({ attribute, qualifier: [] })) };
}

function columnNamed(expressions: ExpressionResolver, input: Planned, name: NamePart): ScopeColumn {
  const [match] = matchColumns(input.columns, [name.text]);
  if (match !== undefined) return match.column;
  return expressions.resolution.fail(name, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts([name.text]), proposal: nearNames(input.columns, [name.text]).join(', ') });
}

function collectColumns(expression: TypedExpression, into: Set<number>): void {
  findExpression(expression, (each) => {
    if (each.kind === 'column') into.add(each.attribute.id);
    return false;
  });
}

/** Types that Spark's PIVOT sets in the row that it is making. */
const SET_IN_PLACE: ReadonlySet<DataType['kind']> = new Set(['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal']);

/** A value of IN: constants, one for each pivoted column. */
function pivotValue(expressions: ExpressionResolver, pivoted: readonly ScopeColumn[], node: Expression, scope: Scope): readonly TypedExpression[] {
  const { resolution } = expressions;
  const parts = (node.kind === 'row' ? node.items.map((item) => item.value) : [node]).map((part) => expressions.resolve(part, scope));
  const stray = parts.find((part) => findExpression(part, ({ kind }) => kind !== 'literal' && kind !== 'call' && kind !== 'cast' && kind !== 'field') !== undefined);
  if (stray !== undefined) return resolution.fail(node, 'NON_LITERAL_PIVOT_VALUES', { expression: prettyText(stray) });
  const types = pivoted.map(({ attribute }) => attribute.type);
  const fits = parts.length === pivoted.length && parts.every(({ type }, index) => castVerdict(type, types[index]!, resolution.ansi ? 'ansi' : 'legacy') === 'yes' && (parts.length === 1 || type.kind !== 'void'));
  const shown = (list: readonly DataType[]): string => list.map(simpleString).join(', ');
  return fits ? parts : resolution.fail(node, 'PIVOT_VALUE_DATA_TYPE_MISMATCH', { value: parts.map(prettyText).join(', '), valueType: shown(parts.map(({ type }) => type)), pivotType: shown(types) });
}

function matchOf(expressions: ExpressionResolver, pivoted: readonly ScopeColumn[], parts: readonly TypedExpression[], node: Expression): TypedExpression {
  const tests = pivoted.map((column, index) => {
    const wanted = explicitCast(expressions.resolution, parts[index]!, column.attribute.type, false, node);
    return resolveComparison(expressions.resolution, '<=>', columnOf(column.attribute, node), wanted, node);
  });
  return tests.reduce<TypedExpression>((left, right) => call('and', BOOLEAN, [left, right], ([a, b]) => `(${a} AND ${b})`, node), tests[0]!);
}

/** A value as it is cast to a text. */
function labelOf(parts: readonly TypedExpression[]): string {
  return parts.length === 1 ? textOf(parts[0]!) : `{${parts.map(textOf).join(', ')}}`;
}

function textOf(part: TypedExpression): string {
  if (part.kind === 'call' && part.name === 'array') return `[${part.operands.map(textOf).join(', ')}]`;
  if (part.kind !== 'literal') return prettyText(part);
  if (part.value === null) return 'null';
  return isDatetime(part.type) ? part.pretty.replace(/^\w+ '(.*)'$/, '$1') : part.pretty;
}

function withFilter(expression: TypedExpression, filter: TypedExpression): TypedExpression {
  if (expression.kind === 'aggregate') {
    const both = expression.filter === undefined ? filter : call('and', BOOLEAN, [expression.filter, filter], ([a, b]) => `(${a} AND ${b})`, filter);
    return { ...expression, filter: both };
  }
  return mapOperands(expression, (operand) => withFilter(operand, filter));
}

function countOf(expressions: ExpressionResolver, filter: TypedExpression, node: Pivot): TypedExpression {
  const one = literal(INT, 1n, node);
  const count = findFunction('count')!.resolve({ name: 'count', arguments: [one], node, resolution: expressions.resolution, distinct: false, nulls: undefined, orderBy: [], aliases: [] });
  return withFilter(count, filter);
}

/** UNPIVOT as a generator of one row per group of columns. */
export function resolveUnpivot(expressions: ExpressionResolver, input: Planned, unpivot: Unpivot): Planned {
  const { resolution } = expressions;
  const paths = unpivot.columns.flatMap((group) => group.columns).filter((path) => expressions.findName(path, { columns: input.columns, outer: undefined, ctes: undefined }, unpivot)?.kind === 'field');
  if (paths.length > 0) return resolution.fail(unpivot, 'UNPIVOT_REQUIRES_ATTRIBUTES', { expressions: paths.map((path) => `"${path.map((part) => part.text).join('.')} AS ${path.at(-1)!.text}"`).join(', ') });
  const groups = unpivot.columns.map((group) => ({ label: group.alias?.text ?? group.columns.map((path) => path.at(-1)!.text).join('_'), columns: group.columns.map((path) => columnNamed(expressions, input, path.at(-1)!)) }));
  const width = unpivot.values.length;
  for (const group of groups) if (group.columns.length !== width) resolution.fail(unpivot, 'ASSIGNMENT_ARITY_MISMATCH', { columns: width, values: group.columns.length });
  for (let place = 0; place < width; place++) checkUnpivotTypes(expressions, groups.map((group) => group.columns[place]!), unpivot);
  const byValue = Array.from({ length: width }, (_, place) => commonOperands(resolution, groups.map((group) => columnOf(group.columns[place]!.attribute, unpivot)), 'unpivot', unpivot, () => 'unpivot'));
  const output = structOf([field(unpivot.name.text, STRING), ...unpivot.values.map((name, place) => field(name.text, byValue[place]![0]!.type))]);
  const labels = `unnest([${groups.map((group) => quoteString(group.label)).join(', ')}])`;
  const generator: GeneratorExpression = {
    kind: 'generator', name: 'unpivot', operands: byValue.flat(), output, outer: false, type: output, start: unpivot.start, end: unpivot.end,
    emission: (texts) => [labels, ...byValue.map((_, place) => `unnest([${texts.slice(place * groups.length, (place + 1) * groups.length).join(', ')}])`)],
    pretty: () => 'unpivot',
  };
  const attributes = output.fields.map((each) => resolution.attribute(each.name, each.type));
  let plan: Plan = { kind: 'generate', input: input.plan, generator, outer: false, output: attributes };
  if (!unpivot.includeNulls) {
    const tests = attributes.slice(1).map((attribute) => call('isnotnull', BOOLEAN, [columnOf(attribute, unpivot)], ([x]) => `(${x} IS NOT NULL)`, unpivot) as TypedExpression);
    plan = { kind: 'filter', input: plan, condition: tests.reduce((left, right) => call('or', BOOLEAN, [left, right], ([a, b]) => `(${a} OR ${b})`, unpivot)) };
  }
  const gone = new Set(groups.flatMap((group) => group.columns.map((column) => column.attribute.id)));
  const kept = visibleColumns(input.columns).filter((column) => !gone.has(column.attribute.id));
  const clash = kept.find((column) => attributes.some(({ name }) => name.toLowerCase() === column.attribute.name.toLowerCase()));
  if (clash !== undefined) return resolution.fail(unpivot, 'AMBIGUOUS_REFERENCE', { name: quoteParts([clash.attribute.name]), candidates: [[clash.attribute.name], [...clash.qualifier.slice(-1), clash.attribute.name]].map(quoteParts).join(', ') });
  return { plan, columns: [...kept, ...attributes.map((attribute) => ({ attribute, qualifier: [] }))] };
}

/** The values of one column have a common type, for which no string is read as something else. */
function checkUnpivotTypes({ resolution }: ExpressionResolver, columns: readonly ScopeColumn[], unpivot: Unpivot): void {
  const types = columns.map(({ attribute }) => attribute.type);
  const common = types.reduce<DataType | undefined>((all, type) => all && tightestCommonType(all, type, resolution.ansi), types[0]);
  if (common === undefined) resolution.fail(unpivot, 'UNPIVOT_VALUE_DATA_TYPE_MISMATCH', { types: [...new Set(types.map((type) => `"${sqlName(type)}"`))].join(', ') });
}
