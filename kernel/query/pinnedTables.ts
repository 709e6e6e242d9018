import { stat } from 'node:fs/promises';
import { hasCode, LakebookError } from '../base/errors.ts';
import { formatTableName, fullTableName, quoteNamePart } from '../catalog/tableName.ts';
import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import type { SnapshotAt } from '../delta/delta.ts';
import type { Predicate } from '../delta/predicate.ts';
import { ROW_FILE, ROW_POSITION } from '../delta/rowAddress.ts';
import type { Scan } from '../delta/scan.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import type { Database } from '../duckdb/database.ts';
import type { CatalogColumn, ChangeBound, TableReference, TableSource, TableVersion } from '../sql/catalog.ts';
import { spanOf } from '../sql/span.ts';
import { BIGINT } from '../sql/types/dataType.ts';
import { toCatalogColumn, toSparkType } from './deltaColumns.ts';
import { resolvePath } from './files/filePaths.ts';
import type { InPlaceFiles } from './files/inPlaceFiles.ts';
import { explainReadError, type InPlaceRelation } from './files/inPlaceRelation.ts';
import { pointAt } from './errorPlace.ts';
import { INFORMATION_SCHEMA, parseInformationName, type InformationCatalog } from './informationSchema/names.ts';
import { openRelation, type OpenedRelation } from './informationSchema/openRelation.ts';
import type { InformationRelation } from './informationSchema/relation.ts';
import { findRelation, informationRelations, relationRefusal } from './informationSchema/relations.ts';
import type { TableMetadataCache } from './informationSchema/tableMetadata.ts';
import { WorkspaceObjects } from './informationSchema/workspaceObjects.ts';
import type { Authorise } from './authorisation.ts';
import type { QuerySession } from './querySession.ts';
import type { TableRead, TableScan } from './queryEngine.ts';
import type { SqlPrelude } from './sqlPrelude.ts';
import type { TableHandles, TableLease } from './tableHandles.ts';
import { parseInstant } from './timestamps.ts';

/** A table that a name or path leads to. */
export interface LocatedTable {
  /** As receipts and texts name it: `sales.orders`, or `` delta.`/path` ``. */
  readonly displayName: string;
  /** The parts that error texts show. */
  readonly fullName: readonly string[];
  readonly path: string;
  readonly byPath: boolean;
  /** Whether its files are the workspace's, and go when it is dropped. */
  readonly isManaged: boolean;
}

/** One place of a statement where stored data is read, with what was found there. */
export type PinnedReference =
  | { readonly kind: 'table'; readonly table: LocatedTable; readonly snapshot: Snapshot; readonly fixed: boolean; readonly columns: readonly CatalogColumn[] }
  | { readonly kind: 'changes'; readonly table: LocatedTable; readonly changes: Scan; readonly version: number; readonly fixed: boolean; readonly columns: readonly CatalogColumn[] }
  | { readonly kind: 'files'; readonly relation: InPlaceRelation; readonly columns: readonly CatalogColumn[] }
  | { readonly kind: 'information'; readonly catalog: InformationCatalog; readonly relation: InformationRelation; readonly columns: readonly CatalogColumn[] };

/** What a statement reads of one reference, as SQL. */
export interface OpenedScan extends TableScan {
  readonly relationSql: string;
}

/** The table that a statement changes, at the version that its transaction starts from. */
export interface ChangedTable {
  readonly table: LocatedTable;
  readonly snapshot: () => Promise<Snapshot>;
  /** The reference that is changed; its rows tell where they stand. Undefined where rows are only added. */
  readonly referenceId: number | undefined;
}

/** The part of a table that is wanted. Files are left out by the predicate, rows are not. */
export interface WantedRows {
  /** Hidden ones only if they are named; all others by default. */
  readonly columns?: readonly string[];
  readonly predicate?: Predicate | undefined;
  /** Of a table, in place of the rows of the pinned version. */
  readonly of?: FilesOfVersion;
}

/** Some files of a version, by their paths as in the log. */
export interface FilesOfVersion {
  readonly version: Pick<Snapshot, 'version' | 'scan'>;
  readonly paths: readonly string[];
}

export interface PinningDependencies {
  readonly catalog: WorkspaceCatalog;
  readonly tables: TableHandles;
  readonly tableMetadata: TableMetadataCache;
  readonly database: Database;
  readonly filesInPlace: InPlaceFiles;
  readonly prelude: SqlPrelude;
  readonly authorise: Authorise;
}

/**
 * The tables of one statement, each pinned once: two places that ask for the same version of a table read the same
 * snapshot. Holds everything until it is disposed.
 */
export class PinnedTables {
  readonly #dependencies: PinningDependencies;
  readonly #text: string;
  readonly #session: QuerySession;
  readonly #signal: AbortSignal;
  readonly #leases = new Map<string, TableLease>();
  readonly #snapshots = new Map<string, Promise<Snapshot>>();
  readonly #scans: Scan[] = [];
  readonly #files: string[] = [];
  readonly #relations = new Map<string, Promise<InPlaceRelation>>();
  readonly #objects: WorkspaceObjects;
  readonly #informations: OpenedRelation[] = [];
  #changed: ChangedTable | undefined;
  #readsChanged = false;
  readonly #held: { dispose(): Promise<void> }[] = [];

  /** @param text what the references' offsets point into */
  constructor(dependencies: PinningDependencies, text: string, session: QuerySession, signal: AbortSignal) {
    this.#dependencies = dependencies;
    this.#text = text;
    this.#session = session;
    this.#signal = signal;
    this.#objects = new WorkspaceObjects({ dependencies, session, signal, own: informationRelations() });
  }

  /** What the user should know of what was read. */
  get notices(): readonly string[] {
    return this.#objects.notices;
  }

  /** Something that ends when the statement lets go of its tables. */
  hold(held: { dispose(): Promise<void> }): void {
    this.#held.push(held);
  }

  /** From now on the changed table is read at its transaction's version. */
  change(table: ChangedTable): void {
    this.#changed = table;
  }

  /** Whether a statement reads the table that it changes, other than to change it. */
  get readsChanged(): boolean {
    return this.#readsChanged;
  }

  /** Undefined where a name leads to no table: who asked says so in his own words. */
  async locate(source: TableSource): Promise<LocatedTable | undefined> {
    const table = await this.#find(source);
    if (table !== undefined) await this.#dependencies.authorise({ user: this.#session.user, table: table.displayName, path: table.path });
    return table;
  }

  async #find(source: TableSource): Promise<LocatedTable | undefined> {
    const { catalog } = this.#dependencies;
    if (source.kind === 'path') {
      const path = resolvePath(catalog.root, source.path);
      return { displayName: `delta.${quoteNamePart(path)}`, fullName: ['delta', path], path, byPath: true, isManaged: false };
    }
    const entry = await catalog.lookup(source.parts, this.#session);
    if (entry === undefined) return undefined;
    const [, schema, table] = entry.fullName;
    return { displayName: formatTableName({ schema, table }), fullName: fullTableName({ schema, table }), path: entry.path, byPath: false, isManaged: !entry.isExternal };
  }

  /** Undefined where a name leads to no table. Errors point at the reference. */
  async pin(reference: TableReference): Promise<PinnedReference | undefined> {
    try {
      if (reference.kind === 'files') return await this.#pinFiles(reference);
      const information = this.#pinInformation(reference);
      if (information !== undefined) return information;
      const table = await this.locate(reference.source);
      if (table === undefined) return undefined;
      if (reference.kind === 'changes') return await this.#pinChanges(table, reference);
      const changed = this.#changed?.table.path === table.path && reference.version.kind === 'latest' ? this.#changed : undefined;
      if (changed !== undefined && changed.referenceId === reference.id) return withAddresses(await this.pinTable(table, reference.version));
      if (changed !== undefined) this.#readsChanged = true;
      return await this.pinTable(table, reference.version);
    } catch (error) {
      throw pointAt(await missingPath(error, reference), spanOf(this.#text, reference));
    }
  }

  async pinTable(table: LocatedTable, version: TableVersion): Promise<Extract<PinnedReference, { readonly kind: 'table' }>> {
    const snapshot = await this.#snapshot(table, this.#versionAt(version));
    return { kind: 'table', table, snapshot, fixed: version.kind !== 'latest', columns: [...snapshot.schema.fields.map(toCatalogColumn), ...rowTrackingColumns(snapshot)] };
  }

  /** The part of a pinned reference that a statement reads. */
  async open(pinned: PinnedReference, wanted: WantedRows = {}): Promise<OpenedScan> {
    switch (pinned.kind) {
      case 'files':
        return { relationSql: pinned.relation.relationSql(wanted.columns), read: undefined, prunedBy: undefined, predicates: [], predicate: undefined };
      case 'changes':
        return { relationSql: pinned.changes.relationSql, read: buildTableRead(pinned, pinned.version, pinned.changes), prunedBy: pinned.changes.prunedBy, predicates: [], predicate: undefined };
      case 'table':
        return this.#openTable(pinned, wanted);
      case 'information': {
        const opened = await openRelation(pinned.relation, this.#objects, wanted, this.#dependencies.database);
        this.#informations.push(opened);
        return { relationSql: opened.relationSql, read: undefined, prunedBy: undefined, predicates: [], predicate: undefined };
      }
    }
  }

  lease(path: string): TableLease {
    const lease = this.#leases.get(path) ?? this.#dependencies.tables.lease(path);
    this.#leases.set(path, lease);
    return lease;
  }

  /** An error of running the statement, as one of a data file's where one is to blame. */
  explainError(error: unknown): unknown {
    const explained = this.#scans.reduce((current, scan) => scan.explainError(current), error);
    return this.#files.length === 0 ? explained : explainReadError(explained, this.#files);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#scans.splice(0), ...this.#informations.splice(0)].map((opened) => opened.dispose()));
    await Promise.all(this.#held.splice(0).map((held) => held.dispose()));
    const snapshots = await Promise.allSettled(this.#snapshots.values());
    this.#snapshots.clear();
    await Promise.all(snapshots.flatMap((result) => (result.status === 'fulfilled' ? [result.value.dispose()] : [])));
    for (const lease of this.#leases.values()) lease.release();
    this.#leases.clear();
  }

  #snapshot({ path }: LocatedTable, at: SnapshotAt | undefined): Promise<Snapshot> {
    if (at === undefined && this.#changed?.table.path === path) return this.#changed.snapshot(); // its transaction lets go of it
    const key = JSON.stringify([path, at ?? 'latest']);
    const { table } = this.lease(path);
    const snapshot = this.#snapshots.get(key) ?? (at === undefined ? table.refresh(this.#signal) : table.snapshot(at, this.#signal));
    this.#snapshots.set(key, snapshot);
    return snapshot;
  }

  #versionAt(version: TableVersion): SnapshotAt | undefined {
    switch (version.kind) {
      case 'latest':
        return undefined;
      case 'version':
        return { version: version.version };
      case 'noVersion':
        throw new LakebookError('DELTA_VERSION_INVALID', { version: version.text });
      case 'timestamp':
        return { timestampMs: parseInstant(version.text, this.#session.settings.timeZone) };
      case 'timestampMicros':
        return { timestampMs: Number(version.micros / 1000n) };
    }
  }

  /** @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE for a relation that a workspace has no answer to, and for any version but the latest */
  #pinInformation({ kind, source, ...reference }: TableReference): PinnedReference | undefined {
    const name = source.kind === 'name' ? parseInformationName(source.parts, this.#session) : undefined;
    if (name === undefined) return undefined;
    const refuse = (feature: string, reason: string): LakebookError => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason });
    const shown = `${INFORMATION_SCHEMA}.${name.relation}`;
    const refusal = relationRefusal(name.relation);
    if (refusal !== undefined) throw refuse(shown, refusal);
    const relation = findRelation(name);
    if (relation === undefined) return undefined;
    if (kind !== 'table' || !('version' in reference) || reference.version.kind !== 'latest') throw refuse(`Another version of ${shown}`, 'it tells of the workspace as it is now');
    return { kind: 'information', catalog: name.catalog, relation, columns: relation.columns };
  }

  async #pinFiles(reference: TableReference & { readonly kind: 'files' }): Promise<PinnedReference> {
    const { source, options, start } = reference;
    if (source.kind !== 'path') throw new LakebookError('INTERNAL_ERROR', { detail: 'files are named by their path' });
    const call = /^read_files\s*\(/i.test(this.#text.slice(start));
    const request = { path: source.path, format: source.format, options, call, timeZone: this.#session.settings.timeZone };
    const key = JSON.stringify(request);
    const opening = this.#relations.get(key) ?? this.#dependencies.filesInPlace.open(request, this.#signal);
    this.#relations.set(key, opening);
    const relation = await opening;
    this.#files.push(...relation.files);
    return { kind: 'files', relation, columns: relation.columns };
  }

  async #pinChanges(table: LocatedTable, { from, to }: TableReference & { readonly kind: 'changes' }): Promise<PinnedReference> {
    const bound = (end: ChangeBound): { readonly version: number } | { readonly timestampMs: number } =>
      end.kind === 'version' ? { version: end.version } : { timestampMs: parseInstant(end.text, this.#session.settings.timeZone) };
    const { table: handle } = this.lease(table.path);
    const changes = await handle.changes({ from: bound(from), ...(to === undefined ? {} : { to: bound(to) }) }, this.#signal);
    this.#scans.push(changes);
    const version = to?.kind === 'version' ? to.version : await handle.latestVersion();
    const columns = changes.columns.map(({ name, deltaType }) => ({ name, type: toSparkType(deltaType), nullable: true }));
    return { kind: 'changes', table, changes, version, fixed: to !== undefined, columns };
  }

  async #openTable(pinned: Extract<PinnedReference, { readonly kind: 'table' }>, wanted: WantedRows): Promise<OpenedScan> {
    const { snapshot } = pinned;
    const stored = new Set(snapshot.schema.fields.map(({ name }) => name));
    const columns = wanted.columns ?? [...stored];
    const { version, paths } = wanted.of ?? { version: snapshot, paths: undefined };
    const scan = await version.scan(
      {
        columns: columns.filter((name) => stored.has(name)),
        ...(wanted.predicate === undefined ? {} : { predicate: wanted.predicate }),
        ...(columns.some((name) => name === '_row_id' || name === '_row_commit_version') && columns.some((name) => !stored.has(name) && !ADDRESSES.has(name)) ? { rowTracking: true } : {}),
        ...(columns.some((name) => ADDRESSES.has(name)) ? { rowAddresses: true } : {}),
        ...(paths === undefined ? {} : { onlyPaths: paths }),
      },
      this.#signal,
    );
    this.#scans.push(scan);
    return { relationSql: scan.relationSql, read: buildTableRead(pinned, version.version, scan), prunedBy: scan.prunedBy, predicates: scan.predicates, predicate: wanted.predicate };
  }
}

/** A path that leads nowhere is told from a folder that is no table. */
async function missingPath(error: unknown, { source }: TableReference): Promise<unknown> {
  if (source.kind !== 'path' || !hasCode(error, 'DELTA_TABLE_NOT_FOUND')) return error;
  const path = error.parameters['table'] ?? source.path;
  return (await stat(path).then(() => true, () => false)) ? error : new LakebookError('PATH_NOT_FOUND', { path }, { cause: error });
}

const ADDRESSES: ReadonlySet<string> = new Set([ROW_FILE, ROW_POSITION]);

function withAddresses<Pinned extends { readonly columns: readonly CatalogColumn[] }>(pinned: Pinned): Pinned {
  return { ...pinned, columns: [...pinned.columns, ...[...ADDRESSES].map((name) => ({ name, type: BIGINT, nullable: true, hidden: true }))] };
}

/** `_row_id` and `_row_commit_version`, where the table keeps them and has no columns of these names. */
function rowTrackingColumns({ metadata, schema }: Snapshot): readonly CatalogColumn[] {
  if (metadata.configuration['delta.enableRowTracking'] !== 'true') return [];
  const names = new Set(schema.fields.map(({ name }) => name.toLowerCase()));
  return ['_row_id', '_row_commit_version'].filter((name) => !names.has(name)).map((name) => ({ name, type: BIGINT, nullable: true, hidden: true }));
}

function buildTableRead({ table, fixed }: { readonly table: LocatedTable; readonly fixed: boolean }, version: number, scan: Scan): TableRead {
  const { filesTotal, filesRead, bytesTotal, bytesRead } = scan;
  return { name: table.displayName, path: table.path, version, pinned: fixed, filesTotal, filesRead, bytesTotal, bytesRead };
}
