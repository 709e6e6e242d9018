import { useLayoutEffect, useRef, type MouseEvent, type PointerEvent } from 'react';
import { equalCells, extendTo, selectCell, selectedRectangle, selectRow, type CellRef, type GridSelection } from './selection.ts';

/** What lies under the pointer; outside the rows it is the nearest cell. */
export interface GridPlace {
  readonly part: 'cell' | 'gutter';
  readonly inside: boolean;
  readonly cell: CellRef;
}

export interface GridPointerOptions {
  readonly placeAt: (clientX: number, clientY: number) => GridPlace | undefined;
  readonly selection: GridSelection;
  readonly onSelect: (selection: GridSelection) => void;
  readonly onInspect: () => void;
  readonly onMenu: (at: { readonly x: number; readonly y: number }) => void;
}

export interface GridPointerHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onDoubleClick: (event: MouseEvent) => void;
  readonly onContextMenu: (event: MouseEvent) => void;
}

const DRAG_TICK_MS = 40;

/** Selecting with the mouse: press and drag over cells or row numbers; beyond an edge the drag goes on and scrolls. */
export function useGridPointer({ placeAt, selection, onSelect, onInspect, onMenu }: GridPointerOptions): GridPointerHandlers {
  const latest = useRef({ placeAt, onSelect });
  useLayoutEffect(() => {
    latest.current = { placeAt, onSelect };
  });

  const drag = (element: HTMLElement, pointerId: number, from: GridSelection): void => {
    let selected = from;
    let at: { readonly x: number; readonly y: number } | undefined;
    element.setPointerCapture(pointerId);
    const extend = (): void => {
      const cell = at === undefined ? undefined : latest.current.placeAt(at.x, at.y)?.cell;
      if (cell === undefined || equalCells(cell, selected.focus)) return;
      selected = extendTo(selected, cell);
      latest.current.onSelect(selected);
    };
    const move = (event: globalThis.PointerEvent): void => {
      at = clampInto(element, event);
      extend();
    };
    const timer = setInterval(extend, DRAG_TICK_MS);
    const end = (): void => {
      clearInterval(timer);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', end);
      element.removeEventListener('pointercancel', end);
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', end);
    element.addEventListener('pointercancel', end);
  };

  return {
    onPointerDown: (event) => {
      const place = placeAt(event.clientX, event.clientY);
      if (event.button !== 0 || place === undefined || !place.inside) return;
      const fresh = place.part === 'gutter' ? selectRow(place.cell.row, selection.focus.column) : selectCell(place.cell);
      const next = event.shiftKey ? { ...extendTo(selection, place.cell), kind: fresh.kind } : fresh;
      onSelect(next);
      drag(event.currentTarget, event.pointerId, next);
    },
    onDoubleClick: (event) => {
      const place = placeAt(event.clientX, event.clientY);
      if (place?.inside === true && place.part === 'cell') onInspect();
    },
    onContextMenu: (event) => {
      const place = placeAt(event.clientX, event.clientY);
      if (place === undefined || !place.inside) return;
      event.preventDefault();
      if (!contains(selection, place.cell)) onSelect(selectCell(place.cell));
      onMenu({ x: event.clientX, y: event.clientY });
    },
  };
}

function contains(selection: GridSelection, { row, column }: CellRef): boolean {
  const area = selectedRectangle(selection, { rows: Number.POSITIVE_INFINITY, columns: Number.POSITIVE_INFINITY });
  return row >= area.rowFrom && row < area.rowTo && column >= area.columnFrom && column < area.columnTo;
}

/** A point outside counts as just beyond the edge, so that a drag does not run away. */
function clampInto(element: HTMLElement, { clientX, clientY }: globalThis.PointerEvent): { readonly x: number; readonly y: number } {
  const { left, top } = element.getBoundingClientRect();
  return { x: Math.min(Math.max(clientX, left), left + element.clientWidth), y: Math.min(Math.max(clientY, top), top + element.clientHeight) };
}
