import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  BIGINT, BLOB, BOOLEAN, DOUBLE, type DuckDBConnection, DuckDBBlobValue, DuckDBInstance, DuckDBIntervalValue, DuckDBListValue, DuckDBMapValue, DuckDBScalarFunction, DuckDBStructValue, DuckDBTimestampTZValue, DuckDBTimestampValue, type DuckDBValue, INTEGER, VARCHAR,
} from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeReference } from '../../build/testing/reference.ts';
import type { Catalog, SessionSettings } from './catalog.ts';
import { emitQuery } from './emit.ts';
import { parseSchemaText, parseStatement } from './parse.ts';
import { preludeStatements } from './prelude/prelude.ts';
import { resolveQuery } from './resolve.ts';
import { mapRuntimeError } from './runtimeErrors.ts';
import { JAVASCRIPT_FUNCTIONS, type ScalarValue } from './scalarFunctions.ts';
import { type DataType, simpleString } from './types/dataType.ts';
import { toDuckDbType } from './types/duckdbType.ts';

const CASES = path.join(process.env['LAKEBOOK_CASES'] ?? path.resolve(import.meta.dirname, '../../../shared/cases'), 'sql');

/** Cases that need not pass yet. Every other one must: an id may only leave this list. */
const OPEN: ReadonlySet<string> = new Set();

interface Answer {
  readonly types?: readonly string[];
  readonly names?: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly error?: string;
}
interface Case extends Answer {
  readonly id: string;
  readonly group: string;
  readonly sql: string;
  readonly ordered?: boolean;
  readonly ansiOff?: Answer;
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
        const expected: Answer = !ansi && each.ansiOff !== undefined ? each.ansiOff : each;
        const difference = await differenceOf(each, expected, ansi);
        if (difference !== undefined) wrong.push(`${each.id}: ${each.sql}: ${difference}`);
      }
      expect(wrong).toEqual([]);
    });
  });

  async function differenceOf({ sql, ordered }: Case, expected: Answer, ansi: boolean): Promise<string | undefined> {
    const settings: SessionSettings = { ansi, timeZone: 'UTC', nowMicros: 1_700_000_000_000_000n, currentCatalog: 'spark_catalog', currentSchema: 'default', user: 'tester' };
    try {
      const statement = parseStatement(sql);
      if (statement.kind !== 'query') return `is parsed as ${statement.kind}`;
      const query = resolveQuery(sql, statement, catalog, settings);
      const emitted = emitQuery(query, () => 't');
      const result = await connection.runAndReadAll(emitted.sql);
      if (expected.error !== undefined) return `answers, where Spark says ${expected.error}`;
      const types = query.columns.map((column) => column.type);
      const unmapped = result.columnTypes().map((type, index) => [plainType(String(type)), plainType(toDuckDbType(types[index]!))]).find(([got, wanted]) => got !== wanted);
      if (unmapped !== undefined) return `DuckDB's type is ${unmapped[0]}, not ${unmapped[1]}`;
      const names = types.map(simpleString);
      if (String(names) !== String(expected.types)) return `types ${String(names)}, not ${String(expected.types)}`;
      const rows = result.getRows().map((row) => row.map((value, index) => decode(types[index]!, value)));
      return sameRows(types, expected.rows ?? [], rows, ordered ?? false) ? undefined : `rows ${JSON.stringify(rows)}, not ${JSON.stringify(expected.rows)}`;
    } catch (error) {
      const mapped = mapRuntimeError(error, sql);
      return mapped.code === expected.error ? undefined : `[${mapped.code}] ${mapped.message}`;
    }
  }
});

function registerFunctions(connection: DuckDBConnection): void {
  const types = { VARCHAR, BLOB, INTEGER, BIGINT, DOUBLE, BOOLEAN };
  for (const { name, parameters, returns, evaluate } of JAVASCRIPT_FUNCTIONS) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: parameters.map((parameter) => types[parameter]),
        returnType: types[returns],
        mainFunction: (_info, chunk, output) => {
          for (let row = 0; row < chunk.rowCount; row++) {
            const values = parameters.map((_, index) => plainValue(chunk.getColumnVector(index).getItem(row)));
            const known = values.filter((value) => value !== null);
            const result = known.length < values.length ? null : evaluate(...known);
            output.setItem(row, result instanceof Uint8Array ? new DuckDBBlobValue(result) : result);
          }
          output.flush();
        },
      }),
    );
  }
}

function plainValue(value: unknown): ScalarValue {
  return value instanceof DuckDBBlobValue ? value.bytes : (value as ScalarValue);
}

function catalogOf(setup: string): Catalog {
  const type = parseSchemaText(/CREATE TABLE t \((.*?)\);/.exec(setup)![1]!);
  const columns = type.kind === 'struct' ? type.fields : [];
  return {
    resolveTable: ({ source }) => (source.kind === 'name' && source.parts.length === 1 && source.parts[0]!.toLowerCase() === 't' ? { name: ['spark_catalog', 'default', 't'], columns } : undefined),
    nearTables: () => [],
  };
}

/** JSON is text to a reader; a variant is mapped onto it. */
function plainType(type: string): string {
  return type.replaceAll('"', '').replaceAll('TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE').replaceAll('JSON', 'VARCHAR');
}

/** A value of DuckDB's as the cases write it. */
function decode(type: DataType, value: DuckDBValue): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case 'void':
      return null;
    case 'float':
    case 'double':
      return Number.isFinite(value) ? value : String(value);
    case 'string':
    case 'boolean':
      return value;
    case 'tinyint':
    case 'smallint':
    case 'int':
      return Number(value);
    case 'binary':
      return value instanceof DuckDBBlobValue ? Buffer.from(value.bytes).toString('hex') : undefined;
    case 'timestamp':
      return value instanceof DuckDBTimestampTZValue ? `${isoText(value.micros)}Z` : undefined;
    case 'timestamp_ntz':
      return value instanceof DuckDBTimestampValue ? isoText(value.micros) : undefined;
    case 'interval':
      if (!(value instanceof DuckDBIntervalValue)) return undefined;
      return type.from === 'YEAR' || type.from === 'MONTH' ? String(value.months) : String(BigInt(value.days) * 86_400_000_000n + value.micros);
    case 'array':
      return value instanceof DuckDBListValue ? value.items.map((item) => decode(type.element, item)) : undefined;
    case 'map':
      return value instanceof DuckDBMapValue ? value.entries.map(({ key, value: item }) => [decode(type.key, key), decode(type.value, item)]) : undefined;
    case 'struct': {
      const items = value instanceof DuckDBStructValue ? Object.values(value.entries) : [];
      return type.fields.map((field, index) => decode(field.type, items[index]!));
    }
    default:
      return String(value);
  }
}

function isoText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return `${new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}`;
}

function sameRows(types: readonly DataType[], expected: readonly (readonly unknown[])[], got: readonly (readonly unknown[])[], ordered: boolean): boolean {
  if (expected.length !== got.length) return false;
  const same = (left: readonly unknown[], right: readonly unknown[]): boolean => left.length === right.length && left.every((value, index) => sameValue(types[index]!, value, right[index]));
  if (ordered) return expected.every((row, index) => same(row, got[index]!));
  const rest = [...got];
  return expected.every((row) => {
    const place = rest.findIndex((candidate) => same(row, candidate));
    if (place >= 0) rest.splice(place, 1);
    return place >= 0;
  });
}

/** Doubles to 1e-12, floats to 1e-6, maps as sets, everything else exactly. */
function sameValue(type: DataType, left: unknown, right: unknown): boolean {
  if (left === null || right === null) return left === right;
  if ((type.kind === 'double' || type.kind === 'float') && typeof left === 'number' && typeof right === 'number') {
    return Math.abs(left - right) <= (type.kind === 'float' ? 1e-6 : 1e-12) * Math.max(Math.abs(left), Math.abs(right));
  }
  if (!Array.isArray(left) || !Array.isArray(right)) return JSON.stringify(left) === JSON.stringify(right);
  if (left.length !== right.length) return false;
  if (type.kind === 'array') return left.every((value, index) => sameValue(type.element, value, right[index]));
  if (type.kind === 'struct') return left.every((value, index) => sameValue(type.fields[index]!.type, value, right[index]));
  const rest: unknown[] = [...right];
  return left.every((entry: unknown[]) => {
    const place = rest.findIndex((candidate) => type.kind === 'map' && Array.isArray(candidate) && sameValue(type.key, entry[0], candidate[0]) && sameValue(type.value, entry[1], candidate[1]));
    if (place >= 0) rest.splice(place, 1);
    return place >= 0;
  });
}
