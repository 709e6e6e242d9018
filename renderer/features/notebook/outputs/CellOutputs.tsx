import { memo } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import type { CellState, Output } from '../../../../kernel/rpc/notebooks.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { useNotebook } from '../view/notebookContext.ts';
import { DisplayOutput } from './DisplayOutput.tsx';
import { ErrorOutput } from './ErrorOutput.tsx';
import { areOutputsOld } from './oldOutputs.ts';
import { ReceiptBadge } from './ReceiptBadge.tsx';
import { ResultOutput } from './ResultOutput.tsx';
import { StalenessNotice } from './StalenessNotice.tsx';
import { TextBlock } from './TextBlock.tsx';
import { WrittenOutput } from './WrittenOutput.tsx';
import styles from './outputs.module.css';

export interface CellOutputsProps {
  readonly cell: CellSummary;
  readonly state: CellState | undefined;
  readonly requested: boolean;
  readonly hidden: boolean;
}

/** What a cell's last run left. While a new run waits or has not said anything yet, it is dimmed: it is the old one's. */
export const CellOutputs = memo(function CellOutputs({ cell, state, requested, hidden }: CellOutputsProps) {
  const notebook = useNotebook();
  const outputs = state?.outputs ?? [];
  if (outputs.length === 0) return null;
  if (hidden) {
    return (
      <button type="button" className={styles['collapsed']} onClick={() => notebook.toggleOutputs([cell.id])}>
        <Icon name="chevron-right" /> {outputs.length === 1 ? 'Output collapsed' : `${outputs.length} outputs collapsed`}
      </button>
    );
  }
  const runAgain = (): void => {
    notebook.select(cell.id);
    notebook.surface.focusCell(); // the button goes with what it says
    void notebook.run([cell.id]).catch(() => undefined); // announced and shown by the session
  };
  const old = requested || areOutputsOld(state);
  return (
    <div className={styles['outputs']} data-old={old || undefined} aria-busy={old}>
      {state?.staleness !== undefined && <StalenessNotice staleness={state.staleness} onRun={runAgain} />}
      {outputs.map((output, index) => (
        <OneOutput key={output.kind === 'result' ? output.resultId : index} cell={cell} output={output} stale={state?.staleness !== undefined} />
      ))}
    </div>
  );
});

function OneOutput({ cell, output, stale }: { readonly cell: CellSummary; readonly output: Output; readonly stale: boolean }) {
  const notebook = useNotebook();
  switch (output.kind) {
    case 'result':
      return <ResultOutput cell={cell} output={output} stale={stale} />;
    case 'error': {
      if (output.error.kind === 'canceled') return <p className={styles['notice']}><Icon name="circle-slash" /> {output.error.message}</p>;
      const source = output.receipt?.source ?? notebook.session.source(cell.id);
      return (
        <div>
          <ErrorOutput error={output.error} source={source} onFix={fixOf(notebook, cell.id, source, output.error.span)} />
          {output.receipt !== undefined && output.receipt.tables.length > 0 && <ReceiptBadge receipt={output.receipt} stale={stale} />}
        </div>
      );
    }
    case 'written':
      return <WrittenOutput receipt={output.receipt} result={undefined} />;
    case 'notice':
      return <p className={styles['notice']}><Icon name="info" /> {output.text}</p>;
    case 'stream':
      return <TextBlock text={output.text} tone={output.name === 'stderr' ? 'error' : 'plain'} label={output.name === 'stderr' ? 'Error text' : 'Text output'} />;
    case 'display':
      return <DisplayOutput data={output.data} />;
  }
}

/** Replaces the marked text by a suggestion; only while the text that ran still stands in the cell. */
function fixOf(notebook: ReturnType<typeof useNotebook>, cellId: string, ran: string, span: { readonly start: number; readonly end: number } | undefined): ((replacement: string) => void) | undefined {
  if (span === undefined) return undefined;
  return (replacement) => {
    const present = notebook.session.source(cellId);
    const shift = present.indexOf(ran);
    if (shift >= 0) notebook.replaceText(cellId, shift + span.start, shift + span.end, replacement);
  };
}
