import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { createValuesTable } from './valuesTable.ts';

let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakebook-values-'));
  database = await openDatabase({ memoryLimitBytes: 256 << 20, threads: 2, spillFolder: folder, maxSpillBytes: 1 << 30 });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a table of values', () => {
  it('holds texts, numbers, booleans and NULLs, and is gone once disposed', async () => {
    const columns = [
      { name: 'a "text"', type: 'VARCHAR', values: ['é', null, 'a text longer than twelve bytes'] },
      { name: 'n', type: 'INTEGER', values: [1, null, -3] },
      { name: 'l', type: 'BIGINT', values: [9_007_199_254_740_993n, 0n, null] },
      { name: 'b', type: 'BOOLEAN', values: [true, false, null] },
    ] as const;
    const table = await createValuesTable(database, columns, 3);
    expect((await database.query(`FROM ${table.name}`)).rows()).toEqual([['é', 1, 9_007_199_254_740_993n, true], [null, null, 0n, false], ['a text longer than twelve bytes', -3, null, null]]);
    await table.dispose();
    await expect(database.query(`FROM ${table.name}`)).rejects.toThrow(/does not exist/);
  });

  it.each([0, 2_048, 5_000])('holds %i rows in their order', async (count) => {
    const table = await createValuesTable(database, [{ name: 'n', type: 'INTEGER', values: Array.from({ length: count }, (_, index) => index) }], count);
    const found = await database.query(`SELECT n FROM ${table.name}`);
    await table.dispose();
    expect(found.column('n').every((value, index) => value === index)).toBe(true);
    expect(found.rowCount).toBe(count);
  });

  it('leaves nothing behind where a value does not fit', async () => {
    const text: unknown = 'x';
    await expect(createValuesTable(database, [{ name: 'n', type: 'INTEGER', values: [text as number] }], 1)).rejects.toThrow();
    expect((await database.query("SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = 'lakebook_values'")).column('n')).toEqual([0n]);
  });
});
