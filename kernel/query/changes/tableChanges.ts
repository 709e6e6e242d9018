import { LakebookError } from '../../base/errors.ts';
import type { Statement, StatementOf } from '../../sql/tree/statements.ts';
import type { PreparedStatement } from '../queryEngine.ts';
import type { StatementContext } from '../selectStatement.ts';
import { planAlterTable } from './alterStatement.ts';
import { planClone } from './cloneStatement.ts';
import { planComment } from './commentStatement.ts';
import { planCreateTableLike } from './createTableLike.ts';
import { planCreateTable } from './createTableStatement.ts';
import { prepareInsertEach } from './insertEach.ts';
import { planInsert } from './insertStatement.ts';
import { isOfName } from './objectStatements.ts';
import { prepareChange, type ChangePlan, type CountedRows } from './prepareChange.ts';
import { planRestore, planTruncate } from './versionStatements.ts';
import { planMerge, planRowChange } from './rowStatements.ts';

/** Statements that change tables. */
export type TableChange = StatementOf<'insert' | 'insertEach' | 'update' | 'delete' | 'merge' | 'createTable' | 'createTableLike' | 'cloneTable' | 'alterTable' | 'restore' | 'truncateTable' | 'comment'>;

/** What each answers with. */
const COUNTED: Readonly<Record<TableChange['kind'], CountedRows>> = { insert: 'inserted', insertEach: 'inserted', update: 'affected', delete: 'affected', merge: 'merged', createTable: 'none', createTableLike: 'none', cloneTable: 'cloned', alterTable: 'none', restore: 'restored', truncateTable: 'none', comment: 'none' };

/** A table that gets another name, or whose name gets another table, stays as it is. */
export function isChange(statement: Statement): statement is TableChange {
  return statement.kind in COUNTED && !(statement.kind === 'alterTable' && isOfName(statement));
}

/** @param fresh a context in which the statement is run again */
export function prepareTableChange(statement: TableChange, context: StatementContext, fresh: () => StatementContext): Promise<PreparedStatement> {
  if (statement.kind === 'insertEach') return prepareInsertEach(statement, context, fresh);
  const counted = statement.kind === 'createTable' && statement.query !== undefined ? 'inserted' : COUNTED[statement.kind];
  return prepareChange(statement.kind, counted, (attempt) => planTableChange(statement, attempt), context, fresh);
}

export async function planTableChange(statement: TableChange, context: StatementContext): Promise<ChangePlan> {
  switch (statement.kind) {
    case 'insert':
      return planInsert(statement, context);
    case 'update':
    case 'delete':
      return planRowChange(statement, context);
    case 'merge':
      return planMerge(statement, context);
    case 'createTable':
      return planCreateTable(statement, context);
    case 'alterTable':
      return planAlterTable(statement, context);
    case 'cloneTable':
      return planClone(statement, context);
    case 'createTableLike':
      return planCreateTableLike(statement, context);
    case 'restore':
      return planRestore(statement, context);
    case 'truncateTable':
      return planTruncate(statement, context);
    case 'comment':
      return planComment(statement, context);
    case 'insertEach':
      throw new LakebookError('INTERNAL_ERROR', { detail: 'each insert has a plan of its own' });
    default:
      throw new LakebookError('INTERNAL_ERROR', { detail: 'the statement changes no table' });
  }
}
