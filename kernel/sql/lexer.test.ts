import { describe, expect, it } from 'vitest';
import { tokenize } from './lexer.ts';

const kinds = (text: string): string[] => tokenize(text).slice(0, -1).map((token) => `${token.kind}:${token.text}`);

describe('tokens', () => {
  it.each([
    { name: 'adjacent strings stay two', text: "'it''s'", tokens: ['string:it', 'string:s'] },
    { name: 'double quotes are strings', text: '"it\'s"', tokens: ["string:it's"] },
    { name: 'escapes', text: String.raw`'\n\t\u00e9\101\x41\'\\'`, tokens: ["string:\n\té\u0041x41'\\"] },
    { name: 'LIKE escapes keep their backslash', text: String.raw`'a\%b\_'`, tokens: [String.raw`string:a\%b\_`] },
    { name: 'raw strings have no escapes', text: String.raw`r'\d+'`, tokens: [String.raw`string:\d+`] },
    { name: 'backticks', text: '`a``b`', tokens: ['quoted:a`b'] },
    { name: 'number suffixes', text: '1L 2S 3Y 1.5BD 1e3 .5 2.D 1.5F', tokens: ['1L', '2S', '3Y', '1.5BD', '1e3', '.5', '2.D', '1.5F'].map((text) => `number:${text}`) },
    { name: 'names may begin with a digit', text: '2024_sales', tokens: ['word:2024_sales'] },
    { name: 'a dot behind a name is no number', text: 't.5', tokens: ['word:t', 'symbol:.', 'number:5'] },
    { name: 'comments nest, and a line comment may go on', text: '1 /* a /* b */ c */ 2 -- x \\\n y\n3', tokens: ['number:1', 'number:2', 'number:3'] },
    { name: 'a hint stands only behind SELECT', text: 'SELECT /*+ BROADCAST(t) */ 1 /*+ no */', tokens: ['word:SELECT', 'hint: BROADCAST(t) ', 'number:1'] },
    { name: 'shifts and comparison', text: 'a >>> b <=> c != d', tokens: ['word:a', 'symbol:>>>', 'word:b', 'symbol:<=>', 'word:c', 'symbol:!=', 'word:d'] },
    { name: 'what a notebook puts in', text: '${env} {{ k }}', tokens: ['interpolation:env', 'interpolation: k '] },
    { name: 'an unclosed string is no token', text: "'abc", tokens: ["invalid:'abc"] },
    { name: 'an unclosed comment is no token', text: '1 /* a', tokens: ['number:1', 'invalid:/* a'] },
    { name: 'binary strings keep their prefix', text: "X'1F'", tokens: ['string:1F'] },
  ])('$name', ({ text, tokens }) => {
    expect(kinds(text)).toEqual(tokens);
  });

  it('gives every token its place', () => {
    const text = 'SELECT  `a b`,\n\'x\'';
    for (const token of tokenize(text)) expect(text.slice(token.start, token.end).replace(/^[`']|[`']$/g, '')).toBe(token.text);
  });
});
