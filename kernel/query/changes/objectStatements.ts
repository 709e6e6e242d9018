import { lstat, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { createSchemaFolder, dropSchemaFolder, dropTable, renameTable, undropTable } from '../../catalog/tableFolders.ts';
import { isSchemaFolder } from '../../catalog/tableLookup.ts';
import { DEFAULT_SCHEMA, isWorkspaceCatalog, parseTableName, quoteNamePart, tableNameKey, type TableName } from '../../catalog/tableName.ts';
import type { CatalogPlace } from '../../catalog/workspaceCatalog.ts';
import { LakebookError } from '../../base/errors.ts';
import { spanOf } from '../../sql/span.ts';
import type { ObjectName } from '../../sql/tree/definitions.ts';
import type { Located } from '../../sql/tree/expressions.ts';
import type { Statement, StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import { prepareEffect } from '../preparedStatement.ts';
import { setLocation } from './setLocation.ts';
import type { PreparedStatement } from '../queryEngine.ts';
import type { StatementContext } from '../selectStatement.ts';

/** Statements that make, move and remove the folders of tables and schemas. */
export type ObjectStatement = StatementOf<'drop' | 'undrop' | 'alterTable'> | SchemaMade;
type SchemaMade = StatementOf<'createSchema' | 'createCatalog' | 'createVolume'>;

/** @returns whether the statement is one; others of these kinds change a table, or are refused before */
export function isObjectStatement(statement: Statement): statement is ObjectStatement {
  return statement.kind === 'drop' || statement.kind === 'undrop' || statement.kind === 'createSchema' || (statement.kind === 'alterTable' && isOfName(statement));
}

/** Whether a change is one of a table's name alone, not of the table. */
export function isOfName({ change }: StatementOf<'alterTable'>): boolean {
  return change.kind === 'rename' || change.kind === 'setLocation';
}

export function prepareObjectStatement(statement: ObjectStatement, context: StatementContext): PreparedStatement {
  const { text, pinned, placeError } = context;
  return {
    ...prepareEffect(statement.kind),
    dispose: () => pinned.dispose(),
    mapError: placeError,
    effect: async () => {
      try {
        await perform(statement, context);
        return { sql: '', written: [] };
      } catch (error) {
        throw pointAt(error, spanOf(text, placeOf(statement)));
      }
    },
  };
}

function placeOf(statement: ObjectStatement): Located {
  return statement.kind === 'alterTable' ? statement.target : statement.name ?? statement;
}

async function perform(statement: ObjectStatement, context: StatementContext): Promise<void> {
  switch (statement.kind) {
    case 'createSchema':
    case 'createCatalog':
    case 'createVolume':
      return createSchema(statement, context);
    case 'drop':
      return statement.object === 'TABLE' ? drop(statement, context) : dropSchema(statement, context);
    case 'undrop':
      return undrop(statement, context);
    case 'alterTable':
      return statement.change.kind === 'setLocation' ? setLocation(statement, context) : rename(statement, context);
  }
}

function refused(feature: string, reason: string): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason });
}

function partsOf({ parts }: ObjectName): readonly string[] {
  return parts.map((part) => part.text);
}

function quoted(parts: readonly string[]): string {
  return parts.map((part) => `\`${part}\``).join('.');
}

interface FoundTable extends TableName {
  readonly path: string;
  readonly isExternal: boolean;
}

/** A table of this name in the workspace, that the user may change and nothing here writes to; undefined where there is none. */
async function find(parts: readonly string[], { session, dependencies, pinned }: StatementContext): Promise<FoundTable | undefined> {
  const { catalog, authorise } = dependencies;
  if (parts.length === 2 && parts[0]!.toLowerCase() === 'delta' && parts[1]!.includes('/')) throw refused('DROP and RENAME of a table without a name', 'only tables of the workspace are moved: remove the folder yourself');
  const entry = await catalog.lookup(parts, session);
  if (entry === undefined) return undefined;
  const [, schema, table] = entry.fullName;
  await authorise({ user: session.user, table: `${schema}.${table}`, path: entry.path });
  await pinned.lease(entry.path).table.settle();
  return { schema, table, path: entry.path, isExternal: entry.isExternal };
}

async function drop({ name, ifExists, behaviour }: StatementOf<'drop'>, context: StatementContext): Promise<void> {
  const { catalog } = context.dependencies;
  const parts = partsOf(name);
  const found = await find(parts, context);
  if (found === undefined && ifExists) return;
  if (found === undefined) throw new LakebookError('TABLE_OR_VIEW_NOT_FOUND', { name: quoted(parts) }, { suggestions: catalog.nearTables(parts) });
  if (found.isExternal) await catalog.external.remove(found);
  else await dropTable(catalog.root, { ...found, id: await idOf(found.path, context) }, { nowMs: Date.now(), purge: behaviour === 'PURGE' });
  catalog.searchAgain();
}

/** The id in its metadata; a table whose log cannot be read has none, and is dropped by its name all the same. */
async function idOf(path: string, { pinned, signal }: StatementContext): Promise<string> {
  const { table } = pinned.lease(path);
  try {
    await table.settle();
    const snapshot = await table.refresh(signal);
    const { id } = snapshot.metadata;
    await snapshot.dispose();
    return id;
  } catch (error) {
    if (!(error instanceof LakebookError)) throw error;
    return '';
  }
}

async function undrop({ name, id }: StatementOf<'undrop'>, { session, dependencies: { catalog } }: StatementContext): Promise<void> {
  const parts = name === undefined ? [id ?? ''] : partsOf(name);
  const wanted = name === undefined ? { id: id ?? '' } : parseTableName(parts, session);
  const found = wanted === undefined ? undefined : await undropTable(catalog.root, wanted, Date.now());
  if (found === undefined) throw new LakebookError('TABLE_OR_VIEW_NOT_FOUND', { name: quoted(parts) });
  catalog.searchAgain();
}

async function rename({ target, change }: StatementOf<'alterTable'>, context: StatementContext): Promise<void> {
  const { session, dependencies: { catalog } } = context;
  if (change.kind !== 'rename') throw new LakebookError('INTERNAL_ERROR', { detail: 'only RENAME TO moves a table' });
  const parts = target.name.map((part) => part.text);
  const found = await find(parts, context);
  if (found === undefined) throw new LakebookError('TABLE_OR_VIEW_NOT_FOUND', { name: quoted(parts) }, { suggestions: catalog.nearTables(parts) });
  const wanted = change.to.map((part) => part.text);
  // A name without a schema stays in the table's own.
  const to = await catalog.place(wanted, wanted.length === 1 ? { catalog: session.catalog, schema: found.schema } : session);
  const [, schema, table] = to.fullName;
  if (found.isExternal) return renameExternal(found, to, wanted.at(-1)!, context);
  if (to.isExternal) throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoted(to.fullName) });
  const isSpelling = to.path === found.path;
  const path = isSpelling ? `${found.path.slice(0, -found.table.length)}${wanted.at(-1)}` : to.path;
  await renameTable(catalog.root, found, { schema, table: isSpelling ? wanted.at(-1)! : table, path });
  catalog.searchAgain();
}

/** The name alone changes. The new one is there before the former goes. */
async function renameExternal(found: FoundTable, { fullName: [, schema], isThere, isExternal, path }: CatalogPlace, table: string, { dependencies: { catalog } }: StatementContext): Promise<void> {
  const renamed = { schema, table, path: found.path };
  const isSpelling = isThere && isExternal && path === found.path && tableNameKey(renamed) === tableNameKey(found);
  if (isSpelling) await catalog.external.replace(renamed);
  else if (isThere || !(await catalog.external.add(renamed))) throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoted([schema, table]) });
  else await catalog.external.remove(found);
  catalog.searchAgain();
}

async function createSchema({ name, ifNotExists, clauses }: SchemaMade, { session, dependencies: { catalog } }: StatementContext): Promise<void> {
  if (Object.keys(clauses).length > 0) throw refused('Clauses of CREATE SCHEMA', 'a schema is a folder here, which keeps none of them');
  const schema = schemaIn(partsOf(name));
  const folder = catalog.schemaFolder(schema);
  if (await isSchemaFolder(folder)) {
    if (!ifNotExists) throw new LakebookError('SCHEMA_ALREADY_EXISTS', { schemaName: quoted([session.catalog, schema]) });
  } else {
    if (await lstat(folder).then(() => true, () => false)) throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoteNamePart(schema) });
    await createSchemaFolder(folder);
  }
  catalog.noteSchema(schema, 'made');
}

/** @throws LakebookError CATALOG_NOT_FOUND */
function schemaIn(parts: readonly string[]): string {
  if (parts.length > 2 || (parts.length === 2 && !isWorkspaceCatalog(parts[0]!))) throw new LakebookError('CATALOG_NOT_FOUND', { catalogName: quoted(parts.slice(0, -1)) });
  return parts.at(-1)!;
}

/** With CASCADE its tables are dropped first, unless the folder holds anything else. */
async function dropSchema({ name, ifExists, behaviour }: StatementOf<'drop'>, context: StatementContext): Promise<void> {
  const { catalog } = context.dependencies;
  const wanted = schemaIn(partsOf(name));
  if (wanted.toLowerCase() === DEFAULT_SCHEMA) throw refused('DROP SCHEMA default', 'it is the workspace itself');
  await catalog.refresh();
  const tables = catalog.namedTables().filter(({ schema }) => schema.toLowerCase() === wanted.toLowerCase());
  const schema = tables[0]?.schema ?? wanted;
  const folder = catalog.schemaFolder(schema);
  if (!(await isSchemaFolder(folder))) {
    if (ifExists) return;
    throw new LakebookError('SCHEMA_NOT_FOUND', { schemaName: quoteNamePart(schema) });
  }
  const elsewhere = tables.filter(({ isExternal }) => isExternal);
  if (behaviour === 'CASCADE') {
    const own = new Set(tables.filter(({ isExternal }) => !isExternal).map(({ path }) => basename(path)));
    const others = (await readdir(folder)).filter((entry) => !own.has(entry));
    if (others.length > 0) throw new LakebookError('SCHEMA_NOT_EMPTY', { schemaName: quoteNamePart(schema), objects: others.sort().slice(0, 5).join(', ') });
    for (const table of tables) {
      if (table.isExternal) await catalog.external.remove(table);
      else await dropTable(catalog.root, { ...table, id: await idOf(table.path, context) }, { nowMs: Date.now(), purge: false });
    }
  } else if (elsewhere.length > 0) {
    throw new LakebookError('SCHEMA_NOT_EMPTY', { schemaName: quoteNamePart(schema), objects: elsewhere.map(({ table }) => table).slice(0, 5).join(', ') });
  }
  await dropSchemaFolder(folder, schema);
  catalog.noteSchema(schema, 'gone');
  catalog.searchAgain();
}
