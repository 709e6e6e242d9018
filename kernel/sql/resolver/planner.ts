import type { Plan } from '../plan/plan.ts';
import type { Query } from '../tree/queries.ts';
import type { CteScope, Scope, ScopeColumn } from './scope.ts';

/** A relation or query with what names can find in it. */
export interface Planned {
  readonly plan: Plan;
  readonly columns: readonly ScopeColumn[];
}

/** Plans queries for those who meet one inside of something else; breaks the circle of relations and queries. */
export interface QueryPlanner {
  planQuery(query: Query, outer: Scope | undefined, ctes: CteScope | undefined): Planned;
}

/** The columns under another qualifier, as an alias or a subquery makes them. */
export function requalified(columns: readonly ScopeColumn[], qualifier: readonly string[]): ScopeColumn[] {
  return columns.map(({ attribute, hidden, qualifiedOnly }) => ({ attribute, qualifier, ...(hidden === undefined ? {} : { hidden }), ...(qualifiedOnly === undefined ? {} : { qualifiedOnly }) }));
}

/** Columns that `*` shows. */
export function visibleColumns(columns: readonly ScopeColumn[]): ScopeColumn[] {
  return columns.filter((column) => column.hidden !== true && column.qualifiedOnly !== true);
}
