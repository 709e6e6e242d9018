import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxY, nextScroll, SCROLL_START, scrollRatio, scrollToY, SPACER_MAX, spacerPx, visibleRows, yToShowRow, type ScrollExtent, type ScrollState } from './scrollMapping.ts';

const TEN_MILLION: ScrollExtent = { rows: 10_000_000, rowPx: 26, viewPx: 600 };

const extents = fc.record({ rows: fc.integer({ min: 0, max: 2_000_000_000 }), rowPx: fc.constantFrom(20, 26, 28), viewPx: fc.integer({ min: 60, max: 2_000 }) });
const tallExtents = extents.filter((extent) => scrollRatio(extent) > 1);

describe('scroll mapping', () => {
  it.each([
    { name: 'few rows scroll as they are', extent: { rows: 100, rowPx: 26, viewPx: 600 }, spacer: 2_600, ratio: 1 },
    { name: 'fewer rows than fit do not scroll', extent: { rows: 3, rowPx: 26, viewPx: 600 }, spacer: 78, ratio: 1 },
    { name: 'ten million rows share a bounded spacer', extent: TEN_MILLION, spacer: SPACER_MAX, ratio: (260_000_000 - 600) / (8_000_000 - 600) },
  ])('$name', ({ extent, spacer, ratio }) => {
    expect({ spacer: spacerPx(extent), ratio: scrollRatio(extent) }).toEqual({ spacer, ratio });
  });

  it('a drag of the scrollbar to its end shows the last row', () => {
    const end = nextScroll(SCROLL_START, TEN_MILLION, SPACER_MAX - 600);
    expect(visibleRows(end, TEN_MILLION).to).toBe(10_000_000);
    expect(nextScroll(end, TEN_MILLION, 0)).toEqual(SCROLL_START);
  });

  it('go to row 10,000,000 and back to row 1', () => {
    const last = scrollToY(TEN_MILLION, yToShowRow(SCROLL_START, TEN_MILLION, 9_999_999));
    expect({ rows: visibleRows(last, TEN_MILLION), scrollTop: last.scrollTop }).toEqual({ rows: { from: 9_999_976, to: 10_000_000 }, scrollTop: SPACER_MAX - 600 });
    expect(scrollToY(TEN_MILLION, yToShowRow(last, TEN_MILLION, 0))).toEqual(SCROLL_START);
  });

  it('wheel steps move one to one from wherever the view is, up to both ends', () => {
    fc.assert(
      fc.property(tallExtents, fc.double({ min: 0, max: 1, noNaN: true }), fc.array(fc.integer({ min: -1_500, max: 1_500 }), { maxLength: 60 }), (extent, start, steps) => {
        let state = scrollToY(extent, Math.floor(start * maxY(extent)));
        for (const step of steps) {
          const next = wheel(state, extent, step);
          expect(next.y).toBe(Math.min(Math.max(state.y + step, 0), maxY(extent)));
          state = next;
        }
      }),
    );
  });

  it('every row can be brought into view, and the scrollbar stays inside its track', () => {
    fc.assert(
      fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), (extent, where) => {
        fc.pre(extent.rows > 0);
        const row = Math.floor(where * (extent.rows - 1));
        const state = scrollToY(extent, yToShowRow(SCROLL_START, extent, row));
        const { from, to } = visibleRows(state, extent);
        expect(from <= row && row < to).toBe(true);
        expect(state.scrollTop >= 0 && state.scrollTop <= Math.max(0, spacerPx(extent) - extent.viewPx)).toBe(true);
      }),
    );
  });

  it('a written scrollTop comes back without moving the rows', () => {
    fc.assert(
      fc.property(tallExtents, fc.integer({ min: 0, max: SPACER_MAX }), fc.integer({ min: -1_900, max: 1_900 }), (extent, dragged, step) => {
        const state = wheel(nextScroll(SCROLL_START, extent, Math.min(dragged, SPACER_MAX - extent.viewPx)), extent, step);
        expect(nextScroll(state, extent, state.scrollTop)).toEqual(state);
      }),
    );
  });
});

/** A wheel step as the browser does it: the element scrolls within its own bounds and reports where it is. */
function wheel(state: ScrollState, extent: ScrollExtent, step: number): ScrollState {
  const scrollTop = Math.min(Math.max(state.scrollTop + step, 0), spacerPx(extent) - extent.viewPx);
  return nextScroll(state, extent, scrollTop);
}
