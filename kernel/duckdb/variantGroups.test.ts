import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METADATA_MARK } from '../delta/write/variantColumns.ts';
import { openDatabase, type Database } from './database.ts';
import { copyToParquet } from './parquetCopy.ts';
import { groupVariants } from './variantGroups.ts';

let folder: string;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakebook-groups-'));
  database = await openDatabase({ memoryLimitBytes: 256 << 20, threads: 2, spillFolder: folder, maxSpillBytes: 1 << 30 });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(select: string, options = ''): Promise<string> {
  const path = join(folder, `${Math.random()}.parquet`);
  const [file] = await copyToParquet(database, { sql: `COPY (${select}) TO '${path}' (FORMAT parquet, RETURN_STATS${options})`, hasVariants: true });
  expect(file?.sizeBytes).toBe((await stat(path)).size);
  return path;
}

async function schemaOf(path: string): Promise<string> {
  const rows = await database.query(`SELECT name, repetition_type, num_children, field_id FROM parquet_schema('${path}') OFFSET 1`);
  return rows.rows().map(([name, repetition, children, id]) => `${String(name)} ${String(repetition)}${children === null ? '' : ` ${String(children)}`}${id === null ? '' : ` #${String(id)}`}`).join(', ');
}

const GROUP = 'OPTIONAL 2, value REQUIRED, metadata REQUIRED';

describe('variants in Parquet files', () => {
  it.each([
    { name: 'a column', select: `SELECT 1 AS id, 'v'::BLOB AS v, 'm'::BLOB AS "v${METADATA_MARK}", 2 AS z`, schema: `id OPTIONAL, v ${GROUP}, z OPTIONAL`, value: "{'value': v, 'metadata': m}" },
    { name: 'NULL', select: `SELECT NULL::BLOB AS v, NULL::BLOB AS "v${METADATA_MARK}"`, schema: `v ${GROUP}`, value: null },
    { name: 'a list', select: `SELECT ['v', NULL]::BLOB[] AS v, ['m', NULL]::BLOB[] AS "v${METADATA_MARK}"`, schema: `v OPTIONAL 1, list REPEATED 1, element ${GROUP}`, value: "[{'value': v, 'metadata': m}, NULL]" },
    { name: 'an empty list', select: `SELECT []::BLOB[] AS v, []::BLOB[] AS "v${METADATA_MARK}"`, schema: `v OPTIONAL 1, list REPEATED 1, element ${GROUP}`, value: '[]' },
    { name: 'a list of lists', select: `SELECT [['v'], NULL, []]::BLOB[][] AS v, [['m'], NULL, []]::BLOB[][] AS "v${METADATA_MARK}"`, schema: `v OPTIONAL 1, list REPEATED 1, element OPTIONAL 1, list REPEATED 1, element ${GROUP}`, value: "[[{'value': v, 'metadata': m}], NULL, []]" },
    { name: 'a map', select: `SELECT MAP {'a': 'v'::BLOB, 'b': NULL} AS v, ['m'::BLOB, NULL] AS "v${METADATA_MARK}"`, schema: `v OPTIONAL 1, key_value REPEATED 2, key REQUIRED, value ${GROUP}`, value: "{a={'value': v, 'metadata': m}, b=NULL}" },
    { name: 'a field of structs in a list', select: `SELECT [{'x': 1, 'v': 'v'::BLOB, 'v${METADATA_MARK}': 'm'::BLOB}, NULL] AS v`, schema: `v OPTIONAL 1, list REPEATED 1, element OPTIONAL 2, x OPTIONAL, v ${GROUP}`, value: "[{'x': 1, 'v': {'value': v, 'metadata': m}}, NULL]" },
  ])('are groups of required fields: $name', async ({ select, schema, value }) => {
    const path = await write(select);
    expect(await schemaOf(path)).toBe(schema);
    expect((await database.query(`SELECT v::VARCHAR FROM read_parquet('${path}')`)).rows()).toEqual([[value]]);
  });

  it('keep the ids of fields, in several row groups with dictionaries and none, compressed or not', async () => {
    for (const codec of ['uncompressed', 'snappy', 'zstd']) {
      const path = await write(
        `SELECT i AS id, CASE WHEN i % 3 > 0 THEN (i % 5)::VARCHAR::BLOB END AS v, CASE WHEN i % 3 > 0 THEN i::VARCHAR::BLOB END AS "v${METADATA_MARK}" FROM range(300_000) t(i)`,
        `, COMPRESSION ${codec}, FIELD_IDS {id: 7, v: 8}`,
      );
      expect(await schemaOf(path)).toBe('id OPTIONAL #7, v OPTIONAL 2 #8, value REQUIRED, metadata REQUIRED');
      const [row] = (await database.query(`SELECT count(*), count(v), count(*) FILTER (v.value = (id % 5)::VARCHAR::BLOB AND v.metadata = id::VARCHAR::BLOB) FROM read_parquet('${path}')`)).rows();
      expect(row).toEqual([300_000n, 200_000n, 200_000n]);
      expect((await database.query(`SELECT count(*) FROM read_parquet('${path}') WHERE id = 299_999`)).rows()).toEqual([[1n]]);
      expect((await database.query(`SELECT list(DISTINCT path_in_schema ORDER BY path_in_schema) FROM parquet_metadata('${path}')`)).rows()).toEqual([["['id', 'v, metadata', 'v, value']"]]);
    }
  });

  it('leave files without variants byte for byte', async () => {
    const path = await write("SELECT i AS id, 'x' || i AS s, [i] AS l, MAP {i: {'a': i}} AS m FROM range(10) t(i)");
    const before = await readFile(path);
    await groupVariants(path);
    expect(await readFile(path)).toEqual(before);
  });

  it('are refused in what is no Parquet file, and nothing of a failed write is left', async () => {
    const path = join(folder, 'none.parquet');
    await writeFile(path, 'not a Parquet file at all');
    await expect(groupVariants(path)).rejects.toThrow(RangeError);
    const other = join(folder, 'halves.parquet');
    const select = `SELECT {'a': 1} AS v, [['m'::BLOB]] AS "v${METADATA_MARK}"`;
    await expect(copyToParquet(database, { sql: `COPY (${select}) TO '${other}' (FORMAT parquet, RETURN_STATS)`, hasVariants: true })).rejects.toThrow(RangeError);
    expect(existsSync(other)).toBe(false);
  });
});
