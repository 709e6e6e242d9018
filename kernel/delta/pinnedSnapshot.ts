import type { Storage } from '../storage/storage.ts';
import type { DeletionVectors } from './deletionVectors.ts';
import { describeTable } from './detail.ts';
import type { Engine } from './engine.ts';
import type { FileIndexes } from './fileIndex.ts';
import { listFiles, readFileEntries, readSnapshotFiles } from './fileListing.ts';
import type { LiveFiles } from './liveFiles.ts';
import { featuresOf } from './protocol.ts';
import { judgeRowGroups } from './rowGroups.ts';
import { planPages, planPaths } from './plannedPaths.ts';
import { scanSnapshot } from './scanSnapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { TableVersion } from './tableVersion.ts';

/** Live files with what was made of them, shared by the snapshots that were built from one log segment. */
export interface Generation {
  readonly files: LiveFiles;
  readonly indexes: FileIndexes;
}

export interface PinnedParts {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly generation: Generation;
  readonly vectors: DeletionVectors;
  readonly at: TableVersion;
  readonly timestampMs: number;
}

/** A snapshot over a generation's relations, which it holds until it is disposed. */
export function pinSnapshot(parts: PinnedParts): Snapshot {
  const { engine, storage, generation, vectors, at, timestampMs } = parts;
  const { files, indexes } = generation;
  const totals = files.totals(at.version);
  const context = { engine, storage, at, files, indexes, vectors, totals };
  files.retain();
  let held = true;
  return {
    tablePath: at.table,
    version: at.version,
    timestampMs,
    schema: at.schema,
    partitionColumns: at.metadata.partitionColumns,
    protocol: at.protocol,
    metadata: at.metadata,
    features: featuresOf(at.protocol),
    totals,
    domains: at.domains,
    txns: at.txns,
    scan: (options = {}, signal) => scanSnapshot(context, options, signal),
    planFiles: (options = {}, signal) => planPaths(context, options, signal),
    planPages: (options = {}, signal) => planPages(context, options, signal),
    judgeRowGroups: (predicate, signal) => judgeRowGroups(context, predicate, signal),
    files: (page, signal) => readFileEntries(engine, files, at, page, signal),
    addFiles: (ids, signal) => readSnapshotFiles(engine, files, at, ids, signal),
    fileListing: () => listFiles(files, at),
    detail: (signal) => describeTable({ engine, storage, files, at, totals, timestampMs }, signal),
    dispose: async () => {
      if (!held) return;
      held = false;
      await releaseGeneration(generation);
    },
  };
}

/** Gives one hold up; what was made of the files goes with the last. */
export async function releaseGeneration({ files, indexes }: Generation): Promise<void> {
  if (await files.release()) await indexes.dispose();
}
