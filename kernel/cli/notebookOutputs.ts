import type { InlineOutputs } from '../notebook/ipynbWrite.ts';
import { LAKEBOOK_MIME } from '../notebook/outputs.ts';
import type { Output } from '../rpc/notebooks.ts';
import { TableText, type Cell } from './tableText.ts';

/** Rows of a result that a notebook shows as text to those who have no Lakebook. */
const TEXT_ROWS = 20;

type ResultOutput = Extract<Output, { readonly kind: 'result' }>;
/** The text of one cell of a held result. */
export type CellReader = (cell: { readonly resultId: string; readonly row: number; readonly column: number }) => Promise<{ readonly text: string | null }>;

/** Outputs for a file: each result with its first rows as a text table, beside what Lakebook shows as a grid. */
export async function withTextTables({ outputs, executionCount }: InlineOutputs, readCell: CellReader): Promise<InlineOutputs> {
  const readable = outputs.map(async (output): Promise<Output> => (output.kind === 'result' && output.state === 'complete' ? withText(output, readCell) : output));
  return { outputs: await Promise.all(readable), executionCount };
}

async function withText(output: ResultOutput, readCell: CellReader): Promise<Output> {
  const rows: Cell[][] = [];
  for (let row = 0; row < Math.min(output.rows, TEXT_ROWS); row++) {
    const cells = output.columns.map((_, column) => readCell({ resultId: output.resultId, row, column }));
    rows.push((await Promise.all(cells)).map(({ text }) => text));
  }
  const table = new TableText(output.columns);
  const text = table.push(rows) + table.finish(output.rows);
  return { kind: 'display', data: { [LAKEBOOK_MIME]: JSON.stringify(output), 'text/plain': text } };
}
