import { call, columnOf, literal } from '../plan/build.ts';
import type { GeneratorExpression, NamedExpression, TypedExpression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { findExpression, mapOperands } from '../plan/traverse.ts';
import type { Expression, NamePart } from '../tree/expressions.ts';
import type { Pivot, Unpivot } from '../tree/queries.ts';
import { tightestCommonType } from '../types/coercion.ts';
import { BOOLEAN, type DataType, field, INT, sqlName, STRING, structOf } from '../types/dataType.ts';
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
  const aggregates = pivot.aggregates.map((item) => ({ value: expressions.resolve(item.value, scope), alias: item.alias?.text }));
  const used = new Set(pivoted.map((column) => column.attribute.id));
  for (const { value } of aggregates) collectColumns(value, used);
  const keys = visibleColumns(input.columns).filter((column) => !used.has(column.attribute.id));
  const aggregation = new Aggregation(resolution, input.plan, { keys: keys.map((column) => columnOf(column.attribute, pivot)), sets: undefined, explicit: true });
  const items: NamedExpression[] = keys.map((column) => ({ attribute: column.attribute, value: aggregation.rewrite(columnOf(column.attribute, pivot)) }));
  for (const { value, alias } of pivot.values) {
    const match = matchOf(expressions, pivoted, value, scope);
    const label = alias?.text ?? labelOf(expressions.resolve(value, scope));
    for (const each of aggregates) {
      const filtered = withFilter(each.value, match);
      const present = resolveComparison(resolution, '<>', countOf(expressions, match, pivot), literal(INT, 0n, pivot), pivot);
      const result = aggregation.rewrite(resolveCase(resolution, [{ when: present, result: filtered }], undefined, pivot));
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

function matchOf(expressions: ExpressionResolver, pivoted: readonly ScopeColumn[], value: Expression, scope: Scope): TypedExpression {
  const values = value.kind === 'row' ? value.items.map((item) => item.value) : [value];
  const tests = pivoted.map((column, index) => {
    const wanted = explicitCast(expressions.resolution, expressions.resolve(values[index] ?? value, scope), column.attribute.type, false, value);
    return resolveComparison(expressions.resolution, '<=>', columnOf(column.attribute, value), wanted, value);
  });
  return tests.reduce<TypedExpression>((left, right) => call('and', BOOLEAN, [left, right], ([a, b]) => `(${a} AND ${b})`, value), tests[0]!);
}

function labelOf(value: TypedExpression): string {
  return value.kind === 'call' && value.name === 'struct' ? value.operands.map(prettyText).join('_') : prettyText(value);
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
  return { plan, columns: [...kept, ...attributes.map((attribute) => ({ attribute, qualifier: [] }))] };
}

/** The values of one column have a common type, for which no string is read as something else. */
function checkUnpivotTypes({ resolution }: ExpressionResolver, columns: readonly ScopeColumn[], unpivot: Unpivot): void {
  const types = columns.map(({ attribute }) => attribute.type);
  const common = types.reduce<DataType | undefined>((all, type) => all && tightestCommonType(all, type, resolution.ansi), types[0]);
  if (common === undefined) resolution.fail(unpivot, 'UNPIVOT_VALUE_DATA_TYPE_MISMATCH', { types: [...new Set(types.map((type) => `"${sqlName(type)}"`))].join(', ') });
}
