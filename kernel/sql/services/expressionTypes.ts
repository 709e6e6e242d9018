import { LakebookError } from '../../base/errors.ts';
import type { Catalog, CatalogColumn, CatalogTable, SessionSettings, TableReference } from '../catalog.ts';
import { columnOf } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { generatedName } from '../plan/pretty.ts';
import { visibleColumns as visiblePlanned } from '../resolver/planner.ts';
import { ExpressionResolver } from '../resolver/expressionResolver.ts';
import { QueryResolver } from '../resolver/queryResolver.ts';
import { Resolution } from '../resolver/resolution.ts';
import type { Scope, ScopeColumn } from '../resolver/scope.ts';
import { expandTemporaries, type Temporaries } from '../temporaries.ts';
import type { Expression } from '../tree/expressions.ts';
import type { Query, Relation } from '../tree/queries.ts';
import type { DataType } from '../types/dataType.ts';
import { visibleColumns } from './nameScope.ts';
import type { KnownTables } from './recorder.ts';
import type { NameScope, ScopedColumn, SymbolOf } from './symbols.ts';

/** The resolver, asked for one expression at a time: where it refuses, only that expression has no type. */
export class ExpressionTypes {
  readonly #resolution: Resolution;
  readonly #queries: QueryResolver;
  readonly #expressions: ExpressionResolver;
  readonly #scopes = new WeakMap<NameScope, Scope>();
  readonly #temporaries: Temporaries | undefined;
  #ctes: readonly SymbolOf<'cte'>[] = [];

  constructor(text: string, settings: SessionSettings, tables: KnownTables) {
    const catalog: Catalog = { resolveTable: (reference) => this.#cteTable(reference) ?? tables.table(reference), nearTables: () => [] };
    this.#temporaries = tables.temporaries;
    this.#resolution = new Resolution(text, catalog, settings);
    this.#queries = new QueryResolver(this.#resolution);
    this.#expressions = new ExpressionResolver(this.#resolution, (query, outer) => this.#queries.planQuery(query, outer, outer.ctes).plan);
  }

  /** Undefined where the expression does not resolve. */
  resolve(node: Expression, scope: NameScope): TypedExpression | undefined {
    return this.#settled(scope, () => this.#expressions.resolve(this.#expanded(node), this.#scopeOf(scope)));
  }

  typeOf(node: Expression, scope: NameScope): DataType | undefined {
    return this.resolve(node, scope)?.type;
  }

  /** The name that Spark gives an item without an alias. */
  nameOf(node: Expression, scope: NameScope): string | undefined {
    const resolved = this.resolve(node, scope);
    return resolved && this.#settled(scope, () => generatedName(resolved));
  }

  /** The columns of a FROM item that the resolver plans on its own: VALUES, table functions, PIVOT. */
  relationColumns(relation: Relation, scope: NameScope): readonly CatalogColumn[] {
    const { start, end } = relation;
    const query: Query = {
      kind: 'query', recursive: false, ctes: [], body: { kind: 'table', relation, start, end }, orderBy: [], sortBy: [], distributeBy: [], limit: undefined, offset: undefined, pipes: [], start, end,
    };
    const planned = this.#settled(scope, () => this.#queries.planQuery(this.#expanded(query), this.#scopeOf(scope), undefined));
    return planned === undefined ? [] : visiblePlanned(planned.columns).map(({ attribute: { name, type, nullable } }) => ({ name, type, nullable }));
  }

  /** With the session's functions and views in the place of their names. */
  #expanded<Tree extends object>(tree: Tree): Tree {
    const { text, settings } = this.#resolution;
    return this.#temporaries === undefined ? tree : expandTemporaries(tree, text, this.#temporaries, settings.currentSchema).tree;
  }

  #settled<Result>(scope: NameScope, resolve: () => Result): Result | undefined {
    const outside = this.#ctes;
    this.#ctes = scope.ctes;
    try {
      return resolve();
    } catch (error) {
      if (error instanceof LakebookError || error instanceof RangeError) return undefined;
      throw error;
    } finally {
      this.#ctes = outside;
    }
  }

  /** Common table expressions are tables here, so that none is planned again for each expression that reads it. */
  #cteTable({ kind, source }: TableReference): CatalogTable | undefined {
    if (kind !== 'table' || source.kind !== 'name' || source.parts.length !== 1) return undefined;
    const wanted = source.parts[0]!.toLowerCase();
    const cte = this.#ctes.find(({ name }) => name.toLowerCase() === wanted);
    return cte && { name: [cte.name], columns: visibleColumns(cte.columns()).flatMap(typedColumn) };
  }

  #scopeOf(scope: NameScope): Scope {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const outer = scope.outer && this.#scopeOf(scope.outer);
    const columns = scope.columns.flatMap((column) => this.#column(column));
    const aliases = new Map(scope.aliases.flatMap((alias) => this.#column(alias)).map(({ attribute }) => [attribute.name.toLowerCase(), columnOf(attribute, NOWHERE)]));
    const variables = new Map(scope.variables.flatMap((variable) => {
      const type = variable.type();
      return type === undefined ? [] : [[variable.name.toLowerCase(), { id: this.#resolution.nextId(), name: variable.name, type, sql: variable.name }] as const];
    }));
    const inner: Scope = { columns, outer, aliases, variables, ctes: undefined };
    const built: Scope = scope.outputs.length === 0 ? inner : { columns: scope.outputs.flatMap((column) => this.#column(column)), outer: inner, ctes: undefined, aggregateScope: inner };
    this.#scopes.set(scope, built);
    return built;
  }

  #column(column: ScopedColumn): readonly ScopeColumn[] {
    const type = column.type();
    if (type === undefined) return [];
    const flags = { ...(column.hidden === undefined ? {} : { hidden: column.hidden }), ...(column.qualifiedOnly === undefined ? {} : { qualifiedOnly: column.qualifiedOnly }) };
    return [{ attribute: this.#resolution.attribute(column.name, type, column.nullable), qualifier: column.qualifier, ...flags }];
  }
}

const NOWHERE = { start: 0, end: 0 };

function typedColumn({ name, type, nullable }: ScopedColumn): readonly CatalogColumn[] {
  const known = type();
  return known === undefined ? [] : [{ name, type: known, nullable }];
}
