import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import { LakebookError } from '../base/errors.ts';
import type { FileEntry } from '../delta/fileListing.ts';
import type { CommitEntry } from '../delta/history.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import type { DeltaTable } from '../delta/delta.ts';
import type { Database } from '../duckdb/database.ts';
import { countRecords } from '../query/information/recordCount.ts';
import type { QueryEngine } from '../query/queryEngine.ts';
import type { TableHandles } from '../query/tableHandles.ts';
import type { Difference } from '../rpc/differences.ts';
import type { ResultInfo } from '../rpc/results.ts';
import type { Commit, TableDetail, TableFile, tablesTopic } from '../rpc/tables.ts';
import type { HandlersOf } from '../rpc/topic.ts';
import { holdRows } from './heldRows.ts';
import type { ResultStore } from './resultStore.ts';
import { undoTable } from './undoTable.ts';
import { buildTableFields, describeFeatures } from './tableFields.ts';

export interface TableBrowserDependencies {
  readonly catalog: WorkspaceCatalog;
  readonly tables: TableHandles;
  readonly engine: QueryEngine;
  readonly database: Database;
  readonly store: ResultStore;
  /** What runs the statements, for receipts. */
  readonly engineName: string;
  readonly now: () => number;
}

/** How long a listing waits for the search, so that a small workspace is complete in the first answer. */
const SEARCH_PATIENCE_MS = 300;
const COUNTS_KEPT_MAX = 4_096;
const LATEST_PARALLEL = 16;

interface Counts {
  readonly version: number;
  readonly timestampMs: number;
  readonly numFiles: number;
  readonly sizeBytes: number;
  readonly numRecords?: number;
}
interface TableAt {
  readonly path: string;
  readonly version?: number | undefined;
}

/** The table browser's questions, answered from the log; only a preview opens data files. */
export function createTableHandlers({ catalog, tables, engine, database, store, engineName, now }: TableBrowserDependencies): HandlersOf<typeof tablesTopic> {
  const kept = new Map<string, Counts>();

  const withTable = async <Value>(path: string, task: (table: DeltaTable) => Promise<Value>): Promise<Value> => {
    const lease = tables.lease(path);
    try {
      return await task(lease.table);
    } finally {
      lease.release();
    }
  };
  const withSnapshot = <Value>({ path, version }: TableAt, signal: AbortSignal, task: (snapshot: Snapshot, table: DeltaTable) => Promise<Value>): Promise<Value> =>
    withTable(path, async (table) => {
      const snapshot = await table.snapshot(version === undefined ? {} : { version }, signal);
      try {
        return await task(snapshot, table);
      } finally {
        await snapshot.dispose();
      }
    });

  const countsOf = async (snapshot: Snapshot, signal: AbortSignal): Promise<Counts> => {
    const { tablePath, version, timestampMs, totals, metadata } = snapshot;
    // a table that was dropped and made again has another id
    const key = `${tablePath}\0${metadata.id}\0${version}\0${timestampMs}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const numRecords = await countRecords(snapshot, database, signal);
    const counts = { version, timestampMs, ...totals, ...(numRecords === undefined ? {} : { numRecords }) };
    kept.set(key, counts);
    const [oldest] = kept.keys();
    if (kept.size > COUNTS_KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return counts;
  };

  return {
    'tables.list': async ({ refresh }) => {
      if (refresh === true) catalog.searchAgain(); // a search that runs may be past what came since
      const listing = await (refresh === true ? catalog.refreshWithin(SEARCH_PATIENCE_MS) : catalog.settledListing(SEARCH_PATIENCE_MS));
      return {
        tables: listing.tables.map(({ clash, ...table }) => ({ ...table, ...(clash === undefined ? {} : { clash: [...clash] }) })),
        complete: listing.complete,
        ...(listing.note === undefined ? {} : { note: listing.note }),
      };
    },
    'tables.detail': (at, signal) =>
      withSnapshot(at, signal, async (snapshot, table) => buildDetail(snapshot, await table.latestVersion(), await countsOf(snapshot, signal), signal)),
    'tables.counts': (at, signal) => withSnapshot(at, signal, (snapshot) => countsOf(snapshot, signal)),
    'tables.history': ({ path, before, limit }, signal) => withTable(path, (table) => readHistoryPage(table, before, limit, signal)),
    'tables.files': ({ offset, limit, ...at }, signal) =>
      withSnapshot(at, signal, async (snapshot) => {
        const files = await snapshot.files({ offset, limit }, signal);
        return { files: files.map(buildFile), total: snapshot.totals.numFiles };
      }),
    'tables.preview': (params, signal) => preview({ engine, database, store }, params, signal),
    'tables.difference': (params, signal) => readDifference({ engine, database, store }, params, signal),
    'tables.undo': async (request, signal) => ({ receipt: await undoTable({ engine, engineName, now }, request, signal) }),
    'tables.latest': async ({ paths }) => {
      const versions: Record<string, number | null> = {};
      for (let from = 0; from < paths.length; from += LATEST_PARALLEL) {
        await Promise.all(
          paths.slice(from, from + LATEST_PARALLEL).map(async (path) => {
            versions[path] = await withTable(path, (table) => table.latestVersion()).catch((error: unknown) => {
              if (error instanceof LakebookError) return null;
              throw error;
            });
          }),
        );
      }
      return { versions };
    },
  };
}

async function buildDetail(snapshot: Snapshot, latestVersion: number, counts: Counts, signal: AbortSignal): Promise<TableDetail> {
  const detail = await snapshot.detail(signal);
  return {
    path: snapshot.tablePath,
    ...counts,
    latestVersion,
    id: detail.id,
    ...(detail.name === null ? {} : { name: detail.name }),
    ...(detail.description === null ? {} : { description: detail.description }),
    ...(detail.createdAt === null ? {} : { createdAtMs: detail.createdAt }),
    partitionColumns: [...detail.partitionColumns],
    clusteringColumns: [...detail.clusteringColumns],
    fields: buildTableFields(snapshot.schema, snapshot.partitionColumns),
    properties: { ...detail.properties },
    protocol: { minReaderVersion: detail.minReaderVersion, minWriterVersion: detail.minWriterVersion },
    features: describeFeatures(snapshot.features),
  };
}

async function readHistoryPage(table: DeltaTable, before: number | undefined, limit: number, signal: AbortSignal): Promise<{ commits: Commit[]; more: boolean }> {
  const skipped = before === undefined ? 0 : Math.max(0, (await table.latestVersion()) - before + 1);
  // one more than asked for tells whether there are more
  const entries = await table.history({ limit: skipped + limit + 1 }, signal);
  const page = entries.slice(skipped, skipped + limit);
  const readableFrom = await oldestReadable(table, page, signal);
  return { commits: page.map((entry) => buildCommit(entry, entry.version >= readableFrom)), more: entries.length > skipped + limit };
}

/**
 * The oldest version of these commits (newest first) that can be read. Logs lose their oldest commits first, so whatever
 * is newer than a readable version is readable too.
 */
async function oldestReadable(table: DeltaTable, entries: readonly CommitEntry[], signal: AbortSignal): Promise<number> {
  const isReadable = async (version: number): Promise<boolean> => {
    if (version === 0) return true;
    try {
      await (await table.snapshot({ version }, signal)).dispose();
      return true;
    } catch (error) {
      if (error instanceof LakebookError && error.kind !== 'canceled') return false;
      throw error;
    }
  };
  const oldest = entries.at(-1);
  if (oldest === undefined || (await isReadable(oldest.version))) return 0;
  let readable = -1; // index of the oldest known readable one
  let unreadable = entries.length - 1;
  while (unreadable - readable > 1) {
    const middle = (readable + unreadable) >> 1;
    if (await isReadable(entries[middle]!.version)) readable = middle;
    else unreadable = middle;
  }
  return entries[readable]?.version ?? Number.POSITIVE_INFINITY;
}

function buildCommit(entry: CommitEntry, readable: boolean): Commit {
  const parameters = Object.entries(entry.operationParameters).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const);
  return {
    version: entry.version,
    timestampMs: entry.timestampMs,
    ...(entry.operation === null ? {} : { operation: entry.operation }),
    ...(entry.userName === null ? {} : { userName: entry.userName }),
    ...(entry.engineInfo === null ? {} : { engineInfo: entry.engineInfo }),
    operationParameters: Object.fromEntries(parameters),
    operationMetrics: { ...entry.operationMetrics },
    readable,
  };
}

function buildFile({ path, size, modificationTime, partitionValues, dvId, dvCardinality, stats }: FileEntry): TableFile {
  const numRecords = stats === null ? undefined : recordsOf(stats);
  return {
    path,
    sizeBytes: size,
    ...(modificationTime === null ? {} : { modifiedAtMs: modificationTime }),
    partitionValues: { ...partitionValues },
    ...(numRecords === undefined ? {} : { numRecords }),
    ...(dvCardinality === null ? {} : { deletedRecords: dvCardinality }),
    ...(dvId === null ? {} : { deletionVectorId: dvId }),
    ...(stats === null ? {} : { stats }),
  };
}

function recordsOf(stats: string): number | undefined {
  try {
    const { numRecords } = JSON.parse(stats) as { readonly numRecords?: unknown };
    return typeof numRecords === 'number' ? numRecords : undefined;
  } catch {
    return undefined; // statistics are hints; broken ones say nothing
  }
}

interface PreviewParams extends TableAt {
  readonly limit: number;
}

/** The first rows, held. They come through the statement pipeline like all others. */
async function preview({ engine, database, store }: Pick<TableBrowserDependencies, 'engine' | 'database' | 'store'>, { path, version, limit }: PreviewParams, signal: AbortSignal): Promise<ResultInfo> {
  const prepared = await engine.prepareTable({ kind: 'rows', path, ...(version === undefined ? {} : { version }) }, engine.createSession(), signal);
  return holdRows({ database, store }, prepared, signal, limit);
}

async function readDifference({ engine, database, store }: Pick<TableBrowserDependencies, 'engine' | 'database' | 'store'>, { path, from, to }: { readonly path: string; readonly from: number | null; readonly to: number }, signal: AbortSignal): Promise<Difference> {
  const prepared = await engine.prepareDifference({ path, from: from ?? undefined, to }, engine.createSession(), signal);
  const { counts, columnChanges: { added, dropped, renamed }, source, matching, tableColumns } = prepared;
  return {
    result: await holdRows({ database, store }, prepared, signal),
    counts: { ...counts },
    columnChanges: { added: [...added], dropped: [...dropped], renamed: [...renamed] },
    columns: tableColumns.map(({ name, before, after }) => ({ name, after, ...(before === undefined ? {} : { before }) })),
    source,
    matching: matching.kind === 'columns' ? { kind: 'columns', names: [...matching.names] } : matching,
  };
}
