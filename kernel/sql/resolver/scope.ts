import { editDistance } from '../../base/editDistance.ts';
import type { Attribute, LambdaVariable, TypedExpression } from '../plan/expression.ts';
import type { Located } from '../tree/expressions.ts';
import type { NamedWindow } from '../tree/queries.ts';
import type { CteDefinition } from '../plan/plan.ts';
import type { TimeWindow } from './timeWindows.ts';

/** A column that names can find. */
export interface ScopeColumn {
  readonly attribute: Attribute;
  /** Longest form of what may stand before the name: `spark_catalog.default.t`, or an alias alone. */
  readonly qualifier: readonly string[];
  /** The side of a USING join that `*` and bare names leave out; `b.c` still finds it. */
  readonly qualifiedOnly?: boolean;
  /** Found by name alone, not by `*` (metadata columns). */
  readonly hidden?: boolean;
}

/** What an expression may name, innermost first. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  /** The scope of the query around a subquery. */
  readonly outer: Scope | undefined;
  /** `outer` is no query around this one but what its own select list reads, as ORDER BY and HAVING look names up. */
  readonly over?: boolean;
  /** This is a condition of WHERE. */
  readonly condition?: boolean;
  /** Where a subquery of HAVING puts an aggregate over columns of the query around it. */
  readonly hoist?: (aggregate: TypedExpression) => Attribute;
  /** Earlier items of the same select list (lateral aliases), or the select list for HAVING: found after columns. */
  readonly aliases?: ReadonlyMap<string, TypedExpression>;
  /** The function in whose arguments lateral aliases are not taken. */
  readonly aliasesRefusedIn?: { readonly kind: 'aggregate' | 'grouping' | 'window'; readonly node: Located };
  /** Of a select list's lateral aliases, those that more than one item has, with their number. */
  readonly repeatedAliases?: ReadonlyMap<string, number>;
  /** Lambda parameters: found before columns. */
  readonly variables?: ReadonlyMap<string, LambdaVariable>;
  /** By their names as they are written: another case is another window. */
  readonly windows?: ReadonlyMap<string, NamedWindow>;
  readonly timeWindow?: TimeWindow;
  readonly ctes: CteScope | undefined;
  /** The SQL function whose body this is, with what its parameters stand for: found last. */
  readonly routine?: { readonly name: string; readonly parameters: ReadonlyMap<string, TypedExpression> };
  /** Where an aggregate's arguments are looked up, when that is not here (ORDER BY and HAVING over output columns). */
  readonly aggregateScope?: Scope;
}

/** Of the scopes around, what may be named from any depth: a function's parameters. */
export function parametersAround(scope: Scope | undefined): Scope | undefined {
  for (let place = scope; place !== undefined; place = place.outer) {
    if (place.routine !== undefined) return { columns: [], outer: undefined, ctes: undefined, routine: place.routine };
  }
  return undefined;
}

/** Common table expressions in sight, nearest first. */
export interface CteScope {
  readonly name: string;
  readonly definition: CteDefinition;
  readonly outer: CteScope | undefined;
}

export function findCte(ctes: CteScope | undefined, name: string): CteDefinition | undefined {
  const wanted = name.toLowerCase();
  for (let scope = ctes; scope !== undefined; scope = scope.outer) if (scope.name.toLowerCase() === wanted) return scope.definition;
  return undefined;
}

export interface NameMatch {
  readonly column: ScopeColumn;
  /** Parts behind the column's name: struct fields. */
  readonly rest: number;
}

/**
 * The columns that `parts` may mean: longest qualifier first, as Spark; parts left over are struct fields. More than
 * one match is ambiguous unless all are the same attribute.
 */
export function matchColumns(columns: readonly ScopeColumn[], parts: readonly string[]): readonly NameMatch[] {
  const wanted = parts.map((part) => part.toLowerCase());
  for (let qualified = Math.min(3, wanted.length - 1); qualified >= 0; qualified--) {
    const name = wanted[qualified]!;
    const found = columns.filter((column) => column.attribute.name.toLowerCase() === name && (qualified === 0 ? column.qualifiedOnly !== true : endsWith(column.qualifier, wanted.slice(0, qualified))));
    const visible = found.filter((column) => column.hidden !== true);
    const matches = visible.length > 0 ? visible : found;
    if (matches.length > 0) return distinct(matches).map((column) => ({ column, rest: wanted.length - qualified - 1 }));
  }
  return [];
}

/** The columns that `q.*` means: those first that only a qualifier finds. */
export function matchQualifier(columns: readonly ScopeColumn[], parts: readonly string[]): readonly ScopeColumn[] {
  const wanted = parts.map((part) => part.toLowerCase());
  const found = columns.filter((column) => column.hidden !== true && endsWith(column.qualifier, wanted));
  return [...found.filter((column) => column.qualifiedOnly === true), ...found.filter((column) => column.qualifiedOnly !== true)];
}

function endsWith(qualifier: readonly string[], wanted: readonly string[]): boolean {
  const offset = qualifier.length - wanted.length;
  return offset >= 0 && wanted.every((part, index) => qualifier[offset + index]!.toLowerCase() === part);
}

function distinct(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  const seen = new Set<number>();
  return columns.filter(({ attribute }) => !seen.has(attribute.id) && seen.add(attribute.id));
}

/** At most five names near `wanted`, nearest first, as Spark proposes them. */
export function nearNames(columns: readonly ScopeColumn[], wanted: readonly string[]): readonly string[] {
  const target = wanted.at(-1)!.toLowerCase();
  const qualified = wanted.length > 1;
  const names = columns
    .filter((column) => column.hidden !== true && column.qualifiedOnly !== true)
    .map(({ attribute, qualifier }) => ({ text: quoteParts(qualified && qualifier.length > 0 ? [qualifier.at(-1)!, attribute.name] : [attribute.name]), distance: editDistance(attribute.name.toLowerCase(), target), name: attribute.name }));
  const unique = [...new Map(names.map((entry) => [entry.text, entry])).values()];
  return unique.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1)).slice(0, 5).map((entry) => entry.text);
}

/** `` `a`.`b` `` */
export function quoteParts(parts: readonly string[]): string {
  return parts.map((part) => `\`${part.replaceAll('`', '``')}\``).join('.');
}
