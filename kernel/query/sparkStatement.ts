import { LakebookError } from '../base/errors.ts';
import type { Catalog, CatalogTable, SessionSettings, TableReference } from '../sql/catalog.ts';
import { emitQuery } from '../sql/emit.ts';
import { parseScript } from '../sql/parse.ts';
import { collectTableReferences } from '../sql/references.ts';
import { resolveQuery, type ResolvedQuery } from '../sql/resolve.ts';
import { isNarrowDecimalOverflow, mapRuntimeError } from '../sql/runtimeErrors.ts';
import { spanOf } from '../sql/span.ts';
import type { Query } from '../sql/tree/queries.ts';
import type { Statement, StatementOf } from '../sql/tree/statements.ts';
import { simpleString } from '../sql/types/dataType.ts';
import { explainQuery } from './explain.ts';
import { toFilePredicate } from './filePredicate.ts';
import { describeSchema } from './information/describeTable.ts';
import { PinnedTables, type OpenedScan, type PinnedReference, type PinningDependencies } from './pinnedTables.ts';
import { filesInPlace, mergeReads, prepareQuery, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { prepareCatalogStatement, runSessionStatement } from './sessionStatements.ts';
import { settleAll } from './settleAll.ts';
import { statementSettings } from './statementSettings.ts';
import { prepareTableStatement } from './tableStatements.ts';

interface StatementContext {
  readonly dependencies: PinningDependencies;
  /** What offsets point into. */
  readonly text: string;
  readonly session: QuerySession;
  readonly settings: SessionSettings;
  readonly pinned: PinnedTables;
  readonly signal: AbortSignal;
}

/** A statement in Spark's dialect, up to running. */
export async function prepareSparkStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement> {
  const text = statement.source;
  const pinned = new PinnedTables(dependencies, text, session, signal);
  const context: StatementContext = { dependencies, text, session, settings: statementSettings(session), pinned, signal };
  try {
    return await prepareTree(findTree(statement), context);
  } catch (error) {
    await pinned.dispose();
    throw pinned.explainError(error);
  }
}

/**
 * Names and types of a query, without reading more than logs.
 * @throws LakebookError what is wrong with the statement
 */
export async function checkSparkStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<void> {
  const tree = findTree(statement);
  const query = tree.kind === 'explain' ? tree.statement : tree.kind === 'describeQuery' ? tree.query : tree;
  if (query.kind !== 'query') return;
  const pinned = new PinnedTables(dependencies, statement.source, session, signal);
  try {
    await resolvePinned(query, { dependencies, text: statement.source, session, settings: statementSettings(session), pinned, signal });
  } finally {
    await pinned.dispose();
  }
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
      const [reference] = collectTableReferences(tree, context.settings);
      if (reference === undefined) throw refuse('A table named by an expression', 'its name is known only when the statement runs', tree, text);
      return prepareTableStatement(tree, { text, reference, pinned, catalog, signal });
    }
    case 'showTables':
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
    mapError: (error) => mapRuntimeError(error, context.text),
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
