import { uniqueNames } from './emitter/block.ts';
import { PlanEmitter } from './emitter/planEmitter.ts';
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
}

/**
 * The query in DuckDB's SQL, over the macros of the prelude. The same query gives the same text.
 * @param relationOf for a scan's id the text that stands in FROM (without alias); its columns have the table's names
 */
export function emitQuery(query: ResolvedQuery, relationOf: (scanId: number) => string, options: EmitOptions = {}): EmittedQuery {
  const { ansi, timeZone } = query.settings;
  const emitter = new PlanEmitter({ ansi, timeZone, own: query.ownSettings, wideDecimals: options.wideDecimals ?? false }, query.usage, relationOf);
  const names = uniqueNames(query.output);
  return { sql: emitter.statement(query.plan, query.output, names), columns: query.columns.map((column, index) => ({ ...column, sqlName: names[index]! })) };
}
