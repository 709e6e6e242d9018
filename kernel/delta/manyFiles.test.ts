import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, TableWriter } from '../../build/testing/delta/tableWriter.ts';
import { openTestDelta, type TestDelta } from '../../build/testing/delta/testEngine.ts';
import type { DeltaTable } from './delta.ts';
import type { Predicate } from './predicate.ts';
import type { Snapshot } from './snapshot.ts';

const PART_FILES = 60_000;
const FILES = 2 * PART_FILES;
const PAGE_FILES_MAX = 100_000;

let test: TestDelta;
let written: TableWriter;
let table: DeltaTable;
let snapshot: Snapshot;
/** A checkpoint of three parts, of which the first has no files. */
beforeAll(async () => {
  test = await openTestDelta();
  written = new TableWriter(test.database);
  const partName = (part: number): string => `00000000000000000001.checkpoint.000000000${part + 1}.0000000003.parquet`;
  await written.checkpoint(partName(0), written.create({ schema: [field('l', 'long')] }));
  for (const part of [1, 2]) {
    await test.database.run(`COPY (SELECT {'path': 'f' || i, 'partitionValues': MAP {}::MAP(VARCHAR, VARCHAR), 'size': 1::BIGINT, 'modificationTime': 1::BIGINT, 'dataChange': false,
      'stats': '{"numRecords":1,"minValues":{"l":' || i || '},"maxValues":{"l":' || i || '},"nullCount":{"l":0}}'} AS "add"
      FROM (SELECT range AS i FROM range(${PART_FILES * (part - 1)}, ${PART_FILES * part}))) TO '${written.log}/${partName(part)}' (FORMAT parquet)`);
  }
  written.commit(1, []);
  written.commit(2, [{ add: { path: 'late', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true } }, { remove: { path: 'f7', dataChange: true, deletionTimestamp: 1 } }]);
  table = test.delta.openTable(written.path);
  snapshot = await table.snapshot();
});
afterAll(async () => {
  await snapshot.dispose();
  await table.dispose();
  written.remove();
  test.close();
});

const between = (low: number, high: number): Predicate => ({
  kind: 'and',
  operands: [['>=', low] as const, ['<=', high] as const].map(([operator, value]): Predicate => ({ kind: 'comparison', operator, column: ['l'], literal: { type: { kind: 'long' }, value: BigInt(value) } })),
});

describe('a table with more files than a page', () => {
  const all = [...Array.from({ length: FILES }, (_, index) => `f${index}`).filter((path) => path !== 'f7'), 'late'];
  it.each([
    { name: 'all files', options: {}, wanted: all, pages: 2 },
    { name: 'a few, and those of which nothing is known', options: { predicate: between(59_999, 60_001) }, wanted: ['f59999', 'f60000', 'f60001', 'late'], pages: 1 },
    { name: 'more than a page', options: { predicate: between(8, 119_990) }, wanted: [...all.slice(7, 119_990), 'late'], pages: 2 },
    { name: 'some of the files named', options: { predicate: between(0, 10), onlyPaths: ['f3', 'f4', 'f99', 'late'] }, wanted: ['f3', 'f4', 'late'], pages: 1 },
    { name: 'the first ones', options: { limitFiles: 2 }, wanted: ['f0', 'f1'], pages: 1 },
    { name: 'none', options: { onlyPaths: [] }, wanted: [], pages: 1 },
  ])('is planned page by page, in the order of the log: $name', async ({ options, wanted, pages }) => {
    const found: (readonly string[])[] = [];
    for await (const page of snapshot.planPages(options)) found.push(page);
    expect({ paths: found.flat().join(' '), pages: found.length, isBounded: found.every(({ length }) => length <= PAGE_FILES_MAX) }).toEqual({ paths: wanted.join(' '), pages, isBounded: true });
    expect((await snapshot.planFiles(options)).join(' ')).toBe(wanted.join(' '));
  });

  it('is listed page by page', async () => {
    const page = await snapshot.files({ offset: PART_FILES - 2, limit: 2 });
    expect(page.map(({ path, stats }) => [path, (JSON.parse(stats ?? '{}') as { readonly minValues: object }).minValues])).toEqual([['f59999', { l: 59_999 }], ['f60000', { l: 60_000 }]]);
    expect(await snapshot.files({ offset: FILES, limit: 2 })).toEqual([]);
  });

  it('tells the statistics of single files from the rows of the checkpoint that hold them', async () => {
    const idOf = (part: number, row: number): bigint => BigInt(part) * 2n ** 32n + BigInt(row);
    const files = await snapshot.addFiles([idOf(1, 3), idOf(2, 5), idOf(2 ** 20, 0), idOf(2, PART_FILES + 1)]);
    const leastOf = (stats: string | undefined): unknown => (stats === undefined ? undefined : (JSON.parse(stats) as { readonly minValues: object }).minValues);
    expect(files.map(({ path, stats }) => [path, leastOf(stats)])).toEqual([['f3', { l: 3 }], ['f60005', { l: 60_005 }], ['late', undefined]]);
  });
});
