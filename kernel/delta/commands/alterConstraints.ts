import { LakebookError } from '../../base/errors.ts';
import { toText } from '../engine.ts';
import type { Snapshot } from '../snapshot.ts';
import { CONSTRAINT_PROPERTY, findViolations } from '../write/constraints.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { onRows } from './changeColumns.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';
import { commitMetadata } from './commitMetadata.ts';

/**
 * `ADD CONSTRAINT … CHECK`: the rows that are there must meet it, and those that come meanwhile.
 * @throws LakebookError DELTA_CONSTRAINT_ALREADY_EXISTS, DELTA_NON_BOOLEAN_CHECK_CONSTRAINT, DELTA_NEW_CHECK_CONSTRAINT_VIOLATION
 */
export async function addConstraint(open: OpenTransaction, snapshot: Snapshot, { name, expression }: { readonly name: string; readonly expression: string }, signal?: AbortSignal): Promise<CommandResult> {
  const { table, engine, expressions, transaction } = open;
  const { metadata, schema } = snapshot;
  const former = constraintNamed(metadata.configuration, name);
  if (former !== undefined) throw new LakebookError('DELTA_CONSTRAINT_ALREADY_EXISTS', { table, constraintName: name, oldConstraint: former.expression });
  transaction.readWholeTable();
  const { count, row } = await onRows(snapshot, async (relation) => {
    const described = await engine.select(`SELECT column_type FROM (DESCRIBE SELECT ${await expressions.compile(expression, schema, 'r')} AS condition FROM (${relation}) r)`, signal);
    if (toText(described.column('column_type')[0]) !== 'BOOLEAN') throw new LakebookError('DELTA_NON_BOOLEAN_CHECK_CONSTRAINT', { name, expression });
    return findViolations(relation, { kind: 'check', name, expression }, schema, open, signal);
  }, signal);
  if (count > 0) throw new LakebookError('DELTA_NEW_CHECK_CONSTRAINT_VIOLATION', { table, numRows: count, checkConstraint: expression, row });
  const configuration = { ...metadata.configuration, [`${CONSTRAINT_PROPERTY}${name.toLowerCase()}`]: expression };
  return commitMetadata(open, { ...metadata, configuration }, { name: 'ADD CONSTRAINT', parameters: { name, expr: expression } });
}

/** `DROP CONSTRAINT`. @throws LakebookError DELTA_CONSTRAINT_DOES_NOT_EXIST */
export async function dropConstraint(open: OpenTransaction, snapshot: Snapshot, { name, ifExists }: { readonly name: string; readonly ifExists: boolean }): Promise<CommandResult> {
  const { metadata } = snapshot;
  const found = constraintNamed(metadata.configuration, name);
  if (found === undefined && ifExists) return { committed: undefined, metrics: {}, rows: NO_ROWS };
  if (found === undefined) throw new LakebookError('DELTA_CONSTRAINT_DOES_NOT_EXIST', { table: open.table, constraintName: name });
  const configuration = Object.fromEntries(Object.entries(metadata.configuration).filter(([key]) => key !== found.key));
  return commitMetadata(open, { ...metadata, configuration }, { name: 'DROP CONSTRAINT', parameters: { name, expr: found.expression } });
}

function constraintNamed(configuration: Readonly<Record<string, string>>, name: string): { readonly key: string; readonly expression: string } | undefined {
  const wanted = `${CONSTRAINT_PROPERTY}${name}`.toLowerCase();
  const found = Object.entries(configuration).find(([key]) => key.toLowerCase() === wanted);
  return found && { key: found[0], expression: found[1] };
}
