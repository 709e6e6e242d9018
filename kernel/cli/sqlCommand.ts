import { LakebookError, reportError } from '../base/errors.ts';
import type { EngineKernel } from '../engineKernel.ts';
import type { StatementText } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { SqlCommand } from './arguments.ts';
import { StatementFailure } from './failureText.ts';
import { openLocalKernel, resolveWorkspace } from './localKernel.ts';
import { readSource } from './sqlSource.ts';
import { runStatement } from './statementRun.ts';
import { passedOver, writeOut } from './statementOutput.ts';

/**
 * Runs statements one after the other, in one session. None runs if one of them does not parse. On standard output each
 * one's rows are written, into a file those of the last one.
 * @returns what the user should know besides
 */
export async function runSql(command: SqlCommand, signal: AbortSignal): Promise<readonly string[]> {
  const text = await readSource(command.source);
  const kernel = await openLocalKernel(await resolveWorkspace(command.workspace));
  try {
    const statements = kernel.query.split(text, command.dialect);
    if (command.events !== undefined) return await runEvents(kernel, statements, command, command.events.keepGoing, signal);
    const broken = statements.find(({ error }) => error !== undefined);
    if (broken?.error !== undefined) throw broken.error;
    return await runStatements(kernel, statements, command, signal);
  } catch (error) {
    throw error instanceof LakebookError ? new StatementFailure(reportError(error), text, error) : error;
  } finally {
    await kernel.dispose();
  }
}

async function runStatements(kernel: EngineKernel, statements: readonly StatementText[], command: SqlCommand, signal: AbortSignal): Promise<readonly string[]> {
  const session = openSession(kernel, command);
  const notices: string[] = [];
  for (const [index, statement] of statements.entries()) {
    const wanted = command.output.file === undefined || index === statements.length - 1;
    await runStatement(kernel, { statement, session, output: command.output, wanted, notices }, signal);
  }
  const queries = statements.slice(0, -1).filter(({ tree }) => tree === undefined || tree.kind === 'query');
  return [...notices, ...(await kernel.query.settle()), ...passedOver(queries.length, command.output)];
}

function openSession(kernel: EngineKernel, { parameters }: SqlCommand): QuerySession {
  const session = kernel.query.createSession();
  session.parameters.give(parameters);
  return session;
}

/** A statement that does not parse fails in its turn, where the others go on; else none runs. The last failure is told by the exit status alone. */
async function runEvents(kernel: EngineKernel, statements: readonly StatementText[], command: SqlCommand, keepGoing: boolean, signal: AbortSignal): Promise<readonly string[]> {
  const session = openSession(kernel, command);
  const broken = keepGoing ? undefined : statements.find(({ error }) => error !== undefined);
  for (const [index, statement] of statements.entries()) {
    if (broken !== undefined && statement !== broken) continue;
    const status = await kernel.writeEvents({ statement, index, session }, { write: writeOut }, signal);
    if (status !== 'ok') process.exitCode = 1;
    if (status === 'canceled' || (status === 'error' && !keepGoing)) break;
  }
  return kernel.query.settle();
}
