import { uniqueNames } from './emitter/block.ts';
import { LakebookError } from '../base/errors.ts';
import { ExpressionEmitter } from './emitter/expressionEmitter.ts';
import { PlanEmitter } from './emitter/planEmitter.ts';
import type { TypedExpression } from './plan/expression.ts';
import type { Plan } from './plan/plan.ts';
import type { OutputColumn, ResolvedQuery } from './resolve.ts';

/** A column of the emitted query: `sqlName` is its name in DuckDB's result, where names do not repeat. */
export interface EmittedColumn extends OutputColumn {
  readonly sqlName: string;
}
export interface EmittedQuery {
  readonly sql: string;
  readonly columns: readonly EmittedColumn[];
}

export interface EmitOptions {
  /**
   * Computes decimals in 128 bits from the start. Without it they take 64 bits where DuckDB does so, which is faster and
   * may overflow where Spark does not: {@link isNarrowDecimalOverflow} tells that error, upon which the statement is
   * emitted and run again with this set.
   */
  readonly wideDecimals?: boolean;
  /** Whether the columns are for people: variants are then JSON, and not what tables store. */
  readonly shown?: boolean;
}

/**
 * The query in DuckDB's SQL, over the macros of the prelude. The same query gives the same text.
 * @param relationOf for a scan's id the text that stands in FROM (without alias); its columns have the table's names
 */
export function emitQuery(query: ResolvedQuery, relationOf: (scanId: number) => string, options: EmitOptions = {}): EmittedQuery {
  const { ansi, timeZone } = query.settings;
  const emitter = new PlanEmitter({ ansi, timeZone, own: query.ownSettings, wideDecimals: options.wideDecimals ?? false }, query.usage, relationOf);
  const names = uniqueNames(query.output);
  return { sql: emitter.statement(query.plan, query.output, { names, shown: options.shown ?? false }), columns: query.columns.map((column, index) => ({ ...column, sqlName: names[index]! })) };
}

/**
 * The value of `SELECT e FROM t` for one row, as DuckDB's text over the row's columns: for expressions that tables keep.
 * @param columnText the text of a column of `t`
 * @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE where the value is more than an expression over one row
 */
export function emitValue(query: ResolvedQuery, columnText: (name: string) => string): string {
  const { ansi, timeZone } = query.settings;
  const [output] = query.output;
  const found = output === undefined ? undefined : valueIn(query.plan, output.id);
  if (found === undefined) throw notOfOneRow();
  const names = new Map(found.row.kind === 'scan' ? found.row.output.map(({ id, name }) => [id, name]) : []);
  const emitter = new ExpressionEmitter({ ansi, timeZone, wideDecimals: true, own: query.ownSettings }, () => {
    throw notOfOneRow();
  });
  return emitter.exact(found.value, (id) => {
    const name = names.get(id);
    return name === undefined ? undefined : { sql: columnText(name), loose: false, plain: true };
  });
}

/** What an attribute of a chain of projections stands for, in terms of the chain's rows. */
function valueIn(plan: Plan, attributeId: number): { readonly value: TypedExpression; readonly row: Plan } | undefined {
  if (plan.kind !== 'project') return undefined;
  const value = plan.items.find(({ attribute }) => attribute.id === attributeId)?.value;
  if (value === undefined) return undefined;
  if (plan.input.kind === 'scan' || plan.input.kind === 'oneRow') return { value, row: plan.input };
  return value.kind === 'column' ? valueIn(plan.input, value.attribute.id) : undefined;
}

function notOfOneRow(): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'An expression of a table', reason: 'it needs more than one row of the table' });
}
