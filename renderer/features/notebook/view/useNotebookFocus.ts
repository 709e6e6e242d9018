import { useEffect, type RefObject } from 'react';
import { useStore } from 'zustand';
import { useServices } from '../../../state/services.ts';
import type { NotebookSession } from '../session/notebookSession.ts';

/** Where in a notebook the keyboard is: on a cell as a whole, in its text, or in a part with keys of its own (a grid, a menu). */
type FocusPlace = 'cell' | 'text' | 'part' | 'elsewhere';

/** Tells the commands' `when` where the focus is, and keeps the clipboard's keys for cells in command mode. */
export function useNotebookFocus(root: RefObject<HTMLElement | null>, session: NotebookSession): void {
  const { context } = useServices();
  const ready = useStore(session.store, (state) => state.phase.kind === 'ready');
  useEffect(() => {
    const element = root.current;
    if (!ready || element === null) return;
    const tell = (place: FocusPlace): void =>
      context.setState({
        notebookFocused: place !== 'elsewhere',
        notebookCommandMode: place === 'cell',
        notebookEditMode: place === 'text',
        codeEditorFocused: place === 'text',
      });
    const focused = (event: FocusEvent): void => tell(placeOf(event.target));
    const blurred = (event: FocusEvent): void => {
      // To nowhere: the window lost the focus, or an overlay is on its way; commands still mean this notebook.
      const next = event.relatedTarget;
      if (next instanceof Element && !element.contains(next) && next.closest('[role="dialog"],[role="menu"],[role="listbox"],.monaco-editor') === null) tell('elsewhere');
    };
    if (element.contains(document.activeElement)) tell(placeOf(document.activeElement));
    element.addEventListener('focusin', focused);
    element.addEventListener('focusout', blurred);
    return () => {
      element.removeEventListener('focusin', focused);
      element.removeEventListener('focusout', blurred);
      tell('elsewhere');
    };
  }, [root, context, ready]);
}

function placeOf(target: EventTarget | null): FocusPlace {
  if (!(target instanceof Element)) return 'elsewhere';
  if (target.closest('[data-live-editor]') !== null) return 'text';
  return target.hasAttribute('data-cell') ? 'cell' : 'part';
}
