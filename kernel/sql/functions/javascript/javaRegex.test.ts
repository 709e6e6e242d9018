import { describe, expect, it } from 'vitest';
import { LakebookError } from '../../../base/errors.ts';
import { compileRegex, translateRegex } from './javaRegex.ts';

describe('patterns of Java for other engines', () => {
  it.each([
    { pattern: 'a.c', re2: String.raw`a[^\n\r\x{85}\x{2028}\x{2029}]c` },
    { pattern: String.raw`\s+x`, re2: String.raw`[\t-\r\x20]+x` },
    { pattern: '(?i)ab', re2: '(?i)ab' },
    { pattern: String.raw`\Qa.b\E`, re2: String.raw`a\x{2e}b` },
    { pattern: 'a(?=b)', re2: undefined },
    { pattern: 'a$', re2: undefined },
  ])('$pattern for RE2', ({ pattern, re2 }) => {
    const translation = translateRegex(pattern, 're2');
    expect(translation.kind === 'pattern' ? translation.source : undefined).toBe(re2);
  });

  it.each([
    { pattern: '(a+)+$', text: `${'a'.repeat(40)}b` },
    { pattern: '(a|a)*$', text: `${'a'.repeat(40)}b` },
    { pattern: '((ab)*c){2,}$', text: 'x' },
    { pattern: '(?:x+x+)+y', text: 'x'.repeat(40) },
    { pattern: '^(.*?,){25}P', text: 'a,'.repeat(40) },
    { pattern: '(x|xx){1,40}y$', text: 'x'.repeat(40) },
  ])('refuses $pattern, which JavaScript may search for ever', ({ pattern }) => {
    expect(() => compileRegex(pattern)).toThrow(LakebookError);
  });

  it.each([
    { pattern: '(a)(b)?$', text: 'xab', found: true },
    { pattern: 'x$', text: 'x\n', found: true },
    { pattern: String.raw`(\d{4})-(\d\d)`, text: '2024-05', found: true },
    { pattern: '(?<!a)b', text: 'ab', found: false },
    { pattern: String.raw`^(?:\d{10};)+$`, text: '0123456789;', found: true },
    { pattern: '^(.*?,){2}P', text: 'a,b,P', found: true },
    { pattern: '[[:alpha:]]', text: 'x', found: false },
  ])('finds $pattern as Java does', ({ pattern, text, found }) => {
    expect(compileRegex(pattern).test(text)).toBe(found);
  });
});
