import { LakebookError } from '../base/errors.ts';
import type { Catalog, CatalogTable, SessionSettings, TableReference } from '../sql/catalog.ts';
import { emitQuery } from '../sql/emit.ts';
import { parseScript } from '../sql/parse.ts';
import { collectTableReferences } from '../sql/references.ts';
import { resolveQuery, type ResolvedQuery } from '../sql/resolve.ts';
import { isNarrowDecimalOverflow, mapRuntimeError } from '../sql/runtimeErrors.ts';
import { spanOf } from '../sql/span.ts';
import { expandTemporaries } from '../sql/temporaries.ts';
import type { Located } from '../sql/tree/expressions.ts';
import type { Query } from '../sql/tree/queries.ts';
import type { Statement, StatementOf } from '../sql/tree/statements.ts';
import { simpleString } from '../sql/types/dataType.ts';
import { explainQuery } from './explain.ts';
import { toFilePredicate } from './filePredicate.ts';
import { describeSchema } from './information/describeTable.ts';
import { PinnedTables, type OpenedScan, type PinnedReference, type PinningDependencies } from './pinnedTables.ts';
import { filesInPlace, mergeReads, prepareEffect, prepareQuery, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { prepareCatalogStatement, runSessionStatement } from './sessionStatements.ts';
import { describeFunction, showFunctions } from './information/sessionFunctions.ts';
import { moved } from './errorPlace.ts';
import { settleAll } from './settleAll.ts';
import { statementSettings } from './statementSettings.ts';
import { prepareTableStatement } from './tableStatements.ts';
import { createFunction, createView, dropFunction, dropView } from './temporaryStatements.ts';
import { prepareViewStatement } from './viewStatements.ts';

interface StatementContext {
  readonly dependencies: PinningDependencies;
  /** What offsets point into: the statement's text, and behind it those of the session's objects that it uses. */
  readonly text: string;
  readonly session: QuerySession;
  readonly settings: SessionSettings;
  readonly pinned: PinnedTables;
  readonly signal: AbortSignal;
  /** An error with its place in the statement's own text. */
  readonly placeError: (error: unknown) => unknown;
}

/** A statement in Spark's dialect, up to running. */
export async function prepareSparkStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement> {
  const { tree, context } = openStatement(findTree(statement), statement.source, dependencies, session, signal);
  try {
    return await prepareTree(tree, context);
  } catch (error) {
    await context.pinned.dispose();
    throw context.placeError(context.pinned.explainError(error));
  }
}

/**
 * Names and types of a query, without reading more than logs. Views and functions that the statement makes are made in
 * `session`, whose own it may be a copy of.
 * @throws LakebookError what is wrong with the statement
 */
export async function checkSparkStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<void> {
  const { tree, context } = openStatement(findTree(statement), statement.source, dependencies, session, signal);
  try {
    const query = tree.kind === 'explain' ? tree.statement : tree.kind === 'describeQuery' ? tree.query : tree;
    if (query.kind === 'query') await resolvePinned(query, context);
    else if (query.kind === 'createTemporaryView' || query.kind === 'createTemporaryFunction') await define(query, context);
  } catch (error) {
    throw context.placeError(error);
  } finally {
    await context.pinned.dispose();
  }
}

/** The statement with the session's views and functions put in, and where its tables will be pinned. */
function openStatement(tree: Statement, source: string, dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal, making: readonly string[] = []): { readonly tree: Statement; readonly context: StatementContext } {
  const expands = tree.kind === 'query' || tree.kind === 'explain' || tree.kind === 'describeQuery';
  const expanded = expands ? expandTemporaries(tree, source, session.temporaries, { ...session.settings, schema: session.schema }, making) : { tree, text: source, useOf: (place: Located) => place };
  const pinned = new PinnedTables(dependencies, expanded.text, session, signal);
  const placeError = (error: unknown): unknown => moved(error, (span) => (span.start < source.length ? span : spanOf(source, expanded.useOf(span))));
  return { tree: expanded.tree, context: { dependencies, text: expanded.text, session, settings: statementSettings(session), pinned, signal, placeError } };
}

function findTree({ source, start }: StatementText): Statement {
  const part = parseScript(source).parts.find((candidate) => candidate.start === start);
  if (part === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'the statement is not part of its text' });
  if (part.kind === 'error') throw part.error;
  return part.statement;
}

async function prepareTree(tree: Statement, context: StatementContext): Promise<PreparedStatement> {
  const { dependencies, text, session, pinned, signal } = context;
  const { catalog } = dependencies;
  switch (tree.kind) {
    case 'query':
      return prepareSelect(tree, context);
    case 'explain':
      return prepareExplain(tree, context);
    case 'describeQuery': {
      const { resolved } = await resolvePinned(tree.query, context);
      return prepareRows(tree.kind, describeSchema(resolved.columns), { dispose: () => pinned.dispose() });
    }
    case 'describeTable':
    case 'describeHistory':
    case 'describeDetail':
    case 'showColumns':
    case 'showTableProperties': {
      const view = session.temporaries.view(tree.table.name.map((part) => part.text));
      if (view !== undefined) return prepareViewStatement(tree, view, text);
      const [reference] = collectTableReferences(tree, context.settings);
      if (reference === undefined) throw refuse('A table named by an expression', 'its name is known only when the statement runs', tree, text);
      return prepareTableStatement(tree, { text, reference, pinned, catalog, signal });
    }
    case 'createTemporaryView':
    case 'createTemporaryFunction':
      await define(tree, context);
      return prepareEffect(tree.kind);
    case 'dropView':
      dropView(tree, text, session);
      return prepareEffect(tree.kind);
    case 'dropTemporaryFunction':
      dropFunction(tree, text, session);
      return prepareEffect(tree.kind);
    case 'showFunctions':
    case 'describeFunction':
      return prepareRows(tree.kind, tree.kind === 'showFunctions' ? showFunctions(tree, session) : describeFunction(tree, text, session));
    case 'showTables':
    case 'showViews':
    case 'showSchemas':
    case 'showCatalogs':
      return prepareCatalogStatement(tree, text, catalog, session);
    case 'use':
    case 'setConf':
    case 'resetConf':
    case 'setTimeZone':
    case 'accepted':
      return runSessionStatement(tree, text, catalog, session);
    case 'refused':
      throw refuse(tree.feature, tree.reason, tree, text);
  }
}

/** Makes a view or function of the session. */
async function define(tree: StatementOf<'createTemporaryView' | 'createTemporaryFunction'>, { dependencies, text, session, signal }: StatementContext): Promise<void> {
  const resolve = async (query: Query, making: string): Promise<ResolvedQuery> => {
    const opened = openStatement(query, text, dependencies, session, signal, [making]);
    try {
      if (opened.tree.kind !== 'query') throw new LakebookError('INTERNAL_ERROR', { detail: 'a query is expanded to a query' });
      return (await resolvePinned(opened.tree, opened.context)).resolved;
    } catch (error) {
      throw opened.context.placeError(error);
    } finally {
      await opened.context.pinned.dispose();
    }
  };
  const context = { text, session, resolve };
  await (tree.kind === 'createTemporaryView' ? createView(tree, context) : createFunction(tree, context));
}

async function prepareSelect(query: Query, context: StatementContext): Promise<PreparedStatement> {
  const { pinned } = context;
  const { resolved, scans, files, sql, emitWide } = await buildSelect(query, context);
  const columns = resolved.columns.map(({ name, type }) => ({ name, type: simpleString(type) }));
  return prepareQuery(pinned, {
    kind: 'query',
    sql,
    columns,
    scans,
    files,
    notices: resolved.notices,
    fallback: async (error) => (isNarrowDecimalOverflow(error) ? emitWide() : undefined),
    mapError: (error) => context.placeError(mapRuntimeError(error, context.text)),
  });
}

async function prepareExplain({ statement }: StatementOf<'explain'>, context: StatementContext): Promise<PreparedStatement> {
  const { text, pinned, dependencies, signal } = context;
  if (statement.kind !== 'query') throw refuse('EXPLAIN of anything but a query', 'it has no plan', statement, text);
  const { scans, files, sql } = await buildSelect(statement, context);
  return prepareRows('explain', await explainQuery(dependencies.database, sql, scans, files, signal), { tables: mergeReads(scans), files, dispose: () => pinned.dispose() });
}

interface BuiltSelect {
  readonly resolved: ResolvedQuery;
  readonly scans: readonly OpenedScan[];
  readonly files: readonly string[];
  readonly sql: string;
  /** The same with decimals that cannot overflow on the way. */
  readonly emitWide: () => Promise<string>;
}

/** Authorise and pin, resolve, prune, rewrite. */
async function buildSelect(query: Query, context: StatementContext): Promise<BuiltSelect> {
  const { resolved, references } = await resolvePinned(query, context);
  const opening = resolved.scans.map(async ({ id, reference, columns, predicate }): Promise<[number, OpenedScan]> => {
    const wanted = { columns, ...(predicate === undefined ? {} : { predicate: toFilePredicate(predicate) }) };
    return [id, await context.pinned.open(references.get(reference.id)!, wanted)];
  });
  const opened = new Map(await settleAll(opening));
  const emit = async (wideDecimals: boolean): Promise<string> => {
    const { sql } = emitQuery(resolved, (scanId) => `(${opened.get(scanId)!.relationSql})`, { wideDecimals });
    await context.dependencies.prelude.provideFor(sql);
    return sql;
  };
  return { resolved, scans: [...opened.values()], files: filesInPlace([...references.values()]), sql: await emit(false), emitWide: () => emit(true) };
}

/** Pins every table that the query names, and resolves it against their schemas. */
async function resolvePinned(query: Query, context: StatementContext): Promise<{ readonly resolved: ResolvedQuery; readonly references: ReadonlyMap<number, PinnedReference> }> {
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
    nearTables: (parts) => dependencies.catalog.nearTables(parts),
  };
  return { resolved: resolveQuery(text, query, catalog, settings), references };
}

/** How long an error waits for the search for tables, so that it can say what was meant. */
const SUGGESTION_PATIENCE_MS = 1_000;

function toCatalogTable({ source }: TableReference, pinned: PinnedReference | undefined): CatalogTable | undefined {
  if (pinned === undefined) return undefined;
  if (pinned.kind !== 'files') return { name: pinned.table.fullName, columns: pinned.columns };
  return { name: source.kind === 'path' ? [source.format, source.path] : source.parts, columns: pinned.columns };
}

function refuse(feature: string, reason: string, tree: Statement, text: string): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, tree) });
}
