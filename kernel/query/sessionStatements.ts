import { isSchemaFolder } from '../catalog/tableLookup.ts';
import { isWorkspaceCatalog } from '../catalog/tableName.ts';
import type { WorkspaceCatalog } from '../catalog/workspaceCatalog.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import { STRING } from '../sql/types/dataType.ts';
import { checkCatalog, schemaOf } from './catalogStatements.ts';
import type { InformationRows } from './information/rows.ts';
import { prepareEffect, prepareRows } from './preparedStatement.ts';
import type { PreparedStatement } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { isSecretName, REDACTED } from './secretNames.ts';

/** Statements that change or show the session. */
export type SessionStatement = StatementOf<'use' | 'setConf' | 'resetConf' | 'setTimeZone' | 'accepted'>;

/** How long the search for tables is waited for. */
const LISTING_PATIENCE_MS = 30_000;

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
  if (key === '') return prepareRows(kind, settings(session.entries().map(withoutSecret)));
  if (value === undefined) return prepareRows(kind, settings([withoutSecret([key, session.get(key) ?? '<undefined>'])]));
  const notices = session.set(key, value) ? [] : [`The setting ${key} has no effect here.`];
  return prepareRows(kind, settings([[key, value]]), { notices });
}

/** Who asks for a setting is not told a secret, as in Spark, which takes a value that speaks of one for it too; who sets one has just written it. */
function withoutSecret([key, value]: readonly [string, string]): readonly [string, string] {
  return [key, isSecretName(key) || isSecretName(value) ? REDACTED : value];
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
  if (parts.length === 1 && isWorkspaceCatalog(parts[0]!)) return prepareEffect(statement.kind);
  await catalog.settledListing(LISTING_PATIENCE_MS);
  session.useSchema(await emptySchema(parts, catalog) ?? schemaOf(catalog, parts, text, statement));
  return prepareEffect(statement.kind);
}

/** A schema without tables that has a folder all the same; undefined where the listing knows better. */
async function emptySchema(parts: readonly string[], catalog: WorkspaceCatalog): Promise<string | undefined> {
  const [name] = parts;
  const isKnown = parts.length > 1 || name === undefined || catalog.schemas().some((schema) => schema.toLowerCase() === name.toLowerCase());
  return !isKnown && (await isSchemaFolder(catalog.schemaFolder(name))) ? name : undefined;
}
