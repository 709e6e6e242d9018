import { LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import type { DomainChange, OperationParameters } from '../write/commitText.ts';
import type { CommandResult } from './commandResult.ts';
import { adoptMetadata } from './commitMetadata.ts';
import { clusteringDomain } from '../write/clusteringColumns.ts';
import { parseSchema } from '../schema.ts';
import { removeOf, type RemoveFile } from '../write/fileActions.ts';
import { completeRows, type NewRows } from '../write/newRows.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { newMetadata, type TableDefinition } from '../write/tableMetadata.ts';
import { fileMetrics, writeComplete } from './writtenRows.ts';

export interface CreateOptions extends TableDefinition {
  readonly mode: 'create' | 'createOrReplace' | 'replace';
  /** Rows to begin with: `CREATE TABLE … AS SELECT`. */
  readonly rows?: NewRows | undefined;
  readonly isManaged: boolean;
  /** Paths of columns; undefined for a table without. */
  readonly clusterBy?: readonly (readonly string[])[] | undefined;
}

/**
 * Makes a table, or replaces one: its history goes on.
 * @throws LakebookError DELTA_TABLE_ALREADY_EXISTS, DELTA_CANNOT_REPLACE_MISSING_TABLE, as `newMetadata`,
 *   as `adoptMetadata`, as `completeRows`
 */
export async function createTable(open: OpenTransaction, options: CreateOptions, signal?: AbortSignal): Promise<CommandResult> {
  const { transaction, table, environment, base } = open;
  if (base !== undefined && options.mode === 'create') throw new LakebookError('DELTA_TABLE_ALREADY_EXISTS', { table });
  if (base === undefined && options.mode === 'replace') throw new LakebookError('DELTA_CANNOT_REPLACE_MISSING_TABLE', { table });
  const metadata = newMetadata(options, { environment, former: base?.metadata, table });
  adoptMetadata(open, metadata);
  if (base !== undefined) transaction.readWholeTable();
  const domain = clusteringChange(open, options);
  if (domain !== undefined) {
    transaction.setDomain(domain);
    if (!domain.removed) transaction.requireFeatures(['clustering']);
  }
  const removes = base === undefined ? [] : await removeAll(open);
  const written = options.rows === undefined ? { adds: [], rowCount: 0 } : await writeComplete(open, await completeRows(open, options.rows), signal);
  const metrics = options.rows === undefined ? {} : fileMetrics(written);
  const committed = await open.commit({ name: operationName(options), parameters: parametersOf(options, transaction.target.metadata), metrics }, { adds: written.adds, removes, changeFiles: [] });
  return { committed, metrics, rows: { affected: written.rowCount, inserted: written.rowCount, updated: 0, deleted: 0 } };
}

function clusteringChange({ base, transaction, table }: OpenTransaction, { clusterBy }: CreateOptions): DomainChange | undefined {
  if (clusterBy !== undefined) return clusteringDomain(parseSchema(transaction.target.metadata.schemaString, table), transaction.target, clusterBy, table);
  const former = base?.domains.find(({ domain }) => domain === 'delta.clustering');
  return former === undefined ? undefined : { ...former, removed: true };
}

async function removeAll(open: OpenTransaction): Promise<readonly RemoveFile[]> {
  const { environment } = open;
  const files = await (await open.snapshot()).addFiles();
  return files.map((file) => removeOf(file, { deletionTimestamp: environment.now(), dataChange: true }));
}

function operationName({ mode, rows }: CreateOptions): string {
  const verb = mode === 'create' ? 'CREATE TABLE' : mode === 'createOrReplace' ? 'CREATE OR REPLACE TABLE' : 'REPLACE TABLE';
  return rows === undefined ? verb : `${verb} AS SELECT`;
}

function parametersOf({ isManaged, clusterBy }: CreateOptions, { description, partitionColumns, configuration }: Metadata): OperationParameters {
  return {
    partitionBy: JSON.stringify(partitionColumns),
    clusterBy: JSON.stringify((clusterBy ?? []).map((path) => path.join('.'))),
    description: description ?? null,
    isManaged: String(isManaged),
    properties: JSON.stringify(configuration),
  };
}
