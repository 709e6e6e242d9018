import type { SessionSettings, TableReference } from '../../sql/catalog.ts';
import type { KnownTables } from '../../sql/services/recorder.ts';
import type { KnownTable, TableFacts } from '../../sql/services/symbols.ts';
import { countRecords } from '../information/recordCount.ts';
import { PinnedTables, type PinnedReference, type PinningDependencies } from '../pinnedTables.ts';
import type { QuerySession } from '../querySession.ts';

/** How long a schema counts as the latest one; an older one is still shown while its log is looked at again. */
const FRESH_MS = 1_500;
const SCHEMAS_MAX = 1_000;

interface Schema {
  readonly table: KnownTable | undefined;
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
 * Schemas of tables for language services, kept by version: while somebody types, no log is read for each key.
 * {@link generation} grows whenever an answer has changed.
 */
export class TableSchemas {
  readonly #dependencies: PinningDependencies;
  /** Least recently used first. */
  readonly #known = new Map<string, Schema>();
  readonly #loading = new Map<string, Promise<KnownTable | undefined>>();
  readonly #records = new WeakMap<KnownTable, Promise<number | undefined>>();
  #generation = 0;

  constructor(dependencies: PinningDependencies) {
    this.#dependencies = dependencies;
  }

  get generation(): number {
    return this.#generation;
  }

  /** The tables of these references, as far as they can be read. */
  async load(references: readonly TableReference[], asker: Asker): Promise<KnownTables> {
    const tables = new Map(await Promise.all(references.map(async (reference): Promise<[string, KnownTable | undefined]> => [keyOf(reference, asker), await this.#find(reference, asker)])));
    return { table: (reference) => tables.get(keyOf(reference, asker)) };
  }

  /** The rows of a table by its statistics; undefined where they do not tell. */
  records(reference: TableReference, table: KnownTable, asker: Asker): Promise<number | undefined> {
    const counting = this.#records.get(table) ?? this.#pinned(reference, asker, async (pin) => (pin.kind === 'table' ? countRecords(pin.snapshot, this.#dependencies.database, NEVER) : undefined));
    this.#records.set(table, counting);
    return counting;
  }

  async #find(reference: TableReference, asker: Asker): Promise<KnownTable | undefined> {
    const key = keyOf(reference, asker);
    const known = this.#known.get(key);
    const fresh = known !== undefined && (isFixed(reference) || performance.now() - known.readAtMs < FRESH_MS);
    if (fresh) return known.table;
    const loading = this.#loading.get(key) ?? this.#load(key, reference, asker).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return known?.table ?? loading;
  }

  async #load(key: string, reference: TableReference, asker: Asker): Promise<KnownTable | undefined> {
    const table = await this.#pinned(reference, asker, async (pin) => toKnownTable(pin, reference));
    const before = this.#known.get(key)?.table;
    const same = before !== undefined && table !== undefined && before.facts?.version === table.facts?.version && table.facts !== undefined;
    this.#known.delete(key);
    this.#known.set(key, { table: same ? before : table, readAtMs: performance.now() });
    if (!same && (before !== undefined || table !== undefined)) this.#generation++;
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= SCHEMAS_MAX) break;
      this.#known.delete(oldest);
    }
    return same ? before : table;
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
  return JSON.stringify([settings.currentCatalog, settings.currentSchema, kind, source, what], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).toLowerCase();
}

function toKnownTable(pin: PinnedReference, { source }: TableReference): KnownTable {
  const { columns } = pin;
  if (pin.kind === 'files') return { name: source.kind === 'path' ? [source.format, source.path] : source.parts, columns };
  return { name: pin.table.fullName, columns, ...(pin.kind === 'table' ? { facts: factsOf(pin.snapshot) } : {}) };
}

function factsOf({ version, totals, metadata, partitionColumns }: Extract<PinnedReference, { readonly kind: 'table' }>['snapshot']): TableFacts {
  return { version, rows: undefined, bytes: totals.sizeBytes, files: totals.numFiles, comment: metadata.description, partitionColumns };
}
