import { LakebookError } from '../base/errors.ts';
import { spanOf } from '../sql/span.ts';
import type { TemporaryView } from '../sql/temporaries.ts';
import { describeColumn, describeSchema, findColumn } from './information/describeTable.ts';
import { showColumns, showTableProperties } from './information/showTables.ts';
import { prepareRows } from './preparedStatement.ts';
import type { PreparedStatement } from './queryEngine.ts';
import { checkJson, type TableStatement } from './tableStatements.ts';

/** Statements about tables that name a view of the session: it has columns, and no log. */
export function prepareViewStatement(statement: TableStatement, view: TemporaryView, text: string): PreparedStatement {
  const { kind } = statement;
  const name = view.name.map((part) => `\`${part}\``).join('.');
  if (kind === 'showColumns') return prepareRows(kind, showColumns(columnsOf(view)));
  if (kind === 'showTableProperties') return prepareRows(kind, showTableProperties(name, [], undefined));
  if (kind === 'showPartitions') throw new LakebookError('EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE', { operation: 'SHOW PARTITIONS', view: name }, { span: spanOf(text, statement.table) });
  if (kind === 'showCreateTable') throw new LakebookError('EXPECT_PERMANENT_VIEW_NOT_TEMP', { operation: 'SHOW CREATE TABLE', view: name }, { span: spanOf(text, statement.table) });
  if (kind !== 'describeTable') {
    throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'This statement about a temporary view', reason: 'a view has no log and no properties' }, { span: spanOf(text, statement) });
  }
  if (statement.asJson) {
    checkJson(statement, text);
    throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'DESCRIBE … AS JSON of a temporary view', reason: 'whether its columns hold NULL is not worked out' }, { span: spanOf(text, statement) });
  }
  if (statement.column === undefined) return prepareRows(kind, describeSchema(columnsOf(view)));
  const path = statement.column.map((part) => part.text);
  const column = findColumn(columnsOf(view), path);
  if (column !== undefined) return prepareRows(kind, describeColumn(column, statement.extended));
  const suggestions = view.columns.map(({ name }) => `\`${name}\``);
  const span = spanOf(text, { start: statement.column[0]!.start, end: statement.end });
  throw new LakebookError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: path.map((part) => `\`${part}\``).join('.'), proposal: suggestions.slice(0, 5).join(', ') }, { span, suggestions });
}

function columnsOf({ columns }: TemporaryView): Parameters<typeof describeSchema>[0] {
  return columns.map(({ name, type, comment }) => ({ name, type, nullable: true, ...(comment === undefined ? {} : { comment }) }));
}
