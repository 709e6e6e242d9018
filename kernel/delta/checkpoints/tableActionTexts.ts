import { asRecord, parseTableAction } from '../actions.ts';
import type { LogAccess } from '../protocol.ts';
import { reconcile } from '../tableState.ts';
import { understandState, type TableVersion } from '../tableVersion.ts';

/**
 * The table that the texts of its protocol and metadata actions describe, without transactions and domains.
 * @throws LakebookError as understandState
 */
export function tableVersionOf(texts: { readonly protocol: string; readonly metadata: string }, at: { readonly table: string; readonly version: number; readonly access?: LogAccess }): TableVersion {
  const { table, version } = at;
  const metadata = asRecord(JSON.parse(texts.metadata));
  const body = JSON.stringify({ ...metadata, provider: asRecord(metadata['format'])['provider'] });
  const actions = [parseTableAction({ version, kind: 'protocol', body: texts.protocol }, table), parseTableAction({ version, kind: 'metaData', body }, table)];
  return understandState(reconcile(actions, at), at);
}
