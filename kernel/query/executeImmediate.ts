import { LakebookError } from '../base/errors.ts';
import { mixesParameters, type ParameterValues } from '../sql/binding.ts';
import { parseStatement } from '../sql/parse.ts';
import { spanOf } from '../sql/span.ts';
import type { Expression } from '../sql/tree/expressions.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import { sqlName } from '../sql/types/dataType.ts';
import type { BoundValue } from '../sql/variables.ts';
import { bindStatement } from './bindStatement.ts';
import { pointAt, withoutPlace } from './errorPlace.ts';
import type { InnerStatement, StatementText } from './queryEngine.ts';
import type { StatementScope } from './selectStatement.ts';
import { assignRow, castRow, findTargets } from './variableStatements.ts';
import { evaluateExpression, evaluateRows, type Evaluated } from './values.ts';

/**
 * The statement that EXECUTE IMMEDIATE runs, parsed and with its arguments.
 * @throws LakebookError that points at EXECUTE IMMEDIATE: places in its text are none of the user's
 */
export async function immediateStatement(tree: StatementOf<'executeImmediate'>, context: StatementScope): Promise<StatementText> {
  const bound = await bindStatement(tree, context);
  const source = await evaluateText(bound.text, context);
  const at = spanOf(context.text, bound.text);
  const parameters = await usingValues(bound, context);
  try {
    const statement = parseStatement(source);
    if (statement.kind === 'executeImmediate') throw new LakebookError('NESTED_EXECUTE_IMMEDIATE', { sqlString: source });
    if (statement.kind === 'script') throw new LakebookError('SQL_SCRIPT_IN_EXECUTE_IMMEDIATE', { sqlString: source });
    if (mixesParameters(statement)) throw new LakebookError('INVALID_QUERY_MIXED_QUERY_PARAMETERS', {});
    if (tree.into.length > 0 && statement.kind !== 'query') throw new LakebookError('INVALID_STATEMENT_FOR_EXECUTE_INTO', { sqlString: source });
    const inner: InnerStatement = { localsHidden: true, parameters, at };
    return { dialect: 'spark', text: source.slice(statement.start, statement.end), start: statement.start, end: statement.end, source, tree: statement, inner };
  } catch (error) {
    throw pointAt(withoutPlace(error), at);
  }
}

/** Runs the text's query and assigns its one row. */
export async function runInto(tree: StatementOf<'executeImmediate'>, immediate: StatementText, context: StatementScope): Promise<Omit<Evaluated<unknown>, 'value'>> {
  const targets = findTargets(tree.into, context);
  const { session } = context;
  const parameters = immediate.inner?.parameters ?? context.parameters;
  const inner: StatementScope = { ...context, text: immediate.source, parameters, localsHidden: true };
  const { tree: statement } = immediate;
  if (statement?.kind !== 'query') return { tables: [], files: [] };
  const rows = await bindStatement(statement, inner).then((query) => evaluateRows(query, inner, 2)).catch((error: unknown) => {
    throw pointAt(withoutPlace(error), spanOf(context.text, tree.text));
  });
  assignRow(targets, rows.value, tree, context);
  for (const [index, value] of (await castRow(targets, rows.value[0], tree, context)).entries()) session.variables.assign(targets[index]!.parts, value, context.localsHidden);
  return rows;
}

/** @throws LakebookError NULL_QUERY_STRING_EXECUTE_IMMEDIATE, INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE, UNRESOLVED_VARIABLE */
async function evaluateText(expression: Expression, context: StatementScope): Promise<string> {
  const span = spanOf(context.text, expression);
  const { value } = await evaluateExpression(expression, context).catch((error: unknown) => {
    if (!(error instanceof LakebookError) || !error.code.startsWith('UNRESOLVED_COLUMN') || expression.kind !== 'name') throw error;
    throw new LakebookError('UNRESOLVED_VARIABLE', { variableName: expression.parts.map((part) => `\`${part.text}\``).join('.'), searchPath: '`system`.`session`' }, { span, cause: error });
  });
  if (value.kind === 'plain' && value.value === null) throw new LakebookError('NULL_QUERY_STRING_EXECUTE_IMMEDIATE', { varName: `\`${context.text.slice(expression.start, expression.end)}\`` }, { span });
  if (value.kind !== 'plain' || typeof value.value !== 'string' || value.type.kind !== 'string') throw new LakebookError('INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE', { exprType: sqlName(value.type) }, { span });
  return value.value;
}

/** @throws LakebookError ALL_PARAMETERS_MUST_BE_NAMED */
async function usingValues({ using }: StatementOf<'executeImmediate'>, context: StatementScope): Promise<ParameterValues> {
  const named = new Map<string, ParameterValues['positional'][number]>();
  const positional: ParameterValues['positional'][number][] = [];
  for (const { value, name } of using) {
    const place = constantAt((await evaluateExpression(value, context)).value);
    positional.push(place);
    if (name !== undefined) named.set(name.text.toLowerCase(), place);
    else if (value.kind === 'name') named.set(value.parts.at(-1)!.text.toLowerCase(), place);
  }
  const unnamed = using.filter(({ value, name }) => name === undefined && value.kind !== 'name');
  if (named.size > 0 && unnamed.length > 0 && using.some(({ name }) => name !== undefined)) {
    const expressions = unnamed.map(({ value }) => `"${context.text.slice(value.start, value.end)}"`).join(', ');
    throw new LakebookError('ALL_PARAMETERS_MUST_BE_NAMED', { expressions }, { span: spanOf(context.text, unnamed[0]!.value) });
  }
  return { named, positional, texts: new Map() };
}

function constantAt(value: BoundValue): ParameterValues['positional'][number] {
  return ({ start, end }) => {
    const integral = value.kind === 'plain' && typeof value.value === 'bigint' && value.type.kind === 'int';
    return integral ? { kind: 'number', text: String(value.value), suffix: '', start, end } : { kind: 'constant', value, start, end };
  };
}
