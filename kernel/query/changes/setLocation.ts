import { hasCode, LakebookError } from '../../base/errors.ts';
import { formatType } from '../../delta/schema.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import { definedSchema, schemaDifferences } from '../../delta/write/schemaDifferences.ts';
import { spanOf } from '../../sql/span.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { pointAt } from '../errorPlace.ts';
import { resolvePath } from '../files/filePaths.ts';
import type { LocatedTable } from '../pinnedTables.ts';
import type { StatementContext } from '../selectStatement.ts';
import { quoted } from './tablePlaces.ts';

/**
 * `ALTER TABLE … SET LOCATION`: the name of a table elsewhere leads to another one.
 * @throws LakebookError DELTA_CANNOT_SET_LOCATION_ON_PATH_IDENTIFIER, DELTA_MISSING_DELTA_TABLE, DELTA_SET_LOCATION_SCHEMA_MISMATCH
 */
export async function setLocation({ target, change }: StatementOf<'alterTable'>, context: StatementContext): Promise<void> {
  const { text, session, pinned, dependencies: { catalog, authorise } } = context;
  if (change.kind !== 'setLocation') throw new LakebookError('INTERNAL_ERROR', { detail: 'only SET LOCATION moves a name' });
  const parts = target.name.map((part) => part.text);
  const source = parts.length === 2 && parts[0]!.toLowerCase() === 'delta' && parts[1]!.includes('/') ? { kind: 'path' as const, format: 'delta' as const, path: parts[1]! } : { kind: 'name' as const, parts };
  const located = await pinned.locate(source);
  if (located === undefined) throw new LakebookError('TABLE_OR_VIEW_NOT_FOUND', { name: quoted({ fullName: parts }) }, { suggestions: catalog.nearTables(parts) });
  if (located.byPath) throw new LakebookError('DELTA_CANNOT_SET_LOCATION_ON_PATH_IDENTIFIER', {});
  if (located.isManaged) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'SET LOCATION of a table of the workspace', reason: 'its name is its folder: RENAME TO moves it, and CREATE TABLE … LOCATION names one that is elsewhere' });
  const [, schema, table] = located.fullName;
  try {
    const path = resolvePath(catalog.root, change.location);
    await authorise({ user: session.user, table: located.displayName, path });
    const [former, next] = [await newestOf(located, context), await newestOf({ ...located, path }, context)];
    const differences = [...schemaDifferences(former.schema, next.schema, { existing: 'current', specified: 'new' }), ...(former.partitionColumns.join() === next.partitionColumns.join() ? [] : ['the partition columns are others'])];
    if (differences.length === 0 && formatType(definedSchema(former.schema)) !== formatType(definedSchema(next.schema))) differences.push('the columns stand in another order');
    const isChecked = session.get('spark.databricks.delta.alterLocation.bypassSchemaCheck')?.toLowerCase() !== 'true';
    if (isChecked && differences.length > 0) throw new LakebookError('DELTA_SET_LOCATION_SCHEMA_MISMATCH', { table: quoted(located), location: path, differences: differences.join('; ') });
    await catalog.external.replace({ schema: schema!, table: table!, path });
  } catch (error) {
    throw pointAt(error, spanOf(text, change));
  }
  catalog.searchAgain();
}

async function newestOf(table: LocatedTable, { pinned }: StatementContext): Promise<Snapshot> {
  try {
    return (await pinned.pinTable(table, { kind: 'latest' })).snapshot;
  } catch (error) {
    throw hasCode(error, 'DELTA_TABLE_NOT_FOUND') ? new LakebookError('DELTA_MISSING_DELTA_TABLE', { table: table.path }, { cause: error }) : error;
  }
}
