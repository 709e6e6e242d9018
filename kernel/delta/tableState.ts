import { LakebookError } from '../base/errors.ts';
import type { DomainMetadata, Metadata, Protocol, SetTransaction, TableAction } from './actions.ts';

/** What the log says of the table as a whole at one version. */
export interface TableState {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly txns: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
}

/**
 * The state of `version` from all table actions of its log segment, in any order. Pure.
 * @throws LakebookError DELTA_STATE_RECOVER_ERROR if no protocol or no metadata is among them
 * @see PROTOCOL.md "Action Reconciliation" (LOG-9 to LOG-12)
 */
export function reconcile(actions: readonly TableAction[], at: { readonly table: string; readonly version: number }): TableState {
  const { table, version } = at;
  let protocol: Protocol | undefined;
  let metadata: Metadata | undefined;
  const txns = new Map<string, SetTransaction>();
  const domains = new Map<string, DomainMetadata>();
  const upTo = actions.filter((action) => action.version <= version).sort((left, right) => left.version - right.version);
  for (const action of upTo) {
    switch (action.kind) {
      case 'protocol':
        protocol = action.protocol;
        break;
      case 'metadata':
        metadata = action.metadata;
        break;
      case 'txn':
        txns.set(action.txn.appId, action.txn);
        break;
      case 'domain':
        if (action.removed) domains.delete(action.domain.domain);
        else domains.set(action.domain.domain, action.domain);
        break;
    }
  }
  if (protocol === undefined) throw new LakebookError('DELTA_STATE_RECOVER_ERROR', { table, version, operation: 'protocol' });
  if (metadata === undefined) throw new LakebookError('DELTA_STATE_RECOVER_ERROR', { table, version, operation: 'metadata' });
  return { protocol, metadata, txns: [...txns.values()], domains: [...domains.values()] };
}
