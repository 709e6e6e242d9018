import { LakebookError } from '../base/errors.ts';
import { collectTableReferences } from '../sql/references.ts';
import { refusalOf } from '../sql/refusals.ts';
import type { ResolvedQuery } from '../sql/resolve.ts';
import { spanOf } from '../sql/span.ts';
import type { Query } from '../sql/tree/queries.ts';
import type { Statement, StatementOf } from '../sql/tree/statements.ts';
import { explainDepth } from './errorPlace.ts';
import { explainCommand, explainQuery, explainRows } from './explain.ts';
import { describeSchema } from './information/describeTable.ts';
import type { PinningDependencies } from './pinnedTables.ts';
import { mergeReads, prepareEffect, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { bindStatement } from './bindStatement.ts';
import { buildSelect, openQuery, openStatement, prepareSelect, resolvePinned, type StatementContext, statementScope, type StatementScope } from './selectStatement.ts';
import { prepareCatalogStatement } from './catalogStatements.ts';
import { runSessionStatement } from './sessionStatements.ts';
import { describeFunction, showFunctions } from './information/sessionFunctions.ts';
import { isObjectStatement, prepareObjectStatement } from './changes/objectStatements.ts';
import { isChange, planTableChange, prepareTableChange } from './changes/tableChanges.ts';
import { prepareTableStatement } from './tableStatements.ts';
import { createFunction, createView, dropFunction, dropView } from './temporaryStatements.ts';
import { prepareVariableStatement } from './variableStatements.ts';
import { prepareViewStatement } from './viewStatements.ts';
import { prepareWidgetStatement } from './widgetStatements.ts';

/** A statement in Spark's dialect, up to running. */
export async function prepareSparkStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement> {
  const scope = statementScope(dependencies, statement, session, signal);
  const bound = await boundTree(statement, scope);
  const { tree, context } = openStatement(bound, scope);
  try {
    if (isChange(tree)) return await prepareTableChange(tree, context, () => openStatement(bound, scope).context);
    if (isObjectStatement(tree)) return prepareObjectStatement(tree, context);
    return await prepareTree(tree, context);
  } catch (error) {
    await context.pinned.dispose();
    throw context.placeError(context.pinned.explainError(error));
  }
}

async function boundTree(statement: StatementText, scope: StatementScope): Promise<Statement> {
  try {
    const { tree, error } = statement;
    if (tree === undefined) throw error ?? new LakebookError('INTERNAL_ERROR', { detail: 'the statement has no tree' });
    const refusal = refusalOf(tree.kind === 'explain' ? tree.statement : tree);
    if (refusal !== undefined) throw refuse(refusal.feature, refusal.reason, tree, statement.source);
    return await bindStatement(tree, scope);
  } catch (error) {
    throw explainDepth(error);
  }
}

/**
 * Names and types of a query, without reading more than logs. Views, functions and variables that the statement makes are made in
 * `session`, whose own it may be a copy of.
 * @throws LakebookError what is wrong with the statement
 */
export async function checkSparkStatement(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): Promise<void> {
  const scope = statementScope(dependencies, statement, session, signal);
  const { tree, context } = openStatement(await boundTree(statement, scope), scope);
  try {
    const query = tree.kind === 'explain' ? tree.statement : tree.kind === 'describeQuery' ? tree.query : tree;
    if (query.kind === 'query') await resolvePinned(query, context);
    else if (query.kind === 'createTemporaryView' || query.kind === 'createTemporaryFunction') await define(query, context);
    else if (query.kind === 'declareVariable') await prepareVariableStatement(query, context);
    else if (query.kind === 'insertEach') for (const insert of query.inserts) await planTableChange({ ...insert, kind: 'insert' }, context);
    else if (isChange(query)) await planTableChange(query, context);
  } catch (error) {
    throw context.placeError(error);
  } finally {
    await context.pinned.dispose();
  }
}


async function prepareTree(tree: Statement, context: StatementContext): Promise<PreparedStatement> {
  const { dependencies, text, session, pinned, signal } = context;
  const { catalog } = dependencies;
  switch (tree.kind) {
    case 'query':
      return prepareSelect(tree, context, { shown: true });
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
    case 'showTableProperties':
    case 'showCreateTable':
    case 'showPartitions': {
      const view = session.temporaries.view(tree.table.name.map((part) => part.text));
      if (view !== undefined) return prepareViewStatement(tree, view, text);
      const [reference] = collectTableReferences(tree, context.settings);
      if (reference === undefined) throw refuse('A table named by an expression', 'its name is known only when the statement runs', tree, text);
      return prepareTableStatement(tree, { text, reference, pinned, catalog, database: dependencies.database, signal });
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
    case 'showTableExtended':
    case 'showObjects':
    case 'describeObject':
      return prepareCatalogStatement(tree, { text, dependencies, session, signal });
    case 'use':
    case 'setConf':
    case 'resetConf':
    case 'setTimeZone':
    case 'accepted':
      return runSessionStatement(tree, text, catalog, session);
    case 'declareVariable':
    case 'setVariables':
    case 'setVariablesFrom':
    case 'dropVariable':
      return prepareVariableStatement(tree, context);
    case 'createWidget':
    case 'removeWidget':
      return prepareWidgetStatement(tree, context);
    case 'executeImmediate':
    case 'script':
      throw refuse('A script in this place', 'its statements are run one by one', tree, text);
    default:
      throw refuse('The statement', 'it is not run here', tree, text);
  }
}

/** Makes a view or function of the session. */
async function define(tree: StatementOf<'createTemporaryView' | 'createTemporaryFunction'>, scope: StatementContext): Promise<void> {
  const { text, session } = scope;
  const resolve = async (query: Query, making: string): Promise<ResolvedQuery> => {
    const opened = openQuery(query, scope, [making]);
    try {
      return (await resolvePinned(opened.query, opened.context)).resolved;
    } catch (error) {
      throw opened.context.placeError(error);
    } finally {
      await opened.context.pinned.dispose();
    }
  };
  const context = { text, session, resolve };
  await (tree.kind === 'createTemporaryView' ? createView(tree, context) : createFunction(tree, context));
}

/** A statement that is no query has no plan of its own; a view that is made shows its query's. */
async function prepareExplain({ statement }: StatementOf<'explain'>, context: StatementContext): Promise<PreparedStatement> {
  const { text, pinned, dependencies, signal } = context;
  if (statement.kind === 'script' || statement.kind === 'executeImmediate') throw refuse('EXPLAIN of a script', 'its statements are run one by one', statement, text);
  const query = statement.kind === 'createTemporaryView' ? statement.query : statement;
  const command = query === statement ? [] : explainCommand(text.slice(statement.start, query.start));
  if (query.kind !== 'query') return prepareRows('explain', explainRows(explainCommand(text.slice(statement.start, statement.end))), { dispose: () => pinned.dispose() });
  const { scans, files, sql } = await buildSelect(query, context);
  const plan = await explainQuery(dependencies.database, sql, scans, files, signal);
  return prepareRows('explain', explainRows([...command, ...plan]), { tables: mergeReads(scans), files, dispose: () => pinned.dispose() });
}

function refuse(feature: string, reason: string, tree: Statement, text: string): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, tree) });
}
