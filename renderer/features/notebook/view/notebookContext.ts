import { createContext, use, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { LakebookError } from '../../../../kernel/base/errors.ts';
import type { NotebookController } from '../session/notebookController.ts';
import type { NotebookState } from '../session/notebookState.ts';
import type { NotebookView } from './notebookView.ts';

export const NotebookViewContext = createContext<NotebookView | undefined>(undefined);

/** The view that a part of a notebook stands in. */
export function useNotebookView(): NotebookView {
  const view = use(NotebookViewContext);
  if (view === undefined) throw new LakebookError('INTERNAL_ERROR', { detail: 'a part of a notebook stands outside of one' });
  return view;
}

export function useNotebook(): NotebookController {
  return useNotebookView().controller;
}

/** Selects from the notebook's state; select the least you need. */
export function useNotebookState<Selected>(select: (state: NotebookState) => Selected): Selected {
  return useStore(useNotebookView().session.store, select);
}

/** A cell's text, kept up to date. */
export function useSource(cellId: string): string {
  const { session } = useNotebookView();
  return useSyncExternalStore(
    (listener) => {
      const watch = session.watchSource(cellId, listener);
      return () => watch.dispose();
    },
    () => session.source(cellId),
  );
}
