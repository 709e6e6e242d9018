import { useEffect } from 'react';
import { loadMonaco, useLoadedMonaco } from '../../../editor/loadMonaco.ts';
import type { NotebookView } from './notebookView.ts';

/** Gives the view its live editor. Monaco loads when the page has nothing else to do, or when a cell is edited before. */
export function useEditorHost(view: NotebookView, wanted: boolean): void {
  const monaco = useLoadedMonaco();
  useEffect(() => {
    if (wanted) void loadMonaco().catch(() => undefined); // the code stays plain text; the next edit tries again
  }, [wanted]);
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadMonaco().catch(() => undefined), { timeout: 1_500 });
    return () => cancelIdleCallback(idle);
  }, []);
  useEffect(() => {
    if (monaco === undefined) return;
    const attached = view.attachEditor(monaco);
    return () => attached.dispose();
  }, [monaco, view]);
}
