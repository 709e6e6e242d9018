import { hasCode, LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import { resolveDataPath } from '../dataPath.ts';
import { deletionVectorPath, uniqueId } from '../deletionVector.ts';
import type { SnapshotFile } from '../fileListing.ts';
import { parseSchema, type StructField } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import type { Snapshot } from '../snapshot.ts';
import type { OperationParameters } from '../write/commitText.ts';
import { removeOf } from '../write/fileActions.ts';
import { identityOf, withHighWaterMark } from '../write/identity.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { HIGH_WATER_MARK_DOMAIN } from '../write/rowIds.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';
import { PROTECTED_BEFORE } from './featureTraces.ts';

export interface RestoreOptions {
  /** The table as it shall be again. */
  readonly former: Snapshot;
  /** How the statement named that version, for the history: `version` or `timestamp`. */
  readonly named: OperationParameters;
}

const MISSING_TOLD_MAX = 5;
const CHECKED_AT_ONCE = 64;

/**
 * `RESTORE TABLE`: a new version with the files, the schema and the properties of an older one. The protocol stays, as do
 * numbers that must never be given out twice.
 * @throws LakebookError DELTA_RESTORE_FILES_MISSING, DELTA_CANNOT_MODIFY_APPEND_ONLY, as a commit
 */
export async function restoreTable(open: OpenTransaction, snapshot: Snapshot, { former, named }: RestoreOptions, signal?: AbortSignal): Promise<CommandResult> {
  const { transaction, environment, table } = open;
  transaction.readWholeTable();
  const [current, wanted] = [await snapshot.addFiles(undefined, signal), await former.addFiles(undefined, signal)];
  const [currentKeys, wantedKeys] = [new Set(current.map(keyOf)), new Set(wanted.map(keyOf))];
  const restored = wanted.filter((file) => !currentKeys.has(keyOf(file)));
  const removed = current.filter((file) => !wantedKeys.has(keyOf(file)));
  if (removed.length > 0 && snapshot.metadata.configuration['delta.appendOnly']?.toLowerCase() === 'true') throw new LakebookError('DELTA_CANNOT_MODIFY_APPEND_ONLY', { table });
  await checkPresent(open, restored, former.version);
  transaction.setMetadata(restoredMetadata(snapshot.metadata, former.metadata, table));
  for (const domain of restoredDomains(snapshot, former)) transaction.setDomain(domain);
  const deletionTimestamp = environment.now();
  const metrics = metricsOf({ wanted, restored, removed });
  const committed = await open.commit({ name: 'RESTORE', parameters: named, metrics }, {
    adds: restored.map((file) => ({ ...file, dataChange: true })),
    removes: removed.map((file) => removeOf(file, { deletionTimestamp, dataChange: true })),
    changeFiles: [],
  });
  return { committed, metrics, rows: NO_ROWS };
}

function keyOf({ path, deletionVector }: SnapshotFile): string {
  return `${path}\u0000${deletionVector === undefined ? '' : uniqueId(deletionVector)}`;
}

/** VACUUM may have deleted files of older versions: then there is nothing to go back to. */
async function checkPresent({ storage, table }: OpenTransaction, files: readonly SnapshotFile[], version: number): Promise<void> {
  const paths = files.flatMap(({ path, deletionVector }) => [resolveDataPath(table, path), ...(deletionVector === undefined || deletionVector.storageType === 'i' ? [] : [deletionVectorPath(table, deletionVector)])]);
  const unique = [...new Set(paths)];
  const missing: string[] = [];
  for (let from = 0; from < unique.length; from += CHECKED_AT_ONCE) {
    await Promise.all(unique.slice(from, from + CHECKED_AT_ONCE).map(async (path) => {
      await storage.readRange(path, 0, 1).catch((error: unknown) => {
        if (!hasCode(error, 'STORAGE_NOT_FOUND')) throw error;
        missing.push(path);
      });
    }));
  }
  if (missing.length === 0) return;
  throw new LakebookError('DELTA_RESTORE_FILES_MISSING', { table, version, count: missing.length, files: missing.sort().slice(0, MISSING_TOLD_MAX).join(', ') });
}

/** Properties that tell where in its life a table began something, gave out last, or must keep. */
const KEPT_PROPERTIES = ['delta.enableInCommitTimestamps', 'delta.inCommitTimestampEnablementVersion', 'delta.inCommitTimestampEnablementTimestamp', PROTECTED_BEFORE];
const MAX_COLUMN_ID = 'delta.columnMapping.maxColumnId';

function restoredMetadata(current: Metadata, former: Metadata, table: string): Metadata {
  const kept = KEPT_PROPERTIES.flatMap((name) => (current.configuration[name] === undefined ? [] : [[name, current.configuration[name]] as const]));
  const maxId = Math.max(Number(current.configuration[MAX_COLUMN_ID] ?? 0), Number(former.configuration[MAX_COLUMN_ID] ?? 0));
  const { [PROTECTED_BEFORE]: _former, ...configured } = former.configuration;
  const configuration = { ...configured, ...Object.fromEntries(kept), ...(maxId === 0 ? {} : { [MAX_COLUMN_ID]: String(maxId) }) };
  const [schema, known] = [parseSchema(former.schemaString, table), parseSchema(current.schemaString, table)];
  const fields = schema.fields.map((field) => neverLess(field, known.fields.find(({ name }) => name === field.name)));
  return { ...former, id: current.id, configuration, schemaString: fields.every((field, index) => field === schema.fields[index]) ? former.schemaString : schemaText({ kind: 'struct', fields }) };
}

/** An identity column goes on behind the last number that it gave out in any version. */
function neverLess(field: StructField, now: StructField | undefined): StructField {
  const [then, current] = [identityOf(field), now === undefined ? undefined : identityOf(now)];
  const mark = current?.highWaterMark;
  if (then === undefined || mark === undefined) return field;
  const isBehind = then.highWaterMark === undefined || (then.step > 0n ? mark > then.highWaterMark : mark < then.highWaterMark);
  return isBehind ? withHighWaterMark(field, mark) : field;
}

function restoredDomains(current: Snapshot, former: Snapshot): readonly { readonly domain: string; readonly configuration: string; readonly removed: boolean }[] {
  const own = (domains: Snapshot['domains']): Snapshot['domains'] => domains.filter(({ domain }) => domain !== HIGH_WATER_MARK_DOMAIN);
  const [now, then] = [own(current.domains), own(former.domains)];
  const changed = then.filter(({ domain, configuration }) => now.find((each) => each.domain === domain)?.configuration !== configuration);
  const gone = now.filter(({ domain }) => then.every((each) => each.domain !== domain));
  return [...changed.map((domain) => ({ ...domain, removed: false })), ...gone.map((domain) => ({ ...domain, removed: true }))];
}

function metricsOf({ wanted, restored, removed }: Readonly<Record<'wanted' | 'restored' | 'removed', readonly SnapshotFile[]>>): Readonly<Record<string, string>> {
  const bytes = (files: readonly SnapshotFile[]): string => String(files.reduce((sum, { size }) => sum + size, 0));
  return {
    tableSizeAfterRestore: bytes(wanted),
    numOfFilesAfterRestore: String(wanted.length),
    numRemovedFiles: String(removed.length),
    numRestoredFiles: String(restored.length),
    removedFilesSize: bytes(removed),
    restoredFilesSize: bytes(restored),
  };
}
