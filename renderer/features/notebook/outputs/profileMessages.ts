import type { ProfiledOperator, QueryProfile, RowGroupsProfile, ScanProfile } from '../../../../kernel/rpc/profiles.ts';
import { countOf, formatBytes, formatCount, formatDuration } from '../model/messages.ts';

/** The whole statement in a line. */
export function summariseProfile({ seconds, cpuSeconds, peakMemoryBytes, peakSpillBytes }: QueryProfile): string {
  const spill = peakSpillBytes === 0 ? '' : ` · ${formatBytes(peakSpillBytes)} spilled to disk`;
  return `${formatDuration(seconds * 1000)} · ${formatDuration(cpuSeconds * 1000)} of CPU · ${formatBytes(peakMemoryBytes)} of memory at most${spill}`;
}

/** Operators are quick: below a millisecond, microseconds tell. */
export function formatOperatorTime(seconds: number): string {
  return seconds < 0.001 ? `${Math.round(seconds * 1e6)} µs` : formatDuration(seconds * 1000);
}

type PredicateProfile = ScanProfile['predicates'][number];

/** Why a condition left files out, or why it left out none. */
export function explainPredicate({ judgedBy, filesLeftOut, bytesLeftOut, filesUnknown }: PredicateProfile, filesTotal: number): string {
  const files = `left out ${countOf(filesLeftOut, 'file')}`;
  const bytes = ` (${formatBytes(bytesLeftOut)})`;
  switch (judgedBy) {
    case 'partitions':
      return filesLeftOut === 0 ? 'true of a row of every partition' : `${files}${bytes} by partition values`;
    case 'statistics': {
      const unknown = filesUnknown === 0 ? '' : `; ${countOf(filesUnknown, 'file')} without statistics`;
      return filesLeftOut === 0 ? `could be true in every file, by its least and greatest values${unknown}` : `${files} of ${formatCount(filesTotal)}${bytes} by least and greatest values${unknown}`;
    }
    case 'noStatistics':
      return 'left out none: no file has statistics of the column';
    case 'notComparable':
      return 'left out none: statistics cannot judge such a comparison';
  }
}

/** What the conditions of a scan together rule out within the files that it read, and how many of these were looked at. */
export function summariseRowGroups({ files, filesSeen, rowGroups, rowGroupsLeftOut, bytes, bytesLeftOut }: RowGroupsProfile): string {
  const where = filesSeen === files ? `the ${countOf(files, 'file')} read` : `${formatCount(filesSeen)} of the ${countOf(files, 'file')} read`;
  return `Row groups in ${where}: statistics rule out ${formatCount(rowGroupsLeftOut)} of ${formatCount(rowGroups)} (${formatBytes(bytesLeftOut)} of ${formatBytes(bytes)})`;
}

/** What a condition alone rules out of these row groups. */
export function explainRowGroups({ rowGroupsLeftOut, rowGroupsUnknown }: RowGroupsProfile['predicates'][number], rowGroups: number): string {
  if (rowGroupsUnknown === rowGroups) return 'no row group has statistics of it';
  const unknown = rowGroupsUnknown === 0 ? '' : `; ${countOf(rowGroupsUnknown, 'row group')} without statistics`;
  return rowGroupsLeftOut === 0 ? `could be true in every row group${unknown}` : `rules out ${formatCount(rowGroupsLeftOut)} of ${countOf(rowGroups, 'row group')}${unknown}`;
}

/** An estimate that is off by less is as good as right. */
const NOTABLE_FACTOR = 10;

/** How far the estimate was off, where that is worth saying: `12× more`. */
export function describeDeviation({ rows, estimatedRows }: Pick<ProfiledOperator, 'rows' | 'estimatedRows'>): string | undefined {
  if (estimatedRows === undefined) return undefined;
  const [less, more] = [Math.max(1, Math.min(rows, estimatedRows)), Math.max(1, rows, estimatedRows)];
  const factor = more / less;
  return factor < NOTABLE_FACTOR ? undefined : `${formatCount(Math.round(factor))}× ${rows > estimatedRows ? 'more' : 'fewer'}`;
}
