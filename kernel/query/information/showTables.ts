import type { TableName } from '../../catalog/tableName.ts';
import type { TableListing } from '../../catalog/workspaceCatalog.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import type { TemporaryView } from '../../sql/temporaries.ts';
import { BOOLEAN, STRING } from '../../sql/types/dataType.ts';
import type { InformationRows } from './rows.ts';

/** `SHOW TABLES [IN schema] [LIKE pattern]`. */
export function showTables(tables: readonly TableName[], schema: string, pattern: string | undefined, views: readonly TemporaryView[]): InformationRows {
  const shown = tables.filter((table) => table.schema.toLowerCase() === schema.toLowerCase() && matchesPattern(table.table, pattern));
  return {
    columns: [{ name: 'namespace', type: STRING }, { name: 'tableName', type: STRING }, { name: 'isTemporary', type: BOOLEAN }],
    rows: [...shown.map((table) => [table.schema, table.table, false]), ...viewRows(views, pattern)],
  };
}

/** `SHOW CURRENT SCHEMA`. */
export function showCurrent(catalog: string, schema: string): InformationRows {
  return { columns: [{ name: 'catalog', type: STRING }, { name: 'namespace', type: STRING }], rows: [[catalog, schema]] };
}

/** `SHOW VIEWS [IN schema] [LIKE pattern]`. @param stored the schema's own */
export function showViews(stored: readonly TableName[], views: readonly TemporaryView[], pattern: string | undefined): InformationRows {
  const shown = stored.filter((view) => matchesPattern(view.table, pattern));
  return {
    columns: [{ name: 'namespace', type: STRING }, { name: 'viewName', type: STRING }, { name: 'isTemporary', type: BOOLEAN }],
    rows: [...shown.map((view) => [view.schema, view.table, false]), ...viewRows(views, pattern)],
  };
}

function viewRows(views: readonly TemporaryView[], pattern: string | undefined): readonly (readonly [string, string, boolean])[] {
  return views.filter((view) => matchesPattern(view.name.at(-1)!, pattern)).map((view) => [view.name.length > 1 ? view.name[0]! : '', view.name.at(-1)!, true]);
}

/** `SHOW SCHEMAS [LIKE pattern]`. */
export function showSchemas(schemas: readonly string[], pattern: string | undefined): InformationRows {
  return { columns: [{ name: 'namespace', type: STRING }], rows: schemas.filter((schema) => matchesPattern(schema, pattern)).map((schema) => [schema]) };
}

/** `SHOW CATALOGS [LIKE pattern]`. */
export function showCatalogs(catalogs: readonly string[], pattern: string | undefined): InformationRows {
  return { columns: [{ name: 'catalog', type: STRING }], rows: catalogs.filter((catalog) => matchesPattern(catalog, pattern)).map((catalog) => [catalog]) };
}

/** `SHOW COLUMNS IN t`. */
export function showColumns(columns: readonly CatalogColumn[]): InformationRows {
  return { columns: [{ name: 'col_name', type: STRING }], rows: columns.map(({ name }) => [name]) };
}

/** `SHOW TBLPROPERTIES t [(key)]`. @param properties sorted by key */
export function showTableProperties(name: string, properties: readonly (readonly [string, string])[], key: string | undefined): InformationRows {
  const columns = [{ name: 'key', type: STRING }, { name: 'value', type: STRING }];
  if (key === undefined) return { columns, rows: properties };
  const found = properties.find(([name]) => name === key);
  return { columns, rows: [found ?? [key, `Table ${name} does not have property: ${key}`]] };
}

/** What `SHOW TABLES` was answered from, where that is not all there is. */
export function listingNotice({ complete, note }: TableListing): string | undefined {
  return note ?? (complete ? undefined : 'The search for tables is still running; more may be found.');
}

/** Spark's patterns: `*` stands for any text, `|` separates alternatives, case does not count. */
export function matchesPattern(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  const alternatives = pattern.trim().split('|').map((part) => part.split('*').map(escapeRegExp).join('.*'));
  return new RegExp(`^(?:${alternatives.join('|')})$`, 'is').test(name);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
