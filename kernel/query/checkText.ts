import { LakebookError, reportError, type ErrorReport } from '../base/errors.ts';
import { prepareDuckDbStatement } from './duckdbStatement.ts';
import type { PinningDependencies } from './pinnedTables.ts';
import type { StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { checkSparkStatement } from './sparkStatement.ts';

/** What is wrong with the statements of a text, as far as names and types tell. Nothing is run, no session is changed. */
export async function checkText(statements: readonly StatementText[], dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal): Promise<readonly ErrorReport[]> {
  const errors: ErrorReport[] = [];
  const scratch = session.withTemporaries(session.temporaries.fork());
  for (const statement of statements) {
    signal.throwIfAborted();
    const error = statement.error ?? (await findError(statement, dependencies, scratch, signal));
    if (error !== undefined) errors.push(reportError(error));
  }
  return errors;
}

/** What the statement is to blame for; trouble of another kind (a log that cannot be read) tells itself when it runs. */
async function findError(statement: StatementText, dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal): Promise<LakebookError | undefined> {
  try {
    if (statement.dialect === 'duckdb') await (await prepareDuckDbStatement(dependencies, statement, session, signal)).dispose();
    else await checkSparkStatement(dependencies, statement, session, signal);
    return undefined;
  } catch (error) {
    return error instanceof LakebookError && error.span !== undefined ? error : undefined;
  }
}
