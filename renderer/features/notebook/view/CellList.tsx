import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useStore } from 'zustand';
import { selectedIds } from '../model/selection.ts';
import { Cell } from './Cell.tsx';
import { EndBar } from './InsertBar.tsx';
import { useNotebookState, useNotebookView } from './notebookContext.ts';
import { useSteadyPress } from './useSteadyPress.ts';
import { useSteadyView } from './useSteadyView.ts';
import styles from './notebook.module.css';

const FRAMES_MAX = 20;
/** A short notebook is in the page as a whole: the browser's own find works, and nothing comes and goes. */
const WHOLE_CELLS_MAX = 30;

/** The cells, of which those in view (and the active and the live one) are in the page. */
export function CellList() {
  const view = useNotebookView();
  const cells = useNotebookState((state) => state.cells);
  const selection = useNotebookState((state) => state.selection);
  const mode = useNotebookState((state) => state.mode);
  const focusRequests = useStore(view.store, (state) => state.focusRequests);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const activeId = selection?.activeId;

  // The editor stays in the cell that was edited last, until another one is.
  const [liveId, setLiveId] = useState<string>();
  if (mode === 'edit' && activeId !== undefined && activeId !== liveId) setLiveId(activeId);

  const order = useMemo(() => cells.map(({ id }) => id), [cells]);
  const selected = useMemo(() => new Set(selectedIds(order, selection)), [order, selection]);
  const keepMounted = useMemo(() => indexesOf(order, order.length <= WHOLE_CELLS_MAX ? order : [activeId, liveId]), [order, activeId, liveId]);
  const steady = useSteadyView(scroller, activeId);

  useEffect(() => {
    view.setScroller(scroller.current);
    return () => view.setScroller(null);
  }, [view]);
  const answeredRequest = useRef(0);
  useLayoutEffect(() => {
    const asked = focusRequests !== answeredRequest.current;
    answeredRequest.current = focusRequests;
    if (mode === 'command' && activeId !== undefined) focusCell(scroller.current, activeId, asked);
  }, [activeId, mode, focusRequests]);
  // What is pressed can be seen: scrolling then would take it away from under the pointer.
  const { pressed, onPointerDownCapture } = useSteadyPress();
  useEffect(() => {
    if (!pressed.current) scrollToCell(virtualizer.current, view.session.order.indexOf(activeId ?? ''));
  }, [view, pressed, activeId, focusRequests]);

  return (
    <div ref={scroller} className={styles['scroller']} onScroll={steady.onScroll} onPointerDownCapture={onPointerDownCapture}>
      <div className={styles['cells']} role="list" aria-label="Cells">
        <Virtualizer ref={virtualizer} data={cells} scrollRef={scroller} keepMounted={keepMounted} bufferSize={800} onResize={steady.onResize}>
          {(cell, index) => (
            <Cell
              key={cell.id}
              cell={cell}
              index={index}
              count={cells.length}
              active={cell.id === activeId}
              selected={selected.has(cell.id)}
              editing={mode === 'edit' && cell.id === activeId}
              live={cell.id === liveId}
            />
          )}
        </Virtualizer>
      </div>
      <EndBar afterId={order.at(-1)} empty={order.length === 0} />
    </div>
  );
}

function indexesOf(order: readonly string[], ids: readonly (string | undefined)[]): number[] {
  const indexes = ids.map((id) => order.indexOf(id ?? '')).filter((index) => index >= 0);
  return [...new Set(indexes)].sort((a, b) => a - b);
}

/** The focus follows the active cell where the keyboard is on a cell already, or where it is asked for. */
function focusCell(scroller: HTMLElement | null, cellId: string, asked: boolean): void {
  const { activeElement } = document;
  const onCell = activeElement !== null && activeElement.hasAttribute('data-cell') && scroller?.contains(activeElement) === true;
  if (asked || onCell) focusWhenThere(scroller, cellId, FRAMES_MAX);
}

/** A list that just opened has no cells before it has measured itself, and hides those that it has not measured. */
function focusWhenThere(scroller: HTMLElement | null, cellId: string, framesLeft: number): void {
  const element = scroller?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(cellId)}"]`);
  element?.focus({ preventScroll: true });
  const there = element !== null && element === document.activeElement;
  if (!there && framesLeft > 0) requestAnimationFrame(() => focusWhenThere(scroller, cellId, framesLeft - 1));
}

/** As little as possible: a cell whose beginning can be seen stays where it is. */
function scrollToCell(list: VirtualizerHandle | null, index: number): void {
  if (list === null || index < 0) return;
  const top = list.getItemOffset(index);
  const size = list.getItemSize(index);
  const shown = Math.min(top + size, list.scrollOffset + list.viewportSize) - top;
  const startInView = top >= list.scrollOffset && shown >= Math.min(size, list.viewportSize / 4);
  if (!startInView) list.scrollToIndex(index, { align: size > list.viewportSize ? 'start' : 'nearest' });
}
