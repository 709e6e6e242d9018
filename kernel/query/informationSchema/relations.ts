import { findNearNames } from '../../catalog/nearNames.ts';
import { CATALOG_NAME } from '../../catalog/tableName.ts';
import type { WorkspaceCatalog } from '../../catalog/workspaceCatalog.ts';
import { columnRelation } from './columnRelation.ts';
import { INFORMATION_SCHEMA, SYSTEM_CATALOG, type InformationCatalog } from './names.ts';
import type { InformationRelation } from './relation.ts';
import { routineRelations } from './routineRelations.ts';
import { tableRelations } from './tableRelations.ts';

const RELATIONS: Readonly<Record<InformationCatalog, ReadonlyMap<string, InformationRelation>>> = { [CATALOG_NAME]: relationsOf(CATALOG_NAME), [SYSTEM_CATALOG]: relationsOf(SYSTEM_CATALOG) };

function relationsOf(catalog: InformationCatalog): ReadonlyMap<string, InformationRelation> {
  const all = [...tableRelations(catalog), columnRelation(catalog), ...routineRelations(catalog)];
  return new Map(all.map((relation): [string, InformationRelation] => [relation.name, relation]).sort(([left], [right]) => (left < right ? -1 : 1)));
}

const NO_PRIVILEGES = 'there are no privileges on this engine';
const NO_SERVER = 'only a server holds such objects';
const NO_POLICIES = 'tags, masks and filters are not kept in a table’s log';
const NO_KEYS = 'keys are not kept in a table’s log';

/** Relations that Databricks documents and that a workspace cannot answer: an empty answer would say that there are none. */
const REFUSALS: readonly { readonly reason: string; readonly names: readonly string[] }[] = [
  { reason: NO_PRIVILEGES, names: ['catalog_privileges', 'connection_privileges', 'external_location_privileges', 'metastore_privileges', 'routine_privileges', 'schema_privileges', 'share_recipient_privileges', 'storage_credential_privileges', 'table_privileges', 'volume_privileges'] },
  { reason: NO_SERVER, names: ['catalog_provider_share_usage', 'connections', 'external_locations', 'metastores', 'providers', 'recipient_allowed_ip_ranges', 'recipient_tokens', 'recipients', 'schema_share_usage', 'shares', 'storage_credentials', 'table_share_usage', 'volumes'] },
  { reason: NO_POLICIES, names: ['catalog_tags', 'column_masks', 'column_tags', 'row_filters', 'schema_tags', 'table_tags', 'volume_tags'] },
  { reason: NO_KEYS, names: ['constraint_column_usage', 'constraint_table_usage', 'key_column_usage', 'referential_constraints'] },
];

/** Their names and columns are the same in each catalog. Sorted by name. */
export function informationRelations(): readonly InformationRelation[] {
  return [...RELATIONS[CATALOG_NAME].values()];
}

export function findRelation({ catalog, relation }: { readonly catalog: InformationCatalog; readonly relation: string }): InformationRelation | undefined {
  return RELATIONS[catalog].get(relation);
}

/** The names that {@link relationRefusal} knows, by reason. */
export function refusedRelations(): ReadonlyMap<string, readonly string[]> {
  return new Map(REFUSALS.map(({ reason, names }) => [reason, names]));
}

/** Why a documented relation has no answer here; undefined for any other name. */
export function relationRefusal(relation: string): string | undefined {
  return REFUSALS.find(({ names }) => names.includes(relation))?.reason;
}

/** Full names in catalog, schema and name, as completion lists those of tables. */
export const INFORMATION_NAMES: readonly (readonly [string, string, string])[] = [CATALOG_NAME, SYSTEM_CATALOG].flatMap((catalog) => [...RELATIONS[CATALOG_NAME].keys()].map((name) => [catalog, INFORMATION_SCHEMA, name] as const));

/** As error texts and hovers show it. */
export function fullRelationName({ catalog, relation }: { readonly catalog: InformationCatalog; readonly relation: InformationRelation }): readonly string[] {
  return [catalog, INFORMATION_SCHEMA, relation.name];
}

/** What a name may have meant: relations of the information schema where it names that, tables of the workspace otherwise. */
export function nearTables(catalog: WorkspaceCatalog, parts: readonly string[]): readonly string[] {
  const inSchema = parts.length > 1 && parts.at(-2)!.toLowerCase() === INFORMATION_SCHEMA;
  return inSchema ? findNearNames(parts.slice(-2).join('.'), informationRelations().map(({ name }) => `${INFORMATION_SCHEMA}.${name}`)) : catalog.nearTables(parts);
}
