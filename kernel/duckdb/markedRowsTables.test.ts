import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { MarkedRowsTables } from './markedRowsTables.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakebook-marked-'));
let database: Database;
let tables: MarkedRowsTables;
let made = 0;
beforeAll(async () => {
  database = await openDatabase({ memoryLimitBytes: 1 << 29, threads: 2, spillFolder: folder, maxSpillBytes: 1 << 30, connections: 2 });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  tables = new MarkedRowsTables(database, () => ({ catalog: 'memory', schema: 'main', table: `marked${(made += 1)}` }), { idleRowsMax: 5 });
});

const exists = async (table: string): Promise<boolean> => (await database.query(`SELECT 1 AS found FROM duckdb_tables() WHERE table_name = '${table}'`)).rowCount > 0;
const positions = BigInt64Array.of(0n, 3n, 2n ** 40n);

describe('tables of marked rows', () => {
  it('hold the positions of each file, more than one chunk of them too', async () => {
    const many = BigInt64Array.from({ length: 5_000 }, (_, index) => BigInt(index * 2));
    const { table } = (await tables.lease([{ fileIndex: 0, positions }, { fileIndex: 7, positions: many.subarray(1) }])).table;
    const rows = (await database.query(`SELECT file_index, count(*) AS rows, min(row) AS least, max(row) AS greatest, sum(row)::BIGINT AS total FROM ${table} GROUP BY ALL ORDER BY file_index`)).rows();
    expect(rows).toEqual([[0n, 3n, 0n, 2n ** 40n, 2n ** 40n + 3n], [7n, 4_999n, 2n, 9_998n, 24_995_000n]]);
  });

  it('are found again by the same vectors of the same files, and by no others', async () => {
    const first = await tables.lease([{ fileIndex: 1, positions }]);
    await first.release();
    const [again, atOnce, ofOtherFile, ofOtherVector] = await Promise.all([
      tables.lease([{ fileIndex: 1, positions }]), tables.lease([{ fileIndex: 1, positions }]), tables.lease([{ fileIndex: 2, positions }]), tables.lease([{ fileIndex: 1, positions: positions.slice() }]),
    ]);
    expect([again, atOnce].map(({ table }) => table.table)).toEqual([first.table.table, first.table.table]);
    expect(new Set([first, ofOtherFile, ofOtherVector].map(({ table }) => table.table)).size).toBe(3);
  });

  it('go once nobody uses them and they are too many, the oldest first', async () => {
    const [first, second] = [await tables.lease([{ fileIndex: 1, positions }]), await tables.lease([{ fileIndex: 2, positions }])];
    await second.release();
    await second.release();
    expect(await Promise.all([first, second].map(({ table }) => exists(table.table)))).toEqual([true, true]);
    await first.release();
    expect(await Promise.all([first, second].map(({ table }) => exists(table.table)))).toEqual([false, true]);
  });

  it('that could not be made are tried anew', async () => {
    const taken = new MarkedRowsTables(database, () => ({ catalog: 'memory', schema: 'nowhere', table: 't' }));
    await expect(taken.lease([{ fileIndex: 1, positions }])).rejects.toThrow(/nowhere/);
    await expect(taken.lease([{ fileIndex: 1, positions }])).rejects.toThrow(/nowhere/);
  });
});
