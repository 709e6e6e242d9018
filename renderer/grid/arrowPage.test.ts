import {
  binary,
  bool,
  columnFromArray,
  dateDay,
  decimal,
  float32,
  float64,
  int32,
  int64,
  interval,
  IntervalUnit,
  list,
  map,
  nullType,
  struct,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { decodeBase64Page, decodePage, joinPages, slicePage, type ArrowPage } from './arrowPage.ts';

/** One column through Arrow IPC and back. */
function page(type: DataType, values: readonly unknown[]): ArrowPage {
  const table = tableFromColumns([['c', columnFromArray(values as unknown[], type)]]);
  return decodePage(tableToIPC(table, { format: 'stream' }) ?? new Uint8Array());
}

function cells(type: DataType, values: readonly unknown[]): readonly string[] {
  const { columns, rows } = page(type, values);
  return Array.from({ length: rows }, (_, row) => `${columns[0]!.cell(row).kind}:${columns[0]!.cell(row).text}`);
}

const ADDRESS = struct({ city: utf8(), zip: int32() });

describe('cells of a page', () => {
  it.each<[string, DataType, readonly unknown[], readonly string[]]>([
    ['64-bit integers are exact', int64(), [9007199254740993n, -9223372036854775808n, null], ['number:9007199254740993', 'number:-9223372036854775808', 'null:NULL']],
    ['decimals keep their scale', decimal(12, 2), [1.5, -0.05, null], ['number:1.50', 'number:-0.05', 'null:NULL']],
    ['NULL, NaN and infinities are three kinds', float64(), [null, Number.NaN, Number.NEGATIVE_INFINITY, 2], ['null:NULL', 'special:NaN', 'special:-Infinity', 'number:2.0']],
    ['floats are their shortest text', float32(), [0.1], ['number:0.1']],
    ['the empty text is not NULL, nor is the word', utf8(), ['', null, 'NULL', ' a '], ['empty:', 'null:NULL', 'text:NULL', 'text: a ']],
    ['booleans', bool(), [true, false, null], ['boolean:true', 'boolean:false', 'null:NULL']],
    ['dates', dateDay(), [new Date('2024-02-29'), new Date('0001-01-01')], ['time:2024-02-29', 'time:0001-01-01']],
    ['timestamps with a zone say so', timestamp(TimeUnit.MICROSECOND, 'UTC'), [1_700_000_000_123], ['time:2023-11-14 22:13:20.123Z']],
    ['timestamps without one do not', timestamp(TimeUnit.MILLISECOND, null), [-1], ['time:1969-12-31 23:59:59.999']],
    ['binary is hexadecimal', binary(), [new Uint8Array([0, 255])], ['binary:00ff']],
    ['lists quote their texts', list(utf8()), [['a', 'b"c', null], [], null], ['nested:["a", "b\\"c", NULL]', 'nested:[]', 'null:NULL']],
    ['structs name their fields', ADDRESS, [{ city: 'Zürich', zip: 8001 }, { city: null, zip: null }], ['nested:{city: "Zürich", zip: 8001}', 'nested:{city: NULL, zip: NULL}']],
    ['maps keep keys of any type', map(int32(), utf8()), [new Map([[1, 'one']])], ['nested:{1 → "one"}']],
    ['intervals are as Spark writes them', interval(IntervalUnit.MONTH_DAY_NANO), [[0, 1, 7_384_500_000_000], [40, 0, 0], null], ['interval:1 02:03:04.500', 'interval:3-4', 'null:NULL']],
    ['intervals of a batch without NULLs too', interval(IntervalUnit.MONTH_DAY_NANO), [[0, 0, -1_000]], ['interval:-0 00:00:00.000001']],
    ['a column of NULLs', nullType(), [null, null], ['null:NULL', 'null:NULL']],
  ])('%s', (_name, type, values, expected) => expect(cells(type, values)).toEqual(expected));

  it.each<[string, DataType, readonly unknown[], readonly string[]]>([
    ['integers beyond ±2^53 are texts', int64(), [1n, 9007199254740993n], ['1', '"9007199254740993"']],
    ['decimals are texts', decimal(10, 2), [1.5], ['"1.50"']],
    ['NaN is a text', float64(), [Number.NaN, 0.1], ['"NaN"', '0.1']],
    ['structs are objects', ADDRESS, [{ city: 'a', zip: 1 }], ['{"city":"a","zip":1}']],
    ['maps with text keys are objects', map(utf8(), int32()), [new Map([['k', 1]])], ['{"k":1}']],
    ['maps with other keys are pairs', map(int32(), int32()), [new Map([[1, 2]])], ['[[1,2]]']],
    ['NULL', utf8(), [null], ['null']],
  ])('as JSON, %s', (_name, type, values, expected) => {
    const { columns, rows } = page(type, values);
    expect(Array.from({ length: rows }, (_, row) => columns[0]!.json(row))).toEqual(expected);
  });

  it('measures the longest part of a value in bytes', () => {
    const { columns } = page(list(utf8()), [['é'.repeat(100), 'a']]);
    expect(columns[0]!.longest(0)).toBe(200);
  });
});

describe('pages', () => {
  const numbers = (from: number, count: number): ArrowPage => page(int32(), Array.from({ length: count }, (_, index) => from + index));
  const texts = ({ rows, columns }: ArrowPage): readonly string[] => Array.from({ length: rows }, (_, row) => columns[0]!.cell(row).text);

  it('join in order', () => expect(texts(joinPages([numbers(0, 2), numbers(2, 1), numbers(3, 2)]))).toEqual(['0', '1', '2', '3', '4']));
  it('are cut without copying', () => expect(texts(slicePage(numbers(0, 9), { from: 3, to: 5 }, { from: 0, to: 1 }))).toEqual(['3', '4']));
  it('an empty body is an empty page', () => expect(decodePage(new Uint8Array())).toEqual({ rows: 0, columns: [] }));
  it('are read from base64', () => {
    const bytes = tableToIPC(tableFromColumns([['c', columnFromArray([1, 2], int32())]]), { format: 'stream' }) ?? new Uint8Array();
    expect(texts(decodeBase64Page(btoa(String.fromCharCode(...bytes))))).toEqual(['1', '2']);
  });
});
