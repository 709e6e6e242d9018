import { LakebookError } from '../base/errors.ts';
import { spanOf } from '../sql/span.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import { prepareEffect } from './preparedStatement.ts';
import type { PreparedStatement, WidgetChange } from './queryEngine.ts';
import type { StatementScope } from './selectStatement.ts';
import { evaluateRows } from './values.ts';

/** More choices than anybody picks from. */
const CHOICES_MAX = 1_024;

/** Makes or removes a widget of the session; whoever shows widgets is told by the prepared statement. */
export async function prepareWidgetStatement(statement: StatementOf<'createWidget' | 'removeWidget'>, context: StatementScope): Promise<PreparedStatement> {
  const name = statement.name.text;
  if (statement.kind === 'removeWidget') {
    if (!context.session.parameters.removeWidget(name)) throw new LakebookError('WIDGET_NOT_FOUND', { name }, { span: spanOf(context.text, statement.name) });
      return { ...prepareEffect(statement.kind), widget: { kind: 'remove', name } };
  }
  const { choices, read } = await findChoices(statement, context);
  const { widget, initial } = statement;
  if (widget === 'dropdown' && !choices.includes(initial)) throw new LakebookError('WIDGET_DEFAULT_NOT_A_CHOICE', { name, value: initial }, { span: spanOf(context.text, statement) });
  context.session.parameters.setWidget(name, initial);
  const change: WidgetChange = { kind: 'create', name, widget, initial, choices };
  return { ...prepareEffect(statement.kind), ...read, widget: change };
}

async function findChoices({ choices }: StatementOf<'createWidget'>, context: StatementScope): Promise<{ readonly choices: readonly string[]; readonly read: Pick<PreparedStatement, 'tables' | 'files'> }> {
  if (!('kind' in choices)) return { choices, read: { tables: [], files: [] } };
  const { value: rows, tables, files } = await evaluateRows(choices, context, CHOICES_MAX);
  const texts = rows.flatMap(([first]) => (first?.kind === 'plain' && first.value !== null ? [String(first.value)] : []));
  return { choices: [...new Set(texts)], read: { tables, files } };
}
