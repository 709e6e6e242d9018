import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CorpusCase, corpusFiles, readCorpus } from '../../build/testing/sql/corpus.ts';
import { decodeValue, plainType, sameRows, type SparkAnswer } from '../../build/testing/sql/sparkAnswers.ts';
import { reportError } from '../base/errors.ts';
import { runWithFallback } from '../query/fallbackRun.ts';
import type { PreparedStatement } from '../query/queryEngine.ts';
import { TestWorkspace } from '../query/testWorkspace.ts';
import { parseSchemaText } from './parse.ts';
import { shownDuckDbType } from './types/duckdbType.ts';


const PORTION = 200;
const PORTIONS = corpusFiles().flatMap((path) => {
  const [file, cases] = [basename(path), readCorpus(path)];
  return Array.from({ length: Math.ceil(cases.length / PORTION) }, (_, index) => ({ file, from: index * PORTION + 1, cases: cases.slice(index * PORTION, (index + 1) * PORTION) }));
});

describe('what Spark answers to the corpus', () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
  });
  afterAll(() => workspace.dispose());

  describe.each([{ mode: 'ANSI on', ansi: true }, { mode: 'ANSI off', ansi: false }])('$mode', ({ ansi }) => {
    it.each(PORTIONS)('$file from line $from', async ({ cases }) => {
      const wrong: string[] = [];
      for (const each of cases) {
        const difference = await differenceOf(each, ansi);
        if (difference !== undefined) wrong.push(`${each.sql}: ${difference}`);
      }
      expect(wrong).toEqual([]);
    }, 120_000);
  });

  async function differenceOf(each: CorpusCase, ansi: boolean): Promise<string | undefined> {
    workspace.session = workspace.engine.createSession();
    workspace.session.set('spark.sql.ansi.enabled', String(ansi));
    workspace.session.setTimeZone(each.zone ?? 'UTC');
    const expected: SparkAnswer = !ansi && each.ansiOff !== undefined ? each.ansiOff : each;
    try {
      const difference = await answerDifference(each, expected);
      return each.refused === true ? 'answers, and is marked as refused' : difference;
    } catch (error) {
      const { code, message } = reportError(error);
      if (each.refused === true) return code.startsWith('UNSUPPORTED_FEATURE') ? undefined : `[${code}] ${message}, where a refusal is expected`;
      return code === expected.error ? undefined : `[${code}] ${message}, where Spark says ${expected.error ?? JSON.stringify(expected.rows)}`;
    }
  }

  async function answerDifference(each: CorpusCase, expected: SparkAnswer): Promise<string | undefined> {
    const [statement] = workspace.engine.split(each.sql, 'spark');
    const prepared = await workspace.engine.prepare(statement!, workspace.session, new AbortController().signal);
    try {
      const names = prepared.columns.map(({ type }) => type);
      const types = names.map(parseSchemaText);
      const result = await run(prepared);
      if (expected.error !== undefined) return `answers ${JSON.stringify(result.rows.map(String))}, where Spark says ${expected.error}`;
      if (String(names) !== String(expected.types)) return `types ${String(names)}, not ${String(expected.types)}`;
      const shown = prepared.columns.map(({ name }) => name);
      if (expected.names !== undefined && String(shown) !== String(expected.names)) return `columns ${String(shown)}, not ${String(expected.names)}`;
      const unmapped = result.types.map((type, index) => [plainType(type), plainType(shownDuckDbType(types[index]!))]).find(([got, wanted]) => got !== wanted);
      if (unmapped !== undefined) return `DuckDB's type is ${unmapped[0]}, not ${unmapped[1]}`;
      const rows = result.rows.map((row) => row.map((value, index) => decodeValue(types[index]!, value)));
      return sameRows(types, expected.rows ?? [], rows, each.ordered ?? / ORDER BY [^()]*$/i.test(each.sql)) ? undefined : `rows ${JSON.stringify(rows)}, not ${JSON.stringify(expected.rows)}`;
    } finally {
      await prepared.dispose();
    }
  }

  async function run(prepared: PreparedStatement): Promise<{ readonly types: readonly string[]; readonly rows: readonly (readonly Parameters<typeof decodeValue>[1][])[] }> {
    const lease = await workspace.database.acquire();
    const read = async (sql: string): ReturnType<typeof run> => {
      const result = await lease.connection.runAndReadAll(sql);
      return { types: result.columnTypes().map(String), rows: result.getRows() };
    };
    try {
      return await runWithFallback(prepared, read);
    } catch (error) {
      throw prepared.mapError(error);
    } finally {
      lease.release();
    }
  }
});
