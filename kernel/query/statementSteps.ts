import { LakebookError } from '../base/errors.ts';
import { spanOf } from '../sql/span.ts';
import type { Statement, StatementOf } from '../sql/tree/statements.ts';
import { immediateStatement, runInto } from './executeImmediate.ts';
import { pointAt } from './errorPlace.ts';
import type { PinningDependencies } from './pinnedTables.ts';
import type { StatementStep, StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { ScriptRun } from './scriptRun.ts';
import { statementScope } from './selectStatement.ts';

export type StepGenerator = AsyncGenerator<StatementStep, unknown, unknown>;

/** What running a statement comes to; see `QueryEngine.steps`. */
export async function* statementSteps(dependencies: PinningDependencies, statement: StatementText, session: QuerySession, signal: AbortSignal): StepGenerator {
  const { tree } = statement;
  if (tree?.kind === 'script') return yield* scriptSteps(dependencies, statement, tree, session, signal);
  if (tree?.kind === 'executeImmediate') return yield* immediateSteps(dependencies, statement, tree, session, signal);
  return yield { kind: 'run', statement };
}

async function* scriptSteps(dependencies: PinningDependencies, statement: StatementText, tree: StatementOf<'script'>, session: QuerySession, signal: AbortSignal): StepGenerator {
  const frames = session.variables.frameCount;
  try {
    const inner = (part: { readonly start: number; readonly end: number }, partTree: Statement): StatementText => ({ ...statement, start: part.start, end: part.end, text: statement.source.slice(part.start, part.end), tree: partTree });
    const run = new ScriptRun({ dependencies, session, signal, inner, steps: (part) => statementSteps(dependencies, part, session, signal) });
    return yield* run.script(tree.block);
  } finally {
    session.variables.leave(frames);
  }
}

/** `EXECUTE IMMEDIATE`: its text is a statement like any other, with errors that point at the text's place. */
async function* immediateSteps(dependencies: PinningDependencies, statement: StatementText, tree: StatementOf<'executeImmediate'>, session: QuerySession, signal: AbortSignal): StepGenerator {
  const startedAtMs = Date.now();
  const context = statementScope(dependencies, statement, session, signal);
  try {
    const immediate = await immediateStatement(tree, context);
    if (tree.into.length === 0) return yield { kind: 'run', statement: immediate };
    const { tables, files } = await runInto(tree, immediate, context);
    yield { kind: 'evaluated', statement, startedAtMs, tables, files };
    return undefined;
  } catch (failure) {
    const error = signal.aborted ? new LakebookError('OPERATION_CANCELED', {}, { cause: failure }) : pointAt(failure, spanOf(statement.source, tree));
    yield { kind: 'evaluated', statement, startedAtMs, tables: [], files: [], error };
    return error;
  }
}
