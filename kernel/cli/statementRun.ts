import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EngineKernel } from '../engineKernel.ts';
import { performEffect } from '../query/performEffect.ts';
import type { PreparedStatement, StatementStep, StatementText } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { OutputTarget } from './arguments.ts';
import { workFolder } from './localKernel.ts';
import { writeOut, writeRows } from './statementOutput.ts';

export interface CommandStatement {
  readonly statement: StatementText;
  readonly session: QuerySession;
  readonly output: OutputTarget;
  /** Whether its rows are written anywhere. */
  readonly wanted: boolean;
  /** Notices are added here. */
  readonly notices: string[];
}

/**
 * Runs a statement and writes its rows as they come; of a script the rows of its last query, when it has ended.
 * @throws what the statement fails with
 */
export async function runStatement(kernel: EngineKernel, run: CommandStatement, signal: AbortSignal): Promise<void> {
  const steps = kernel.query.steps(run.statement, run.session, signal);
  const held = new HeldOutput(run.output);
  try {
    let next = await steps.next();
    while (next.done !== true) next = await steps.next(await runStep(kernel, run, next.value, held, signal));
    if (next.value !== undefined) await Promise.reject(next.value);
    if (run.wanted) await held.release();
  } finally {
    await held.dispose();
  }
}

/** The answer is what the step failed with. */
async function runStep(kernel: EngineKernel, { statement, session, output, wanted, notices }: CommandStatement, step: StatementStep, held: HeldOutput, signal: AbortSignal): Promise<unknown> {
  if (step.kind === 'evaluated') return step.error;
  try {
    const ready = await kernel.query.prepare(step.statement, session, signal);
    notices.push(...ready.notices);
    const isWhole = step.statement === statement;
    const prepared = await performEffect(ready, signal, (notice) => notices.push(notice)).catch(async (error: unknown) => {
      await ready.dispose();
      throw error;
    });
    if (prepared.sql === '' || (isWhole && !wanted)) await prepared.dispose();
    else await runPrepared(kernel, prepared, isWhole ? output : await held.target(), signal);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Runs a prepared statement and lets go of it. */
export async function runPrepared(kernel: EngineKernel, prepared: PreparedStatement, output: OutputTarget, signal: AbortSignal): Promise<void> {
  try {
    await writeRows(kernel, prepared, output, signal);
  } finally {
    await prepared.dispose();
  }
}

/** The rows of a script's last query, in a file until the script has ended. */
class HeldOutput {
  readonly #output: OutputTarget;
  #folder: string | undefined;

  constructor(output: OutputTarget) {
    this.#output = output;
  }

  async target(): Promise<OutputTarget> {
    this.#folder ??= await mkdtemp(join(await workFolder(), 'script-'));
    return { format: this.#output.format, file: join(this.#folder, 'rows') };
  }

  async release(): Promise<void> {
    if (this.#folder === undefined) return;
    const rows = join(this.#folder, 'rows');
    if (this.#output.file !== undefined) return copyFile(rows, resolve(this.#output.file));
    for await (const part of createReadStream(rows)) await writeOut(part as Uint8Array);
  }

  async dispose(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}
