import { useRef, type RefObject } from 'react';

/**
 * Keeps the active cell where the reader sees it while outputs above it grow or shrink. The list does this for cells
 * wholly above the view; a cell that is partly in view pushes what follows.
 */
export function useSteadyView(scroller: RefObject<HTMLElement | null>, activeId: string | undefined): { readonly onScroll: () => void; readonly onResize: () => void } {
  const seen = useRef<{ readonly cellId: string; readonly top: number } | undefined>(undefined);
  const topOf = (): number | undefined => {
    const view = scroller.current;
    const cell = activeId === undefined ? null : view?.querySelector(`[data-cell="${CSS.escape(activeId)}"]`);
    if (!view || !cell) return undefined;
    const box = cell.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    return box.bottom < frame.top || box.top > frame.bottom ? undefined : box.top - frame.top;
  };
  const remember = (): void => {
    const top = topOf();
    seen.current = top === undefined || activeId === undefined ? undefined : { cellId: activeId, top };
  };
  return {
    onScroll: remember,
    onResize: () => {
      const before = seen.current;
      const top = topOf();
      const focused = scroller.current?.contains(document.activeElement) === true;
      if (focused && before !== undefined && before.cellId === activeId && top !== undefined && scroller.current !== null && Math.abs(top - before.top) > 1) {
        scroller.current.scrollBy(0, top - before.top);
      }
      remember();
    },
  };
}
