import { describe, expect, it } from 'vitest';
import { chooseDisplay, scriptedTypes } from './displayChoice.ts';

describe('display of a MIME bundle', () => {
  it.each([
    { name: 'text', data: { 'text/plain': 'x' }, choice: { kind: 'text', text: 'x' } },
    { name: 'HTML over text', data: { 'text/plain': 'x', 'text/html': '<b>x</b>' }, choice: { kind: 'html', text: '<b>x</b>' } },
    { name: 'a picture over a figure’s HTML', data: { 'text/html': '<script>', 'image/png': 'iVBO\nRw==' }, choice: { kind: 'image', url: 'data:image/png;base64,iVBORw==' } },
    { name: 'no picture that is not base64', data: { 'image/png': 'x" onerror="alert(1)', 'text/plain': 'x' }, choice: { kind: 'text', text: 'x' } },
    { name: 'SVG', data: { 'image/svg+xml': '<svg/>', 'text/plain': 'x' }, choice: { kind: 'svg', text: '<svg/>' } },
    { name: 'JSON, laid out', data: { 'application/json': '{"a":1}' }, choice: { kind: 'text', text: '{\n  "a": 1\n}' } },
    { name: 'an error', data: { 'application/vnd.jupyter.error': '{"name":"ValueError","message":"no","stack":"at 1"}', 'text/plain': 'x' }, choice: { kind: 'error', name: 'ValueError', message: 'no', stack: 'at 1' } },
    { name: 'something unknown', data: { 'application/x-thing': '1' }, choice: { kind: 'unknown', types: ['application/x-thing'] } },
  ])('shows $name', ({ data, choice }) => {
    expect(chooseDisplay(data as unknown as Readonly<Record<string, string>>)).toEqual(choice);
  });

  it('names what would need scripts', () => {
    expect(scriptedTypes({ 'text/html': '', 'application/vnd.vegalite.v5+json': '{}', 'application/vnd.plotly.v1+json': '{}' })).toEqual(['application/vnd.vegalite.v5+json', 'application/vnd.plotly.v1+json']);
  });
});
