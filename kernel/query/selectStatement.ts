import { LakebookError } from '../base/errors.ts';
import type { ParameterValues } from '../sql/binding.ts';
import type { Catalog, CatalogTable, SessionSettings, TableReference } from '../sql/catalog.ts';
import { emitQuery } from '../sql/emit.ts';
import { collectTableReferences } from '../sql/references.ts';
import { type Assign, resolveQuery, type ResolvedQuery } from '../sql/resolve.ts';
import { isNarrowDecimalOverflow, mapRuntimeError } from '../sql/runtimeErrors.ts';
import { spanOf } from '../sql/span.ts';
import { expandTemporaries } from '../sql/temporaries.ts';
import type { Located } from '../sql/tree/expressions.ts';
import type { Query } from '../sql/tree/queries.ts';
import type { Statement } from '../sql/tree/statements.ts';
import { type DataType, simpleString } from '../sql/types/dataType.ts';
import { explainDepth, moved } from './errorPlace.ts';
import { fullRelationName, nearTables } from './informationSchema/relations.ts';
import { toFilePredicate } from './filePredicate.ts';
import { type FilesOfVersion, type OpenedScan, type PinnedReference, PinnedTables, type PinningDependencies } from './pinnedTables.ts';
import { filesInPlace, prepareQuery } from './preparedStatement.ts';
import type { PreparedStatement, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { settleAll } from './settleAll.ts';
import { statementSettings } from './statementSettings.ts';

/** Where a statement stands, and what its names may mean. */
export interface StatementScope {
  readonly dependencies: PinningDependencies;
  /** What offsets point into. */
  readonly text: string;
  readonly session: QuerySession;
  readonly signal: AbortSignal;
  /** What `:name` stands for. */
  readonly parameters: ParameterValues;
  /** Whether the local variables of a script around are out of sight. */
  readonly localsHidden: boolean;
}

export interface StatementContext extends StatementScope {
  /** The statement's text, and behind it those of the session's objects that it uses. */
  readonly text: string;
  readonly settings: SessionSettings;
  readonly pinned: PinnedTables;
  /** An error with its place in the statement's own text. */
  readonly placeError: (error: unknown) => unknown;
}

export function statementScope(dependencies: PinningDependencies, { source, inner }: StatementText, session: QuerySession, signal: AbortSignal): StatementScope {
  return { dependencies, text: source, session, signal, parameters: inner?.parameters ?? session.parameters.values(), localsHidden: inner?.localsHidden ?? false };
}

/** Statements that read what the session's views and functions may stand for. */
const EXPANDED: ReadonlySet<Statement['kind']> = new Set(['query', 'explain', 'describeQuery', 'insert', 'insertEach', 'update', 'delete', 'merge', 'createTable']);

/** The statement with the session's views and functions put in, and where its tables will be pinned. */
export function openStatement(tree: Statement, scope: StatementScope, making: readonly string[] = []): { readonly tree: Statement; readonly context: StatementContext } {
  const { dependencies, text: source, session, signal, localsHidden } = scope;
  const expands = EXPANDED.has(tree.kind);
  const expanded = expands ? expandTemporaries(tree, source, session.temporaries, session.schema, making) : { tree, text: source, useOf: (place: Located) => place };
  const pinned = new PinnedTables(dependencies, expanded.text, session, signal);
  const placeError = (error: unknown): unknown => moved(explainDepth(error), (span) => (span.start < source.length ? span : spanOf(source, expanded.useOf(span))));
  return { tree: expanded.tree, context: { ...scope, text: expanded.text, settings: statementSettings(session, localsHidden), pinned, placeError } };
}

/** What {@link openStatement} makes of a query. */
export function openQuery(query: Query, scope: StatementScope, making: readonly string[] = []): { readonly query: Query; readonly context: StatementContext } {
  const { tree, context } = openStatement(query, scope, making);
  if (tree.kind !== 'query') throw new LakebookError('INTERNAL_ERROR', { detail: 'a query is expanded to a query' });
  return { query: tree, context };
}

/**
 * A query up to running, and the Spark types of its columns.
 * @param options.shown whether its rows are for people, who see variants as JSON
 */
export async function prepareSelect(query: Query, context: StatementContext, options: { readonly shown: boolean }): Promise<PreparedStatement & { readonly types: readonly DataType[] }> {
  const { pinned } = context;
  const { resolved, scans, files, sql, emitWide } = await buildSelect(query, context, options);
  const columns = resolved.columns.map(({ name, type }) => ({ name, type: simpleString(type) }));
  const prepared = prepareQuery(pinned, {
    kind: 'query',
    sql,
    columns,
    scans,
    files,
    notices: [...resolved.notices, ...pinned.notices],
    fallback: async (error) => (isNarrowDecimalOverflow(error) ? emitWide() : undefined),
    mapError: (error) => context.placeError(mapRuntimeError(error, context.text)),
  });
  return { ...prepared, types: resolved.columns.map(({ type }) => type) };
}

export interface BuiltSelect {
  readonly resolved: ResolvedQuery;
  readonly scans: readonly OpenedScan[];
  readonly files: readonly string[];
  readonly sql: string;
  /** The same with decimals that cannot overflow on the way. */
  readonly emitWide: () => Promise<string>;
}

export interface BuildOptions {
  /** Whether the rows are for people, who see variants as JSON. */
  readonly shown?: boolean;
  readonly assign?: Assign;
  /** For the reference of this id, rows of some files of another version. */
  readonly rowsOf?: { readonly referenceId: number; readonly files: FilesOfVersion };
}

/** Authorise and pin, resolve, prune, rewrite. */
export async function buildSelect(query: Query, context: StatementContext, { assign, rowsOf, shown = false }: BuildOptions = {}): Promise<BuiltSelect> {
  const { resolved, references } = await resolvePinned(query, context, assign);
  const opening = resolved.scans.map(async ({ id, reference, columns, predicate }): Promise<[number, OpenedScan]> => {
    const wanted = { columns, ...(predicate === undefined ? {} : { predicate: toFilePredicate(predicate) }), ...(rowsOf?.referenceId === reference.id ? { of: rowsOf.files } : {}) };
    return [id, await context.pinned.open(references.get(reference.id)!, wanted)];
  });
  const opened = new Map(await settleAll(opening));
  const emit = async (wideDecimals: boolean): Promise<string> => {
    const { sql } = emitQuery(resolved, (scanId) => `(${opened.get(scanId)!.relationSql})`, { wideDecimals, shown });
    await context.dependencies.prelude.provideFor(sql);
    return sql;
  };
  return { resolved, scans: [...opened.values()], files: filesInPlace([...references.values()]), sql: await emit(false), emitWide: () => emit(true) };
}

/** Pins every table that the query names, and resolves it against their schemas. */
export async function resolvePinned(query: Query, context: StatementContext, assign?: Assign): Promise<{ readonly resolved: ResolvedQuery; readonly references: ReadonlyMap<number, PinnedReference> }> {
  const { text, settings, pinned, dependencies } = context;
  const references = new Map<number, PinnedReference>();
  const wanted = collectTableReferences(query, settings);
  const found = await settleAll(wanted.map((reference) => pinned.pin(reference)));
  for (const [index, reference] of wanted.entries()) {
    const pin = found[index];
    if (pin !== undefined) references.set(reference.id, pin);
  }
  if (references.size < wanted.length) await dependencies.catalog.settledListing(SUGGESTION_PATIENCE_MS);
  const catalog: Catalog = {
    resolveTable: (reference) => toCatalogTable(reference, references.get(reference.id)),
    nearTables: (parts) => nearTables(dependencies.catalog, parts),
  };
  return { resolved: resolveQuery(text, query, catalog, settings, assign), references };
}

/** How long an error waits for the search for tables, so that it can say what was meant. */
const SUGGESTION_PATIENCE_MS = 1_000;

function toCatalogTable({ source }: TableReference, pinned: PinnedReference | undefined): CatalogTable | undefined {
  if (pinned === undefined) return undefined;
  if (pinned.kind === 'information') return { name: fullRelationName(pinned), columns: pinned.columns };
  if (pinned.kind !== 'files') return { name: pinned.table.fullName, columns: pinned.columns };
  return { name: source.kind === 'path' ? [source.format, source.path] : source.parts, columns: pinned.columns };
}
