import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeReference } from '../../build/testing/reference.ts';
import { LakebookError } from '../base/errors.ts';
import { parseSchemaText, parseScript, parseStatement } from './parse.ts';
import { refusalOf } from './refusals.ts';
import { CLAUSE_WORDS } from './tokens.ts';
import { simpleString } from './types/dataType.ts';

const CASES = process.env['LAKEBOOK_CASES'] ?? path.resolve(import.meta.dirname, '../../../shared/cases');

function refusal(text: string): LakebookError {
  try {
    parseStatement(text);
  } catch (error) {
    if (error instanceof LakebookError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

/** A tree without the places of its nodes. */
function shape(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(shape);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== 'start' && name !== 'end').map(([name, value]) => [name, shape(value)]));
}

describe('statements', () => {
  it.each([
    ['SELECT 1', 'query'],
    ['FROM t SELECT a', 'query'],
    ['FROM t |> WHERE a > 1 |> SELECT a', 'query'],
    ['VALUES (1), (2)', 'query'],
    ['TABLE t', 'query'],
    ['EXPLAIN FORMATTED SELECT 1', 'explain'],
    ['DESCRIBE t', 'describeTable'],
    ['DESC TABLE EXTENDED a.b AS JSON', 'describeTable'],
    ['DESCRIBE HISTORY delta.`/p` LIMIT 3', 'describeHistory'],
    ['DESCRIBE DETAIL t', 'describeDetail'],
    ['DESCRIBE QUERY SELECT 1', 'describeQuery'],
    ["SHOW TABLES IN s LIKE 'a*'", 'showTables'],
    ['SHOW DATABASES', 'showSchemas'],
    ['SHOW COLUMNS IN t IN s', 'showColumns'],
    ['USE CATALOG main', 'use'],
    ['SET spark.sql.ansi.enabled = false', 'setConf'],
    ["SET TIME ZONE 'Europe/Berlin'", 'setTimeZone'],
    ['RESET', 'resetConf'],
    ['REFRESH TABLE t', 'accepted'],
    ['INSERT INTO t SELECT 1', 'insert'],
    ['MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE', 'merge'],
    ['CREATE OR REPLACE TABLE t (a INT)', 'createTable'],
    ['BEGIN DECLARE i INT; SELECT i; END', 'script'],
  ])('%s', (text, kind) => {
    expect(parseStatement(text).kind).toBe(kind);
  });

  it('names what it refuses', () => {
    expect(refusalOf(parseStatement('CREATE CATALOG c'))).toMatchObject({ feature: 'CREATE CATALOG' });
  });
});

describe('what malformed text says', () => {
  it.each([
    { text: 'SELECT a b c FROM t', column: 11, expected: 'FROM' },
    { text: 'SELECT * FROM t ORDER a', column: 22, expected: 'BY' },
    { text: 'SELECT * FROM t WHERE a >', column: 25, expected: 'expression' },
    { text: 'SELECT x IS NULL = y', column: 17, expected: undefined },
    { text: 'VACUUM t RETAIN 5 DAYZ', column: 18, expected: 'HOURS' },
  ])('$text', ({ text, column, expected }) => {
    const error = refusal(text);
    expect({ code: error.code, column: error.span?.column, line: error.span?.line }).toEqual({ code: 'PARSE_SYNTAX_ERROR', column, line: 1 });
    if (expected !== undefined) expect(error.suggestions).toContain(expected);
  });

  it.each([
    { text: 'UPDTE items SET a = 1', first: 'UPDATE' },
    { text: 'SELEC 1', first: 'SELECT' },
    { text: 'DELTE FROM t', first: 'DELETE' },
    { text: 'CRAETE TABLE t (a INT)', first: 'CREATE' },
    { text: 'OPTIMISE t', first: 'OPTIMIZE' },
    { text: 'xyz', first: 'SELECT' },
  ])('$text: the statement that may be meant is named first', ({ text, first }) => {
    expect(refusal(text).suggestions).toEqual(expect.arrayContaining(['SELECT', 'CREATE']));
    expect(refusal(text).suggestions[0]).toBe(first);
  });

  it('refuses text that nests without end, and does not crash', () => {
    expect(refusal(`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`).code).toBe('PARSE_SYNTAX_ERROR');
  });

  it('gives up soon where each level of a broken text may be read in two ways', () => {
    expect(refusal(`SELECT ${'((SELECT '.repeat(60)}1 FROM${'))'.repeat(60)}`).code).toBe('PARSE_SYNTAX_ERROR');
  });

  it('reads a chain of a thousand conditions', () => {
    expect(parseStatement(`SELECT ${Array.from({ length: 1000 }, () => 'a').join(' AND ')}`).kind).toBe('query');
  });
});

/** A word that says how a query goes on may be a name as well; what it means there is its first reading. */
describe('a word of the grammar', () => {
  const forms = ['SELECT t.@ AS @, a + @, f(@), (@, 1), @::INT FROM s.@ AS t', 'SELECT a FROM t WHERE @ IN (1) AND a = @ ORDER BY @, @ DESC', 'WITH @ AS (SELECT 1 AS @) SELECT a FROM u JOIN v USING (@)', 'SELECT @(1), f(@ => 1), transform(a, @ -> @ + 1)', 'CREATE TABLE t (a INT, @ STRING)', 'INSERT INTO t (a, @) VALUES (1, 2)'];
  it.each([...CLAUSE_WORDS].filter((word) => word !== 'FROM'))('%s is a name where it can be nothing else', (word) => {
    const refused = forms.map((form) => form.replaceAll('@', word)).filter((text) => {
      try {
        return parseStatement(text) === undefined;
      } catch {
        return true;
      }
    });
    expect(refused).toEqual([]);
  });

  it.each([
    { text: 'SELECT a, FROM t', place: 10, name: 'a comma before FROM' },
    { text: 'SELECT FROM t', place: 7, name: 'a list without an item' },
    { text: 'SELECT * FROM (SELECT FROM)', place: 22, name: 'a query without a list' },
    { text: 'SELECT * FROM', place: 13, name: 'FROM at the end' },
    { text: 'SELECT * FROM t WHERE', place: 21, name: 'WHERE at the end' },
    { text: 'SELECT a FROM t WHERE GROUP BY a', place: 22, name: 'WHERE before GROUP BY' },
    { text: 'SELECT a FROM JOIN u ON true', place: 14, name: 'FROM before JOIN' },
    { text: 'SELECT a FROM t AS join', place: 19, name: 'an alias that Spark refuses' },
  ])('is none in $name', ({ text, place }) => {
    expect(refusal(text).span?.start).toBe(place);
  });
});

describe('scripts', () => {
  it('are split by the grammar, and go on behind an error', () => {
    const script = parseScript("SELECT ';' AS a; SELEC 2; -- end\nBEGIN SELECT 1; END; SELECT 3;;");
    expect(script.parts.map((part) => [part.kind, part.text])).toEqual([
      ['statement', "SELECT ';' AS a"],
      ['error', 'SELEC 2'],
      ['statement', 'BEGIN SELECT 1; END'],
      ['statement', 'SELECT 3'],
    ]);
    expect(script.errors[0]?.span).toMatchObject({ line: 1, column: 17 });
  });
});

describe('types', () => {
  it.each([
    ['a INT, b ARRAY<MAP<STRING, DECIMAL(10,2)>>', 'struct<a:int,b:array<map<string,decimal(10,2)>>>'],
    ['STRUCT<x: TIMESTAMP_NTZ, y: INTERVAL DAY TO SECOND>', 'struct<x:timestamp_ntz,y:interval day to second>'],
    ['ARRAY<INT>', 'array<int>'],
  ])('%s', (text, type) => {
    expect(simpleString(parseSchemaText(text))).toBe(type);
  });
});

describeReference(CASES, 'cases that Spark has parsed', () => {
  const cases = <Case>(file: string): Case[] => (JSON.parse(readFileSync(path.join(CASES, 'sql', file), 'utf8')) as { cases: Case[] }).cases;

  it.each(cases<{ id: string; sql: string; accepted: string }>('parse.json').filter((each) => each.accepted !== 'no'))('accepts $id', ({ sql }) => {
    expect(parseStatement(sql).kind).toBeDefined();
  });

  it.each(cases<{ id: string; sql: string; accepted: string }>('parse.json').filter((each) => each.accepted === 'no'))('refuses $id with a place', ({ sql }) => {
    expect(refusal(sql)).toMatchObject({ code: 'PARSE_SYNTAX_ERROR', span: { line: 1 } });
  });

  it('gives an expression and its parenthesised form one tree', () => {
    const wrong = cases<{ id: string; sql: string; parenthesised?: string }>('precedence.json').filter(({ sql, parenthesised }) => {
      if (parenthesised === undefined) return !refusal(sql);
      return JSON.stringify(shape(parseStatement(sql))) !== JSON.stringify(shape(parseStatement(parenthesised)));
    });
    expect(wrong.map((each) => each.id)).toEqual([]);
  });

  it('reads every TPC query', () => {
    for (const { sql } of cases<{ sql: string }>('tpc.json')) expect(parseStatement(sql).kind).toBe('query');
  });
});
