import { describe, expect, it } from 'vitest';
import { TableText, type Cell } from './tableText.ts';

const COLUMNS = [{ name: 'id', type: 'bigint' }, { name: 'name', type: 'string' }];

function render(...rows: readonly (readonly Cell[])[]): string {
  const table = new TableText(COLUMNS);
  return table.push(rows) + table.finish();
}

describe('a table', () => {
  it.each([
    { name: 'is aligned, numbers to the right', rows: [['1', 'Ann'], ['1000', 'Bo']], text: '   id | name\n------+------\n    1 | Ann\n 1000 | Bo\n(2 rows)\n' },
    { name: 'tells NULL from the empty text', rows: [[null, ''], ['1', null]], text: '   id | name\n------+------\n NULL |\n    1 | NULL\n(2 rows)\n' },
    { name: 'has a head without rows', rows: [], text: ' id | name\n----+------\n(0 rows)\n' },
    { name: 'spells out what would move the cursor', rows: [['1', 'a\nb\u001b[2J']], text: ' id | name\n----+-----------\n  1 | a\\nb\\e[2J\n(1 row)\n' },
    { name: 'gives wide signs their width', rows: [['1', '日本'], ['2', 'e\u0301x']], text: ' id | name\n----+------\n  1 | 日本\n  2 | e\u0301x\n(2 rows)\n' },
  ])('$name', ({ rows, text }) => {
    expect(render(...rows)).toBe(text);
  });

  it.each<{ name: string; rows: readonly (readonly Cell[])[]; total?: number; text: string }>([
    { name: 'a text of lines', rows: [['CREATE TABLE t (\n  a INT)']], text: 'CREATE TABLE t (\n  a INT)\n' },
    { name: 'a text with an end of its own', rows: [['a\nb\n']], text: 'a\nb\n' },
    { name: 'a text that is too wide', rows: [['x'.repeat(300)]], text: `${'x'.repeat(300)}\n` },
    { name: 'a text of lines that would move the cursor', rows: [['a\n\u001b[2J']], text: 'a\n\\e[2J\n' },
    { name: 'not a text that fits', rows: [['a']], text: ' s\n---\n a\n(1 row)\n' },
    { name: 'not NULL', rows: [[null]], text: ' s\n------\n NULL\n(1 row)\n' },
    { name: 'not the first of several', rows: [['a\nb'], ['c']], text: ' s\n------\n a\\nb\n c\n(2 rows)\n' },
    { name: 'not the first of several that are not shown', rows: [['a\nb']], total: 2, text: ' s\n------\n a\\nb\n(the first 1 of 2 rows)\n' },
  ])('prints a single value whole where no cell can show it: $name', ({ rows, total, text }) => {
    const table = new TableText([{ name: 's', type: 'string' }]);
    expect(table.push(rows) + table.finish(total)).toBe(text);
  });

  it('prints what it has when it has measured enough, and goes on with those widths', () => {
    const table = new TableText(COLUMNS);
    const rows = (count: number): readonly (readonly Cell[])[] => Array.from({ length: count }, (_, index) => [String(index), 'x']);
    expect(table.push(rows(999))).toBe('');
    expect(table.push(rows(2)).split('\n').length).toBe(2 + 1001 + 1);
    expect(table.push([['7', 'wider than before']])).toBe('   7 | wider than before\n');
    expect(table.finish()).toBe('(1002 rows)\n');
  });
});
