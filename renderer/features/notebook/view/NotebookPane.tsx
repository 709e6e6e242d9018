import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useSqlServices } from '../../../editor/useSqlServices.ts';
import { useServices } from '../../../state/services.ts';
import { NOTEBOOK_HANDLE } from '../commands.ts';
import type { NotebookSession } from '../session/notebookSession.ts';
import { CellList } from './CellList.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { NotebookBanners } from './NotebookBanners.tsx';
import { NotebookViewContext } from './notebookContext.ts';
import { NotebookToolbar } from './NotebookToolbar.tsx';
import { NotebookView } from './notebookView.ts';
import { OpeningNotebook } from './OpeningNotebook.tsx';
import { useCellClipboard } from './useCellClipboard.ts';
import { useEditorHost } from './useEditorHost.ts';
import { useNotebookFocus } from './useNotebookFocus.ts';
import { WidgetBar } from './WidgetBar.tsx';
import styles from './notebook.module.css';

export interface NotebookPaneProps {
  readonly session: NotebookSession;
  readonly editorId: string;
  readonly active: boolean;
  readonly revision: number;
}

/** One view of a notebook: toolbar, cells, and what connects them with the keyboard and the live editor. */
export function NotebookPane({ session, editorId, active, revision }: NotebookPaneProps) {
  const services = useServices();
  const root = useRef<HTMLElement>(null);
  const [view] = useState(() => new NotebookView(session, async () => void (await services.client.request('workbench.restartKernel', {}))));
  const phase = useStore(session.store, (state) => state.phase);
  const editing = useStore(session.store, (state) => state.mode === 'edit');
  const announcement = useStore(session.store, (state) => state.announcement);
  const dirty = useStore(session.store, (state) => state.unsent || state.save.kind === 'dirty' || state.save.kind === 'conflict');
  const keysShown = useStore(view.store, (state) => state.keysShown);
  const ready = phase.kind === 'ready';

  useSqlServices(services.client);
  useEditorHost(view, editing);
  useNotebookFocus(root, session);
  useCellClipboard(root, view.controller, ready);
  useUnsentWarning(session);
  useEffect(() => {
    const handle = services.handles.provide(NOTEBOOK_HANDLE, editorId, view.controller);
    return () => handle.dispose();
  }, [services, editorId, view]);
  useEffect(() => services.workbench.getState().setEditorDirty(editorId, dirty), [services, editorId, dirty]);
  // The tab came to the front, or was asked for again: the keyboard goes to its active cell, and into the text of a new notebook.
  useEffect(() => {
    if (!active || !ready) return;
    if (view.controller.isUnwritten) view.controller.edit();
    else view.focusCell();
  }, [active, ready, revision, view]);

  if (!ready) return <OpeningNotebook session={session} phase={phase} />;
  return (
    <NotebookViewContext value={view}>
      <section ref={root} className={styles['notebook']} aria-label={`Notebook ${session.path}`}>
        <NotebookToolbar />
        <NotebookBanners />
        <WidgetBar />
        <CellList />
        <div className={styles['spoken']} aria-live="polite" role="status">{announcement}</div>
        {keysShown && <KeysDialog onClose={view.hideKeys} />}
      </section>
    </NotebookViewContext>
  );
}

/** The browser asks before the page goes while typing has not reached the host. */
function useUnsentWarning(session: NotebookSession): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (session.stranded) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [session]);
}
