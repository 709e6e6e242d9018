import { reportError } from '../../base/errors.ts';
import { CATALOG_NAME, formatTableName } from '../../catalog/tableName.ts';
import type { NamedTable, TableListing } from '../../catalog/workspaceCatalog.ts';
import type { Predicate } from '../../delta/predicate.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import { listingNotice } from '../information/showTables.ts';
import type { PinningDependencies } from '../pinnedTables.ts';
import type { QuerySession } from '../querySession.ts';
import { GLOBAL_SCHEMA } from '../temporaryObjects.ts';
import { mayMatch } from './namePredicate.ts';
import { INFORMATION_SCHEMA, SYSTEM_CATALOG, type InformationCatalog } from './names.ts';
import type { InformationRelation } from './relation.ts';
import type { KnownMetadata, TableMetadata } from './tableMetadata.ts';

/** How long the search for tables is waited for; after that the answer is what was found, with a notice. */
const LISTING_PATIENCE_MS = 30_000;
/** Unreadable tables that a notice names. */
const NAMED_MAX = 3;

/** A table, or a view. Views of the session are where Spark puts them: in `system.session`. */
export interface RelationObject {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  /** Of a table: its folder. */
  readonly path: string | undefined;
  /** Whether its files are the workspace's own. */
  readonly isManaged: boolean;
  readonly view: { readonly columns: readonly CatalogColumn[]; readonly comment: string | undefined; readonly definition: string | undefined } | undefined;
}

export interface ObjectsContext {
  readonly dependencies: PinningDependencies;
  readonly session: QuerySession;
  readonly signal: AbortSignal;
  /** The information schema's own relations. */
  readonly own: readonly InformationRelation[];
}

/**
 * What the information schema tells of, as one statement sees it: the search for tables is made once, and the log of a
 * table is read once. Whoever may not read a table does not see it.
 */
export class WorkspaceObjects {
  readonly session: QuerySession;
  readonly #context: ObjectsContext;
  readonly #unreadable = new Map<string, unknown>();
  readonly #metadata = new Map<string, KnownMetadata>();
  /** Logs are read for one relation after the other, so that two of them read none twice. */
  #turn: Promise<unknown> = Promise.resolve();
  #listing: Promise<TableListing> | undefined;
  #incomplete: string | undefined;

  constructor(context: ObjectsContext) {
    this.#context = context;
    this.session = context.session;
  }

  /** What the user should know of the answer. */
  get notices(): readonly string[] {
    const unreadable = [...this.#unreadable].map(([name, error]) => `${name} (${reportError(error).code})`);
    const rest = unreadable.length - NAMED_MAX;
    const named = `${unreadable.slice(0, NAMED_MAX).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
    return [...(this.#incomplete === undefined ? [] : [this.#incomplete]), ...(unreadable.length === 0 ? [] : [`Only the names are listed of tables whose logs cannot be read: ${named}.`])];
  }

  /** Sorted. */
  async schemas(catalog: InformationCatalog): Promise<readonly { readonly catalog: string; readonly schema: string }[]> {
    await this.#search();
    const shared = this.session.temporaries.views('engine').length > 0 ? [GLOBAL_SCHEMA] : [];
    const workspace = [...new Set([...this.#context.dependencies.catalog.schemas(), ...shared, INFORMATION_SCHEMA])].sort();
    const system = catalog === SYSTEM_CATALOG ? ['builtin', INFORMATION_SCHEMA, 'session'] : ['session'];
    return [...workspace.map((schema) => ({ catalog: CATALOG_NAME, schema })), ...system.map((schema) => ({ catalog: SYSTEM_CATALOG, schema }))];
  }

  /** Tables and views that a condition on `table_catalog`, `table_schema` and `table_name` leaves. */
  async relations(catalog: InformationCatalog, predicate: Predicate | undefined): Promise<readonly RelationObject[]> {
    await this.#search();
    const { dependencies, own } = this.#context;
    const { temporaries } = this.session;
    const views = [...temporaries.views('session'), ...temporaries.views('engine')].map(({ name, columns, comment, source }) =>
      viewObject(name.length > 1 ? { catalog: CATALOG_NAME, schema: GLOBAL_SCHEMA, name: name.at(-1)! } : { catalog: SYSTEM_CATALOG, schema: 'session', name: name[0]! }, columns.map((column) => ({ ...column, nullable: true })), comment, source));
    const catalogs = catalog === SYSTEM_CATALOG ? [CATALOG_NAME, SYSTEM_CATALOG] : [CATALOG_NAME];
    const described = catalogs.flatMap((each) => own.map(({ name, columns, comment }) => viewObject({ catalog: each, schema: INFORMATION_SCHEMA, name }, columns, comment, undefined)));
    const wanted = [...dependencies.catalog.namedTables().map(tableObject), ...described, ...views].filter(({ catalog: table_catalog, schema: table_schema, name: table_name }) => mayMatch(predicate, { table_catalog, table_schema, table_name }));
    const allowed = await Promise.all(wanted.map((object) => this.#mayRead(object)));
    return wanted.filter((_, index) => allowed[index]);
  }

  /** What the logs of these tables tell; undefined for views and for what cannot be read, which {@link notices} then says. */
  metadata(objects: readonly RelationObject[]): Promise<readonly (TableMetadata | undefined)[]> {
    const turn = this.#turn.then(() => this.#readMetadata(objects));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #readMetadata(objects: readonly RelationObject[]): Promise<readonly (TableMetadata | undefined)[]> {
    const { dependencies, signal } = this.#context;
    const tables = objects.filter((object): object is RelationObject & { readonly path: string } => object.path !== undefined);
    const missing = tables.filter(({ path }) => !this.#metadata.has(path));
    const loaded = await dependencies.tableMetadata.load(missing.map(({ path }) => path), signal);
    for (const [index, known] of loaded.entries()) this.#metadata.set(missing[index]!.path, known);
    return objects.map((object) => {
      const known = object.path === undefined ? undefined : this.#metadata.get(object.path);
      if (known?.kind === 'unreadable') this.#unreadable.set(formatTableName({ schema: object.schema, table: object.name }), known.error);
      return known?.kind === 'read' ? known.metadata : undefined;
    });
  }

  async #search(): Promise<void> {
    this.#listing ??= this.#context.dependencies.catalog.refreshWithin(LISTING_PATIENCE_MS);
    this.#incomplete = listingNotice(await this.#listing);
  }

  async #mayRead({ schema, name, path }: RelationObject): Promise<boolean> {
    if (path === undefined) return true;
    const { authorise } = this.#context.dependencies;
    return authorise({ user: this.session.user, table: formatTableName({ schema, table: name }), path }).then(() => true, () => false);
  }
}

function tableObject({ schema, table, path, isExternal }: NamedTable): RelationObject {
  return { catalog: CATALOG_NAME, schema, name: table, path, isManaged: !isExternal, view: undefined };
}

function viewObject(where: Pick<RelationObject, 'catalog' | 'schema' | 'name'>, columns: readonly CatalogColumn[], comment: string | undefined, definition: string | undefined): RelationObject {
  return { ...where, path: undefined, isManaged: false, view: { columns, comment, definition } };
}
