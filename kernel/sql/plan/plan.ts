import type { Located } from '../tree/expressions.ts';
import type { JoinKind } from '../tree/queries.ts';
import type { Attribute, GeneratorExpression, NamedExpression, SortKey, TypedExpression } from './expression.ts';

/** Relational operators over attributes, bottom up. Subquery plans inside expressions may name outer attributes. */
export type Plan =
  | { readonly kind: 'oneRow' }
  | { readonly kind: 'scan'; readonly scanId: number; readonly output: readonly Attribute[] }
  | { readonly kind: 'range'; readonly start: TypedExpression; readonly end: TypedExpression; readonly step: TypedExpression; readonly output: readonly Attribute[] }
  | { readonly kind: 'values'; readonly rows: readonly (readonly TypedExpression[])[]; readonly output: readonly Attribute[] }
  | { readonly kind: 'project'; readonly input: Plan; readonly items: readonly NamedExpression[] }
  | { readonly kind: 'filter'; readonly input: Plan; readonly condition: TypedExpression }
  | {
      readonly kind: 'aggregate';
      readonly input: Plan;
      readonly keys: readonly NamedExpression[];
      /** Indexes into `keys`, one list per grouping set; undefined for a plain GROUP BY. */
      readonly sets: readonly (readonly number[])[] | undefined;
      /** The attribute that holds `grouping_id()` over all keys, where sets are used. */
      readonly groupingId: Attribute | undefined;
      readonly aggregates: readonly NamedExpression[];
    }
  | { readonly kind: 'window'; readonly input: Plan; readonly functions: readonly NamedExpression[] }
  | { readonly kind: 'generate'; readonly input: Plan; readonly generator: GeneratorExpression; readonly outer: boolean; readonly output: readonly Attribute[] }
  | { readonly kind: 'join'; readonly join: JoinKind; readonly left: Plan; readonly right: Plan; readonly condition: TypedExpression | undefined; readonly lateral: boolean }
  | { readonly kind: 'sort'; readonly input: Plan; readonly keys: readonly SortKey[] }
  /** `all` is LIMIT ALL, which lifts the limit of rows of a CTE that reads itself. */
  | { readonly kind: 'limit'; readonly input: Plan; readonly limit: TypedExpression | undefined; readonly offset: TypedExpression | undefined; readonly all?: boolean }
  | { readonly kind: 'sample'; readonly input: Plan; readonly clause: string }
  | { readonly kind: 'distinct'; readonly input: Plan }
  | { readonly kind: 'setOperation'; readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT'; readonly all: boolean; readonly left: Plan; readonly right: Plan; readonly output: readonly Attribute[] }
  /** A CTE's text stands once; each use has attributes of its own, in the definition's order. */
  | { readonly kind: 'cte'; readonly cte: CteDefinition; readonly output: readonly Attribute[] };

export interface CteDefinition {
  readonly id: number;
  readonly name: string;
  readonly plan: Plan;
  readonly output: readonly Attribute[];
  /** For a CTE that reads itself, whose `plan` gives the first rows. */
  readonly recursion: Recursion | undefined;
}

/** What is run over the rows of the last level, until it gives none; more than `levels` times is an error. */
export interface Recursion {
  readonly step: Plan;
  readonly levels: number;
  readonly at: Located;
}

/** The columns that an operator gives, in order. */
export function outputOf(plan: Plan): readonly Attribute[] {
  switch (plan.kind) {
    case 'oneRow':
      return [];
    case 'scan':
    case 'range':
    case 'values':
    case 'setOperation':
    case 'cte':
      return plan.output;
    case 'project':
      return plan.items.map((item) => item.attribute);
    case 'aggregate': {
      const columns = [...plan.keys, ...plan.aggregates].map((item) => item.attribute);
      return plan.groupingId === undefined ? columns : [...columns, plan.groupingId];
    }
    case 'window':
      return [...outputOf(plan.input), ...plan.functions.map((item) => item.attribute)];
    case 'generate':
      return [...outputOf(plan.input), ...plan.output];
    case 'join':
      return plan.join === 'semi' || plan.join === 'anti' ? outputOf(plan.left) : [...outputOf(plan.left), ...outputOf(plan.right)];
    default:
      return outputOf(plan.input);
  }
}
