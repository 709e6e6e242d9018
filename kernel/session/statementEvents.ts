import { createRowEventsEncoder } from '../arrow/textFormats.ts';
import { reportError, type ErrorReport } from '../base/errors.ts';
import type { Database } from '../duckdb/database.ts';
import { runWithFallback } from '../query/fallbackRun.ts';
import { performEffect } from '../query/performEffect.ts';
import type { PreparedStatement, QueryEngine, StatementStep, StatementText } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { Receipt } from '../rpc/receipts.ts';
import type { ByteSink } from '../storage/wholeFile.ts';
import { buildReceipt, evaluatedRecord, explainFailure, type ReceiptDependencies } from './receipt.ts';
import { HeldFile } from './heldFile.ts';
import { HeldSink } from './heldSink.ts';
import { redactionOf } from './redaction.ts';
import { outcomeOf, runSteps, type StatementOutcome } from './stepRun.ts';

export interface EventDependencies extends ReceiptDependencies {
  readonly engine: QueryEngine;
  readonly database: Database;
  /** For what is held until a script has ended. */
  readonly heldFolder: string;
}

/** A statement of a text, by its place among the others. */
export interface StatementTurn {
  readonly statement: StatementText;
  readonly index: number;
  readonly session: QuerySession;
}

/** The error of a statement as an event has it: `line` from 1, `col` from 0, both absent where nothing can be pointed at. */
interface ErrorEvent {
  readonly class: string;
  readonly sqlstate?: string;
  readonly message: string;
  readonly line?: number;
  readonly col?: number;
  readonly suggestions?: readonly string[];
}

function toErrorEvent({ code, sqlState, message, span, suggestions }: ErrorReport): ErrorEvent {
  return {
    class: code,
    ...(sqlState === undefined ? {} : { sqlstate: sqlState }),
    message,
    ...(span === undefined ? {} : { line: span.line, col: span.column }),
    ...(suggestions === undefined || suggestions.length === 0 ? {} : { suggestions }),
  };
}

/** Where the parts of what happens go: straight out, or held until it is known what is shown. */
interface EventSinks {
  readonly rows: ByteSink;
  readonly receipts: ByteSink;
}

/**
 * Runs one statement and writes what happens as JSON values, one a line, in order: `{"notice"}`, `{"columns"}`, a `{"row"}`
 * each, `{"error"}`, and `{"statement", "receipt"}` last, with the statement's number. Nothing is held; rows leave as they
 * come. Of a script the rows of its last query are written when it has ended, and a receipt for each statement that it ran.
 * Never throws for the statement's sake.
 */
export async function writeStatementEvents(dependencies: EventDependencies, turn: StatementTurn, sink: ByteSink, signal: AbortSignal): Promise<Receipt['status']> {
  let held: { readonly rows: HeldFile; readonly receipts: HeldFile } | undefined;
  try {
    const { status, error } = await runSteps(dependencies.engine, turn.statement, turn.session, signal, async (step) => {
      if (step.statement === turn.statement && step.kind === 'run') return (await writeOne(dependencies, turn, { rows: sink, receipts: sink }, signal)).failure;
      held ??= { rows: await HeldFile.create(dependencies.heldFolder), receipts: await HeldFile.create(dependencies.heldFolder) };
      return writeStep(dependencies, { ...turn, statement: step.statement }, step, held, signal);
    });
    if (held !== undefined) await (error === undefined ? held.rows.pipeTo(sink) : sink.write(encodeLine({ error: toErrorEvent(redactionOf(turn.session.parameters.usedIn(turn.statement.text)).apply(error)) })));
    await held?.receipts.pipeTo(sink);
    return status;
  } finally {
    await held?.rows.dispose();
    await held?.receipts.dispose();
  }
}

/** A step of a script. Its error is told by the script's end, if nothing handles it; its rows replace those before. */
async function writeStep(dependencies: EventDependencies, turn: StatementTurn, step: StatementStep, held: { readonly rows: HeldFile; readonly receipts: HeldFile }, signal: AbortSignal): Promise<unknown> {
  if (step.kind === 'evaluated') {
    await held.receipts.write(encodeLine({ statement: turn.index, receipt: buildReceipt(dependencies, { statement: step.statement, origin: {} }, evaluatedRecord(step)) }));
    return step.error;
  }
  return (await writeOne(dependencies, turn, held, signal)).failure;
}

async function writeOne(dependencies: EventDependencies, { statement, index, session }: StatementTurn, sinks: EventSinks, signal: AbortSignal): Promise<StatementOutcome> {
  const startedAtMs = dependencies.now();
  const say = (event: unknown): Promise<void> => sinks.rows.write(encodeLine(event));
  let prepared: PreparedStatement | undefined;
  let rows = 0;
  let outcome: StatementOutcome = { status: 'ok' };
  const parameters = session.parameters.usedIn(statement.text);
  try {
    prepared = await dependencies.engine.prepare(statement, session, signal);
    for (const notice of prepared.notices) await say({ notice });
    const notices: string[] = [];
    prepared = await performEffect(prepared, signal, (notice) => notices.push(notice));
    for (const notice of notices) await say({ notice });
    if (sinks.rows instanceof HeldFile && prepared.sql !== '') await sinks.rows.clear();
    if (prepared.sql !== '') rows = await writeRowEvents(dependencies.database, prepared, sinks.rows, signal);
  } catch (failure) {
    outcome = outcomeOf(explainFailure(failure, prepared, signal));
    if (!(sinks.rows instanceof HeldFile)) await say({ error: toErrorEvent(redactionOf(parameters).apply(reportError(outcome.failure))) });
  } finally {
    await prepared?.dispose().catch(() => undefined);
  }
  await sinks.receipts.write(encodeLine({ statement: index, receipt: buildReceipt(dependencies, { statement, origin: {} }, { startedAtMs, prepared, rows, resultId: undefined, outcome, parameters }) }));
  return outcome;
}

async function writeRowEvents(database: Database, prepared: PreparedStatement, sink: ByteSink, signal: AbortSignal): Promise<number> {
  const { columns } = prepared;
  await sink.write(encodeLine({ columns }));
  const held = new HeldSink(sink);
  const rows = await runWithFallback(prepared, async (sql) => {
    held.clear();
    const encoder = createRowEventsEncoder();
    let count = 0;
    for await (const batch of await database.stream(sql, { signal, columns })) {
      count += batch.rows;
      await held.write(encoder.batch(batch));
    }
    return count;
  }, () => !held.released);
  await held.release();
  return rows;
}

const utf8 = new TextEncoder();

function encodeLine(event: unknown): Uint8Array {
  return utf8.encode(`${JSON.stringify(event)}\n`);
}
