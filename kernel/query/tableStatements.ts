import { hasCode, LakebookError } from '../base/errors.ts';
import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import type { TableReference } from '../sql/catalog.ts';
import { spanOf } from '../sql/span.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import type { Database } from '../duckdb/database.ts';
import { describeDetail, describeHistory } from './information/describeHistory.ts';
import { shownType } from './information/declaredColumns.ts';
import { describeTableJson } from './information/describeJson.ts';
import { describeColumn, describeSchema, describeTable, findColumn } from './information/describeTable.ts';
import type { InformationRows } from './information/rows.ts';
import { showCreateTable } from './information/showCreateTable.ts';
import { showPartitions } from './information/showPartitions.ts';
import { showColumns, showTableProperties } from './information/showTables.ts';
import { tableTypeOf } from './information/tableType.ts';
import { tableProperties } from './information/tableProperties.ts';
import { nearTables } from './informationSchema/relations.ts';
import type { LocatedTable, PinnedReference, PinnedTables } from './pinnedTables.ts';
import { filesInPlace, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement, TableRead } from './queryEngine.ts';

/** Statements that tell about one table, from its log alone: no data file is opened. */
export type TableStatement = StatementOf<'describeTable' | 'describeHistory' | 'describeDetail' | 'showColumns' | 'showTableProperties' | 'showCreateTable' | 'showPartitions'>;

/** What a table statement was asked about. */
export interface TableQuestion {
  /** The text that offsets point into. */
  readonly text: string;
  readonly reference: TableReference;
  readonly pinned: PinnedTables;
  readonly catalog: WorkspaceCatalog;
  readonly database: Database;
  readonly signal: AbortSignal;
}

export async function prepareTableStatement(statement: TableStatement, question: TableQuestion): Promise<PreparedStatement> {
  const { pinned } = question;
  const information = await answer(statement, question).catch((error: unknown) => {
    throw missingTable(error, statement, question);
  });
  return prepareRows(statement.kind, information.rows, { tables: information.tables, files: information.files, dispose: () => pinned.dispose() });
}

/** Of a name or path that leads to no Delta table each of these statements says so in Delta's own words for it. */
function missingTable(error: unknown, { kind }: TableStatement, { text, reference }: TableQuestion): unknown {
  if (!hasCode(error, 'DELTA_TABLE_NOT_FOUND')) return error;
  const path = error.parameters['table'] ?? '';
  const details = { cause: error, span: spanOf(text, reference) };
  switch (kind) {
    case 'describeTable':
      return new LakebookError('DELTA_PATH_DOES_NOT_EXIST', { path }, details);
    case 'describeDetail':
      return new LakebookError('DELTA_MISSING_DELTA_TABLE', { table: path }, details);
    case 'describeHistory':
      return new LakebookError('DELTA_TABLE_ONLY_OPERATION', { table: path, operation: 'DESCRIBE HISTORY' }, details);
    default:
      return error;
  }
}

/** The error of a name that leads to no table, with names near it. */
export async function tableNotFound(text: string, reference: TableReference, catalog: WorkspaceCatalog): Promise<LakebookError> {
  const parts = reference.source.kind === 'name' ? reference.source.parts : [reference.source.path];
  await catalog.settledListing(SUGGESTION_PATIENCE_MS);
  const name = parts.map((part) => `\`${part}\``).join('.');
  return new LakebookError('TABLE_OR_VIEW_NOT_FOUND', { name }, { span: spanOf(text, reference), suggestions: nearTables(catalog, parts) });
}
/** How long an error waits for the search for tables, so that it can say what was meant. */
const SUGGESTION_PATIENCE_MS = 1_000;

interface Answer {
  readonly rows: InformationRows;
  readonly tables: readonly TableRead[];
  readonly files: readonly string[];
}

async function answer(statement: TableStatement, question: TableQuestion): Promise<Answer> {
  const { text, reference, pinned, catalog, signal } = question;
  if (statement.kind === 'describeHistory') {
    const table = await pinned.locate(reference.source);
    if (table === undefined) throw await noHistory(statement, question);
    const history = await pinned.lease(table.path).table.history(statement.limit === undefined ? {} : { limit: statement.limit }, signal);
    return { rows: describeHistory(history), tables: [], files: [] };
  }
  const found = await pinned.pin(reference);
  if (found === undefined) throw await tableNotFound(text, reference, catalog);
  return { rows: await describePinned(statement, found, question), tables: readsOf(found), files: filesInPlace([found]) };
}

/** What has no history is no table, or is not there. */
async function noHistory(statement: StatementOf<'describeHistory'>, { text, reference, pinned, catalog }: TableQuestion): Promise<LakebookError> {
  const found = await pinned.pin(reference);
  return found === undefined ? tableNotFound(text, reference, catalog) : noTable(found, text, statement);
}

async function describePinned(statement: Exclude<TableStatement, { readonly kind: 'describeHistory' }>, found: PinnedReference, { text, database, signal }: TableQuestion): Promise<InformationRows> {
  switch (statement.kind) {
    case 'describeDetail': {
      const { table, snapshot } = demandTable(found, text, statement);
      return describeDetail(snapshot, await snapshot.detail(signal), table.byPath ? undefined : table.fullName.join('.'));
    }
    case 'showTableProperties': {
      const { table, snapshot } = demandTable(found, text, statement);
      return showTableProperties(nameOf(table), tableProperties(snapshot), statement.key);
    }
    case 'showCreateTable': {
      if (statement.asSerde) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'SHOW CREATE TABLE … AS SERDE', reason: 'a Delta table is no table of Hive' }, { span: spanOf(text, statement) });
      const { table, snapshot } = demandTable(found, text, statement);
      return showCreateTable(table.fullName, tableTypeOf(table), snapshot);
    }
    case 'showPartitions': {
      const { table, snapshot } = demandTable(found, text, statement);
      return showPartitions(statement, { snapshot, name: table.fullName, text, database, signal });
    }
    case 'showColumns':
      return showColumns(visible(found));
    case 'describeTable':
      return describe(statement, found, text);
  }
}

function describe(statement: StatementOf<'describeTable'>, found: PinnedReference, text: string): InformationRows {
  if (statement.asJson) {
    checkJson(statement, text);
    const { table, snapshot } = demandTable(found, text, statement);
    return describeTableJson(table.fullName, tableTypeOf(table), snapshot);
  }
  if (statement.column !== undefined) {
    const path = statement.column.map((part) => part.text);
    const column = findColumn(found.columns, path);
    const field = found.kind === 'table' && path.length === 1 ? found.snapshot.schema.fields.find(({ name }) => name === column?.name) : undefined;
    if (column !== undefined) return describeColumn(column, statement.extended, field && shownType(field));
    const objectName = path.map((part) => `\`${part}\``).join('.');
    const suggestions = visible(found).map(({ name }) => `\`${name}\``);
    throw new LakebookError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: objectName, proposal: suggestions.slice(0, 5).join(', ') }, { span: spanOf(text, { start: statement.column[0]!.start, end: statement.end }), suggestions });
  }
  return found.kind === 'table' ? describeTable(found.snapshot, statement.extended ? { name: nameOf(found.table), type: tableTypeOf(found.table) } : undefined) : describeSchema(visible(found));
}

/** @throws LakebookError DESCRIBE_JSON_NOT_EXTENDED, UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON */
export function checkJson(statement: StatementOf<'describeTable'>, text: string): void {
  const span = spanOf(text, statement);
  if (!statement.extended) throw new LakebookError('DESCRIBE_JSON_NOT_EXTENDED', {}, { span });
  if (statement.column !== undefined) throw new LakebookError('UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_JSON', {}, { span });
}

function nameOf({ fullName, byPath, displayName }: LocatedTable): string {
  return byPath ? displayName : fullName.join('.');
}

function visible({ columns }: PinnedReference): PinnedReference['columns'] {
  return columns.filter(({ hidden }) => hidden !== true);
}

function demandTable(found: PinnedReference, text: string, statement: TableStatement): Extract<PinnedReference, { readonly kind: 'table' }> {
  if (found.kind === 'table') return found;
  throw noTable(found, text, statement);
}

function noTable(found: PinnedReference, text: string, statement: TableStatement): LakebookError {
  const [feature, reason] = found.kind === 'information' ? [`This statement about information_schema.${found.relation.name}`, 'it is no table with a log'] : ['This statement about files that are no Delta table', 'they have no log'];
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, statement) });
}

/** The table counts as read at its version, none of its files were. */
export function readsOf(found: PinnedReference): readonly TableRead[] {
  if (found.kind !== 'table') return [];
  const { table, snapshot, fixed } = found;
  return [{ name: table.displayName, path: table.path, version: snapshot.version, pinned: fixed, filesTotal: snapshot.totals.numFiles, filesRead: 0, bytesTotal: snapshot.totals.sizeBytes, bytesRead: 0 }];
}
