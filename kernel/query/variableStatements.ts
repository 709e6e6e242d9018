import { LakebookError } from '../base/errors.ts';
import { holdsQuery } from '../sql/changes/treeParts.ts';
import { spanOf } from '../sql/span.ts';
import type { Expression, Located } from '../sql/tree/expressions.ts';
import type { VariableAssignment, VariableName } from '../sql/tree/script.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import type { DataType } from '../sql/types/dataType.ts';
import { VOID } from '../sql/types/dataType.ts';
import type { BoundValue } from '../sql/variables.ts';
import { pointAt } from './errorPlace.ts';
import { prepareEffect } from './preparedStatement.ts';
import type { PreparedStatement } from './queryEngine.ts';
import type { StatementScope } from './selectStatement.ts';
import { sessionPrefix, type Variable } from './sessionVariables.ts';
import { evaluateExpression, evaluateRows, type Evaluated } from './values.ts';

type VariableEffect = StatementOf<'declareVariable' | 'setVariables' | 'setVariablesFrom' | 'dropVariable'>;

/** Declares, sets or drops variables: done when this answers. */
export async function prepareVariableStatement(statement: VariableEffect, context: StatementScope): Promise<PreparedStatement> {
  const read = await runVariableStatement(statement, context);
  return { ...prepareEffect(statement.kind), tables: read.tables, files: read.files };
}

/** @throws LakebookError that points at the statement's guilty part */
async function runVariableStatement(statement: VariableEffect, context: StatementScope): Promise<Omit<Evaluated<unknown>, 'value'>> {
  const { session } = context;
  switch (statement.kind) {
    case 'declareVariable':
      return declare(statement, context);
    case 'setVariables':
      return setEach(statement.assignments, context);
    case 'setVariablesFrom': {
      const targets = findTargets(statement.targets, context);
      const rows = await evaluateRows(statement.query, context, 2);
      assignRow(targets, rows.value, statement, context);
      for (const [index, value] of (await castRow(targets, rows.value[0], statement, context)).entries()) session.variables.assign(targets[index]!.parts, value, context.localsHidden);
      return rows;
    }
    case 'dropVariable': {
      const parts = statement.name.parts.map((part) => part.text);
      const name = parts[sessionPrefix(parts.map((part) => part.toLowerCase()))] ?? '';
      if (session.variables.drop(name) || statement.ifExists) return NOTHING_READ;
      throw new LakebookError('VARIABLE_NOT_FOUND', { variableName: `\`system\`.\`session\`.\`${name}\`` }, { span: spanOf(context.text, statement.name) });
    }
  }
}

const NOTHING_READ = { tables: [], files: [] };

async function declare(statement: StatementOf<'declareVariable'>, context: StatementScope): Promise<Omit<Evaluated<unknown>, 'value'>> {
  for (const parts of statement.names) {
    const texts = parts.map((part) => part.text);
    if (sessionPrefix(texts.map((text) => text.toLowerCase())) === texts.length - 1) continue;
    throw unresolved(texts, { start: parts[0]!.start, end: parts.at(-1)!.end }, context);
  }
  const variables = await declaredVariables(statement, context);
  for (const variable of variables) placed(() => context.session.variables.declare(variable, statement.replace), statement, context);
  return NOTHING_READ;
}

/** The variables that a declaration makes, with their first values. */
export async function declaredVariables({ names, type, initial, ...located }: StatementOf<'declareVariable'>, context: StatementScope): Promise<readonly Variable[]> {
  if (initial !== undefined && holdsQuery(initial)) {
    const name = names[0]!.map((part) => `\`${part.text}\``).join('.');
    throw new LakebookError('INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION', { statement: 'DECLARE VARIABLE', name, value: context.text.slice(initial.start, initial.end) }, { span: spanOf(context.text, initial) });
  }
  const value = await firstValue(type, initial, located, context);
  return names.map((parts) => ({ name: parts.at(-1)!.text, type: value.type, value, initial }));
}

async function firstValue(type: DataType | undefined, initial: Expression | undefined, located: Located, context: StatementScope): Promise<BoundValue> {
  if (initial === undefined) return { kind: 'plain', type: type ?? VOID, value: null };
  return (await evaluateExpression(type === undefined ? initial : castTo(initial, type, located), context)).value;
}

/** One after the other: a value may use what was set before it. */
async function setEach(assignments: readonly VariableAssignment[], context: StatementScope): Promise<Omit<Evaluated<unknown>, 'value'>> {
  const targets = findTargets(assignments.map(({ target }) => target), context);
  const reads: Evaluated<BoundValue>[] = [];
  for (const [index, { value }] of assignments.entries()) {
    const { variable } = targets[index]!;
    const source: Expression = value.kind === 'default' ? (variable.initial ?? { kind: 'null', start: value.start, end: value.end }) : value;
    reads.push(await evaluateExpression(castTo(source, variable.type, value), context).catch((error: unknown) => {
      throw pointAt(error, spanOf(context.text, value));
    }));
  }
  for (const [index, { parts }] of targets.entries()) context.session.variables.assign(parts, reads[index]!.value, context.localsHidden);
  return { tables: reads.flatMap((read) => read.tables), files: [...new Set(reads.flatMap((read) => read.files))] };
}

export interface Target {
  readonly parts: readonly string[];
  readonly variable: Variable;
}

/** @throws LakebookError UNRESOLVED_VARIABLE, DUPLICATE_ASSIGNMENTS */
export function findTargets(names: readonly VariableName[], context: StatementScope): readonly Target[] {
  const seen = new Set<string>();
  return names.map((name) => {
    const parts = name.parts.map((part) => part.text);
    const variable = context.session.variables.get(parts, context.localsHidden);
    if (variable === undefined) throw unresolved(parts, name, context);
    const key = parts.join('.').toLowerCase();
    if (seen.has(key)) throw new LakebookError('DUPLICATE_ASSIGNMENTS', { nameList: `\`${variable.name}\`` }, { span: spanOf(context.text, name) });
    seen.add(key);
    return { parts, variable };
  });
}

/** @throws LakebookError ROW_SUBQUERY_TOO_MANY_ROWS, ASSIGNMENT_ARITY_MISMATCH */
export function assignRow(targets: readonly Target[], rows: readonly (readonly BoundValue[])[], node: Located, context: StatementScope): void {
  const span = spanOf(context.text, node);
  const [row] = rows;
  if (row !== undefined && row.length !== targets.length) throw new LakebookError('ASSIGNMENT_ARITY_MISMATCH', { columns: targets.length, values: row.length }, { span });
  if (rows.length > 1) throw new LakebookError('ROW_SUBQUERY_TOO_MANY_ROWS', {}, { span });
}

/** The row's values in the targets' types; no row gives NULLs. */
export async function castRow(targets: readonly Target[], row: readonly BoundValue[] | undefined, node: Located, context: StatementScope): Promise<readonly BoundValue[]> {
  const values: BoundValue[] = [];
  const { start, end } = node;
  for (const [index, { variable }] of targets.entries()) {
    const source: Expression = row === undefined ? { kind: 'null', start, end } : { kind: 'constant', value: row[index]!, start, end };
    values.push((await evaluateExpression(castTo(source, variable.type, node), context)).value);
  }
  return values;
}

function castTo(operand: Expression, type: DataType, { start, end }: Located): Expression {
  return { kind: 'cast', operand, type, mode: 'cast', start, end };
}

function unresolved(parts: readonly string[], node: Located, context: StatementScope): LakebookError {
  return new LakebookError('UNRESOLVED_VARIABLE', { variableName: parts.map((part) => `\`${part}\``).join('.'), searchPath: '`system`.`session`' }, { span: spanOf(context.text, node) });
}

export function placed<Result>(action: () => Result, node: Located, context: StatementScope): Result {
  try {
    return action();
  } catch (error) {
    throw pointAt(error, spanOf(context.text, node));
  }
}
