import type { StructField } from '../../delta/schema.ts';
import type { CatalogColumn } from '../../sql/catalog.ts';
import { INT, STRING } from '../../sql/types/dataType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';
import { columnDefault, declaredType, generationExpression, identityOf } from '../information/declaredColumns.ts';
import type { InformationCatalog } from './names.ts';
import { relation, type InformationRelation, type RelationColumn } from './relation.ts';
import { tableNameColumns } from './tableRelations.ts';
import { typeColumns } from './typeColumns.ts';
import type { RelationObject } from './workspaceObjects.ts';

/** A column of a table or view. `stored` is a table's column as its log has it. */
interface DescribedColumn {
  readonly object: RelationObject;
  /** From 1. */
  readonly position: number;
  readonly column: CatalogColumn;
  readonly stored: StructField | undefined;
  /** From 1 among the columns that partition the table. */
  readonly partition: number | null;
}

const COLUMNS: readonly RelationColumn<DescribedColumn>[] = [
  ...tableNameColumns<DescribedColumn>(({ object }) => object),
  { name: 'column_name', type: STRING, comment: 'Name of the column.', value: ({ column }) => column.name },
  { name: 'ordinal_position', type: INT, comment: 'Place of the column in its table, from 1.', value: ({ position }) => position },
  { name: 'column_default', type: STRING, comment: 'What is written where a statement gives no value.', value: ({ stored }) => (stored && columnDefault(stored)) ?? null },
  { name: 'is_nullable', type: STRING, comment: 'YES or NO; NULL for a view of the session, where it is not worked out.', value: ({ object, column }) => (object.view?.definition === undefined ? yesNo(column.nullable) : null) },
  ...typeColumns<DescribedColumn>('full_data_type', ({ column, stored }) => ({ type: column.type, declared: stored && declaredType(stored) })),
  { name: 'is_identity', type: STRING, comment: 'YES where values are numbered by writers.', value: (row) => yesNo(identity(row) !== undefined) },
  { name: 'identity_generation', type: STRING, comment: 'ALWAYS or BY DEFAULT, for identity columns.', value: (row) => generation(row) },
  { name: 'identity_start', type: STRING, comment: 'First number of an identity column.', value: (row) => identity(row)?.start ?? null },
  { name: 'identity_increment', type: STRING, comment: 'Step of an identity column.', value: (row) => identity(row)?.step ?? null },
  { name: 'identity_maximum', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'identity_minimum', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'identity_cycle', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'is_generated', type: STRING, comment: 'YES where the value follows from other columns.', value: ({ stored }) => yesNo(stored !== undefined && generationExpression(stored) !== undefined) },
  { name: 'generation_expression', type: STRING, comment: 'How the value follows from other columns.', value: ({ stored }) => (stored && generationExpression(stored)) ?? null },
  { name: 'is_system_time_period_start', type: STRING, comment: 'Always NO.', value: () => 'NO' },
  { name: 'is_system_time_period_end', type: STRING, comment: 'Always NO.', value: () => 'NO' },
  { name: 'system_time_period_timestamp_generation', type: STRING, comment: 'Always NULL.', value: () => null },
  { name: 'is_updatable', type: STRING, comment: 'YES for a table’s column, NO for a view’s.', value: ({ object }) => yesNo(object.view === undefined) },
  { name: 'partition_index', type: INT, comment: 'Place among the columns that partition the table, from 1.', value: ({ partition }) => partition },
  { name: 'comment', type: STRING, comment: 'Comment of the column.', value: ({ column }) => column.comment ?? null },
];

/** `columns`, over one information schema's catalog. */
export function columnRelation(catalog: InformationCatalog): InformationRelation {
  return relation('columns', 'Columns of tables and views.', COLUMNS, async (objects, { predicate }) => {
    const found = await objects.relations(catalog, predicate);
    const metadata = await objects.metadata(found);
    return found.flatMap((object, index) => {
      if (object.view !== undefined) return object.view.columns.map((column, place): DescribedColumn => ({ object, position: place + 1, column, stored: undefined, partition: null }));
      const { schema, partitionColumns = [] } = metadata[index] ?? {};
      const partitions = new Map(partitionColumns.map((name, place) => [name, place + 1]));
      return (schema?.fields ?? []).map((field, place): DescribedColumn => ({ object, position: place + 1, column: toCatalogColumn(field), stored: field, partition: partitions.get(field.name) ?? null }));
    });
  });
}

function yesNo(yes: boolean): string {
  return yes ? 'YES' : 'NO';
}

function identity({ stored }: DescribedColumn): ReturnType<typeof identityOf> {
  return stored && identityOf(stored);
}

function generation(row: DescribedColumn): string | null {
  const known = identity(row);
  return known === undefined ? null : known.always ? 'ALWAYS' : 'BY DEFAULT';
}
