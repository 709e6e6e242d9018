import type { QueryEngine } from '../query/queryEngine.ts';
import { performEffect } from '../query/performEffect.ts';
import type { Receipt } from '../rpc/receipts.ts';
import { buildReceipt, type ReceiptDependencies } from './receipt.ts';

export interface UndoRequest {
  readonly path: string;
  /** As receipts name the table. */
  readonly name: string;
  readonly version: number;
  readonly latest: number;
}

/** Takes a table back, and leaves the receipt that the statement would leave. @throws LakebookError as `prepareUndo` */
export async function undoTable({ engine, ...dependencies }: ReceiptDependencies & { readonly engine: QueryEngine }, { name, ...question }: UndoRequest, signal: AbortSignal): Promise<Receipt> {
  const startedAtMs = dependencies.now();
  const prepared = await engine.prepareUndo(question, engine.createSession(), signal);
  try {
    const done = await performEffect(prepared, signal);
    const statement = { dialect: 'spark' as const, text: `RESTORE TABLE ${name} TO VERSION AS OF ${question.version - 1}` };
    const written = (done.written ?? []).map((write) => ({ ...write, name }));
    return buildReceipt(dependencies, { statement, origin: {} }, { startedAtMs, prepared: { tables: [], files: [], written }, rows: 0, resultId: undefined, outcome: { status: 'ok' } });
  } finally {
    await prepared.dispose();
  }
}
