/** Bench: parse, resolve and emit, without tables: the 99 TPC-DS queries and a point query. */
import { DuckDBInstance } from '@duckdb/node-api';
import { provideTpc } from '../../build/interop/tpcData.ts';
import type { Catalog, SessionSettings } from '../../kernel/sql/catalog.ts';
import { emitQuery } from '../../kernel/sql/emit.ts';
import { parseSchemaText, parseStatement } from '../../kernel/sql/parse.ts';
import { resolveQuery } from '../../kernel/sql/resolve.ts';
import type { StructType } from '../../kernel/sql/types/dataType.ts';
import { createFigures } from '../app/figures.ts';

const ROUNDS = 15;
const POINT_QUERY = "SELECT c_first_name, c_last_name FROM customer WHERE c_customer_sk = 4711";

const settings: SessionSettings = { ansi: true, timeZone: 'UTC', nowMicros: 1_700_000_000_000_000n, currentCatalog: 'spark_catalog', currentSchema: 'default', user: 'bench' };

const data = await provideTpc('tpcds', 1);
const catalog = await catalogOf(data.files);
const figures = createFigures('frontEnd');
for (let round = 0; round < 3; round++) for (const { spark } of data.queries) translate(spark); // warm
const best = data.queries.map(({ spark }) => Math.min(...Array.from({ length: ROUNDS }, () => timeOf(spark))));
figures.add('TPC-DS query: parse + resolve + emit, best of 15', 'ms', best, { p50: 2, max: 8 });
figures.add('TPC-DS query: each run', 'ms', data.queries.flatMap(({ spark }) => Array.from({ length: 5 }, () => timeOf(spark))));
figures.add('point query', 'ms', Array.from({ length: 200 }, () => timeOf(POINT_QUERY)), { p50: 1 });
figures.finish();

function translate(sql: string): string {
  const statement = parseStatement(sql);
  if (statement.kind !== 'query') throw new TypeError(`${statement.kind} is no query`);
  return emitQuery(resolveQuery(sql, statement, catalog, settings), (scanId) => `scan${scanId}`).sql;
}

function timeOf(sql: string): number {
  const startedAtMs = performance.now();
  translate(sql);
  return performance.now() - startedAtMs;
}

async function catalogOf(files: ReadonlyMap<string, string>): Promise<Catalog> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const tables = new Map<string, StructType['fields']>();
  for (const [table, file] of files) {
    const columns = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${file}')`)).getRows();
    const type = parseSchemaText(columns.map(([name, duckdbType]) => `${String(name)} ${String(duckdbType).replace('VARCHAR', 'STRING').replace('INTEGER', 'INT')}`).join(', '));
    if (type.kind === 'struct') tables.set(table, type.fields);
  }
  connection.closeSync();
  return {
    resolveTable: ({ source }) => {
      const name = source.kind === 'name' ? source.parts.at(-1)!.toLowerCase() : '';
      const columns = tables.get(name);
      return columns === undefined ? undefined : { name: ['spark_catalog', 'default', name], columns };
    },
    nearTables: () => [],
  };
}
