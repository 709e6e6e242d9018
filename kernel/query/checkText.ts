import { LakebookError, reportError, type ErrorReport } from '../base/errors.ts';
import { prepareDuckDbStatement } from './duckdbStatement.ts';
import { namesMadeBy, nameWordsIn } from './madeNames.ts';
import type { PinningDependencies } from './pinnedTables.ts';
import type { StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { checkSparkStatement } from './sparkStatement.ts';

/**
 * What is wrong with the statements of a text, as far as names and types tell. Nothing is run, no session is changed. What an
 * earlier statement makes is not there to be read yet: statements that name it are checked when they run.
 */
export async function checkText(statements: readonly StatementText[], dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal): Promise<readonly ErrorReport[]> {
  const errors: ErrorReport[] = [];
  const scratch = session.withTemporaries(session.temporaries.fork());
  const made = new Set<string>();
  for (const statement of statements) {
    signal.throwIfAborted();
    const isOfMade = made.size > 0 && [...nameWordsIn(statement.tree)].some((word) => made.has(word));
    const error = statement.error ?? (isOfMade ? undefined : await findError(statement, dependencies, scratch, signal));
    if (error !== undefined) errors.push(reportError(error));
    for (const word of await wordsMadeBy(statement, isOfMade, dependencies, scratch)) made.add(word);
  }
  return errors;
}

/** The last parts of names that a statement makes. A view or function of the session is there already, unless it could not be made. */
async function wordsMadeBy({ tree }: StatementText, isOfMade: boolean, { catalog }: PinningDependencies, session: QuerySession): Promise<readonly string[]> {
  if (tree === undefined) return [];
  const isMadeHere = tree.kind === 'createTemporaryView' || tree.kind === 'createTemporaryFunction';
  if (isMadeHere && !isOfMade) return [];
  const words: string[] = [];
  for (const { parts, ifNotExists } of namesMadeBy(tree)) {
    const isKept = ifNotExists && (tree.kind === 'createSchema' ? catalog.schemas().some((schema) => schema === parts.at(-1)) : (await catalog.lookup(parts, session).catch(() => undefined)) !== undefined);
    if (!isKept) words.push(parts.at(-1)?.toLowerCase() ?? '');
  }
  return words;
}

/** A text that was run finds what it made: that is nothing to mark. */
const ALREADY_SO = /_ALREADY_EXISTS$/;

/** What the statement is to blame for; trouble of another kind (a log that cannot be read) tells itself when it runs. */
async function findError(statement: StatementText, dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal): Promise<LakebookError | undefined> {
  try {
    if (statement.dialect === 'duckdb') await (await prepareDuckDbStatement(dependencies, statement, session, signal)).dispose();
    else await checkSparkStatement(dependencies, statement, session, signal);
    return undefined;
  } catch (error) {
    return error instanceof LakebookError && error.span !== undefined && !ALREADY_SO.test(error.code) ? error : undefined;
  }
}
