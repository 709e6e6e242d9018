import { useState } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import { ContextMenu } from '../../../ui/Menu.tsx';
import { CELL_KINDS, kindOf } from '../model/cellKinds.ts';
import type { CellSummary } from '../session/notebookState.ts';
import { useNotebook } from './notebookContext.ts';
import styles from './notebook.module.css';

/** The language of a cell, and what else it could be. */
export function LanguagePicker({ cell }: { readonly cell: CellSummary }) {
  const notebook = useNotebook();
  const [at, setAt] = useState<{ readonly x: number; readonly y: number }>();
  const kind = kindOf(cell);
  const entries = CELL_KINDS.map((candidate) => ({
    kind: 'item' as const,
    id: candidate.id,
    label: candidate.label,
    checked: candidate.id === kind.id,
    run: () => notebook.setKind(candidate, [cell.id]),
  }));
  return (
    <>
      <button
        type="button"
        className={styles['language']}
        aria-label={`Language: ${kind.label}`}
        aria-haspopup="menu"
        tabIndex={-1}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt({ x: box.left, y: box.bottom + 2 });
        }}
      >
        {kind.short} <Icon name="chevron-down" />
      </button>
      <ContextMenu label="Language of the cell" entries={entries} at={at} onClose={() => setAt(undefined)} />
    </>
  );
}
