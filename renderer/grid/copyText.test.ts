import { columnFromArray, int64, tableFromColumns, tableToIPC, utf8 } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { decodePage, slicePage } from './arrowPage.ts';
import { buildRangeText, type CopyPorts } from './copyRange.ts';
import type { CopyFormat } from './copyText.ts';

const COLUMNS = [
  { name: 'n', type: 'bigint' },
  { name: 'a|b', type: 'string' },
];
const PAGE = decodePage(
  tableToIPC(
    tableFromColumns([
      ['n', columnFromArray([9007199254740993n, 2n, null], int64())],
      ['a|b', columnFromArray(['tab\there', '', null], utf8())],
    ]),
    { format: 'stream' },
  ) ?? new Uint8Array(),
);
const PORTS: CopyPorts = {
  fetch: (rows, columns) => Promise.resolve(slicePage(PAGE, rows, columns)),
  wholeCell: () => Promise.resolve('the whole of it'),
  isCut: () => false,
};
const ALL = { rowFrom: 0, rowTo: 3, columnFrom: 0, columnTo: 2 };
const { signal } = new AbortController();

describe('copying', () => {
  it.each<[CopyFormat, string]>([
    ['tsv', '9007199254740993\t"tab\there"\n2\t\n\t'],
    ['tsvWithHeader', 'n\ta|b\n9007199254740993\t"tab\there"\n2\t\n\t'],
    ['csv', 'n,a|b\n9007199254740993,tab\there\n2,""\n,\n'],
    ['json', '[\n  {"n": "9007199254740993", "a|b": "tab\\there"},\n  {"n": 2, "a|b": ""},\n  {"n": null, "a|b": null}\n]'],
    ['markdown', '| n | a\\|b |\n| ---: | --- |\n| 9007199254740993 | tab\there |\n| 2 |  |\n| *NULL* | *NULL* |'],
  ])('as %s', async (format, expected) => expect(await buildRangeText(PORTS, COLUMNS, ALL, format, signal)).toBe(expected));

  it('takes the selected columns and rows only', async () => {
    expect(await buildRangeText(PORTS, COLUMNS, { rowFrom: 1, rowTo: 2, columnFrom: 0, columnTo: 1 }, 'csv', signal)).toBe('n\n2\n');
  });

  it('asks for the whole of a cell that its page carries in part', async () => {
    const ports: CopyPorts = { ...PORTS, isCut: (column, row) => column.name === 'a|b' && row === 0 };
    expect(await buildRangeText(ports, COLUMNS, { rowFrom: 0, rowTo: 1, columnFrom: 1, columnTo: 2 }, 'tsv', signal)).toBe('the whole of it');
  });
});
