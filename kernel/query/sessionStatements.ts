import { LakebookError } from '../base/errors.ts';
import { CATALOG_NAME, isWorkspaceCatalog, type TableName } from '../catalog/tableName.ts';
import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import { spanOf } from '../sql/span.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import { STRING } from '../sql/types/dataType.ts';
import type { InformationRows } from './information/rows.ts';
import { listingNotice, showCatalogs, showSchemas, showTables, showViews } from './information/showTables.ts';
import { INFORMATION_SCHEMA } from './informationSchema/names.ts';
import { informationRelations } from './informationSchema/relations.ts';
import { prepareEffect, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { GLOBAL_SCHEMA } from './temporaryObjects.ts';

export type CatalogStatement = StatementOf<'showTables' | 'showViews' | 'showSchemas' | 'showCatalogs'>;
/** Statements that change or show the session. */
export type SessionStatement = StatementOf<'use' | 'setConf' | 'resetConf' | 'setTimeZone' | 'accepted'>;

/** How long a listing is waited for; after that it is answered from what was found, with a notice. */
const LISTING_PATIENCE_MS = 30_000;

export async function prepareCatalogStatement(statement: CatalogStatement, text: string, catalog: WorkspaceCatalog, session: QuerySession): Promise<PreparedStatement> {
  if (statement.kind === 'showCatalogs') return prepareRows(statement.kind, showCatalogs([CATALOG_NAME], statement.pattern));
  const listing = await catalog.refreshWithin(LISTING_PATIENCE_MS);
  const notice = listingNotice(listing);
  const notices = { notices: notice === undefined ? [] : [notice] };
  if (statement.kind === 'showSchemas') {
    checkCatalog(statement.catalog?.map((part) => part.text), text, statement);
    return prepareRows(statement.kind, showSchemas(schemasOf(catalog), statement.pattern), notices);
  }
  const parts = statement.schema?.map((part) => part.text) ?? [session.schema];
  const { temporaries } = session;
  if (parts.length === 1 && parts[0]!.toLowerCase() === GLOBAL_SCHEMA) {
    const views = [...temporaries.views('engine'), ...temporaries.views('session')];
    return prepareRows(statement.kind, statement.kind === 'showViews' ? showViews(views, statement.pattern) : showTables([], GLOBAL_SCHEMA, statement.pattern, views));
  }
  if (parts.length > 1) checkCatalog(parts.slice(0, -1), text, statement);
  const schema = findSchema(catalog, parts[parts.length - 1]!, text, statement);
  const views = temporaries.views('session');
  if (statement.kind === 'showViews') return prepareRows(statement.kind, showViews(views, statement.pattern), notices);
  return prepareRows(statement.kind, showTables([...catalog.namedTables(), ...INFORMATION_TABLES], schema, statement.pattern, views), notices);
}

export async function runSessionStatement(statement: SessionStatement, text: string, catalog: WorkspaceCatalog, session: QuerySession): Promise<PreparedStatement> {
  switch (statement.kind) {
    case 'accepted':
      return prepareEffect(statement.kind, [`${statement.feature} has no effect here.`]);
    case 'setTimeZone':
      session.setTimeZone(statement.zone.toUpperCase() === 'LOCAL' ? Intl.DateTimeFormat().resolvedOptions().timeZone : statement.zone);
      return prepareEffect(statement.kind);
    case 'resetConf':
      session.reset(statement.key);
      return prepareEffect(statement.kind);
    case 'setConf':
      return setConf(statement, session);
    case 'use':
      return use(statement, text, catalog, session);
  }
}

function setConf({ kind, key, value }: StatementOf<'setConf'>, session: QuerySession): PreparedStatement {
  if (key === '') return prepareRows(kind, settings(session.entries()));
  if (value === undefined) return prepareRows(kind, settings([[key, session.get(key) ?? '<undefined>']]));
  const notices = session.set(key, value) ? [] : [`The setting ${key} has no effect here.`];
  return prepareRows(kind, settings([[key, value]]), { notices });
}

function settings(entries: readonly (readonly [string, string])[]): InformationRows {
  return { columns: [{ name: 'key', type: STRING }, { name: 'value', type: STRING }], rows: entries };
}

async function use(statement: StatementOf<'use'>, text: string, catalog: WorkspaceCatalog, session: QuerySession): Promise<PreparedStatement> {
  const parts = statement.name.map((part) => part.text);
  if (statement.target === 'catalog') {
    checkCatalog(parts, text, statement);
    return prepareEffect(statement.kind);
  }
  if (parts.length > 1) checkCatalog(parts.slice(0, -1), text, statement);
  else if (isWorkspaceCatalog(parts[0]!)) return prepareEffect(statement.kind);
  await catalog.settledListing(LISTING_PATIENCE_MS);
  session.useSchema(findSchema(catalog, parts[parts.length - 1]!, text, statement));
  return prepareEffect(statement.kind);
}

const INFORMATION_TABLES: readonly TableName[] = informationRelations().map(({ name }) => ({ schema: INFORMATION_SCHEMA, table: name }));

function schemasOf(catalog: WorkspaceCatalog): readonly string[] {
  return [...new Set([...catalog.schemas(), INFORMATION_SCHEMA])].sort();
}

/** @throws LakebookError SCHEMA_NOT_FOUND */
function findSchema(catalog: WorkspaceCatalog, name: string, text: string, statement: CatalogStatement | SessionStatement): string {
  const schema = schemasOf(catalog).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (schema === undefined) throw new LakebookError('SCHEMA_NOT_FOUND', { schemaName: `\`${CATALOG_NAME}\`.\`${name}\`` }, { span: spanOf(text, statement), suggestions: schemasOf(catalog).slice(0, 5) });
  return schema;
}

/** @throws LakebookError CATALOG_NOT_FOUND */
function checkCatalog(parts: readonly string[] | undefined, text: string, statement: CatalogStatement | SessionStatement): void {
  if (parts === undefined || (parts.length === 1 && isWorkspaceCatalog(parts[0]!))) return;
  throw new LakebookError('CATALOG_NOT_FOUND', { catalogName: parts.map((part) => `\`${part}\``).join('.') }, { span: spanOf(text, statement), suggestions: [CATALOG_NAME] });
}
