import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StructType } from '../../delta/schema.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import type { TableHandles } from '../tableHandles.ts';

const REMEMBERED_MAX = 20_000;
/** Tables whose logs are looked at together. */
const PARALLEL_TABLES = 8;

/** What the log tells of a table at its newest version, without its files. */
export interface TableMetadata {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly comment: string | undefined;
  readonly createdAtMs: number | undefined;
  /** Time of the newest commit. */
  readonly changedAtMs: number;
}

/** A table's metadata, or why its log cannot be read. */
export type KnownMetadata = { readonly kind: 'read'; readonly metadata: TableMetadata } | { readonly kind: 'unreadable'; readonly error: unknown };

/** Metadata of tables, kept until their logs have a newer commit: asking again costs a listing of each log. */
export class TableMetadataCache {
  readonly #tables: TableHandles;
  /** Least recently used first. */
  readonly #known = new Map<string, { readonly state: string; readonly metadata: TableMetadata }>();

  constructor(tables: TableHandles) {
    this.#tables = tables;
  }

  /** The metadata of each table, in their order. A table that cannot be read keeps nobody from the others. */
  async load(paths: readonly string[], signal: AbortSignal): Promise<readonly KnownMetadata[]> {
    const found: KnownMetadata[] = [];
    for (let from = 0; from < paths.length; from += PARALLEL_TABLES) {
      signal.throwIfAborted();
      found.push(...(await Promise.all(paths.slice(from, from + PARALLEL_TABLES).map((path) => this.#load(path, signal)))));
    }
    return found;
  }

  async #load(path: string, signal: AbortSignal): Promise<KnownMetadata> {
    try {
      return { kind: 'read', metadata: await this.#tables.visit(path, async (table) => {
        const state = await stateOf(path, await table.latestVersion());
        const known = this.#known.get(path);
        if (state !== undefined && known?.state === state) {
          this.#keep(path, known);
          return known.metadata;
        }
        const snapshot = await table.refresh(signal);
        try {
          const metadata = metadataOf(snapshot);
          const read = await stateOf(path, snapshot.version);
          if (read !== undefined) this.#keep(path, { state: read, metadata });
          return metadata;
        } finally {
          await snapshot.dispose();
        }
      }) };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'unreadable', error };
    }
  }

  #keep(path: string, known: { readonly state: string; readonly metadata: TableMetadata }): void {
    this.#known.delete(path);
    this.#known.set(path, known);
    if (this.#known.size > REMEMBERED_MAX) this.#known.delete(this.#known.keys().next().value!);
  }
}

/** What differs once the newest commit is another one; undefined where the log has a checkpoint alone. */
async function stateOf(path: string, version: number): Promise<string | undefined> {
  const commit = await stat(join(path, '_delta_log', `${String(version).padStart(20, '0')}.json`), { bigint: true }).catch(() => undefined);
  return commit === undefined ? undefined : [version, commit.size, commit.mtimeNs, commit.ino].join(' ');
}

function metadataOf({ schema, partitionColumns, metadata, timestampMs }: Snapshot): TableMetadata {
  return { schema, partitionColumns, configuration: metadata.configuration, comment: metadata.description, createdAtMs: metadata.createdTime, changedAtMs: timestampMs };
}
