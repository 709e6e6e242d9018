import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeReference } from '../../build/testing/reference.ts';
import { decodeValue, plainType, sameRows, type SparkAnswer } from '../../build/testing/sql/sparkAnswers.ts';
import { buildScalarFunction } from '../duckdb/scalarFunction.ts';
import type { Catalog, SessionSettings } from './catalog.ts';
import { emitQuery } from './emit.ts';
import { parseSchemaText, parseStatement } from './parse.ts';
import { preludeStatements } from './prelude/prelude.ts';
import { resolveQuery } from './resolve.ts';
import { mapRuntimeError } from './runtimeErrors.ts';
import { JAVASCRIPT_FUNCTIONS, type ScalarValue } from './scalarFunctions.ts';
import { simpleString } from './types/dataType.ts';
import { shownDuckDbType } from './types/duckdbType.ts';

const CASES = path.join(process.env['LAKEBOOK_CASES'] ?? path.resolve(import.meta.dirname, '../../../shared/cases'), 'sql');

/** Cases that need not pass yet. Every other one must: an id may only leave this list. */
const OPEN: ReadonlySet<string> = new Set();

interface Case extends SparkAnswer {
  readonly id: string;
  readonly group: string;
  readonly sql: string;
  readonly ordered?: boolean;
  readonly ansiOff?: SparkAnswer;
}

function load(file: string): readonly Case[] {
  return (JSON.parse(readFileSync(path.join(CASES, file), 'utf8')) as { cases: Case[] }).cases;
}

describeReference(CASES, 'what Spark answers', () => {
  let connection: DuckDBConnection;
  let instance: DuckDBInstance;
  let catalog: Catalog;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of preludeStatements()) await connection.run(statement);
    registerFunctions(connection);
    await connection.run(readFileSync(path.join(CASES, 'setup.duckdb.sql'), 'utf8'));
    catalog = catalogOf(readFileSync(path.join(CASES, 'setup.sql'), 'utf8'));
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const groups = ['expressions.json', 'probes.json', 'errors.json'].flatMap((file) => {
    const cases = load(file);
    return [...new Set(cases.map((each) => each.group))].map((group) => ({ file, group, cases: cases.filter((each) => each.group === group) }));
  });

  describe.each([{ mode: 'ANSI on', ansi: true }, { mode: 'ANSI off', ansi: false }])('$mode', ({ ansi }) => {
    it.each(groups)('$file, $group', async ({ cases }) => {
      const wrong: string[] = [];
      for (const each of cases) {
        if (OPEN.has(each.id)) continue;
        const expected: SparkAnswer = !ansi && each.ansiOff !== undefined ? each.ansiOff : each;
        const difference = await differenceOf(each, expected, ansi);
        if (difference !== undefined) wrong.push(`${each.id}: ${each.sql}: ${difference}`);
      }
      expect(wrong).toEqual([]);
    });
  });

  async function differenceOf({ sql, ordered }: Case, expected: SparkAnswer, ansi: boolean): Promise<string | undefined> {
    const settings: SessionSettings = { ansi, timeZone: 'UTC', nowMicros: 1_700_000_000_000_000n, currentCatalog: 'spark_catalog', currentSchema: 'default', user: 'tester' };
    try {
      const statement = parseStatement(sql);
      if (statement.kind !== 'query') return `is parsed as ${statement.kind}`;
      const query = resolveQuery(sql, statement, catalog, settings);
      const emitted = emitQuery(query, () => 't', { shown: true });
      const result = await connection.runAndReadAll(emitted.sql);
      if (expected.error !== undefined) return `answers, where Spark says ${expected.error}`;
      const types = query.columns.map((column) => column.type);
      const unmapped = result.columnTypes().map((type, index) => [plainType(String(type)), plainType(shownDuckDbType(types[index]!))]).find(([got, wanted]) => got !== wanted);
      if (unmapped !== undefined) return `DuckDB's type is ${unmapped[0]}, not ${unmapped[1]}`;
      const names = types.map(simpleString);
      if (String(names) !== String(expected.types)) return `types ${String(names)}, not ${String(expected.types)}`;
      const rows = result.getRows().map((row) => row.map((value, index) => decodeValue(types[index]!, value)));
      return sameRows(types, expected.rows ?? [], rows, ordered ?? false) ? undefined : `rows ${JSON.stringify(rows)}, not ${JSON.stringify(expected.rows)}`;
    } catch (error) {
      const mapped = mapRuntimeError(error, sql);
      return mapped.code === expected.error ? undefined : `[${mapped.code}] ${mapped.message}`;
    }
  }
});

function registerFunctions(connection: DuckDBConnection): void {
  for (const { name, parameters, returns, evaluate } of JAVASCRIPT_FUNCTIONS) {
    connection.registerScalarFunction(buildScalarFunction({ name, parameters, returns, evaluate: (...values) => evaluate(...(values as Exclude<ScalarValue, null>[])) }));
  }
}

function catalogOf(setup: string): Catalog {
  const type = parseSchemaText(/CREATE TABLE t \((.*?)\);/.exec(setup)![1]!);
  const columns = type.kind === 'struct' ? type.fields : [];
  return {
    resolveTable: ({ source }) => (source.kind === 'name' && source.parts.length === 1 && source.parts[0]!.toLowerCase() === 't' ? { name: ['spark_catalog', 'default', 't'], columns } : undefined),
    nearTables: () => [],
  };
}
