import { useEffect } from 'react';
import { loadMonaco, useLoadedMonaco } from '../../../editor/loadMonaco.ts';
import { useServices } from '../../../state/services.ts';
import type { NotebookView } from './notebookView.ts';

/** Gives the view its live editor. Monaco loads when the page has nothing else to do, or when a cell is edited before. */
export function useEditorHost(view: NotebookView, wanted: boolean): void {
  const { notifications } = useServices();
  const monaco = useLoadedMonaco();
  useEffect(() => {
    if (wanted) loadMonaco().catch((error: unknown) => notifications.getState().notifyError(error)); // the next edit tries again
  }, [wanted, notifications]);
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadMonaco().catch(() => undefined), { timeout: 1_500 }); // whoever edits is told
    return () => cancelIdleCallback(idle);
  }, []);
  useEffect(() => {
    if (monaco === undefined) return;
    const attached = view.attachEditor(monaco);
    return () => attached.dispose();
  }, [monaco, view]);
}
