import { quoteNamePart } from '../catalog/tableName.ts';
import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import type { Delta } from '../delta/delta.ts';
import type { Database } from '../duckdb/database.ts';
import { splitDuckDbText } from '../duckdb/duckdbDialect.ts';
import { parseScript, type ScriptPart } from '../sql/parse.ts';
import { pointAt, withoutPlace } from './errorPlace.ts';
import { allowAll, type Authorise } from './authorisation.ts';
import { commitNotice } from './changes/commitNotice.ts';
import { prepareUndo } from './changes/undoChange.ts';
import { checkText } from './checkText.ts';
import { prepareDuckDbStatement } from './duckdbStatement.ts';
import { InPlaceFiles } from './files/inPlaceFiles.ts';
import { LanguageService } from './language/languageService.ts';
import { TableMetadataCache } from './informationSchema/tableMetadata.ts';
import { listFunctions, listTableFeatures } from './information/features.ts';
import { PinnedTables, type PinningDependencies } from './pinnedTables.ts';
import { prepareRows } from './preparedStatement.ts';
import type { Dialect, PreparedStatement, QueryEngine, StatementText } from './queryEngine.ts';
import { QuerySession } from './querySession.ts';
import { prepareSparkStatement } from './sparkStatement.ts';
import { SqlPrelude } from './sqlPrelude.ts';
import { statementSteps } from './statementSteps.ts';
import { prepareDifference } from './tableDifference.ts';
import { TableHandles } from './tableHandles.ts';
import { TemporaryObjects, type GlobalViews } from './temporaryObjects.ts';
import { buildTableStatement, isStatementQuestion, prepareLogQuestion } from './tableQuestions.ts';

export interface QueryEngineDependencies {
  readonly catalog: WorkspaceCatalog;
  readonly delta: Delta;
  readonly database: Database;
  /** Tables that are open already, shared with who else reads them; of its own by default. */
  readonly tables?: TableHandles;
  /** Everything is allowed by default. */
  readonly authorise?: Authorise;
}

/** The statement pipeline over one workspace. It disposes the tables that it opened, and nothing that it was given. */
export function createQueryEngine({ catalog, delta, database, tables: shared, authorise = allowAll }: QueryEngineDependencies): QueryEngine {
  const tables = shared ?? new TableHandles(delta);
  const pinning: PinningDependencies = { catalog, tables, tableMetadata: new TableMetadataCache(tables), database, filesInPlace: new InPlaceFiles(database, catalog.root), prelude: new SqlPrelude(database), authorise };
  const globalViews: GlobalViews = new Map();
  const prepare: QueryEngine['prepare'] = async (statement, session, signal) => {
    signal.throwIfAborted();
    if (statement.error !== undefined) throw statement.error;
    const prepareStatement = statement.dialect === 'duckdb' ? prepareDuckDbStatement : prepareSparkStatement;
    const at = statement.inner?.at;
    if (at === undefined) return prepareStatement(pinning, statement, session, signal);
    // The text of EXECUTE IMMEDIATE is not what the user looks at: its errors point at where it stands.
    const moved = (error: unknown): unknown => pointAt(withoutPlace(error), at);
    return prepareStatement(pinning, statement, session, signal).then(
      (prepared) => ({ ...prepared, mapError: (error: unknown) => moved(prepared.mapError(error)) }),
      (error: unknown) => {
        throw moved(error);
      },
    );
  };
  return {
    createSession: () => new QuerySession(new TemporaryObjects(globalViews)),
    split: splitStatements,
    prepare,
    steps: (statement, session, signal) => statementSteps(pinning, statement, session, signal),
    prepareTable: async (question, session, signal) => {
      if (!isStatementQuestion(question)) return prepareLogQuestion(question, pinning, session, signal);
      const [statement] = splitStatements(buildTableStatement(question), 'spark');
      return prepare(statement!, session, signal).then(withoutPlaces, (error: unknown) => {
        throw withoutPlace(error); // the statement is ours, so the asker has no use for places in it
      });
    },
    prepareDifference: (question, session, signal) => prepareDifference(question, { pinned: new PinnedTables(pinning, '', session, signal), prelude: pinning.prelude }, signal),
    prepareUndo: (question, session, signal) => prepareUndo(question, pinning, session, signal),
    judgeRowGroups: async ({ name, path, version, predicate }, { user }, signal) => {
      await authorise({ user, table: name, path });
      const lease = tables.lease(path);
      try {
        const snapshot = await lease.table.snapshot({ version }, signal);
        return await snapshot.judgeRowGroups(predicate, signal).finally(() => snapshot.dispose());
      } finally {
        lease.release();
      }
    },
    prepareFeatures: (of) => prepareRows('features', of === 'tables' ? listTableFeatures() : listFunctions()),
    language: new LanguageService(pinning),
    check: (text, dialect, session, signal) => checkText(splitStatements(text, dialect), pinning, session, signal),
    settle: async () => (await tables.settle()).map((warning) => commitNotice(warning, `delta.${quoteNamePart(warning.path)}`)),
    dispose: async () => {
      if (shared === undefined) await tables.dispose();
    },
  };
}

function withoutPlaces(prepared: PreparedStatement): PreparedStatement {
  return { ...prepared, mapError: (error) => withoutPlace(prepared.mapError(error)) };
}

function splitStatements(text: string, dialect: Dialect): readonly StatementText[] {
  if (dialect === 'duckdb') return splitDuckDbText(text).map(({ start, end }) => ({ dialect, text: text.slice(start, end), start, end, source: text }));
  return parseScript(text).parts.map((part) => toStatementText(part, text));
}

function toStatementText(part: ScriptPart, source: string): StatementText {
  const { text, start, end } = part;
  return { dialect: 'spark', text, start, end, source, ...(part.kind === 'error' ? { error: part.error } : { tree: part.statement }) };
}
