import { columnOf } from '../plan/build.ts';
import type { Attribute, TypedExpression } from '../plan/expression.ts';
import { outerColumns } from '../plan/outerColumns.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { findExpression } from '../plan/traverse.ts';
import type { ExpressionOf } from '../tree/expressions.ts';
import type { Query } from '../tree/queries.ts';
import { meaningOf } from '../tree/withoutPlaces.ts';
import { commonType } from '../types/coercion.ts';
import { BOOLEAN, sqlName } from '../types/dataType.ts';
import { implicitCast } from './casting.ts';
import type { Resolution } from './resolution.ts';
import { parametersAround, type Scope } from './scope.ts';
import type { ExpressionReader } from './windows.ts';

export type Subquery = Extract<TypedExpression, { kind: 'subquery' }>;

/** Plans a query that stands inside an expression; given in, because queries hold expressions in turn. */
export type SubqueryPlanner = (query: Query, outer: Scope) => Plan;

/** What a query inside of an expression sees around it: the columns there and no lateral alias, and nothing further out. */
function aroundSubquery(scope: Scope): Scope {
  const { columns, variables, routine, ctes, hoist } = scope;
  const outer = scope.over === true && scope.outer !== undefined ? aroundSubquery(scope.outer) : parametersAround(scope.outer);
  return { columns, ctes, outer, ...(variables === undefined ? {} : { variables }), ...(routine === undefined ? {} : { routine }), ...(hoist === undefined ? {} : { hoist }) };
}

/** The queries that stand inside of expressions: a value, EXISTS, IN. */
export class SubqueryResolver {
  readonly #reader: ExpressionReader;
  readonly #plan: SubqueryPlanner;

  constructor(reader: ExpressionReader, plan: SubqueryPlanner) {
    this.#reader = reader;
    this.#plan = plan;
  }

  get #resolution(): Resolution {
    return this.#reader.resolution;
  }

  scalar(node: ExpressionOf<'subquery'>, scope: Scope): Subquery {
    const plan = this.#plan(node.query, aroundSubquery(scope));
    const output = outputOf(plan);
    if (output.length !== 1) return this.#resolution.fail(node, 'INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN', { number: output.length });
    return this.#subquery({ form: 'scalar', operands: [], plan, type: output[0]!.type }, node);
  }

  exists(node: ExpressionOf<'exists'>, scope: Scope): Subquery {
    return this.#subquery({ form: 'exists', operands: [], plan: this.#plan(node.query, aroundSubquery(scope)), type: BOOLEAN }, node);
  }

  in(node: ExpressionOf<'inQuery'>, scope: Scope): Subquery {
    const resolution = this.#resolution;
    const left = node.operand.kind === 'row' ? node.operand.items.map((item) => this.#reader.resolve(item.value, scope)) : [this.#reader.resolve(node.operand, scope)];
    const plan = this.#plan(node.query, aroundSubquery(scope));
    const output = outputOf(plan);
    const expression = `(${left.map(prettyText).join(', ')} IN (listquery()))`;
    if (left.length !== output.length) {
      return resolution.fail(node, 'DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH', { expression, leftLength: left.length, left: left.map((each) => `"${prettyText(each)}"`).join(', '), rightLength: output.length, right: output.map((each) => `"${each.name}"`).join(', ') });
    }
    const types = left.map((each, index) => commonType(each.type, output[index]!.type, resolution.ansi));
    if (types.includes(undefined)) {
      return resolution.fail(node, 'DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH', { expression, columns: left.map(prettyText).join(', '), left: left.map((each) => `"${sqlName(each.type)}"`).join(', '), right: output.map((each) => `"${sqlName(each.type)}"`).join(', ') });
    }
    const operands = left.map((each, index) => implicitCast(resolution, each, types[index]!));
    const items = output.map((attribute, index) => {
      const value = implicitCast(resolution, columnOf(attribute, node), types[index]!);
      return { attribute: value.kind === 'column' ? attribute : resolution.attribute(attribute.name, types[index]!), value };
    });
    return this.#subquery({ form: node.negated ? 'notIn' : 'in', operands, plan: { kind: 'project', input: plan, items }, type: BOOLEAN }, node);
  }

  #subquery(parts: Pick<Subquery, 'form' | 'operands' | 'plan' | 'type'>, node: ExpressionOf<'subquery' | 'exists' | 'inQuery'>): Subquery {
    return { kind: 'subquery', ...parts, source: meaningOf(node.query) ?? `@${node.start}`, outer: outerColumns(parts.plan), start: node.start, end: node.end };
  }
}

/** The columns that an expression reads, also from inside of its subqueries. */
export function columnsRead(expression: TypedExpression): readonly Attribute[] {
  const read: Attribute[] = [];
  findExpression(expression, (each) => {
    if (each.kind === 'column') read.push(each.attribute);
    if (each.kind === 'subquery') read.push(...each.outer);
    return false;
  });
  return read;
}

/** Spark sorts by no window, by no subquery but a value that is the same for all rows, and by aggregates over an aggregation alone. */
export function checkSortValue(resolution: Resolution, value: TypedExpression, grouped = false): void {
  const misplaced = findExpression(value, ({ kind }) => kind === 'window' || (kind === 'aggregate' && !grouped));
  if (misplaced !== undefined) resolution.fail(misplaced, 'UNSUPPORTED_EXPR_FOR_OPERATOR', { expressions: prettyText(misplaced) });
  const test = findExpression(value, (each) => each.kind === 'subquery' && each.form !== 'scalar');
  if (test !== undefined) resolution.fail(test, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_IN_EXISTS_SUBQUERY', {});
  refuseCorrelatedValue(resolution, value);
}

export function refuseCorrelatedValue(resolution: Resolution, value: TypedExpression): void {
  const correlated = findExpression(value, isCorrelatedValue);
  if (correlated !== undefined) resolution.fail(correlated, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY', {});
}

export function isCorrelatedValue(each: TypedExpression): boolean {
  return each.kind === 'subquery' && each.form === 'scalar' && each.outer.length > 0;
}
