import { describe, expect, it } from 'vitest';
import type { Metadata, Protocol, TableAction } from './actions.ts';
import { parseIntervalMs, reconcile, unexpiredTransactions } from './tableState.ts';

const protocol = (version: number, minReaderVersion = 1): TableAction => ({ version, kind: 'protocol', protocol: { minReaderVersion, minWriterVersion: 2, readerFeatures: undefined, writerFeatures: undefined } satisfies Protocol });
const metadata = (version: number, id: string, configuration: Readonly<Record<string, string>> = {}): TableAction => ({ version, kind: 'metadata', metadata: tableMetadata(id, configuration) });
const txn = (version: number, appId: string, txnVersion: bigint): TableAction => ({ version, kind: 'txn', txn: { appId, version: txnVersion, lastUpdated: undefined } });
const domain = (version: number, name: string, configuration: string, removed = false): TableAction => ({ version, kind: 'domain', domain: { domain: name, configuration }, removed });

function tableMetadata(id: string, configuration: Readonly<Record<string, string>>): Metadata {
  return { id, name: undefined, description: undefined, provider: 'parquet', schemaString: '', partitionColumns: [], createdTime: undefined, configuration };
}

const BASE = [protocol(0), metadata(0, 'first')];

describe('reconciliation', () => {
  it.each([
    { name: 'the newest of each, whatever the order', actions: [metadata(3, 'third'), ...BASE, protocol(2, 2), metadata(1, 'second')], version: 3, id: 'third', reader: 2 },
    { name: 'nothing newer than the version', actions: [metadata(3, 'third'), ...BASE, protocol(2, 2)], version: 1, id: 'first', reader: 1 },
  ])('[LOG-10] $name', ({ actions, version, id, reader }) => {
    const state = reconcile(actions, { table: 't', version });
    expect({ id: state.metadata.id, reader: state.protocol.minReaderVersion }).toEqual({ id, reader });
  });

  it.each([
    { name: 'protocol', actions: [metadata(0, 'first')] },
    { name: 'metadata', actions: [protocol(0)] },
  ])('[LOG-10] refuses a log without $name', ({ name, actions }) => {
    expect(() => reconcile(actions, { table: 't', version: 0 })).toThrowError(expect.objectContaining({ code: 'DELTA_STATE_RECOVER_ERROR', parameters: expect.objectContaining({ operation: name }) }));
  });

  it('[LOG-11] keeps the newest transaction of each application, lower or not, exactly', () => {
    const { txns } = reconcile([...BASE, txn(1, 'a', 9_007_199_254_740_993n), txn(2, 'a', 5n), txn(1, 'b', 9_223_372_036_854_775_807n)], { table: 't', version: 2 });
    expect(txns.map(({ appId, version }) => [appId, version])).toEqual([['a', 5n], ['b', 9_223_372_036_854_775_807n]]);
  });

  it('[LOG-11] hides expired transactions only where a retention is set', () => {
    const now = Date.UTC(2026, 0, 10);
    const day = 86_400_000;
    const txns = [{ appId: 'young', version: 1n, lastUpdated: BigInt(now - day / 2) }, { appId: 'old', version: 1n, lastUpdated: BigInt(now - 2 * day) }, { appId: 'timeless', version: 1n, lastUpdated: undefined }];
    const kept = (configuration: Readonly<Record<string, string>>): readonly string[] => unexpiredTransactions(txns, tableMetadata('x', configuration), now).map(({ appId }) => appId);
    expect([kept({}), kept({ 'delta.setTransactionRetentionDuration': 'interval 1 days' })]).toEqual([['young', 'old', 'timeless'], ['young']]);
  });

  it('[LOG-12] hides removed domains, and shows one that came again', () => {
    const actions = [...BASE, domain(1, 'a', '1'), domain(1, 'b', '1'), domain(2, 'a', '1', true), domain(2, 'b', '2', true), domain(3, 'b', '3')];
    expect(reconcile(actions, { table: 't', version: 3 }).domains).toEqual([{ domain: 'b', configuration: '3' }]);
  });

  it.each([
    ['interval 1 week', 604_800_000],
    ['INTERVAL 2 days 3 hours', 183_600_000],
    ['1 day', 86_400_000],
    ['soon', undefined],
    ['interval 1 month', undefined],
  ])('[LOG-11] reads the interval %s', (text, ms) => {
    expect(parseIntervalMs(text)).toBe(ms);
  });
});
