import { LakebookError } from '../base/errors.ts';
import type { TableVersion } from '../sql/catalog.ts';
import { describeColumns } from './information/rows.ts';
import { buildFilesSql, FILE_COLUMNS, listColumns, listDetail } from './information/tableFacts.ts';
import { PinnedTables, type PinningDependencies } from './pinnedTables.ts';
import { prepareEffect, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement, TableQuestion } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { parseStatement } from '../sql/parse.ts';

type StatementQuestion = Extract<TableQuestion, { readonly kind: 'rows' | 'changes' | 'history' }>;
type LogQuestion = Extract<TableQuestion, { readonly kind: 'schema' | 'files' | 'detail' }>;

export function isStatementQuestion(question: TableQuestion): question is StatementQuestion {
  return question.kind === 'rows' || question.kind === 'changes' || question.kind === 'history';
}

/**
 * The statement that answers a question about rows.
 * @throws LakebookError PARSE_SYNTAX_ERROR if `where` is no expression
 */
export function buildTableStatement(question: StatementQuestion): string {
  // The slash keeps a folder named `x@v3` from being version 3 of `x`.
  const table = `delta.${quotePath(question.path.replace(/\/*$/, '/'))}`;
  switch (question.kind) {
    case 'history':
      return `DESCRIBE HISTORY ${table}`;
    case 'changes': {
      const bounds = [question.from, ...(question.to === undefined ? [] : [question.to])].map((bound) => (/^\d+$/.test(bound) ? bound : quoteText(bound)));
      return `SELECT * FROM table_changes_by_path(${[quoteText(question.path), ...bounds].join(', ')})`;
    }
    case 'rows': {
      const columns = question.columns?.map((name) => (name === '*' ? '*' : quotePath(name))) ?? ['*'];
      return `SELECT ${columns.join(', ')} FROM ${table}${timeTravel(question)}${question.where === undefined ? '' : ` WHERE ${checkCondition(question.where)}`}`;
    }
  }
}

/** Answers what the log alone tells. */
export async function prepareLogQuestion(question: LogQuestion, dependencies: PinningDependencies, session: QuerySession, signal: AbortSignal): Promise<PreparedStatement> {
  const pinned = new PinnedTables(dependencies, '', session, signal);
  try {
    const located = await pinned.locate({ kind: 'path', format: 'delta', path: question.path });
    if (located === undefined) throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: question.path });
    const { snapshot } = await pinned.pinTable(located, versionOf(question));
    const rest = { dispose: () => pinned.dispose() };
    switch (question.kind) {
      case 'schema':
        return prepareRows(question.kind, listColumns(snapshot), rest);
      case 'detail':
        return prepareRows(question.kind, listDetail(snapshot, await snapshot.detail(signal)), rest);
      case 'files': {
        const { relationSql } = await snapshot.fileListing(signal);
        return { ...prepareEffect(question.kind), ...rest, sql: buildFilesSql(relationSql), columns: describeColumns(FILE_COLUMNS) };
      }
    }
  } catch (error) {
    await pinned.dispose();
    throw error;
  }
}

function versionOf({ version, timestamp }: TableQuestion): TableVersion {
  if (version !== undefined) return { kind: 'version', version };
  return timestamp === undefined ? { kind: 'latest' } : { kind: 'timestamp', text: timestamp };
}

function timeTravel({ version, timestamp }: TableQuestion): string {
  if (version !== undefined) return ` VERSION AS OF ${version}`;
  return timestamp === undefined ? '' : ` TIMESTAMP AS OF ${quoteText(timestamp)}`;
}

/** The condition in parentheses, and nothing but a condition: `a = 1) OR (b = 2` and `a = 1 ORDER BY b` are none. */
function checkCondition(condition: string): string {
  parseStatement(`SELECT (\n${condition}\n)`);
  parseStatement(`SELECT 1 WHERE ${condition}\n`);
  return `(${condition}\n)`;
}

function quotePath(path: string): string {
  return `\`${path.replaceAll('`', '``')}\``;
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
