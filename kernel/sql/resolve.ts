import { LakebookError } from '../base/errors.ts';
import type { Catalog, SessionSettings } from './catalog.ts';
import { columnOf } from './plan/build.ts';
import type { Attribute, NamedExpression } from './plan/expression.ts';
import type { Plan } from './plan/plan.ts';
import { scanPredicates } from './plan/pushdown.ts';
import type { TableScan } from './plan/scan.ts';
import { type Usage, usageOf } from './plan/usedColumns.ts';
import { castNode } from './resolver/casting.ts';
import { visibleColumns } from './resolver/planner.ts';
import { QueryResolver } from './resolver/queryResolver.ts';
import { Resolution } from './resolver/resolution.ts';
import type { Query } from './tree/queries.ts';
import type { OwnSettings } from './tree/temporaries.ts';
import { castVerdict } from './types/coercion.ts';
import { type DataType, sameType, sqlName } from './types/dataType.ts';

export interface OutputColumn {
  /** As Spark names it; names may repeat. */
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
}

/** A query whose names, types and functions are known. {@link emit} turns it into DuckDB's SQL. */
export interface ResolvedQuery {
  readonly text: string;
  readonly settings: SessionSettings;
  readonly ownSettings: readonly OwnSettings[];
  readonly columns: readonly OutputColumn[];
  /** The base tables that it reads, with the columns and the filter that matter. */
  readonly scans: readonly TableScan[];
  /** What was accepted without effect, in words for the user. */
  readonly notices: readonly string[];
  /** Whether the rows come in an order that the text asks for. */
  readonly ordered: boolean;
  readonly plan: Plan;
  readonly output: readonly Attribute[];
  readonly usage: Usage;
}

/** A column of a table that a query's column is written to. */
export interface AssignmentTarget {
  readonly name: string;
  readonly type: DataType;
}

/** Tells the target of each column of a query, in their order. @throws LakebookError where they do not fit */
export type Assign = (columns: readonly OutputColumn[]) => readonly AssignmentTarget[];

/**
 * Resolves a parsed query against tables that are already loaded.
 * @param text the text that the query's offsets count in
 * @throws LakebookError with Spark's class and the span of what is wrong; what this engine cannot do as Spark does is
 * refused as UNSUPPORTED_FEATURE.LOCAL_ENGINE
 */
export function resolveQuery(text: string, query: Query, catalog: Catalog, settings: SessionSettings, assign?: Assign): ResolvedQuery {
  const resolution = new Resolution(text, catalog, settings);
  try {
    return finish(resolution, new QueryResolver(resolution), query, assign);
  } catch (error) {
    if (error instanceof RangeError) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'The statement', reason: 'it nests too deep' }, { cause: error });
    throw error;
  }
}

function finish(resolution: Resolution, resolver: QueryResolver, query: Query, assign: Assign | undefined): ResolvedQuery {
  const planned = resolver.planQuery(query, undefined, undefined);
  const visible = visibleColumns(planned.columns).map((column) => column.attribute);
  const items = assign === undefined ? visible.map((attribute) => ({ attribute, value: columnOf(attribute, query) })) : assigned(resolution, visible, assign(visible), query);
  const output = items.map(({ attribute }) => attribute);
  const plan: Plan = { kind: 'project', input: planned.plan, items };
  const usage = usageOf(plan);
  const predicates = scanPredicates(plan);
  return {
    text: resolution.text,
    settings: resolution.settings,
    ownSettings: resolution.ownSettings,
    columns: output.map(({ name, type, nullable }) => ({ name, type, nullable })),
    scans: resolution.scans.map(({ id, reference, attributes }) => ({ id, reference, columns: attributes.filter((attribute) => usage.attributes.has(attribute.id)).map((attribute) => attribute.name), predicate: predicates.get(id) })),
    notices: resolution.notices,
    ordered: isOrdered(planned.plan),
    plan,
    output,
    usage,
  };
}

/** A query's columns as a table takes them: cast as ANSI does, whatever the session's mode is, so that nothing becomes NULL silently. */
function assigned(resolution: Resolution, columns: readonly Attribute[], targets: readonly AssignmentTarget[], at: Query): readonly NamedExpression[] {
  return columns.map((column, index) => {
    const { name, type } = targets[index]!;
    const value = columnOf(column, at);
    if (sameType(column.type, type)) return { attribute: resolution.attribute(name, type), value };
    if (castVerdict(column.type, type, 'ansi') !== 'yes') return resolution.fail(at, 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', { column: name, from: sqlName(column.type), to: sqlName(type) });
    return { attribute: resolution.attribute(name, type), value: castNode(value, type, 'ansi', false, at) };
  });
}

function isOrdered(plan: Plan): boolean {
  if (plan.kind === 'sort') return true;
  return (plan.kind === 'limit' || plan.kind === 'project') && isOrdered(plan.input);
}
