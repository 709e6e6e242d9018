import { LakebookError, reportError } from '../base/errors.ts';
import type { EngineKernel } from '../engineKernel.ts';
import type { PreparedStatement, StatementText } from '../query/queryEngine.ts';
import type { SqlCommand } from './arguments.ts';
import { StatementFailure } from './failureText.ts';
import { openLocalKernel, resolveWorkspace } from './localKernel.ts';
import { readSource } from './sqlSource.ts';
import { writeOut, writeRows } from './statementOutput.ts';

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
    if (command.events !== undefined) return await runEvents(kernel, statements, command.events, signal);
    const broken = statements.find(({ error }) => error !== undefined);
    if (broken?.error !== undefined) throw broken.error;
    return await runStatements(kernel, statements, command, signal);
  } catch (error) {
    throw error instanceof LakebookError ? new StatementFailure(reportError(error), text, error) : error;
  } finally {
    await kernel.dispose();
  }
}

async function runStatements(kernel: EngineKernel, statements: readonly StatementText[], { output }: SqlCommand, signal: AbortSignal): Promise<readonly string[]> {
  const session = kernel.query.createSession();
  const notices: string[] = [];
  for (const [index, statement] of statements.entries()) {
    const prepared = await kernel.query.prepare(statement, session, signal);
    notices.push(...prepared.notices);
    if (prepared.sql !== '' && (output.file === undefined || index === statements.length - 1)) await runPrepared(kernel, prepared, output, signal);
    else await prepared.dispose();
  }
  return notices;
}

/** A statement that does not parse fails in its turn, where the others go on; else none runs. The last failure is told by the exit status alone. */
async function runEvents(kernel: EngineKernel, statements: readonly StatementText[], { keepGoing }: NonNullable<SqlCommand['events']>, signal: AbortSignal): Promise<readonly string[]> {
  const session = kernel.query.createSession();
  const broken = keepGoing ? undefined : statements.find(({ error }) => error !== undefined);
  for (const [index, statement] of statements.entries()) {
    if (broken !== undefined && statement !== broken) continue;
    const status = await kernel.writeEvents({ statement, index, session }, { write: writeOut }, signal);
    if (status !== 'ok') process.exitCode = 1;
    if (status === 'canceled' || (status === 'error' && !keepGoing)) break;
  }
  return [];
}

/** Runs a prepared statement and lets go of it. */
export async function runPrepared(kernel: EngineKernel, prepared: PreparedStatement, output: SqlCommand['output'], signal: AbortSignal): Promise<void> {
  try {
    await writeRows(kernel, prepared, output, signal);
  } finally {
    await prepared.dispose();
  }
}
