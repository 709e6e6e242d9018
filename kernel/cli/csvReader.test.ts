import { expect, it } from 'vitest';
import { CsvReader } from './csvReader.ts';

it.each([1, 3, 1000])('reads CSV in pieces of %d bytes', (size) => {
  const text = new TextEncoder().encode('a,"b ""x"", é\n,",\n,""\n"",,1\n');
  const reader = new CsvReader();
  const records = [];
  for (let at = 0; at < text.length; at += size) records.push(...reader.push(text.subarray(at, at + size)));
  expect(records).toEqual([['a', 'b "x", é\n,', null], [null, ''], ['', null, '1']]);
});
