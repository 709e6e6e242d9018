import { LakebookError } from '../../base/errors.ts';
import { findFunction, functionNames } from '../../sql/functions/registry.ts';
import { spanOf } from '../../sql/span.ts';
import type { TemporaryRoutine } from '../../sql/temporaries.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { sqlName, STRING } from '../../sql/types/dataType.ts';
import type { QuerySession } from '../querySession.ts';
import type { InformationRows } from './rows.ts';
import { matchesPattern } from './showTables.ts';

/** `SHOW [USER|SYSTEM|ALL] FUNCTIONS [LIKE pattern]`. */
export function showFunctions({ from, pattern }: StatementOf<'showFunctions'>, { temporaries }: Pick<QuerySession, 'temporaries'>): InformationRows {
  const own = from === 'system' ? [] : temporaries.routines().map(({ name }) => name.toLowerCase());
  const builtIn = from === 'user' ? [] : functionNames();
  const names = [...new Set([...own, ...builtIn])].filter((name) => matchesPattern(name, pattern)).sort();
  return { columns: [{ name: 'function', type: STRING }], rows: names.map((name) => [name]) };
}

/**
 * `DESCRIBE FUNCTION [EXTENDED] f`, of the session or of Spark.
 * @throws LakebookError UNRESOLVED_ROUTINE
 */
export function describeFunction({ name, extended }: StatementOf<'describeFunction'>, text: string, session: QuerySession): InformationRows {
  const parts = name.map((part) => part.text);
  const last = parts.at(-1)!;
  const columns = [{ name: 'function_desc', type: STRING }];
  const routine = parts.length === 1 ? session.temporaries.routine(last) : undefined;
  if (routine !== undefined) return { columns, rows: describeRoutine(routine, extended).map((line) => [line]) };
  const definition = findFunction(last);
  if (definition === undefined) {
    const span = spanOf(text, { start: name[0]!.start, end: name.at(-1)!.end });
    const path = ['`system`.`builtin`', '`system`.`session`', `\`${session.catalog}\`.\`${session.schema}\``].join(', ');
    throw new LakebookError('UNRESOLVED_ROUTINE', { name: parts.map((part) => `\`${part}\``).join('.'), path }, { span });
  }
  const { group, state, note, min, max, aliases } = definition;
  const count = max === undefined ? `${min} or more` : min === max ? String(min) : `${min} to ${max}`;
  const lines = [`Function: ${last.toLowerCase()}`, `Usage: ${last.toLowerCase()}(…) - of the group ${group}, with ${count} argument${count === '1' ? '' : 's'}.`];
  const more = [`State: ${state}${note === undefined ? '' : ` (${note})`}`, ...(aliases.length === 0 ? [] : [`Names: ${[definition.name, ...aliases].join(', ')}`])];
  return { columns, rows: [...lines, ...(extended ? more : [])].map((line) => [line]) };
}

function describeRoutine({ name, parameters, body, comment, source }: TemporaryRoutine, extended: boolean): readonly string[] {
  const inputs = parameters.map((parameter) => `${parameter.name.text} ${sqlName(parameter.type)}${parameter.comment === undefined ? '' : ` '${parameter.comment}'`}`);
  const result = body.kind === 'scalar' ? `Returns: ${sqlName(body.type)}` : `Returns: TABLE (${body.columns.map((column) => `${column.name} ${sqlName(column.type)}`).join(', ')})`;
  const lines = [`Function: ${name}`, `Type: ${body.kind.toUpperCase()}`, `Input: ${inputs.join(', ') || '()'}`, result];
  return [...lines, ...(comment === undefined ? [] : [`Comment: ${comment}`]), ...(extended ? [`Definition: ${source}`] : [])];
}
