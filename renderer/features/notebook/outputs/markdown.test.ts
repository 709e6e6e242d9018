import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './markdown.ts';

describe('Markdown', () => {
  it.each([
    { name: 'HTML stays text', source: '<script>alert(1)</script>', html: '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n' },
    { name: 'no script behind a link', source: '[x](javascript:alert(1))', html: '<p>[x](javascript:alert(1))</p>\n' },
    { name: 'no data behind a link', source: '[x](data:text/html,hi)', html: '<p>[x](data:text/html,hi)</p>\n' },
    { name: 'a link to a file', source: '[x](../a.ipynb)', html: '<p><a href="../a.ipynb">x</a></p>\n' },
    { name: 'no remote picture', source: '![a](https://x.example/a.png)', html: '<p><span class="missing-image" title="https://x.example/a.png">Picture not shown: a</span></p>\n' },
    { name: 'a formula', source: 'so $a_1 < b$ holds', html: '<p>so <span class="math" data-tex="a_1 &lt; b">a_1 &lt; b</span> holds</p>\n' },
    { name: 'prices are no formula', source: 'from $5 to $10', html: '<p>from $5 to $10</p>\n' },
    { name: 'a formula on its own lines', source: '$$\nx^2\n$$', html: '<div class="math" data-tex="x^2" data-display="">x^2</div>' },
    { name: 'an escaped dollar', source: '\\$a$', html: '<p>$a$</p>\n' },
  ])('$name', ({ source, html }) => {
    expect(renderMarkdown(source)).toBe(html);
  });

  it('shows pictures that the cell brings along', () => {
    expect(renderMarkdown('![a](attachment:a.png)', { 'a.png': { 'image/png': 'iVBO' } })).toBe('<p><img src="data:image/png;base64,iVBO" alt="a"></p>\n');
    expect(renderMarkdown('![a](attachment:a.svg)', { 'a.svg': { 'image/svg+xml': '<svg/>' } })).toContain('Picture not shown');
  });
});
