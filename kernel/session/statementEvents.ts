import { createRowEventsEncoder } from '../arrow/textFormats.ts';
import { reportError, type ErrorReport } from '../base/errors.ts';
import type { Database } from '../duckdb/database.ts';
import type { PreparedStatement, QueryEngine, StatementText } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { Receipt } from '../rpc/receipts.ts';
import { runWithFallback } from './fallbackRun.ts';
import { buildReceipt, explainFailure, type ReceiptDependencies } from './receipt.ts';
import { HeldSink } from './heldSink.ts';
import type { ByteSink } from './rowWriters.ts';

export interface EventDependencies extends ReceiptDependencies {
  readonly engine: QueryEngine;
  readonly database: Database;
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

/**
 * Runs one statement and writes what happens as JSON values, one a line, in order: `{"notice"}`, `{"columns"}`, a `{"row"}`
 * each, `{"error"}`, and `{"statement", "receipt"}` last, with the statement's number. Nothing is held; rows leave as they come. Never throws for the statement's sake.
 */
export async function writeStatementEvents(dependencies: EventDependencies, { statement, index, session }: StatementTurn, sink: ByteSink, signal: AbortSignal): Promise<Receipt['status']> {
  const startedAtMs = dependencies.now();
  const say = (event: unknown): Promise<void> => sink.write(encodeLine(event));
  let prepared: PreparedStatement | undefined;
  let rows = 0;
  let error: ErrorReport | undefined;
  try {
    prepared = await dependencies.engine.prepare(statement, session, signal);
    for (const notice of prepared.notices) await say({ notice });
    if (prepared.sql !== '') rows = await writeRowEvents(dependencies.database, prepared, sink, signal);
  } catch (failure) {
    error = reportError(explainFailure(failure, prepared, signal));
    await say({ error: toErrorEvent(error) });
  } finally {
    await prepared?.dispose().catch(() => undefined);
  }
  const status = error === undefined ? 'ok' : error.kind === 'canceled' ? 'canceled' : 'error';
  const outcome = { status, ...(error === undefined ? {} : { error }) } as const;
  await say({ statement: index, receipt: buildReceipt(dependencies, { statement, origin: {} }, { startedAtMs, prepared, rows, resultId: undefined, outcome }) });
  return status;
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
