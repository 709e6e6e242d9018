import { join } from 'node:path';
import { LakebookError } from '../base/errors.ts';
import { CATALOG_NAME, DEFAULT_SCHEMA, isWorkspaceCatalog, type TableName } from '../catalog/tableName.ts';
import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import { spanOf } from '../sql/span.ts';
import type { Located } from '../sql/tree/expressions.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import { describeCatalog, describeSchemaObject } from './information/describeNamespace.ts';
import { showTableExtended } from './information/showTableExtended.ts';
import { listingNotice, matchesPattern, showCatalogs, showCurrent, showSchemas, showTables, showViews } from './information/showTables.ts';
import { INFORMATION_SCHEMA } from './informationSchema/names.ts';
import { informationRelations } from './informationSchema/relations.ts';
import { WorkspaceObjects } from './informationSchema/workspaceObjects.ts';
import type { PinningDependencies } from './pinnedTables.ts';
import { prepareRows } from './preparedStatement.ts';
import type { PreparedStatement } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { GLOBAL_SCHEMA } from './temporaryObjects.ts';

/** Statements that tell about catalogs, schemas, and which tables and views there are. */
export type CatalogStatement = StatementOf<'showTables' | 'showViews' | 'showSchemas' | 'showCatalogs' | 'showTableExtended' | 'showObjects' | 'describeObject'>;

/** How long a listing is waited for; after that it is answered from what was found, with a notice. */
const LISTING_PATIENCE_MS = 30_000;

export interface CatalogContext {
  /** What offsets point into. */
  readonly text: string;
  readonly dependencies: PinningDependencies;
  readonly session: QuerySession;
  readonly signal: AbortSignal;
}

export async function prepareCatalogStatement(statement: CatalogStatement, context: CatalogContext): Promise<PreparedStatement> {
  const { text, session, dependencies } = context;
  const { catalog } = dependencies;
  switch (statement.kind) {
    case 'showCatalogs':
      return prepareRows(statement.kind, showCatalogs([CATALOG_NAME], statement.pattern));
    case 'showObjects': // what else may be listed is refused before
      return prepareRows(statement.kind, showCurrent(session.catalog, session.schema));
    case 'describeObject':
      return describeObject(statement, context);
    case 'showSchemas': {
      const { notices } = await refresh(catalog);
      checkCatalog(statement.catalog?.map((part) => part.text), text, statement);
      return prepareRows(statement.kind, showSchemas(schemasOf(catalog), statement.pattern), { notices });
    }
    case 'showTables':
    case 'showViews':
    case 'showTableExtended':
      return listTables(statement, context);
  }
}

async function listTables(statement: StatementOf<'showTables' | 'showViews' | 'showTableExtended'>, context: CatalogContext): Promise<PreparedStatement> {
  const { text, session, dependencies } = context;
  const { catalog } = dependencies;
  const { kind, pattern } = statement;
  const parts = statement.schema?.map((part) => part.text) ?? [session.schema];
  const shared = parts.length === 1 && parts[0]!.toLowerCase() === GLOBAL_SCHEMA;
  const { notices } = await refresh(catalog);
  const schema = shared ? GLOBAL_SCHEMA : schemaOf(catalog, parts, text, statement);
  const views = [...(shared ? session.temporaries.views('engine') : []), ...session.temporaries.views('session')];
  const own = informationRelations().map(({ name }): TableName => ({ schema: INFORMATION_SCHEMA, table: name }));
  if (kind === 'showViews') return prepareRows(kind, showViews(own.filter((view) => view.schema === schema), views, pattern), { notices });
  if (kind === 'showTables') return prepareRows(kind, showTables([...catalog.namedTables(), ...own], schema, pattern, views), { notices });
  const objects = new WorkspaceObjects({ dependencies, session, signal: context.signal, own: [] });
  const wanted = (await objects.relations(CATALOG_NAME, undefined)).filter((object) => object.path !== undefined && object.schema.toLowerCase() === schema.toLowerCase() && matchesPattern(object.name, pattern));
  const metadata = await objects.metadata(wanted);
  const shown = wanted.map((table, index) => ({ table, metadata: metadata[index] }));
  return prepareRows(kind, showTableExtended(session.catalog, shown, views.filter((view) => matchesPattern(view.name.at(-1)!, pattern))), { notices: objects.notices });
}

async function describeObject({ kind, object, name, extended, ...located }: StatementOf<'describeObject'>, { text, dependencies, session }: CatalogContext): Promise<PreparedStatement> {
  const parts = name.parts.map((part) => part.text);
  if (parts.length === 0) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A schema or catalog named by an expression', reason: 'its name is known only when the statement runs' }, { span: spanOf(text, located) });
  if (object === 'CATALOG') {
    checkCatalog(parts, text, located);
    return prepareRows(kind, describeCatalog(session.catalog));
  }
  const { catalog } = dependencies;
  await catalog.settledListing(LISTING_PATIENCE_MS);
  const schema = schemaOf(catalog, parts, text, located);
  const folder = schema === INFORMATION_SCHEMA ? undefined : schema === DEFAULT_SCHEMA ? catalog.root : join(catalog.root, ...schema.split('/'));
  return prepareRows(kind, describeSchemaObject(session.catalog, schema, folder, extended));
}

async function refresh(catalog: WorkspaceCatalog): Promise<{ readonly notices: readonly string[] }> {
  const notice = listingNotice(await catalog.refreshWithin(LISTING_PATIENCE_MS));
  return { notices: notice === undefined ? [] : [notice] };
}

function schemasOf(catalog: WorkspaceCatalog): readonly string[] {
  return [...new Set([...catalog.schemas(), INFORMATION_SCHEMA])].sort();
}

/**
 * The schema that a name means, with or without its catalog, in its own spelling.
 * @throws LakebookError CATALOG_NOT_FOUND, SCHEMA_NOT_FOUND
 */
export function schemaOf(catalog: WorkspaceCatalog, parts: readonly string[], text: string, at: Located): string {
  if (parts.length > 1) checkCatalog(parts.slice(0, -1), text, at);
  const name = parts[parts.length - 1]!;
  const schemas = schemasOf(catalog);
  const schema = schemas.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (schema === undefined) throw new LakebookError('SCHEMA_NOT_FOUND', { schemaName: `\`${CATALOG_NAME}\`.\`${name}\`` }, { span: spanOf(text, at), suggestions: schemas.slice(0, 5) });
  return schema;
}

/** @throws LakebookError CATALOG_NOT_FOUND */
export function checkCatalog(parts: readonly string[] | undefined, text: string, at: Located): void {
  if (parts === undefined || (parts.length === 1 && isWorkspaceCatalog(parts[0]!))) return;
  throw new LakebookError('CATALOG_NOT_FOUND', { catalogName: parts.map((part) => `\`${part}\``).join('.') }, { span: spanOf(text, at), suggestions: [CATALOG_NAME] });
}
