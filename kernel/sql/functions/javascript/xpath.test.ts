import { describe, expect, it } from 'vitest';
import { MalformedXml, readXml, UnreadXml } from './xmlReader.ts';
import { MalformedXPath, parseXPath, UnreadXPath } from './xpathParser.ts';

describe('XML', () => {
  it.each(['', 'abc', '<a>', '<a>x</b>', '<a b=1/>', '<a b="1" b="2"/>', '<a/><b/>', '<a>&nbsp;</a>', '<a>&#0;</a>', '<a>&amp</a>', '<a b="<"/>', '<a><!-- -- --></a>', '<a>]]></a>', '<1/>', '<a b="1"c="2"/>', '<a></a', '<?xml version="1.0"'])('refuses %j as malformed', (text) => {
    expect(() => readXml(text)).toThrow(MalformedXml);
  });

  it.each(['<!DOCTYPE a><a/>', '<a>1<![CDATA[2]]></a>', '<a>'.repeat(10_000)])('names what it does not read of %.20j', (text) => {
    expect(() => readXml(text)).toThrow(UnreadXml);
  });
});

describe('XPath', () => {
  it.each(['a[', 'a]', '/a/', 'a b', 'count()', 'a +', '"x', 'a/"b"', '()', 'a[]', '#'])('refuses %j as malformed', (text) => {
    expect(() => parseXPath(text)).toThrow(MalformedXPath);
  });

  it.each(['$x', 'p:a', 'id("x")', 'following::a', '(a)/b', 'string(a)[1]', '('.repeat(10_000)])('names what it does not read of %.20j', (text) => {
    expect(() => parseXPath(text)).toThrow(UnreadXPath);
  });
});
