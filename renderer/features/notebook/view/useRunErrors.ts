import { useEffect } from 'react';
import type { CellState } from '../../../../kernel/rpc/notebooks.ts';
import type { CellEditorHost } from '../../../editor/cellEditorHost.ts';

/** Tells the live editor what went wrong when its cell ran, so that it marks the guilty expressions. */
export function useRunErrors(host: CellEditorHost | undefined, cellId: string, state: CellState | undefined): void {
  useEffect(() => {
    const outputs = state?.run.kind === 'finished' ? state.outputs : []; // a new run begins without marks
    host?.setRunErrors(
      cellId,
      // The receipt has the text that ran; what did not parse never ran, and is marked as it is typed.
      outputs.flatMap((output) => (output.kind === 'error' && output.error.kind !== 'canceled' && output.receipt !== undefined ? [{ error: output.error, source: output.receipt.source }] : [])),
    );
  }, [host, cellId, state]);
}
