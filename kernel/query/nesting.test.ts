import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportError } from '../base/errors.ts';
import { TestWorkspace } from './testWorkspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
afterAll(() => workspace.dispose());

function repeat(count: number, part: (index: number) => string, separator: string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(separator);
}

/** Milliseconds that no statement here may take: a hang is told from a slow machine. */
const PATIENCE_MS = 20_000;

describe('a statement of great length or depth', () => {
  it.each([
    { name: 'AND', text: `SELECT count(*) FROM VALUES (1) AS t(a) WHERE ${repeat(3000, (index) => `a <> ${index + 5}`, ' AND ')}`, value: 1n },
    { name: 'OR', text: `SELECT count(*) FROM VALUES (1) AS t(a) WHERE ${repeat(3000, (index) => `a = ${index}`, ' OR ')}`, value: 1n },
    { name: '||', text: `SELECT length(${repeat(3000, () => 'a', ' || ')}) FROM VALUES ('x') AS t(a)`, value: 3000 },
    { name: '+', text: `SELECT ${repeat(100, () => 'a', ' + ')} FROM VALUES (1) AS t(a)`, value: 100 },
    { name: 'UNION ALL', text: `SELECT count(*) FROM (${repeat(500, (index) => `SELECT ${index} AS a`, ' UNION ALL ')})`, value: 500n },
    { name: 'UNION', text: `SELECT count(*) FROM (${repeat(500, (index) => `SELECT ${index % 7} AS a`, ' UNION ')})`, value: 7n },
    { name: 'numbers in a list', text: `SELECT count(*) FROM VALUES (1) AS t(a) WHERE a IN (${repeat(50_000, String, ', ')})`, value: 1n },
    { name: 'texts in a list', text: `SELECT count(*) FROM VALUES ('1') AS t(a) WHERE a IN (${repeat(50_000, (index) => `'${index}'`, ', ')})`, value: 1n },
    { name: 'a text of a megabyte', text: `SELECT length('${'x'.repeat(1_000_000)}')`, value: 1_000_000 },
    { name: 'statements in a cell', text: repeat(2000, () => 'SELECT 1', ';'), value: 1 },
  ])('answers: $name', async ({ text, value }) => {
    expect((await workspace.run(text)).rows).toEqual([[value]]);
  }, PATIENCE_MS);

  it.each([
    { name: '+', text: `SELECT ${repeat(10_000, () => '1', '+')}`, code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { name: '+ of a thousand', text: `SELECT ${repeat(1000, () => '1', '+')}`, code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { name: 'casts', text: `SELECT 1${'::INT'.repeat(10_000)}`, code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { name: 'elements', text: `SELECT a${'[0]'.repeat(10_000)} FROM VALUES (array(1)) AS t(a)`, code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { name: 'UNION ALL', text: repeat(10_000, (index) => `SELECT ${index}`, ' UNION ALL '), code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE' },
    { name: 'parentheses', text: `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, code: 'PARSE_SYNTAX_ERROR' },
    { name: 'NOT', text: `SELECT ${'NOT '.repeat(10_000)}true`, code: 'PARSE_SYNTAX_ERROR' },
    { name: 'subqueries', text: `SELECT * FROM ${'(SELECT * FROM '.repeat(10_000)}VALUES (1)${')'.repeat(10_000)}`, code: 'PARSE_SYNTAX_ERROR' },
    { name: 'subqueries with a mistake in the last', text: `SELECT * FROM ${'(SELECT * FROM '.repeat(100)}(SELECT 1 +)${')'.repeat(100)}`, code: 'PARSE_SYNTAX_ERROR' },
    { name: 'open parentheses', text: '('.repeat(100_000), code: 'PARSE_SYNTAX_ERROR' },
    { name: 'words', text: 'SELECT '.repeat(50_000), code: 'PARSE_SYNTAX_ERROR' },
  ])('is refused: $name', async ({ text, code }) => {
    const error = await workspace.run(text).then(() => undefined, (thrown: unknown) => thrown);
    expect(reportError(error).code).toBe(code);
  }, PATIENCE_MS);
});
