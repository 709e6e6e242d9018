/**
 * How folders become names. A workspace is the catalog `spark_catalog`, as Spark's own is called, and `workspace` is
 * another name for it; a table's name is its path from the workspace's
 * root: the last folder is the table, the folders above it, joined by `/`, are the schema, and a table directly in the
 * root is in the schema `default`. So `sales/orders` is `sales.orders`, and `eu/sales/orders` is `` `eu/sales`.orders ``.
 */
export const CATALOG_NAME = 'spark_catalog';
const CATALOG_NAMES: ReadonlySet<string> = new Set([CATALOG_NAME, 'workspace']);
export const DEFAULT_SCHEMA = 'default';

/** A table's name without the catalog. Names are matched ignoring case and keep their spelling. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Where the session stands, for names with fewer than three parts. */
export interface CurrentNamespace {
  readonly catalog: string;
  readonly schema: string;
}

/** The name of the table at `relativePath` (`/` between parts); '' is the root itself, which `rootName` then names. */
export function buildTableName(relativePath: string, rootName: string): TableName {
  const parts = relativePath === '' ? [rootName] : relativePath.split('/');
  const folders = parts.slice(0, -1);
  return { schema: folders.length === 0 ? DEFAULT_SCHEMA : folders.join('/'), table: parts[parts.length - 1]! };
}

/**
 * The table that the parts of a written name mean; undefined where they name another catalog or have too many parts.
 * One part is looked up in the current schema, two are schema and table, three begin with the catalog.
 */
export function parseTableName(parts: readonly string[], current: CurrentNamespace): TableName | undefined {
  const [table, schema = current.schema, catalog = CATALOG_NAME] = parts.toReversed();
  if (table === undefined || parts.length > 3 || !isWorkspaceCatalog(catalog)) return undefined;
  return { schema, table };
}

/** Whether a name means the workspace, which is the only catalog there is. */
export function isWorkspaceCatalog(name: string): boolean {
  return CATALOG_NAMES.has(name.toLowerCase());
}

/** As a statement writes it, in backticks where needed; the schema `default` is left out. */
export function formatTableName(name: TableName): string {
  const table = quoteNamePart(name.table);
  return name.schema.toLowerCase() === DEFAULT_SCHEMA ? table : `${quoteNamePart(name.schema)}.${table}`;
}

/** The parts of the full name: catalog, schema, table. */
export function fullTableName(name: TableName): readonly [string, string, string] {
  return [CATALOG_NAME, name.schema, name.table];
}

/** A name part in backticks unless it is a plain word. */
export function quoteNamePart(part: string): string {
  return /^[A-Za-z_]\w*$/.test(part) ? part : `\`${part.replaceAll('`', '``')}\``;
}

/** Equal for two names that a statement cannot tell apart. */
export function tableNameKey(name: TableName): string {
  return `${name.schema}\u0000${name.table}`.toLowerCase();
}
