import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeValue, sameRows, type SparkAnswer } from '../../build/testing/sql/sparkAnswers.ts';
import { reportError } from '../base/errors.ts';
import { parseSchemaText } from '../sql/parse.ts';
import type { PreparedStatement } from './queryEngine.ts';
import { TestWorkspace } from './testWorkspace.ts';

/** A line: a statement and what a real Spark answered to it, all of them in one session, in this order. */
interface RecordedCase extends SparkAnswer {
  readonly sql: string;
}

const CASES = readFileSync(path.join(import.meta.dirname, 'scriptingAnswers.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RecordedCase);
const NO_SIGNAL = new AbortController().signal;

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
afterAll(() => workspace.dispose());

it('answers to variables and scripts what Spark answers', async () => {
  const wrong: string[] = [];
  for (const each of CASES) {
    const difference = await differenceOf(each);
    if (difference !== undefined) wrong.push(`${each.sql}: ${difference}`);
  }
  expect(wrong).toEqual([]);
}, 60_000);

async function differenceOf({ sql, ...expected }: RecordedCase): Promise<string | undefined> {
  const answer = await answerTo(sql).catch((error: unknown) => reportError(error));
  if ('code' in answer) return answer.code === expected.error ? undefined : `[${answer.code}] ${answer.message}, where Spark says ${expected.error ?? JSON.stringify(expected.rows)}`;
  if (expected.error !== undefined) return `answers ${JSON.stringify(answer.rows)}, where Spark says ${expected.error}`;
  if (String(answer.types) !== String(expected.types)) return `types ${String(answer.types)}, not ${String(expected.types)}`;
  return sameRows(answer.types.map(parseSchemaText), expected.rows ?? [], answer.rows, true) ? undefined : `rows ${JSON.stringify(answer.rows)}, not ${JSON.stringify(expected.rows)}`;
}

interface Answer {
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The last rows that the steps of a statement came to. */
async function answerTo(sql: string): Promise<Answer> {
  const [statement] = workspace.engine.split(sql, 'spark');
  const steps = workspace.engine.steps(statement!, workspace.session, NO_SIGNAL);
  let answer: Answer = { types: [], rows: [] };
  let failure: unknown;
  for (let next = await steps.next(); next.done !== true || next.value !== undefined; next = await steps.next(failure)) {
    if (next.done === true) return Promise.reject(next.value);
    failure = undefined;
    if (next.value.kind !== 'run') continue;
    try {
      const prepared = await workspace.engine.prepare(next.value.statement, workspace.session, NO_SIGNAL);
      if (prepared.sql !== '') answer = await rowsOf(prepared);
      await prepared.dispose();
    } catch (error) {
      failure = error;
    }
  }
  return answer;
}

async function rowsOf(prepared: PreparedStatement): Promise<Answer> {
  const types = prepared.columns.map(({ type }) => type);
  const lease = await workspace.database.acquire();
  try {
    const result = await lease.connection.runAndReadAll(prepared.sql);
    return { types, rows: result.getRows().map((row) => row.map((value, index) => decodeValue(parseSchemaText(types[index]!), value))) };
  } catch (error) {
    throw prepared.mapError(error);
  } finally {
    lease.release();
  }
}
