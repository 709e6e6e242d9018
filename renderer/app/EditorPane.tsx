import { useWorkbench } from '../state/services.ts';
import type { EditorContribution } from '../state/contribution.ts';
import { EmptyState } from '../ui/EmptyState.tsx';
import { ViewBoundary } from './ViewBoundary.tsx';
import styles from './EditorArea.module.css';

export interface EditorPaneProps {
  readonly editorId: string;
  readonly editorOf: (kind: string) => EditorContribution | undefined;
}

/** What one tab shows: the editor that its kind asks for. */
export function EditorPane({ editorId, editorOf }: EditorPaneProps) {
  const editor = useWorkbench((state) => state.editors.find((candidate) => candidate.id === editorId));
  const active = useWorkbench((state) => state.activeEditorId === editorId);
  if (editor === undefined) return null;
  const contribution = editorOf(editor.input.kind);
  if (contribution === undefined) return <EmptyState icon="question" title={`There is no editor for ${editor.input.kind}`} />;
  const Editor = contribution.component;
  return (
    <div className={styles['pane']} data-active-editor={active ? '' : undefined}>
      <ViewBoundary name={contribution.title(editor.input)}>
        <Editor editorId={editorId} input={editor.input} revision={editor.revision} active={active} />
      </ViewBoundary>
    </div>
  );
}
