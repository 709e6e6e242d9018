import type { Disposable } from '../../kernel/base/disposable.ts';
import { Emitter } from '../../kernel/base/events.ts';
import { leftToShowColumn, visibleColumns, type ColumnLayout } from './columnLayout.ts';
import { nextScroll, scrollToY, SCROLL_START, visibleRows, yToShowRow, type Range, type ScrollExtent, type ScrollState } from './scrollMapping.ts';

/** What of a grid shows. */
export interface GridWindow {
  readonly rows: Range;
  readonly columns: Range;
  /** Row at which the layer of rows begins, so that no row stands millions of pixels from its layer's edge. */
  readonly baseRow: number;
}

export interface GridExtent extends ScrollExtent {
  readonly layout: ColumnLayout;
  /** Width in which columns show. */
  readonly viewWidthPx: number;
}

const LAYER_ROWS = 512;
const NOTHING: GridWindow = { rows: { from: 0, to: 0 }, columns: { from: 0, to: 0 }, baseRow: 0 };

/**
 * Ties a scrolling element to rows and columns by {@link nextScroll}. The layer of rows moves at once with every scroll
 * event; who draws rows is told only when others show.
 */
export class GridScroller {
  readonly #changed = new Emitter<undefined>();
  #element: HTMLElement | undefined;
  #layer: HTMLElement | undefined;
  #extent: GridExtent | undefined;
  #state: ScrollState = SCROLL_START;
  #window: GridWindow = NOTHING;

  /** The same object as long as the same rows and columns show. */
  readonly window = (): GridWindow => this.#window;

  readonly subscribe = (listener: () => void): (() => void) => {
    const subscription = this.#changed.subscribe(listener);
    return () => subscription.dispose();
  };

  /** @param layer holds the rows */
  attach(element: HTMLElement, layer: HTMLElement): Disposable {
    this.#element = element;
    this.#layer = layer;
    const scrolled = (): void => {
      if (this.#extent !== undefined) this.#update(nextScroll(this.#state, this.#extent, element.scrollTop));
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    return { dispose: () => element.removeEventListener('scroll', scrolled) };
  }

  setExtent(extent: GridExtent): void {
    this.#extent = extent;
    this.#update(scrollToY(extent, this.#state.y));
  }

  /** Pixels of rows above the view. */
  get y(): number {
    return this.#state.y;
  }

  showRow(row: number): void {
    if (this.#extent !== undefined) this.#update(scrollToY(this.#extent, yToShowRow(this.#state, this.#extent, row)));
  }

  showColumn(column: number): void {
    if (this.#element === undefined || this.#extent === undefined) return;
    this.#element.scrollLeft = leftToShowColumn(this.#extent.layout, this.#element.scrollLeft, this.#extent.viewWidthPx, column);
    this.#update(this.#state);
  }

  /** Puts the layer where its rows belong; to be called when rows of another {@link GridWindow.baseRow} were drawn. */
  place(): void {
    if (this.#layer === undefined || this.#extent === undefined) return;
    const offset = this.#window.baseRow * this.#extent.rowPx - this.#state.y + this.#state.scrollTop;
    this.#layer.style.transform = `translateY(${offset}px)`;
  }

  #update(state: ScrollState): void {
    if (this.#element === undefined || this.#extent === undefined) return;
    if (this.#element.scrollTop !== state.scrollTop) this.#element.scrollTop = state.scrollTop;
    this.#state = { y: state.y, scrollTop: this.#element.scrollTop }; // the browser may have rounded it
    const window = keepSame(this.#window, buildWindow(this.#state, this.#extent, this.#element.scrollLeft));
    const moved = window.baseRow !== this.#window.baseRow;
    const changed = window !== this.#window;
    this.#window = window;
    if (!moved) this.place();
    if (changed) this.#changed.emit(undefined);
  }
}

function buildWindow(state: ScrollState, extent: GridExtent, scrollLeft: number): GridWindow {
  const rows = visibleRows(state, extent);
  return { rows, columns: visibleColumns(extent.layout, scrollLeft, extent.viewWidthPx), baseRow: Math.floor(rows.from / LAYER_ROWS) * LAYER_ROWS };
}

function keepSame(before: GridWindow, next: GridWindow): GridWindow {
  const columns = equalRanges(before.columns, next.columns) ? before.columns : next.columns;
  const same = before.baseRow === next.baseRow && equalRanges(before.rows, next.rows) && columns === before.columns;
  return same ? before : { ...next, columns };
}

function equalRanges(left: Range, right: Range): boolean {
  return left.from === right.from && left.to === right.to;
}
