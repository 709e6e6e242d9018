import { describe, expect, it } from 'vitest';
import { buildExcerpt } from './excerpt.ts';

const span = (start: number, end: number) => ({ start, end, line: 0, column: 0 });

describe('source excerpt of an error', () => {
  it.each([
    { name: 'marks the span in its line', source: 'select\n  amout\nfrom t', at: span(9, 14), marked: { number: 2, text: '  amout', marked: { from: 2, to: 7 } } },
    { name: 'marks one character where the span is empty', source: 'select 1 +', at: span(10, 10), marked: { number: 1, text: 'select 1 +', marked: { from: 10, to: 11 } } },
    { name: 'ends the mark with the line', source: 'a b\nc', at: span(2, 5), marked: { number: 1, text: 'a b', marked: { from: 2, to: 3 } } },
    { name: 'cuts a long line around the span', source: `${'a'.repeat(1000)}!${'b'.repeat(1000)}`, at: span(1000, 1001), marked: { number: 1, text: `${'a'.repeat(40)}!${'b'.repeat(119)}`, marked: { from: 40, to: 41 } } },
    { name: 'shows the end of a long line with what stands before it', source: `${'a'.repeat(1000)}!`, at: span(1000, 1001), marked: { number: 1, text: `${'a'.repeat(40)}!`, marked: { from: 40, to: 41 } } },
    { name: 'ends the mark with what is shown', source: 'x'.repeat(1000), at: span(0, 1000), marked: { number: 1, text: 'x'.repeat(160), marked: { from: 0, to: 160 } } },
  ])('$name', ({ source, at, marked }) => {
    expect(buildExcerpt(source, at)?.lines.filter((line) => line.marked !== undefined)).toEqual([marked]);
  });

  it('shows two lines on either side', () => {
    expect(buildExcerpt('1\n2\n3\n4\n5\n6\n7', span(6, 7))?.lines.map(({ number }) => number)).toEqual([2, 3, 4, 5, 6]);
  });

  it.each([{ at: undefined }, { at: span(99, 100) }])('has nothing to show for $at', ({ at }) => {
    expect(buildExcerpt('select 1', at)).toBeUndefined();
  });
});
