import { LakebookError } from '../../base/errors.ts';
import type { Snapshot } from '../snapshot.ts';
import { clusteringDomain, clusteringPaths } from '../write/clusteringColumns.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';

/**
 * `CLUSTER BY (…)`, and `CLUSTER BY NONE` by no columns: how files are laid out from now on (PROTOCOL.md "Clustered Table").
 * @throws LakebookError DELTA_ALTER_TABLE_CLUSTER_BY_ON_PARTITIONED_TABLE_NOT_ALLOWED, as `clusteringDomain`
 */
export async function clusterBy(open: OpenTransaction, snapshot: Snapshot, columns: readonly (readonly string[])[]): Promise<CommandResult> {
  const { transaction, table } = open;
  const { schema, protocol, metadata, domains } = snapshot;
  if (metadata.partitionColumns.length > 0) throw new LakebookError('DELTA_ALTER_TABLE_CLUSTER_BY_ON_PARTITIONED_TABLE_NOT_ALLOWED', { table });
  transaction.setDomain(clusteringDomain(schema, { protocol, metadata }, columns, table));
  transaction.requireFeatures(['clustering']);
  const shown = (paths: readonly (readonly string[])[]): string => paths.map((path) => path.join('.')).join(',');
  const parameters = { oldClusteringColumns: shown(clusteringPaths(domains)), newClusteringColumns: shown(columns) };
  return { committed: await open.commit({ name: 'CLUSTER BY', parameters }), metrics: {}, rows: NO_ROWS };
}
