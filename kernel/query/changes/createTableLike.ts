import { LakebookError } from '../../base/errors.ts';
import { checkSpecified } from '../../delta/commands/adoptTable.ts';
import { NO_ROWS } from '../../delta/commands/commandResult.ts';
import { createTable } from '../../delta/commands/createTable.ts';
import { mapFields, type StructField, type StructType } from '../../delta/schema.ts';
import { tableReferenceOf } from '../../sql/references.ts';
import { spanOf } from '../../sql/span.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import { clusteringColumnsOf } from '../information/clustering.ts';
import type { StatementContext } from '../selectStatement.ts';
import { tableNotFound } from '../tableStatements.ts';
import { beginOn } from './changedTable.ts';
import type { ChangePlan } from './prepareChange.ts';
import { checkVacant, placeOf, quoted } from './tablePlaces.ts';

/** What the rows of a table left in its schema; a new table has none. */
const OF_ROWS = ['delta.identity.highWaterMark', 'delta.typeChanges'];

/** CREATE TABLE … LIKE: an empty table with another one's columns, partitions, clustering and properties. */
export async function planCreateTableLike({ name, ifNotExists, source, clauses, ...at }: StatementOf<'createTableLike'>, context: StatementContext): Promise<ChangePlan> {
  const { text, pinned, settings, dependencies } = context;
  const refuse = (feature: string, reason: string): LakebookError => new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature, reason }, { span: spanOf(text, at) });
  const [odd] = Object.keys(clauses).filter((clause) => !['format', 'properties', 'comment', 'location'].includes(clause));
  if (odd !== undefined) throw refuse(`The clause ${odd} of CREATE TABLE LIKE`, 'the other table says it');
  if (clauses.format !== undefined && clauses.format.map((part) => part.text).join('.').toLowerCase() !== 'delta') throw refuse('A table of another format', 'tables made here are Delta tables');
  const reference = tableReferenceOf(source, settings);
  if (reference === undefined) throw refuse('A table named by an expression', 'its name is known only when the statement runs');
  const found = await pinned.pin(reference);
  if (found === undefined) throw await tableNotFound(text, reference, dependencies.catalog);
  if (found.kind !== 'table') throw refuse('CREATE TABLE LIKE of what is no Delta table', 'use CREATE TABLE AS SELECT');
  const place = await placeOf(name, clauses.location, context);
  const { located, isNamed } = place;
  const open = await beginOn(located, context);
  const nothing = { located, operation: 'CREATE TABLE', reads: [], files: [], notices: [] };
  if ((open.base !== undefined && (isNamed || located.byPath)) || (isNamed && !located.isManaged)) {
    if (ifNotExists) return { ...nothing, run: async () => ({ committed: undefined, metrics: {}, rows: NO_ROWS }) };
    throw new LakebookError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoted(located) }, { span: spanOf(text, name) });
  }
  const { metadata, schema } = found.snapshot;
  const clustered = clusteringColumnsOf(found.snapshot);
  const options = {
    mode: 'create' as const,
    schema: emptied(schema),
    partitionColumns: metadata.partitionColumns,
    configuration: { ...metadata.configuration, ...clauses.properties },
    description: clauses.comment ?? metadata.description,
    isManaged: located.isManaged,
    ...(clustered.length === 0 ? {} : { clusterBy: clustered }),
  };
  try {
    if (open.base === undefined) await checkVacant(place);
    else checkSpecified(open.base, options, located.path);
  } catch (error) {
    throw pointAt(error, spanOf(text, name));
  }
  return {
    ...nothing,
    run: async (signal) => {
      const result = open.base === undefined ? await createTable(open, options, signal) : { committed: undefined, metrics: {}, rows: NO_ROWS };
      await place.keepName();
      return result;
    },
  };
}

function emptied(schema: StructType): StructType {
  const kept = (field: StructField): StructField => ({ ...field, metadata: Object.fromEntries(Object.entries(field.metadata).filter(([key]) => !OF_ROWS.includes(key))) });
  const changed = mapFields(schema, kept);
  return changed.kind === 'struct' ? changed : schema;
}
