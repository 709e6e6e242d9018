import { LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import { parseSchema } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import { assignColumnMapping, mappingModeIn } from '../write/columnMappingAssignment.ts';
import { NO_FILE_ACTIONS, type FileActions } from '../write/fileActions.ts';
import { checkNothingToRewrite } from '../write/icebergCompat.ts';
import { icebergCompatVersion } from '../write/icebergProperties.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { checkedProperties, propertyName } from '../write/propertyRules.ts';
import { withRowCounts } from '../write/rowCounts.ts';
import { withRowTrackingColumns } from '../write/tableMetadata.ts';
import type { CommandResult } from './commandResult.ts';
import { adoptMetadata, commitMetadata } from './commitMetadata.ts';

type Properties = Readonly<Record<string, string>>;

/**
 * `SET TBLPROPERTIES`, with what follows from them: features, ids and physical names of columns, ids of rows.
 * @throws LakebookError as `checkedProperties`, DELTA_ADD_CONSTRAINTS, DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE,
 *   DELTA_ROW_TRACKING_ILLEGAL_PROPERTY_COMBINATION, as `commitMetadata`
 */
export async function setProperties(open: OpenTransaction, snapshot: Snapshot, properties: Properties, signal?: AbortSignal): Promise<CommandResult> {
  const { comment: description, ...wanted } = checkedProperties(properties);
  if (Object.keys(wanted).some((name) => name.startsWith('delta.constraints.'))) throw new LakebookError('DELTA_ADD_CONSTRAINTS', {});
  const { metadata } = snapshot;
  const next = { ...metadata, configuration: { ...metadata.configuration, ...wanted }, ...(description === undefined ? {} : { description }) };
  return commitProperties(open, snapshot, next, { name: 'SET TBLPROPERTIES', parameters: { properties: JSON.stringify(properties) } }, signal);
}

/** `UNSET TBLPROPERTIES`. @throws LakebookError DELTA_UNSET_NON_EXISTENT_PROPERTY, as {@link setProperties} */
export async function unsetProperties(open: OpenTransaction, snapshot: Snapshot, { keys, ifExists }: { readonly keys: readonly string[]; readonly ifExists: boolean }, signal?: AbortSignal): Promise<CommandResult> {
  const { metadata } = snapshot;
  const names = keys.map(propertyName);
  const has = (name: string): boolean => (name === 'comment' ? metadata.description !== undefined : metadata.configuration[name] !== undefined);
  const missing = names.find((name) => !has(name));
  if (missing !== undefined && !ifExists) throw new LakebookError('DELTA_UNSET_NON_EXISTENT_PROPERTY', { property: missing, table: open.table });
  const configuration = Object.fromEntries(Object.entries(metadata.configuration).filter(([name]) => !names.includes(name)));
  const next = { ...metadata, configuration, ...(names.includes('comment') ? { description: undefined } : {}) };
  return commitProperties(open, snapshot, next, { name: 'UNSET TBLPROPERTIES', parameters: { properties: JSON.stringify(keys), ifExists: String(ifExists) } }, signal);
}

async function commitProperties(open: OpenTransaction, snapshot: Snapshot, wanted: Metadata, operation: { readonly name: string; readonly parameters: Properties }, signal: AbortSignal | undefined): Promise<CommandResult> {
  const { environment, table } = open;
  const mapped = withMapping(open, snapshot.metadata, wanted);
  if (icebergCompatVersion(mapped.configuration) !== undefined) {
    open.transaction.readWholeTable();
    adoptMetadata(open, mapped);
    checkNothingToRewrite(snapshot.metadata, mapped, { table, numFiles: snapshot.totals.numFiles });
  }
  const isTracked = (configuration: Properties): boolean => configuration['delta.enableRowTracking']?.toLowerCase() === 'true';
  if (!isTracked(mapped.configuration)) return commitMetadata(open, mapped, operation);
  if (mapped.configuration['delta.rowTrackingSuspended']?.toLowerCase() === 'true') {
    throw new LakebookError('DELTA_ROW_TRACKING_ILLEGAL_PROPERTY_COMBINATION', { table, property1: 'delta.enableRowTracking', property2: 'delta.rowTrackingSuspended' });
  }
  const tracked = { ...mapped, configuration: withRowTrackingColumns(mapped.configuration, environment) };
  const begins = !isTracked(snapshot.metadata.configuration);
  return commitMetadata(open, tracked, operation, begins ? await backfill(open, snapshot, signal) : NO_FILE_ACTIONS);
}

/** PROTOCOL.md "Writer Requirements for Column Mapping": the mode is chosen when a table is made, or later from none to name. */
function withMapping({ environment, table }: OpenTransaction, former: Metadata, wanted: Metadata): Metadata {
  const [oldMode, newMode] = [mappingModeIn(former.configuration), mappingModeIn(wanted.configuration)];
  const isMapped = oldMode === newMode;
  if (isMapped && icebergCompatVersion(wanted.configuration) === icebergCompatVersion(former.configuration)) return wanted;
  if (!isMapped && (oldMode !== 'none' || newMode !== 'name')) throw new LakebookError('DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE', { table, oldMode, newMode });
  const { schema, configuration } = assignColumnMapping(parseSchema(wanted.schemaString, table), wanted.configuration, { keepNames: true, uuid: () => environment.uuid() });
  return { ...wanted, schemaString: schemaText(schema), configuration };
}

/** Files that have no row ids yet, named once more: the commit gives them theirs (PROTOCOL.md "Row Tracking"). */
async function backfill(open: OpenTransaction, snapshot: Snapshot, signal: AbortSignal | undefined): Promise<FileActions> {
  open.transaction.readWholeTable();
  const files = (await snapshot.addFiles(undefined, signal)).filter(({ baseRowId }) => baseRowId === undefined);
  const counted = await withRowCounts(open, files, signal);
  return { ...NO_FILE_ACTIONS, adds: counted.map((file) => ({ ...file, dataChange: false })) };
}
