import { LakebookError, reportError } from '../base/errors.ts';
import { parseScript, parseStatement } from '../sql/parse.ts';
import type { Statement } from '../sql/tree/statements.ts';
import { meaningOf } from '../sql/tree/withoutPlaces.ts';
import type { ParseCommand } from './arguments.ts';
import { readSource } from './sqlSource.ts';
import { writeOut } from './statementOutput.ts';

/** Prints a line for each statement: its kind and tree, or where it does not parse and what could stand there. */
export async function runParse({ source }: ParseCommand): Promise<void> {
  const text = await readSource(source);
  for (const parsed of statementsOf(text)) await writeOut(`${lineOf(parsed)}\n`);
}

function lineOf(parsed: Statement | LakebookError): string {
  if (parsed instanceof LakebookError) return JSON.stringify(failureOf(parsed));
  const tree = meaningOf(parsed);
  if (tree !== undefined) return `{"ok":true,"kind":"${parsed.kind}","tree":${tree}}`;
  return JSON.stringify(failureOf(new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'The tree of the statement', reason: 'it nests too deep to be printed' })));
}

/** A JSON array of texts is one statement each; every other text is a script. */
function* statementsOf(text: string): Generator<Statement | LakebookError> {
  const texts = readTexts(text);
  if (texts === undefined) {
    for (const part of parseScript(text).parts) yield part.kind === 'error' ? part.error : part.statement;
    return;
  }
  for (const each of texts) yield parseOne(each);
}

function readTexts(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
  } catch {
    return undefined; // not JSON: a script that does not parse, as will be said
  }
}

function parseOne(text: string): Statement | LakebookError {
  try {
    return parseStatement(text);
  } catch (error) {
    if (error instanceof LakebookError) return error;
    throw error;
  }
}

function failureOf(error: LakebookError): unknown {
  const { code, sqlState, message, span, suggestions = [] } = reportError(error);
  return { ok: false, class: code, sqlstate: sqlState, message, line: span?.line ?? 1, col: span?.column ?? 0, expected: suggestions };
}
