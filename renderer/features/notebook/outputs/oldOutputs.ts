import type { CellState } from '../../../../kernel/rpc/notebooks.ts';

/**
 * True while a cell shows what an earlier run left: it waits for its turn, or runs and has made nothing yet. A receipt
 * that is older than the run tells.
 */
export function areOutputsOld(state: CellState | undefined): boolean {
  if (state === undefined) return false;
  const { run, outputs } = state;
  if (run.kind === 'queued') return true;
  if (run.kind !== 'running') return false;
  return outputs.some((output) => 'receipt' in output && output.receipt !== undefined && output.receipt.startedAtMs < run.startedAtMs);
}
