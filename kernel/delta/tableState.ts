import { LakebookError } from '../base/errors.ts';
import type { DomainMetadata, Metadata, Protocol, SetTransaction, TableAction } from './actions.ts';

/** What the log says of the table as a whole at one version. */
export interface TableState {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly txns: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
}

const TRANSACTION_RETENTION = 'delta.setTransactionRetentionDuration';

/**
 * The transaction identifiers that have not expired: none does unless the table sets a retention, and then those without
 * a time do at once.
 * @param nowMs milliseconds since 1970
 */
export function unexpiredTransactions(txns: readonly SetTransaction[], metadata: Metadata, nowMs: number): readonly SetTransaction[] {
  const retention = metadata.configuration[TRANSACTION_RETENTION];
  const retentionMs = retention === undefined ? undefined : parseIntervalMs(retention);
  if (retentionMs === undefined) return txns;
  return txns.filter(({ lastUpdated }) => lastUpdated !== undefined && Number(lastUpdated) > nowMs - retentionMs);
}

const UNIT_MS: Readonly<Record<string, number>> = { week: 604_800_000, day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1000, millisecond: 1, microsecond: 0.001 };

/** `interval 1 week 2 days` in milliseconds; undefined where it is no such text. */
export function parseIntervalMs(text: string): number | undefined {
  const parts = [...text.trim().toLowerCase().replace(/^interval\s+/, '').matchAll(/(-?\d+(?:\.\d+)?)\s+([a-z]+?)s?(?:\s+|$)/gy)];
  if (parts.length === 0) return undefined;
  let total = 0;
  for (const [, amount, unit] of parts) {
    const unitMs = UNIT_MS[unit ?? ''];
    if (unitMs === undefined) return undefined;
    total += Number(amount) * unitMs;
  }
  return total;
}

/**
 * The state of `version` from all table actions of its log segment, in any order. Pure.
 * @throws LakebookError DELTA_STATE_RECOVER_ERROR if no protocol or no metadata is among them
 * @see PROTOCOL.md "Action Reconciliation" (LOG-10 to LOG-12)
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
