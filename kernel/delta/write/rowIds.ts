import type { DomainMetadata, Metadata, Protocol } from '../actions.ts';
import { featuresOf } from '../protocol.ts';
import type { DomainChange } from './commitText.ts';
import type { AddFile } from './fileActions.ts';

/** PROTOCOL.md "Row Tracking": the domain that keeps the greatest row id given out. */
export const HIGH_WATER_MARK_DOMAIN = 'delta.rowTracking';

const NONE_GIVEN = -1n;

/** Whether every added file must get row ids (PROTOCOL.md "Writer Requirements for Row Tracking"). */
export function assignsRowIds(protocol: Protocol, metadata: Metadata): boolean {
  return featuresOf(protocol).includes('rowTracking') && metadata.configuration['delta.rowTrackingSuspended'] !== 'true';
}

/** The greatest row id given out so far; -1 where none was. */
export function highWaterMarkOf(domains: readonly DomainMetadata[]): bigint {
  const configuration = domains.find(({ domain }) => domain === HIGH_WATER_MARK_DOMAIN)?.configuration ?? '';
  const digits = /"rowIdHighWaterMark"\s*:\s*(-?\d+)/.exec(configuration)?.[1]; // by its digits: JSON.parse would round it
  return digits === undefined ? NONE_GIVEN : BigInt(digits);
}

/**
 * Gives the files that have none their base row ids, above the high-water mark, and the commit's version. Pure.
 * @param version of the commit
 */
export function assignRowIds(adds: readonly AddFile[], highWaterMark: bigint, version: number): { readonly adds: readonly AddFile[]; readonly domain: DomainChange | undefined } {
  let mark = highWaterMark;
  const assigned = adds.map((add) => {
    if (add.baseRowId !== undefined) return { ...add, defaultRowCommitVersion: add.defaultRowCommitVersion ?? version };
    const baseRowId = mark + 1n;
    mark += BigInt(numRecordsOf(add.stats) ?? 0);
    return { ...add, baseRowId, defaultRowCommitVersion: version };
  });
  const domain = mark === highWaterMark ? undefined : { domain: HIGH_WATER_MARK_DOMAIN, configuration: `{"rowIdHighWaterMark":${mark}}`, removed: false };
  return { adds: assigned, domain };
}

/** How many rows a file has, deleted ones included; undefined where its statistics do not tell. */
export function numRecordsOf(stats: string | undefined): number | undefined {
  const digits = stats === undefined ? undefined : /"numRecords"\s*:\s*(\d+)/.exec(stats)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
