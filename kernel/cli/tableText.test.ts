import { describe, expect, it } from 'vitest';
import { CsvReader } from './csvReader.ts';
import { TableText } from './tableText.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const COLUMNS = [{ name: 'id', type: 'bigint' }, { name: 'name', type: 'string' }];

function render(csv: string, columns = COLUMNS): string {
  const table = new TableText(columns);
  return table.push(bytes(csv)) + table.finish();
}

describe('a table', () => {
  it.each([
    { name: 'is aligned, numbers to the right', csv: 'id,name\n1,Ann\n1000,Bo\n', text: '   id | name\n------+------\n    1 | Ann\n 1000 | Bo\n(2 rows)\n' },
    { name: 'tells NULL from the empty text', csv: 'id,name\n,""\n1,\n', text: '   id | name\n------+------\n NULL |\n    1 | NULL\n(2 rows)\n' },
    { name: 'has a head without rows', csv: 'id,name\n', text: ' id | name\n----+------\n(0 rows)\n' },
    { name: 'spells out what would move the cursor', csv: 'id,name\n1,"a\nb\u001b[2J"\n', text: ' id | name\n----+-----------\n  1 | a\\nb\\e[2J\n(1 row)\n' },
    { name: 'gives wide signs their width', csv: 'id,name\n1,日本\n2,e\u0301x\n', text: ' id | name\n----+------\n  1 | 日本\n  2 | e\u0301x\n(2 rows)\n' },
  ])('$name', ({ csv, text }) => {
    expect(render(csv)).toBe(text);
  });

  it('prints what it has when it has measured enough, and goes on with those widths', () => {
    const table = new TableText(COLUMNS);
    const rows = (count: number): Uint8Array => bytes(Array.from({ length: count }, (_, index) => `${index},x\n`).join(''));
    expect(table.push(bytes('id,name\n'))).toBe('');
    expect(table.push(rows(999))).toBe('');
    expect(table.push(rows(2)).split('\n').length).toBe(2 + 1001 + 1);
    expect(table.push(bytes('7,wider than before\n'))).toBe('   7 | wider than before\n');
    expect(table.finish()).toBe('(1002 rows)\n');
  });
});

it.each([1, 3, 1000])('reads CSV in pieces of %d bytes', (size) => {
  const text = bytes('a,"b ""x"", é\n,",\n,""\n"",,1\n');
  const reader = new CsvReader();
  const records = [];
  for (let at = 0; at < text.length; at += size) records.push(...reader.push(text.subarray(at, at + size)));
  expect(records).toEqual([['a', 'b "x", é\n,', undefined], [undefined, ''], ['', undefined, '1']]);
});
