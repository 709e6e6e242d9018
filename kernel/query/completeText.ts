import { complete, type Completion, type CompletionCatalog } from '../sql/completion.ts';
import type { CatalogColumn } from '../sql/catalog.ts';
import { PinnedTables, type PinningDependencies } from './pinnedTables.ts';
import type { CompletionItem, Completions, Dialect } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';

export interface CompletionRequest {
  readonly text: string;
  readonly offset: number;
  readonly dialect: Dialect;
}

/** How long completion waits for the search for tables; what is found later comes with the next key. */
const LISTING_PATIENCE_MS = 200;

/** What may stand at an offset. Only the tables that the statement names are looked into. */
export async function completeText(dependencies: PinningDependencies, request: CompletionRequest, session: QuerySession, signal: AbortSignal): Promise<Completions> {
  const { text, offset, dialect } = request;
  const listing = await dependencies.catalog.settledListing(LISTING_PATIENCE_MS);
  const tables = tableNames(dependencies, session);
  const asked = new Map<string, readonly string[]>();
  complete(text, offset, { tables: () => tables, columns: (parts) => void asked.set(keyOf(parts), parts) });
  const columns = await loadColumns(dependencies, [...asked.values()], session, signal);
  const catalog: CompletionCatalog = { tables: () => tables, columns: (parts) => columns.get(keyOf(parts)) };
  const found = complete(text, offset, catalog).filter(({ kind }) => dialect === 'spark' || kind !== 'function');
  return { from: found[0]?.start ?? offset, items: found.map(toItem), incomplete: !listing.complete };
}

/** Every table by its shortest name. */
function tableNames({ catalog }: PinningDependencies, session: QuerySession): readonly (readonly string[])[] {
  return catalog.tableNames().map(({ schema, table }) => (schema.toLowerCase() === session.schema.toLowerCase() ? [table] : [schema, table]));
}

async function loadColumns(dependencies: PinningDependencies, names: readonly (readonly string[])[], session: QuerySession, signal: AbortSignal): Promise<ReadonlyMap<string, readonly CatalogColumn[]>> {
  const pinned = new PinnedTables(dependencies, '', session, signal);
  const columns = new Map<string, readonly CatalogColumn[]>();
  try {
    await Promise.all(names.map(async (parts) => {
      const table = await pinned.locate({ kind: 'name', parts });
      if (table !== undefined) columns.set(keyOf(parts), (await pinned.pinTable(table, { kind: 'latest' })).columns);
    }).map((loading) => loading.catch(() => undefined))); // a table that cannot be read offers no columns
  } finally {
    await pinned.dispose();
  }
  return columns;
}

function keyOf(parts: readonly string[]): string {
  return parts.join('\u0000').toLowerCase();
}

function toItem({ label, kind, detail, insertText }: Completion): CompletionItem {
  return { label, kind, ...(insertText === label ? {} : { insert: insertText }), ...(detail === undefined ? {} : { detail }) };
}
