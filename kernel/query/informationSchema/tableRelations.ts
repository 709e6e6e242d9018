import { CATALOG_NAME } from '../../catalog/tableName.ts';
import { STRING, TIMESTAMP } from '../../sql/types/dataType.ts';
import { tableTypeOf } from '../information/tableType.ts';
import { SYSTEM_CATALOG, type InformationCatalog } from './names.ts';
import { relation, type InformationRelation, type RelationColumn } from './relation.ts';
import type { TableMetadata } from './tableMetadata.ts';
import type { RelationObject, WorkspaceObjects } from './workspaceObjects.ts';

/** Who made or changed an object is recorded by servers; a folder does not tell. */
const UNRECORDED = 'Always NULL: a workspace does not record it.';

interface DescribedObject {
  readonly object: RelationObject;
  readonly metadata: TableMetadata | undefined;
}

/** The columns by which rows tell whom they are about. */
export function tableNameColumns<Row>(objectOf: (row: Row) => RelationObject): readonly RelationColumn<Row>[] {
  return [
    { name: 'table_catalog', type: STRING, comment: 'Catalog of the table or view.', value: (row) => objectOf(row).catalog },
    { name: 'table_schema', type: STRING, comment: 'Schema of the table or view.', value: (row) => objectOf(row).schema },
    { name: 'table_name', type: STRING, comment: 'Name of the table or view.', value: (row) => objectOf(row).name },
  ];
}

const TABLE_COLUMNS: readonly RelationColumn<DescribedObject>[] = [
  ...tableNameColumns<DescribedObject>(({ object }) => object),
  { name: 'table_type', type: STRING, comment: 'MANAGED for a table of the workspace, EXTERNAL for one elsewhere, VIEW for a view.', value: ({ object }) => (object.view === undefined ? tableTypeOf(object) : 'VIEW') },
  { name: 'is_insertable_into', type: STRING, comment: 'YES for a table, NO for a view.', value: ({ object }) => (object.view === undefined ? 'YES' : 'NO') },
  { name: 'commit_action', type: STRING, comment: 'Always PRESERVE.', value: () => 'PRESERVE' },
  { name: 'table_owner', type: STRING, comment: UNRECORDED, value: () => null },
  { name: 'comment', type: STRING, comment: 'Comment of the table or view.', value: ({ object, metadata }) => object.view?.comment ?? metadata?.comment ?? null, fromLog: true },
  { name: 'created', type: TIMESTAMP, comment: 'When the table was made.', value: ({ metadata }) => toMicros(metadata?.createdAtMs), fromLog: true },
  { name: 'created_by', type: STRING, comment: UNRECORDED, value: () => null },
  { name: 'last_altered', type: TIMESTAMP, comment: 'When the newest version was committed.', value: ({ metadata }) => toMicros(metadata?.changedAtMs), fromLog: true },
  { name: 'last_altered_by', type: STRING, comment: UNRECORDED, value: () => null },
  { name: 'data_source_format', type: STRING, comment: 'DELTA for a table, NULL for a view.', value: ({ object }) => (object.view === undefined ? 'DELTA' : null) },
  { name: 'storage_sub_directory', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'storage_path', type: STRING, comment: 'Folder of the table.', value: ({ object }) => (object.path === undefined ? null : `file:${object.path}`) },
];

const VIEW_COLUMNS: readonly RelationColumn<RelationObject>[] = [
  ...tableNameColumns<RelationObject>((object) => object),
  { name: 'view_definition', type: STRING, comment: 'Text of the query.', value: ({ view }) => view?.definition ?? null },
  { name: 'check_option', type: STRING, comment: 'Always NONE.', value: () => 'NONE' },
  { name: 'is_updatable', type: STRING, comment: 'Always NO.', value: () => 'NO' },
  { name: 'is_insertable_into', type: STRING, comment: 'Always NO.', value: () => 'NO' },
  { name: 'sql_path', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'is_materialized', type: STRING, comment: 'Always NO: views of a workspace are run when they are read.', value: () => 'NO' },
];

interface Constraint {
  readonly object: RelationObject;
  readonly name: string;
  readonly condition: string;
}

const CONSTRAINT_NAME_COLUMNS: readonly RelationColumn<Constraint>[] = [
  { name: 'constraint_catalog', type: STRING, comment: 'Catalog of the constraint.', value: ({ object }) => object.catalog },
  { name: 'constraint_schema', type: STRING, comment: 'Schema of the constraint.', value: ({ object }) => object.schema },
  { name: 'constraint_name', type: STRING, comment: 'Name of the constraint.', value: ({ name }) => name },
];

function administrationColumns<Row>(owner: string): readonly RelationColumn<Row>[] {
  const unrecorded = (name: string): RelationColumn<Row> => ({ name, type: name === 'created' || name === 'last_altered' ? TIMESTAMP : STRING, comment: UNRECORDED, value: () => null });
  return [owner, 'comment', 'created', 'created_by', 'last_altered', 'last_altered_by'].map(unrecorded);
}

/** Relations about catalogs, schemas, tables and views, over one information schema's catalog. */
export function tableRelations(catalog: InformationCatalog): readonly InformationRelation[] {
  return [
    relation<string>('information_schema_catalog_name', 'The catalog of this information schema.', [{ name: 'catalog_name', type: STRING, comment: 'Name of the catalog.', value: (name) => name }], () => [catalog]),
    relation<string>(
      'catalogs',
      'Catalogs.',
      [{ name: 'catalog_name', type: STRING, comment: 'Name of the catalog.', value: (name) => name }, ...administrationColumns<string>('catalog_owner')],
      () => [CATALOG_NAME, SYSTEM_CATALOG],
    ),
    relation(
      'schemata',
      'Schemas.',
      [
        { name: 'catalog_name', type: STRING, comment: 'Catalog of the schema.', value: (row) => row.catalog },
        { name: 'schema_name', type: STRING, comment: 'Name of the schema.', value: (row) => row.schema },
        ...administrationColumns<{ readonly catalog: string; readonly schema: string }>('schema_owner'),
      ],
      (objects) => objects.schemas(catalog),
    ),
    relation('tables', 'Tables and views.', TABLE_COLUMNS, async (objects, { predicate, fromLog }) => {
      const found = await objects.relations(catalog, predicate);
      return fromLog ? described(found, objects) : found.map((object) => ({ object, metadata: undefined }));
    }),
    relation('views', 'Views.', VIEW_COLUMNS, async (objects, { predicate }) => (await objects.relations(catalog, predicate)).filter(({ view }) => view !== undefined)),
    relation(
      'table_constraints',
      'CHECK constraints of tables; a table’s log keeps no others.',
      [
        ...CONSTRAINT_NAME_COLUMNS,
        ...tableNameColumns<Constraint>(({ object }) => object),
        { name: 'constraint_type', type: STRING, comment: 'Always CHECK.', value: () => 'CHECK' },
        { name: 'is_deferrable', type: STRING, comment: 'Always YES.', value: () => 'YES' },
        { name: 'initially_deferred', type: STRING, comment: 'Always NO.', value: () => 'NO' },
        { name: 'enforced', type: STRING, comment: 'Always YES: writers check each row.', value: () => 'YES' },
      ],
      async (objects, { predicate }) => constraintsOf(await described(await objects.relations(catalog, predicate), objects)),
    ),
    relation(
      'check_constraints',
      'CHECK constraints of tables.',
      [
        ...CONSTRAINT_NAME_COLUMNS,
        { name: 'check_clause', type: STRING, comment: 'Condition that each row meets.', value: ({ condition }) => condition },
        { name: 'sql_path', type: STRING, comment: 'Always NULL.', value: () => null },
        { name: 'comment', type: STRING, comment: 'Always NULL.', value: () => null },
      ],
      async (objects) => constraintsOf(await described(await objects.relations(catalog, undefined), objects)),
    ),
  ];
}

async function described(found: readonly RelationObject[], objects: WorkspaceObjects): Promise<readonly DescribedObject[]> {
  const metadata = await objects.metadata(found);
  return found.map((object, index) => ({ object, metadata: metadata[index] }));
}

const CONSTRAINT_PREFIX = 'delta.constraints.';

function constraintsOf(tables: readonly DescribedObject[]): readonly Constraint[] {
  return tables.flatMap(({ object, metadata }) =>
    Object.entries(metadata?.configuration ?? {}).flatMap(([key, condition]) => (key.toLowerCase().startsWith(CONSTRAINT_PREFIX) ? [{ object, name: key.slice(CONSTRAINT_PREFIX.length), condition }] : [])),
  );
}

function toMicros(ms: number | undefined): bigint | null {
  return ms === undefined ? null : BigInt(Math.round(ms)) * 1000n;
}
