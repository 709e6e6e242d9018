import type { CellRun } from '../../../../kernel/rpc/notebooks.ts';
import { kindOf } from '../model/cellKinds.ts';
import { formatDuration } from '../model/messages.ts';
import type { CellSummary } from '../session/notebookState.ts';

/** What a screen reader says of a cell: place, language, and how its run does. */
export function cellLabel(cell: CellSummary, index: number, count: number, run: CellRun | undefined, requested: boolean): string {
  const parts = [`Cell ${index + 1} of ${count}`, kindOf(cell).label, requested ? 'queued' : describeRunState(run)];
  return parts.filter((part) => part !== '').join(', ');
}

function describeRunState(run: CellRun | undefined): string {
  switch (run?.kind) {
    case undefined:
    case 'idle':
      return '';
    case 'queued':
      return 'queued';
    case 'running':
      return 'running';
    case 'finished':
      return { ok: `finished in ${formatDuration(run.durationMs)}`, error: 'failed', canceled: 'interrupted' }[run.status];
  }
}
