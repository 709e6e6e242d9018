import { basename, resolve } from 'node:path';
import type { Disposable } from '../base/disposable.ts';
import { LakebookError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import { ExternalTables, type ExternalTable } from './externalTables.ts';
import { findTableFolders, newTableFolder, schemaFolder } from './tableLookup.ts';
import { buildTableName, DEFAULT_SCHEMA, formatTableName, fullTableName, parseTableName, tableNameKey, type CurrentNamespace, type TableName } from './tableName.ts';
import { findNearNames } from './nearNames.ts';
import { searchTables, SEARCH_LIMITS, type FoundTable, type SearchEnd, type SearchLimits } from './tableSearch.ts';

/** A table of the workspace. `name` is as statements write it, and absent where other folders share it (`clash`). */
export interface WorkspaceTable {
  readonly name?: string;
  /** From the workspace's root, `/` between parts; '' for the root itself. Of an external table: where its name would be. */
  readonly relativePath: string;
  readonly path: string;
  /** Its files are elsewhere: the workspace keeps its name alone. */
  readonly isExternal?: true;
  readonly clash?: readonly string[];
}

/** The workspace's tables as far as the search has come, sorted by path. `note` says why it ended early. */
export interface TableListing {
  readonly tables: readonly WorkspaceTable[];
  readonly complete: boolean;
  readonly note?: string;
}

/** A table by a name that is its own. */
export interface NamedTable extends TableName {
  readonly path: string;
  readonly isExternal: boolean;
}

/** A table that a name leads to. */
export interface CatalogEntry {
  readonly fullName: readonly [string, string, string];
  readonly path: string;
  /** Whether its files are elsewhere, and not the workspace's. */
  readonly isExternal: boolean;
}

/** Where a name leads, or a table that is made would be. */
export interface CatalogPlace extends CatalogEntry {
  readonly isThere: boolean;
}

/**
 * The embedded catalog: the Delta tables below one folder, named by their paths ({@link buildTableName}), and tables
 * elsewhere that were given names.
 */
export interface WorkspaceCatalog extends Disposable {
  /** Absolute. */
  readonly root: string;
  /** Starts the first search if there was none; never waits. */
  listing(): TableListing;
  /** Searches again, and answers when that has ended. Joins a search that runs. */
  refresh(): Promise<TableListing>;
  /** Tables came or went: brings the listing up to date, behind a search that runs; one that nobody asked for yet finds them anyway. */
  searchAgain(): void;
  /** The listing once a search has ended, or what there is after `patienceMs`. */
  settledListing(patienceMs: number): Promise<TableListing>;
  /** The listing of a new search, or what there is after `patienceMs`. */
  refreshWithin(patienceMs: number): Promise<TableListing>;
  /**
   * The table of this name, looked up in the folders themselves, so that a table made a moment ago is there.
   * @throws LakebookError AMBIGUOUS_TABLE_NAME where folders that differ only in case share the name
   */
  lookup(parts: readonly string[], current: CurrentNamespace): Promise<CatalogEntry | undefined>;
  /**
   * Where a table of this name is, or would be made: the schema's folder must be there.
   * @throws LakebookError INVALID_SCHEMA_OR_RELATION_NAME, SCHEMA_NOT_FOUND, CATALOG_NOT_FOUND; as {@link lookup}
   */
  place(parts: readonly string[], current: CurrentNamespace): Promise<CatalogPlace>;
  /** Tables elsewhere that have names here. Whoever changes them says so ({@link searchAgain}). */
  readonly external: ExternalTables;
  /** Names near `parts` in the listing, nearest first, at most five. */
  nearTables(parts: readonly string[]): readonly string[];
  /** Tables in the listing, sorted by schema and name; those whose names clash are left out. */
  namedTables(): readonly NamedTable[];
  /** Names of the schemas that hold tables, or were made here, `default` included, sorted. */
  schemas(): readonly string[];
  /** The folder of a schema, whether it is there or not. @throws LakebookError INVALID_SCHEMA_OR_RELATION_NAME */
  schemaFolder(schema: string): string;
  /** Says that a schema was made, or that it is gone. */
  noteSchema(schema: string, state: 'made' | 'gone'): void;
  /** Told when the listing grew, shrank or became complete; at most ten times a second. */
  onChange(listener: (listing: TableListing) => void): Disposable;
}

export interface CatalogOptions {
  readonly limits?: SearchLimits;
}

export function createWorkspaceCatalog(root: string, { limits = SEARCH_LIMITS }: CatalogOptions = {}): WorkspaceCatalog {
  const workspaceRoot = resolve(root);
  const rootName = basename(workspaceRoot) || 'root';
  const changed = new Emitter<TableListing>();
  const canceled = new AbortController();
  let listing: TableListing = { tables: [], complete: false };
  let search: Promise<TableListing> | undefined;
  let searched = false;
  const made = new Set<string>();
  const external = new ExternalTables(workspaceRoot);

  const publish = (next: TableListing): void => {
    listing = next;
    changed.emit(next);
  };
  const runSearch = async (): Promise<TableListing> => {
    const found = new Map<string, FoundTable>();
    const elsewhere = (await external.list().catch(() => [])).map(foundExternally);
    const all = (): readonly FoundTable[] => [...found.values(), ...elsewhere.filter(({ relativePath, path }) => found.get(relativePath)?.path !== path)];
    let publishedAtMs = performance.now();
    const onTables = (tables: readonly FoundTable[]): void => {
      for (const table of tables) found.set(table.relativePath, table);
      // A second search replaces the listing only when it has ended: tables do not vanish meanwhile.
      if (searched || performance.now() - publishedAtMs < PUBLISH_INTERVAL_MS) return;
      publishedAtMs = performance.now();
      publish(buildListing(all(), rootName, undefined));
    };
    const end = await searchTables(workspaceRoot, { onTables }, limits, canceled.signal);
    searched = true;
    search = undefined;
    if (!canceled.signal.aborted) publish(buildListing(all(), rootName, end));
    return listing;
  };
  const find = async (name: TableName): Promise<CatalogEntry | undefined> => {
    const folders = await findTableFolders(workspaceRoot, rootName, name);
    const named = await external.find(name);
    return buildEntry(name, named === undefined || folders.some(({ path }) => path === named.path) ? folders : [...folders, foundExternally(named)], rootName);
  };
  const refresh = (): Promise<TableListing> => (search ??= runSearch());
  const refreshWithin = async (patienceMs: number): Promise<TableListing> => {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((settle) => (timer = setTimeout(settle, patienceMs)));
    await Promise.race([refresh(), patience]);
    clearTimeout(timer);
    return listing;
  };

  return {
    root: workspaceRoot,
    listing: () => {
      if (!searched) void refresh();
      return listing;
    },
    refresh,
    searchAgain: () => {
      if (searched || search !== undefined) void Promise.resolve(search).then(refresh);
    },
    settledListing: (patienceMs) => (searched && search === undefined ? Promise.resolve(listing) : refreshWithin(patienceMs)),
    refreshWithin,
    lookup: async (parts, current) => {
      const name = parseTableName(parts, current);
      if (name === undefined) return undefined;
      return find(name);
    },
    place: async (parts, current) => {
      const name = parseTableName(parts, current);
      if (name === undefined) throw new LakebookError('CATALOG_NOT_FOUND', { catalogName: `\`${parts[0] ?? ''}\`` });
      const there = await find(name);
      return there === undefined ? { fullName: fullTableName(name), path: await newTableFolder(workspaceRoot, name), isExternal: false, isThere: false } : { ...there, isThere: true };
    },
    external,
    nearTables: (parts) => findNearNames(parts.join('.'), listing.tables.flatMap(({ name }) => name ?? [])),
    namedTables: () => listNamed(listing.tables, rootName),
    schemas: () => listSchemas(listing.tables, rootName, made),
    schemaFolder: (schema) => schemaFolder(workspaceRoot, schema),
    noteSchema: (schema, state) => {
      for (const name of made) if (name.toLowerCase() === schema.toLowerCase()) made.delete(name);
      if (state === 'made') made.add(schema);
    },
    onChange: (listener) => changed.subscribe(listener),
    dispose: () => canceled.abort(),
  };
}

const PUBLISH_INTERVAL_MS = 100;

function buildEntry(asked: TableName, folders: readonly FoundTable[], rootName: string): CatalogEntry | undefined {
  const [folder, ...others] = folders;
  if (folder === undefined) return undefined;
  if (others.length > 0) {
    const paths = folders.map(({ relativePath, path, isExternal }) => `"${isExternal === true ? path : relativePath}"`).join(' and ');
    throw new LakebookError('AMBIGUOUS_TABLE_NAME', { name: formatTableName(asked), paths });
  }
  return { fullName: fullTableName(buildTableName(folder.relativePath, rootName)), path: folder.path, isExternal: folder.isExternal === true };
}

function foundExternally({ schema, table, path }: ExternalTable): FoundTable {
  return { relativePath: schema.toLowerCase() === DEFAULT_SCHEMA ? table : `${schema}/${table}`, path, isExternal: true };
}

function buildListing(found: readonly FoundTable[], rootName: string, end: SearchEnd | undefined): TableListing {
  const byName = new Map<string, FoundTable[]>();
  const named = found.map((table) => ({ table, name: buildTableName(table.relativePath, rootName) }));
  for (const { table, name } of named) {
    const key = tableNameKey(name);
    byName.set(key, [...(byName.get(key) ?? []), table]);
  }
  const tables = named.map(({ table, name }): WorkspaceTable => {
    const others = byName.get(tableNameKey(name))!.filter((other) => other !== table);
    return others.length === 0
      ? { name: formatTableName(name), ...table }
      : { ...table, clash: others.map((other) => (other.isExternal === true ? other.path : other.relativePath)) };
  });
  tables.sort((left, right) => (left.relativePath < right.relativePath ? -1 : 1));
  const note = end?.kind === 'stopped' ? { note: STOP_NOTES[end.reason] } : {};
  return { tables, complete: end !== undefined, ...note };
}

const STOP_NOTES = {
  time: 'The search for tables took too long and was stopped; tables further down are found by their path.',
  folders: 'The search for tables was stopped at its limit of folders; tables further down are found by their path.',
  depth: 'The search for tables went no deeper; tables further down are found by their path.',
  canceled: 'The search for tables was stopped.',
} as const;

function listNamed(tables: readonly WorkspaceTable[], rootName: string): readonly NamedTable[] {
  const named = tables.filter(({ clash }) => clash === undefined).map(({ relativePath, path, isExternal = false }) => ({ ...buildTableName(relativePath, rootName), path, isExternal }));
  return named.sort((left, right) => compareText(left.schema, right.schema) || compareText(left.table, right.table));
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function listSchemas(tables: readonly WorkspaceTable[], rootName: string, made: ReadonlySet<string>): readonly string[] {
  const schemas = new Map<string, string>([['default', 'default']]);
  for (const { relativePath } of tables) {
    const { schema } = buildTableName(relativePath, rootName);
    if (!schemas.has(schema.toLowerCase())) schemas.set(schema.toLowerCase(), schema);
  }
  for (const schema of made) if (!schemas.has(schema.toLowerCase())) schemas.set(schema.toLowerCase(), schema);
  return [...schemas.values()].sort(compareText);
}
