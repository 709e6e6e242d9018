/** Bench: a million rows × 20 out to CSV and Parquet with honest counts; types equal in grid, export and reload (UI bars 10, 11). */
import fs from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import type { ResultInfo } from '../../kernel/rpc/results.ts';
import { notebookOf, withDesktop, type Desktop } from './desktop.ts';
import { createFigures } from './figures.ts';

const ROWS = 1_000_000;
const COLUMNS = 20;
const RUNS = 5;
const WIDE = `SELECT id AS c0, ${Array.from({ length: COLUMNS - 1 }, (_, index) => wideColumn(index + 1)).join(', ')} FROM range(${ROWS})`;

function wideColumn(number: number): string {
  const kinds = [`id * ${number}`, `id / ${number}`, `concat('text ', id + ${number})`, `CAST(id % ${number + 100} AS DECIMAL(12, 2))`];
  return `${kinds[number % kinds.length] ?? 'id'} AS c${number}`;
}

/** Every type that a table or a Parquet file can hold, with its hard values: [expression, expression…]. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  tiny: ['CAST(-128 AS TINYINT)', 'CAST(127 AS TINYINT)', 'CAST(NULL AS TINYINT)'],
  small: ['CAST(-32768 AS SMALLINT)', 'CAST(32767 AS SMALLINT)', 'CAST(NULL AS SMALLINT)'],
  int: ['CAST(-2147483648 AS INT)', '2147483647', 'CAST(NULL AS INT)'],
  long: ['CAST(\'-9223372036854775808\' AS BIGINT)', '9223372036854775807', '9007199254740993'],
  float: ['CAST(\'NaN\' AS FLOAT)', 'CAST(0.1 AS FLOAT)', 'CAST(NULL AS FLOAT)'],
  double: ['CAST(\'NaN\' AS DOUBLE)', 'CAST(\'Infinity\' AS DOUBLE)', 'CAST(NULL AS DOUBLE)'],
  decimal: ['CAST(\'12345678901234567890123456789.012345678\' AS DECIMAL(38, 9))', 'CAST(\'-0.000000001\' AS DECIMAL(38, 9))', 'CAST(NULL AS DECIMAL(38, 9))'],
  text: ['\'\'', '\'ä 漢 😀 "quoted", a\'', 'CAST(NULL AS STRING)'],
  flag: ['true', 'false', 'CAST(NULL AS BOOLEAN)'],
  bytes: ['CAST(\'abc\' AS BINARY)', 'CAST(\'\' AS BINARY)', 'CAST(NULL AS BINARY)'],
  day: ['DATE\'1582-10-15\'', 'DATE\'9999-12-31\'', 'CAST(NULL AS DATE)'],
  moment: ['TIMESTAMP\'1969-12-31T23:59:59.999999Z\'', 'TIMESTAMP\'2024-03-31T02:30:00.000001+02:00\'', 'CAST(NULL AS TIMESTAMP)'],
  wall: ['TIMESTAMP_NTZ\'2024-03-31 02:30:00.000001\'', 'TIMESTAMP_NTZ\'1900-01-01 00:00:00\'', 'CAST(NULL AS TIMESTAMP_NTZ)'],
  list: ['array(1, NULL, 3)', 'array(2)', 'CAST(NULL AS ARRAY<INT>)'],
  pairs: ['map(\'a\', 9007199254740993)', 'map(\'\', CAST(NULL AS BIGINT))', 'CAST(NULL AS MAP<STRING, BIGINT>)'],
  record: ['named_struct(\'x\', 1, \'y\', array(\'p\', NULL))', 'named_struct(\'x\', CAST(NULL AS INT), \'y\', CAST(NULL AS ARRAY<STRING>))', 'CAST(NULL AS STRUCT<x: INT, y: ARRAY<STRING>>)'],
};
const TYPED = [0, 1, 2].map((row) => `SELECT ${row} AS row, ${Object.entries(TYPES).map(([name, values]) => `${values[row] ?? 'NULL'} AS ${name}`).join(', ')}`).join('\nUNION ALL\n');

const figures = createFigures('results');
await withDesktop({ 'results.ipynb': notebookOf([WIDE, `SELECT * FROM (${TYPED}) ORDER BY row`, 'SELECT * FROM parquet.`typed.parquet` ORDER BY row']) }, async (desktop) => {
  await exportWide(desktop);
  await compareTypes(desktop);
});
figures.finish();

async function exportWide({ open, client, host }: Desktop): Promise<void> {
  const notebook = await open('results.ipynb');
  await notebook.edit(1);
  await notebook.run();
  await expect(notebook.cell(1)).toHaveAccessibleName(/finished/, { timeout: 120_000 });
  await expect(notebook.cell(1)).toContainText(/1.?000.?000/);
  const { resultId, rows } = await latestResult({ client }, 'c19');
  figures.expect('rows that the receipt counts', rows, ROWS);
  for (const [format, limitMs] of [['csv', 5_000], ['parquet', 3_000]] as const) {
    const times: number[] = [];
    const file = path.join(host.workspace, `wide.${format}`);
    for (let run = 0; run < RUNS; run++) {
      const startedAtMs = performance.now();
      const written = await client.request('results.export', { resultId, format, path: file });
      times.push(performance.now() - startedAtMs);
      if (run === 0) figures.expect(`rows in the ${format} file, by its own word`, written.rows, ROWS);
    }
    figures.add(`export of ${ROWS} × ${COLUMNS} as ${format}`, 'ms', times, { p95: limitMs });
    const counted = await client.request('statements.run', { dialect: 'duckdb', source: `SELECT * FROM '${file}'` });
    figures.expect(`rows in the ${format} file, read again`, counted.results[0]?.rows ?? 0, ROWS);
    fs.rmSync(file);
  }
}

/** The typed rows, exported as Parquet and read again by the next cell, must say the same in both grids, text and type. */
async function compareTypes({ open, client, host }: Desktop): Promise<void> {
  const notebook = await open('results.ipynb');
  await notebook.edit(2);
  await notebook.run();
  await notebook.finished(2);
  const made = await latestResult({ client }, 'UNION ALL');
  await client.request('results.export', { resultId: made.resultId, format: 'parquet', path: path.join(host.workspace, 'typed.parquet') });
  await notebook.edit(3);
  await notebook.run();
  await notebook.finished(3);
  const read = await latestResult({ client }, 'typed.parquet');
  const [before, after] = [await textsOf({ client }, made.resultId), await textsOf({ client }, read.resultId)];
  const different = before.filter((text, index) => text !== after[index]);
  if (different.length > 0) console.log(JSON.stringify({ different, after: after.filter((text, index) => text !== before[index]) }));
  figures.add('types and values compared', 'count', [before.length]);
  figures.expect('types or values that differ after export and reload', different.length, 0);
  await notebook.reveal(2);
  const shown = await notebook.grid(2).innerText();
  await notebook.reveal(3);
  figures.expect('grids that differ', shown === (await notebook.grid(3).innerText()) ? 0 : 1, 0);
}

type Client = Pick<Desktop, 'client'>;

async function latestResult({ client }: Client, text: string): Promise<ResultInfo> {
  const { receipts } = await client.request('workbench.queryHistory', { limit: 1, text });
  const resultId = receipts[0]?.resultId;
  if (resultId === undefined) throw new TypeError(`no result of a statement with ${text}`);
  return client.request('results.info', { resultId });
}

/** Each column's type, then each cell's whole text with null apart from the text `null`. */
async function textsOf({ client }: Client, resultId: string): Promise<string[]> {
  const { columns, rows } = await client.request('results.info', { resultId });
  const texts = columns.map(({ name, type }) => `${name}: ${type}`);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns.length; column++) {
      const { text } = await client.request('results.cell', { resultId, row, column });
      texts.push(`${columns[column]?.name ?? ''}[${row}] = ${JSON.stringify(text)}`);
    }
  }
  return texts;
}
