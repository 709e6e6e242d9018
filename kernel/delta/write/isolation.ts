import type { Metadata } from '../actions.ts';

/**
 * How far concurrent commits may look interleaved. `SnapshotIsolation` is for commits that change no data.
 * WriteSerializable (the default): blind appends of others may slip in before rows that a transaction read; Serializable: nothing may.
 */
export type IsolationLevel = 'Serializable' | 'WriteSerializable' | 'SnapshotIsolation';

const ISOLATION_LEVEL = 'delta.isolationLevel';

export function isolationLevelOf(metadata: Metadata | undefined): IsolationLevel {
  return metadata?.configuration[ISOLATION_LEVEL]?.toLowerCase() === 'serializable' ? 'Serializable' : 'WriteSerializable';
}
