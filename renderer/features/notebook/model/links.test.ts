import { describe, expect, it } from 'vitest';
import { resolveLink } from './links.ts';

describe('links', () => {
  it.each([
    { href: 'b.ipynb', target: { kind: 'file', path: 'docs/b.ipynb' } },
    { href: '../sales/a%20b.md#top', target: { kind: 'file', path: 'sales/a b.md' } },
    { href: '/README.md', target: { kind: 'file', path: 'README.md' } },
    { href: '../../etc/passwd', target: { kind: 'none' } },
    { href: '#part', target: { kind: 'none' } },
    { href: 'https://delta.io/x', target: { kind: 'external', url: 'https://delta.io/x' } },
  ])('$href', ({ href, target }) => {
    expect(resolveLink(href, 'docs/a.ipynb')).toEqual(target);
  });
});
