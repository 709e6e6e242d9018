import { toNumber, type Engine } from '../engine.ts';

/** Counts of a table's live files, as a version checksum has them. */
export interface FileTotals {
  readonly numFiles: number;
  readonly sizeBytes: number;
  /** By bins of {@link SIZE_BINS}. */
  readonly fileCounts: readonly number[];
  readonly totalBytes: readonly number[];
  readonly numDeletedRecords: number;
  readonly numDeletionVectors: number;
  /** By bins of {@link DELETED_BINS}. */
  readonly deletedRecordCounts: readonly number[];
}

const [KB, MB, GB] = [1024, 1024 ** 2, 1024 ** 3];

function steps(unit: number, from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => (from + index * step) * unit);
}

/** Where the bins of file sizes begin, in bytes: Spark's, since bins of other bounds cannot be added up. */
export const SIZE_BINS: readonly number[] = [
  0, ...[8, 16, 32, 64, 128, 256, 512].map((size) => size * KB), ...[1, 2, 4].map((size) => size * MB),
  ...steps(MB, 8, 40, 4), ...steps(MB, 48, 120, 8), ...steps(MB, 124, 144, 4), ...steps(MB, 160, 576, 16), ...steps(MB, 640, 1408, 64),
  ...steps(MB, 1536, 2048, 128), ...steps(MB, 2304, 3840, 256), ...[4, 8, 16, 32, 64, 128, 256].map((size) => size * GB),
];

/** Where the bins of deleted rows per file begin (PROTOCOL.md "Deleted Record Counts Histogram Schema"). */
export const DELETED_BINS: readonly number[] = [0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 2 ** 31 - 1];

export const NO_FILES: FileTotals = {
  numFiles: 0, sizeBytes: 0, fileCounts: SIZE_BINS.map(() => 0), totalBytes: SIZE_BINS.map(() => 0),
  numDeletedRecords: 0, numDeletionVectors: 0, deletedRecordCounts: DELETED_BINS.map(() => 0),
};

/** A file as it counts. */
export interface SizedFile {
  readonly sizeBytes: number;
  /** Undefined where it has no deletion vector. */
  readonly deletedRecords: number | undefined;
}

/** Few files added to what was counted before, and taken from it. Pure. */
export function addFiles(before: FileTotals, adds: readonly SizedFile[], removes: readonly SizedFile[]): FileTotals {
  const [fileCounts, totalBytes, deletedRecordCounts] = [[...before.fileCounts], [...before.totalBytes], [...before.deletedRecordCounts]];
  let { numFiles, sizeBytes, numDeletedRecords, numDeletionVectors } = before;
  for (const [sign, files] of [[1, adds], [-1, removes]] as const) {
    for (const file of files) {
      const [sizeBin, deletedBin] = [binIndex(file.sizeBytes, SIZE_BINS), binIndex(file.deletedRecords ?? 0, DELETED_BINS)];
      numFiles += sign;
      sizeBytes += sign * file.sizeBytes;
      numDeletedRecords += sign * (file.deletedRecords ?? 0);
      numDeletionVectors += file.deletedRecords === undefined ? 0 : sign;
      fileCounts[sizeBin] = (fileCounts[sizeBin] ?? 0) + sign;
      totalBytes[sizeBin] = (totalBytes[sizeBin] ?? 0) + sign * file.sizeBytes;
      deletedRecordCounts[deletedBin] = (deletedRecordCounts[deletedBin] ?? 0) + sign;
    }
  }
  return { numFiles, sizeBytes, fileCounts, totalBytes, numDeletedRecords, numDeletionVectors, deletedRecordCounts };
}

function binIndex(value: number, bins: readonly number[]): number {
  return Math.max(0, bins.findLastIndex((start) => start <= value));
}

/** What to count: a SELECT of the file actions `action`, which count `+` or `-`. */
export interface CountedFiles {
  readonly sign: '+' | '-';
  readonly actions: string;
}

/** Adds files up to what was counted before. */
export async function countFiles(engine: Engine, before: FileTotals, counted: readonly CountedFiles[]): Promise<FileTotals> {
  const parts = counted.map(({ sign, actions }) => `SELECT ${sign}1 AS sign, action.size AS size, action."deletionVector"."storageType" IS NOT NULL AS has_vector,
    coalesce(action."deletionVector".cardinality, 0) AS deleted FROM (${actions})`);
  const batch = await engine.select(`
    SELECT size_bin, deleted_bin, sum(sign)::BIGINT AS files, coalesce(sum(sign * size), 0)::BIGINT AS bytes,
      coalesce(sum(sign) FILTER (has_vector), 0)::BIGINT AS vectors, coalesce(sum(sign * deleted), 0)::BIGINT AS deleted
    FROM (SELECT *, ${binOf('size', SIZE_BINS)} AS size_bin, ${binOf('deleted', DELETED_BINS)} AS deleted_bin FROM (${parts.join(' UNION ALL ')}))
    GROUP BY ALL`);
  const [fileCounts, totalBytes, deletedRecordCounts] = [[...before.fileCounts], [...before.totalBytes], [...before.deletedRecordCounts]];
  let { numFiles, sizeBytes, numDeletedRecords, numDeletionVectors } = before;
  const value = (name: string, row: number): number => toNumber(batch.column(name)[row]);
  for (let row = 0; row < batch.rowCount; row += 1) {
    const [files, bytes, sizeBin, deletedBin] = [value('files', row), value('bytes', row), value('size_bin', row), value('deleted_bin', row)];
    numFiles += files;
    sizeBytes += bytes;
    numDeletionVectors += value('vectors', row);
    numDeletedRecords += value('deleted', row);
    fileCounts[sizeBin] = (fileCounts[sizeBin] ?? 0) + files;
    totalBytes[sizeBin] = (totalBytes[sizeBin] ?? 0) + bytes;
    deletedRecordCounts[deletedBin] = (deletedRecordCounts[deletedBin] ?? 0) + files;
  }
  return { numFiles, sizeBytes, fileCounts, totalBytes, numDeletedRecords, numDeletionVectors, deletedRecordCounts };
}

function binOf(value: string, bins: readonly number[]): string {
  const branches = bins.slice(1).map((start, bin) => `WHEN ${value} < ${start} THEN ${bin}`);
  return `CASE ${branches.join(' ')} ELSE ${bins.length - 1} END`;
}
