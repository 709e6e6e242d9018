import { describe, expect, it } from 'vitest';
import { estimateFrameHeight } from './frameHeight.ts';

describe('frame height', () => {
  it.each([
    { name: 'nothing', html: '', height: 44 },
    { name: 'a line', html: '<b>hello</b>', height: 44 },
    { name: 'five paragraphs', html: '<p>a</p>'.repeat(5), height: 5 * 20 + 24 },
    { name: 'a data frame', html: `<table>${'<tr><td>1</td></tr>'.repeat(6)}</table>`, height: 6 * 29 + 24 },
    { name: 'a drawing', html: '<svg width="400" height="300"><rect/></svg>', height: 324 },
    { name: 'a drawing in points', html: '<svg width="300pt" height="150pt"></svg>', height: 224 },
    { name: 'a drawing that is scaled to the width', html: '<svg viewBox="0 0 1600 800"></svg>', height: 424 },
    { name: 'a picture that was taken out', html: '<img alt="x">', height: 44 },
    { name: 'very much', html: '<tr>'.repeat(1_000), height: 480 },
  ])('fits $name', ({ html, height }) => {
    expect(estimateFrameHeight(html, 800)).toBe(height);
  });
});
