import { CATALOG_NAME, isWorkspaceCatalog, type CurrentNamespace } from '../../catalog/tableName.ts';

export const INFORMATION_SCHEMA = 'information_schema';
/** The catalog of what belongs to no workspace: Spark's own functions, and the session's objects. */
export const SYSTEM_CATALOG = 'system';
/** The catalogs that have an information schema: the workspace's tells of the workspace and the session, `system`'s of Spark's functions too. */
export type InformationCatalog = typeof CATALOG_NAME | typeof SYSTEM_CATALOG;

/** The catalog and the relation that a name in an information schema means; undefined for any other name. */
export function parseInformationName(parts: readonly string[], current: CurrentNamespace): { readonly catalog: InformationCatalog; readonly relation: string } | undefined {
  const [relation, schema = current.schema, catalog = current.catalog] = parts.toReversed();
  if (relation === undefined || parts.length > 3 || schema.toLowerCase() !== INFORMATION_SCHEMA) return undefined;
  if (isWorkspaceCatalog(catalog)) return { catalog: CATALOG_NAME, relation: relation.toLowerCase() };
  return catalog.toLowerCase() === SYSTEM_CATALOG ? { catalog: SYSTEM_CATALOG, relation: relation.toLowerCase() } : undefined;
}
