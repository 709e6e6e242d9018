/**
 * Maps a scroller of bounded height to any number of rows. Chrome clips elements at about 16.7 million pixels, so a spacer
 * of at most {@link SPACER_MAX} stands for all rows, and a virtual position `y` (pixels of all rows) is kept beside the
 * element's `scrollTop`: wheel and keys move `y` one to one, a drag of the scrollbar moves it by the ratio of the heights.
 */
export interface ScrollExtent {
  readonly rows: number;
  readonly rowPx: number;
  /** Height in which rows show. */
  readonly viewPx: number;
}

export interface ScrollState {
  /** Virtual position: pixels of rows above the view. */
  readonly y: number;
  /** The element's `scrollTop` that belongs to `y`. */
  readonly scrollTop: number;
}

export const SPACER_MAX = 8_000_000;
/** A scroll event that moves further than this is a drag of the scrollbar. */
const DRAG_MIN = 2_000;
/** How far `scrollTop` may be from where the scrollbar should stand before it is put right. */
const DRIFT_MAX = 3_000;

export const SCROLL_START: ScrollState = { y: 0, scrollTop: 0 };

/** Height of the spacer: what the element scrolls over. */
export function spacerPx({ rows, rowPx }: ScrollExtent): number {
  return Math.min(rows * rowPx, SPACER_MAX);
}

/** The greatest `y`. */
export function maxY({ rows, rowPx, viewPx }: ScrollExtent): number {
  return Math.max(0, rows * rowPx - viewPx);
}

/** Pixels of rows per pixel of the scrollbar; 1 while all rows fit into the spacer. */
export function scrollRatio(extent: ScrollExtent): number {
  const scrollable = spacerPx(extent) - extent.viewPx;
  return scrollable <= 0 ? 1 : maxY(extent) / scrollable;
}

/**
 * The state after the element reported `scrollTop`. Where the result's `scrollTop` differs from the reported one it is to
 * be written back; the event which that causes maps to the same state.
 */
export function nextScroll(state: ScrollState, extent: ScrollExtent, scrollTop: number): ScrollState {
  const ratio = scrollRatio(extent);
  const end = maxY(extent);
  if (ratio === 1) return { y: clamp(scrollTop, end), scrollTop };
  if (scrollTop === state.scrollTop) return state;
  const moved = scrollTop - state.scrollTop;
  if (Math.abs(moved) >= DRAG_MIN) return { y: yOfDrag(extent, scrollTop), scrollTop };
  return withoutDrift({ y: clamp(state.y + moved, end), scrollTop }, extent);
}

/** The state that shows `y` (go to row, keys, a changed number of rows). */
export function scrollToY(extent: ScrollExtent, y: number): ScrollState {
  const at = clamp(y, maxY(extent));
  return { y: at, scrollTop: scrollTopOf(extent, at) };
}

/** The least move of `y` that shows row `row` wholly. */
export function yToShowRow(state: ScrollState, { rows, rowPx, viewPx }: ScrollExtent, row: number): number {
  const top = Math.min(Math.max(row, 0), rows - 1) * rowPx;
  if (top < state.y) return top;
  const bottom = top + rowPx;
  return bottom > state.y + viewPx ? bottom - viewPx : state.y;
}

export interface Range {
  readonly from: number;
  /** Behind the last. */
  readonly to: number;
}

/** Rows that show, partly shown ones too. */
export function visibleRows(state: ScrollState, { rows, rowPx, viewPx }: ScrollExtent): Range {
  return { from: Math.min(rows, Math.floor(state.y / rowPx)), to: Math.min(rows, Math.ceil((state.y + viewPx) / rowPx)) };
}

function maxScrollTop(extent: ScrollExtent): number {
  return Math.max(0, spacerPx(extent) - extent.viewPx);
}

function yOfDrag(extent: ScrollExtent, scrollTop: number): number {
  if (scrollTop >= maxScrollTop(extent) - 1) return maxY(extent);
  return clamp(scrollTop * scrollRatio(extent), maxY(extent));
}

/**
 * Where the scrollbar stands for `y`. Near both ends it leaves as many pixels as there are rows' pixels to go, so that the
 * wheel comes to an end exactly where the rows do.
 */
function scrollTopOf(extent: ScrollExtent, y: number): number {
  const end = maxY(extent);
  const scrollEnd = maxScrollTop(extent);
  const exact = Math.round(y / scrollRatio(extent));
  const least = Math.min(y, DRIFT_MAX);
  const most = scrollEnd - Math.min(end - y, DRIFT_MAX);
  return Math.min(Math.max(exact, least), Math.max(most, least));
}

function withoutDrift(state: ScrollState, extent: ScrollExtent): ScrollState {
  const proper = scrollTopOf(extent, state.y);
  const toGoUp = Math.min(state.y, DRAG_MIN);
  const toGoDown = Math.min(maxY(extent) - state.y, DRAG_MIN);
  const stuck = state.scrollTop < toGoUp || maxScrollTop(extent) - state.scrollTop < toGoDown;
  const beyond = (state.y === 0 || state.y === maxY(extent)) && state.scrollTop !== proper;
  return stuck || beyond || Math.abs(proper - state.scrollTop) > DRIFT_MAX ? { y: state.y, scrollTop: proper } : state;
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
