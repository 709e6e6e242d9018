import { useEffect, type RefObject } from 'react';
import type { NotebookController } from '../session/notebookController.ts';

/** The system's own copy, cut and paste mean cells while a cell is selected as a whole and no text of the page is. */
export function useCellClipboard(root: RefObject<HTMLElement | null>, notebook: NotebookController, ready: boolean): void {
  useEffect(() => {
    const element = root.current;
    if (!ready || element === null) return;
    const meansCells = (): boolean => document.activeElement?.hasAttribute('data-cell') === true && (document.getSelection()?.isCollapsed ?? true);
    const take = (event: ClipboardEvent, text: () => string): void => {
      if (!meansCells() || event.clipboardData === null) return;
      event.clipboardData.setData('text/plain', text());
      event.preventDefault();
    };
    const copy = (event: ClipboardEvent): void => take(event, () => notebook.copy());
    const cut = (event: ClipboardEvent): void => take(event, () => notebook.cut());
    const paste = (event: ClipboardEvent): void => {
      if (meansCells() && notebook.paste('below', event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
    };
    element.addEventListener('copy', copy);
    element.addEventListener('cut', cut);
    element.addEventListener('paste', paste);
    return () => {
      element.removeEventListener('copy', copy);
      element.removeEventListener('cut', cut);
      element.removeEventListener('paste', paste);
    };
  }, [root, notebook, ready]);
}
