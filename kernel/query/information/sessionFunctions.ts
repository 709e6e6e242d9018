import { LakebookError } from '../../base/errors.ts';
import { documentFunction } from '../../sql/functions/documentation.ts';
import { findFunction, functionNames } from '../../sql/functions/registry.ts';
import { SPARK_FUNCTIONS } from '../../sql/functions/sparkFunctions.ts';
import { spanOf } from '../../sql/span.ts';
import type { TemporaryRoutine } from '../../sql/temporaries.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { sqlName, STRING } from '../../sql/types/dataType.ts';
import type { QuerySession } from '../querySession.ts';
import type { InformationRows } from './rows.ts';
import { matchesPattern } from './showTables.ts';

/** What may be called, and operators and forms of the grammar, which Spark calls functions too. Sorted. */
export const BUILT_IN_FUNCTIONS: readonly string[] = [...new Set([...functionNames(), ...SPARK_FUNCTIONS])].sort();

/** `SHOW [USER|SYSTEM|ALL] FUNCTIONS [LIKE pattern]`. */
export function showFunctions({ from, pattern }: StatementOf<'showFunctions'>, { temporaries }: Pick<QuerySession, 'temporaries'>): InformationRows {
  const own = from === 'system' ? [] : temporaries.routines().map(({ name }) => name.toLowerCase());
  const builtIn = from === 'user' ? [] : BUILT_IN_FUNCTIONS;
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
  const known = last.toLowerCase();
  if (!BUILT_IN_FUNCTIONS.includes(known)) {
    const span = spanOf(text, { start: name[0]!.start, end: name.at(-1)!.end });
    const path = ['`system`.`builtin`', '`system`.`session`', `\`${session.catalog}\`.\`${session.schema}\``].join(', ');
    throw new LakebookError('UNRESOLVED_ROUTINE', { name: parts.map((part) => `\`${part}\``).join('.'), path }, { span });
  }
  return { columns, rows: describeBuiltIn(known, extended).map((line) => [line]) };
}

function describeBuiltIn(name: string, extended: boolean): readonly string[] {
  const definition = findFunction(name);
  const documentation = documentFunction(name);
  const usage = documentation === undefined ? 'an operator, or a form of the grammar.' : `${documentation.signatures.join(', ')} - ${documentation.summary}`;
  const lines = [`Function: ${name}`, `Usage: ${usage}`];
  if (!extended || definition === undefined) return lines;
  const { group, state, note, aliases } = definition;
  return [...lines, `Group: ${group}`, `State: ${state}${note === undefined ? '' : ` (${note})`}`, ...(aliases.length === 0 ? [] : [`Names: ${[definition.name, ...aliases].join(', ')}`])];
}

function describeRoutine({ name, parameters, body, comment, source }: TemporaryRoutine, extended: boolean): readonly string[] {
  const inputs = parameters.map((parameter) => `${parameter.name.text} ${sqlName(parameter.type)}${parameter.comment === undefined ? '' : ` '${parameter.comment}'`}`);
  const result = body.kind === 'scalar' ? `Returns: ${sqlName(body.type)}` : `Returns: TABLE (${body.columns.map((column) => `${column.name} ${sqlName(column.type)}`).join(', ')})`;
  const lines = [`Function: ${name}`, `Type: ${body.kind.toUpperCase()}`, `Input: ${inputs.join(', ') || '()'}`, result];
  return [...lines, ...(comment === undefined ? [] : [`Comment: ${comment}`]), ...(extended ? [`Definition: ${source}`] : [])];
}
