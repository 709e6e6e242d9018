import { LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import { allFields, findField, parseSchema, someType, type StructType } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import { assignColumnMapping, inheritColumnMapping, mappingModeIn } from './columnMappingAssignment.ts';
import { icebergCompatVersion } from './icebergProperties.ts';
import { checkedProperties, withoutInternalProperties } from './propertyRules.ts';
import type { Environment } from '../../storage/environment.ts';

/** A table as somebody wants it. */
export interface TableDefinition {
  readonly schema: StructType;
  /** Logical names. */
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** What a new table has where its maker says nothing: changed rows are marked rather than their files rewritten. */
const NEW_TABLE_PROPERTIES: Readonly<Record<string, string>> = { 'delta.enableDeletionVectors': 'true' };

/** The same of a table that Iceberg reads: it finds columns by their ids. */
const ICEBERG_TABLE_PROPERTIES: Readonly<Record<string, string>> = { 'delta.columnMapping.mode': 'name' };

/**
 * The metadata of a new table, or of one that replaces another, checked.
 * @param former what it replaces: its id stays
 * @throws LakebookError as {@link checkDefinition}, `checkedProperties`
 */
export function newMetadata(definition: TableDefinition, { environment, former, table }: { readonly environment: Environment; readonly former: Metadata | undefined; readonly table: string }): Metadata {
  const asked = checkedProperties(withoutInternalProperties(definition.configuration));
  const wanted = { ...(icebergCompatVersion(asked) === undefined ? NEW_TABLE_PROPERTIES : ICEBERG_TABLE_PROPERTIES), ...asked };
  const own = { schema: definition.schema, configuration: withRowTrackingColumns(wanted, environment) };
  const known = former === undefined ? own : inheritColumnMapping(own.schema, own.configuration, { schema: parseSchema(former.schemaString, table), configuration: former.configuration });
  const { schema, configuration } = assignColumnMapping(known.schema, known.configuration, { keepNames: false, uuid: () => environment.uuid() });
  checkDefinition({ ...definition, schema, configuration }, table);
  return {
    id: former?.id ?? environment.uuid(),
    name: definition.name,
    description: definition.description,
    provider: 'parquet',
    schemaString: schemaText(schema),
    partitionColumns: definition.partitionColumns.map((name) => findField(schema, name)?.name ?? name),
    configuration,
    createdTime: environment.now(),
  };
}

const ROW_ID_COLUMN = 'delta.rowTracking.materializedRowIdColumnName';
const ROW_VERSION_COLUMN = 'delta.rowTracking.materializedRowCommitVersionColumnName';

/** Tables that track rows name the columns that copied rows keep their ids in (PROTOCOL.md "Row Tracking"). */
export function withRowTrackingColumns(configuration: Readonly<Record<string, string>>, environment: Environment): Readonly<Record<string, string>> {
  if (configuration['delta.enableRowTracking']?.toLowerCase() !== 'true') return configuration;
  return { [ROW_ID_COLUMN]: `_row-id-col-${environment.uuid()}`, [ROW_VERSION_COLUMN]: `_row-commit-version-col-${environment.uuid()}`, ...configuration };
}

const INVALID_SIGNS = /[ ,;{}()\n\t=]/;

/** @throws LakebookError DELTA_DUPLICATE_COLUMNS_FOUND, DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES, DELTA_INVALID_PARTITION_COLUMN, DELTA_NON_PARTITION_COLUMN_ABSENT */
export function checkDefinition({ schema, partitionColumns, configuration }: Pick<TableDefinition, 'schema' | 'partitionColumns' | 'configuration'>, table: string): void {
  checkNames(schema, table);
  if (mappingModeIn(configuration) === 'none') {
    const odd = allFields(schema).find(({ name }) => INVALID_SIGNS.test(name));
    if (odd !== undefined) throw new LakebookError('DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES', { table, column: odd.name });
  }
  for (const name of partitionColumns) {
    const field = findField(schema, name);
    if (field === undefined) throw new LakebookError('DELTA_COLUMN_NOT_FOUND', { table, column: name });
    if (['struct', 'array', 'map', 'variant', 'void'].includes(field.type.kind)) throw new LakebookError('DELTA_INVALID_PARTITION_COLUMN', { table, column: name, type: field.type.kind });
  }
  const partitions = new Set(partitionColumns.map((name) => name.toLowerCase()));
  if (schema.fields.length > 0 && schema.fields.every(({ name }) => partitions.has(name.toLowerCase()))) throw new LakebookError('DELTA_NON_PARTITION_COLUMN_ABSENT', { table });
  const collected = schema.fields.find(({ type }) => someType(type, (each) => (each.kind === 'array' && each.elementType.kind === 'void') || (each.kind === 'map' && each.valueType.kind === 'void')));
  if (collected !== undefined) throw new LakebookError('DELTA_UNSUPPORTED_DATA_TYPES', { table, column: collected.name, type: 'a collection of void' });
}

function checkNames(schema: StructType, table: string): void {
  const seen = new Set<string>();
  for (const { name, type } of schema.fields) {
    if (seen.has(name.toLowerCase())) throw new LakebookError('DELTA_DUPLICATE_COLUMNS_FOUND', { table, column: name });
    seen.add(name.toLowerCase());
    if (type.kind === 'struct') checkNames(type, table);
  }
}
