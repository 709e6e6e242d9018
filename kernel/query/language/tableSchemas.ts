import type { SessionSettings, TableReference } from '../../sql/catalog.ts';
import type { KnownTables } from '../../sql/services/recorder.ts';
import type { KnownTable, TableFacts } from '../../sql/services/symbols.ts';
import type { TemporaryView } from '../../sql/temporaries.ts';
import { countRecords } from '../information/recordCount.ts';
import { fullRelationName } from '../informationSchema/relations.ts';
import { PinnedTables, type PinnedReference, type PinningDependencies } from '../pinnedTables.ts';
import type { QuerySession } from '../querySession.ts';

/** How long a schema counts as the latest one; an older one is still shown while its log is looked at again. */
const FRESH_MS = 1_500;
/** Files in place have no versions: looking again means reading them. */
const FRESH_FILES_MS = 10_000;
const SCHEMAS_MAX = 1_000;

interface Schema {
  readonly table: KnownTable | undefined;
  /** Of a Delta table. */
  readonly path: string | undefined;
  readonly readAtMs: number;
}

/** Who asks for tables: the text that references point into, and the session in which names are looked up. */
export interface Asker {
  readonly text: string;
  readonly session: QuerySession;
  readonly settings: SessionSettings;
  readonly signal: AbortSignal;
}

/**
 * Schemas of tables for language services, kept by version: while somebody types, no log is read for each key. As long
 * as a table has not changed, the answer is the same object.
 */
export class TableSchemas {
  readonly #dependencies: PinningDependencies;
  /** Least recently used first. */
  readonly #known = new Map<string, Schema>();
  readonly #loading = new Map<string, Promise<KnownTable | undefined>>();
  /** Schemas are looked at again one by one, so that typing never waits behind a hundred of them. */
  #lookingAgain: Promise<unknown> = Promise.resolve();
  readonly #views = new WeakMap<TemporaryView, KnownTable>();
  readonly #records = new WeakMap<KnownTable, Promise<number | undefined>>();

  constructor(dependencies: PinningDependencies) {
    this.#dependencies = dependencies;
  }

  /** The tables of these references, as far as they can be read. */
  async load(references: readonly TableReference[], asker: Asker): Promise<KnownTables> {
    const tables = new Map(await Promise.all(references.map(async (reference): Promise<[string, KnownTable | undefined]> => [keyOf(reference, asker), await this.#find(reference, asker)])));
    return { table: (reference) => tables.get(keyOf(reference, asker)), temporaries: asker.session.temporaries };
  }

  /** A view of the session has the columns that it had when it was made. */
  #view({ kind, source }: TableReference, { session }: Asker): KnownTable | undefined {
    const view = kind === 'table' && source.kind === 'name' ? session.temporaries.view(source.parts) : undefined;
    if (view === undefined) return undefined;
    const known = this.#views.get(view) ?? { name: view.name, columns: view.columns.map((column) => ({ ...column, nullable: true })) };
    this.#views.set(view, known);
    return known;
  }

  /** The rows of a table by its statistics; undefined where they do not tell. */
  records(reference: TableReference, table: KnownTable, asker: Asker): Promise<number | undefined> {
    const counting = this.#records.get(table) ?? this.#pinned(reference, asker, async (pin) => (pin.kind === 'table' ? countRecords(pin.snapshot, this.#dependencies.database, NEVER) : undefined));
    this.#records.set(table, counting);
    return counting;
  }

  async #find(reference: TableReference, asker: Asker): Promise<KnownTable | undefined> {
    const view = this.#view(reference, asker);
    if (view !== undefined) return view;
    const key = keyOf(reference, asker);
    const known = this.#known.get(key);
    const age = known === undefined ? Number.POSITIVE_INFINITY : performance.now() - known.readAtMs;
    if (known !== undefined && (isFixed(reference) || age < (reference.kind === 'files' ? FRESH_FILES_MS : FRESH_MS))) return known.table;
    if (known?.table === undefined) return this.#once(key, () => this.#load(key, reference, asker));
    void this.#once(key, () => {
      const again = this.#lookingAgain.then(() => this.#lookAgain(key, known, reference, asker));
      this.#lookingAgain = again;
      return again;
    });
    return known.table;
  }

  #once(key: string, load: () => Promise<KnownTable | undefined>): Promise<KnownTable | undefined> {
    const loading = this.#loading.get(key) ?? load().finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  /** Reads the log only where a newer version is there. */
  async #lookAgain(key: string, known: Schema, reference: TableReference, asker: Asker): Promise<KnownTable | undefined> {
    const version = known.path === undefined ? undefined : await this.#latestVersion(known.path);
    if (version === undefined || version !== known.table?.facts?.version) return this.#load(key, reference, asker);
    this.#keep(key, { ...known, readAtMs: performance.now() });
    return known.table;
  }

  async #latestVersion(path: string): Promise<number | undefined> {
    const lease = this.#dependencies.tables.lease(path);
    try {
      return await lease.table.latestVersion();
    } catch {
      return undefined; // gone, or unreadable: loading it tells
    } finally {
      lease.release();
    }
  }

  async #load(key: string, reference: TableReference, asker: Asker): Promise<KnownTable | undefined> {
    const read = await this.#pinned(reference, asker, async (pin) => ({ table: toKnownTable(pin, reference), path: pin.kind === 'table' ? pin.table.path : undefined }));
    this.#keep(key, { table: read?.table, path: read?.path, readAtMs: performance.now() });
    return read?.table;
  }

  #keep(key: string, schema: Schema): void {
    this.#known.delete(key);
    this.#known.set(key, schema);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= SCHEMAS_MAX) break;
      this.#known.delete(oldest);
    }
  }

  /** Undefined where the table is not there or cannot be read: whoever runs the statement is told why. */
  async #pinned<Result>(reference: TableReference, { text, session }: Asker, read: (pin: PinnedReference) => Promise<Result | undefined>): Promise<Result | undefined> {
    const pinned = new PinnedTables(this.#dependencies, text, session, NEVER); // others may wait for the same answer, so no one's signal ends it
    try {
      const pin = await pinned.pin(reference);
      return pin && (await read(pin));
    } catch {
      return undefined;
    } finally {
      await pinned.dispose();
    }
  }
}

const NEVER = new AbortController().signal;

function isFixed(reference: TableReference): boolean {
  return reference.kind === 'table' && reference.version.kind !== 'latest';
}

function keyOf({ kind, source, ...rest }: TableReference, { settings }: Asker): string {
  const { id, start, end, ...what } = rest;
  void [id, start, end]; // the same table at another place is the same
  // names are the same in any case, paths are not
  const named = source.kind === 'path' ? source : JSON.stringify(source).toLowerCase();
  return JSON.stringify([settings.currentCatalog.toLowerCase(), settings.currentSchema?.toLowerCase(), kind, named, what], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function toKnownTable(pin: PinnedReference, { source }: TableReference): KnownTable {
  const { columns } = pin;
  if (pin.kind === 'files') return { name: source.kind === 'path' ? [source.format, source.path] : source.parts, columns };
  if (pin.kind === 'information') return { name: fullRelationName(pin), columns, facts: { ...NO_FACTS, comment: pin.relation.comment } };
  return { name: pin.table.fullName, columns, ...(pin.kind === 'table' ? { facts: factsOf(pin.snapshot) } : {}) };
}

/** Of what has no log. */
const NO_FACTS: TableFacts = { version: undefined, rows: undefined, bytes: undefined, files: undefined, comment: undefined, partitionColumns: [] };

function factsOf({ version, totals, metadata, partitionColumns }: Extract<PinnedReference, { readonly kind: 'table' }>['snapshot']): TableFacts {
  return { version, rows: undefined, bytes: totals.sizeBytes, files: totals.numFiles, comment: metadata.description, partitionColumns };
}
