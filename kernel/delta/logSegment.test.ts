import { describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import { parseLogFile, type LogFile } from './logFile.ts';
import { buildLogSegment, earliestVersion, extendLogSegment, replayedFiles } from './logSegment.ts';

const UUID = '80a083e8-7026-4e79-81be-64bd76c43a11';

/** `3` is a commit, `3c` a classic checkpoint, `3u` one by UUID, `3p1/2` a part of one, `1-3` a compaction. */
function log(...names: readonly string[]): readonly LogFile[] {
  return names.flatMap((name) => parseLogFile({ name: fileName(name), sizeBytes: 1, modifiedAtMs: 1 }) ?? []);
}

function fileName(short: string): string {
  const digits = (text: string | undefined, width: number): string => (text ?? '').padStart(width, '0');
  const [, version, kind = '', part, parts, end] = /^(\d+)(?:([cu])|p(\d+)\/(\d+)|-(\d+))?$/.exec(short) ?? [];
  if (version === undefined) return short;
  const prefix = digits(version, 20);
  if (kind === 'c') return `${prefix}.checkpoint.parquet`;
  if (kind === 'u') return `${prefix}.checkpoint.${UUID}.parquet`;
  if (part !== undefined) return `${prefix}.checkpoint.${digits(part, 10)}.${digits(parts, 10)}.parquet`;
  return end === undefined ? `${prefix}.json` : `${prefix}.${digits(end, 20)}.compacted.json`;
}

describe('names of log files', () => {
  it.each([
    { name: '00000000000000000004.json', kind: 'commit' },
    { name: '00000000000000000004.crc', kind: 'checksum' },
    { name: '00000000000000000004.checkpoint.parquet', kind: 'checkpoint' },
    { name: `00000000000000000004.checkpoint.${UUID}.json`, kind: 'checkpoint' },
    { name: '00000000000000000004.checkpoint.0000000001.0000000002.parquet', kind: 'checkpointPart' },
    { name: '00000000000000000004.00000000000000000009.compacted.json', kind: 'compaction' },
    { name: '4.json', kind: undefined },
    { name: '.00000000000000000004.json.crc', kind: undefined },
    { name: '00000000000000000004.json.tmp', kind: undefined },
    { name: '_last_checkpoint', kind: undefined },
    { name: `00000000000000000004.${UUID}.json`, kind: undefined },
    { name: '00000000000000000004.checkpoint.parquet.crc', kind: undefined },
  ])('[LOG-1] $name is $kind', ({ name, kind }) => {
    expect(parseLogFile({ name, sizeBytes: 1, modifiedAtMs: 1 })?.kind).toBe(kind);
  });
});

describe('the log segment of a version', () => {
  it.each([
    { rule: 'LOG-2', name: 'commits alone', files: ['0', '1', '2'], version: undefined, end: 2, checkpoint: undefined, replayed: [0, 1, 2] },
    { rule: 'LOG-3', name: 'commits that the checkpoint covers are dropped', files: ['0', '1', '2', '2c', '3'], version: undefined, end: 3, checkpoint: 2, replayed: [3] },
    { rule: 'LOG-3', name: 'a checkpoint with older commits alone', files: ['6', '7c'], version: undefined, end: 7, checkpoint: 7, replayed: [] },
    { rule: 'LOG-3', name: 'a cleaned log', files: ['5', '5c', '6', '7'], version: undefined, end: 7, checkpoint: 5, replayed: [6, 7] },
    { rule: 'LOG-8', name: 'the newest checkpoint before the version', files: ['0', '1', '1c', '2', '3', '3c', '4'], version: 2, end: 2, checkpoint: 1, replayed: [2] },
    { rule: 'LOG-8', name: 'a checkpoint of the version itself', files: ['0', '1', '2', '2u', '3'], version: 2, end: 2, checkpoint: 2, replayed: [] },
    { rule: 'LOG-6', name: 'a complete multi-part checkpoint', files: ['0', '1', '1p1/2', '1p2/2', '2'], version: undefined, end: 2, checkpoint: 1, replayed: [2] },
    { rule: 'LOG-6', name: 'an incomplete one is passed over', files: ['0', '1', '1p2/2', '2'], version: undefined, end: 2, checkpoint: undefined, replayed: [0, 1, 2] },
    { rule: 'LOG-6', name: 'parts of two checkpoints do not make one', files: ['0', '1', '1p1/2', '1p2/3', '2'], version: undefined, end: 2, checkpoint: undefined, replayed: [0, 1, 2] },
    { rule: 'LOG-5', name: 'an older version than the latest', files: ['0', '1', '2'], version: 1, end: 1, checkpoint: undefined, replayed: [0, 1] },
  ])('[$rule] $name', ({ files, version, end, checkpoint, replayed }) => {
    const segment = buildLogSegment(log(...files), { table: 't', ...(version === undefined ? {} : { version }) });
    expect({ end: segment.endVersion, checkpoint: segment.checkpoint?.version, replayed: segment.commits.map((commit) => commit.version) }).toEqual({ end, checkpoint, replayed });
  });

  it.each([
    { rule: 'LOG-2', name: 'a gap between commits', files: ['0', '1', '3'], version: undefined, code: 'DELTA_VERSIONS_NOT_CONTIGUOUS', says: 'version 2' },
    { rule: 'LOG-2', name: 'a gap behind the checkpoint', files: ['2c', '4'], version: undefined, code: 'DELTA_VERSIONS_NOT_CONTIGUOUS', says: 'version 3' },
    { rule: 'LOG-4', name: 'neither version 0 nor a checkpoint', files: ['1', '2'], version: undefined, code: 'DELTA_TRUNCATED_TRANSACTION_LOG', says: 'version 1' },
    { rule: 'LOG-4', name: 'a checkpoint without any commit', files: ['7c'], version: undefined, code: 'DELTA_TRUNCATED_TRANSACTION_LOG', says: 'stands alone' },
    { rule: 'LOG-4', name: 'an empty log', files: [], version: undefined, code: 'DELTA_TABLE_NOT_FOUND', says: 't' },
    { rule: 'LOG-5', name: 'a version after the latest', files: ['0', '1'], version: 2, code: 'DELTA_VERSION_NOT_FOUND', says: 'from 0 to 1' },
    { rule: 'LOG-5', name: 'a version that was cleaned away', files: ['4', '5', '5c', '6'], version: 4, code: 'DELTA_VERSION_NOT_FOUND', says: 'from 5 to 6' },
    { rule: 'LOG-5', name: 'a version below 0', files: ['0', '1'], version: -1, code: 'DELTA_VERSION_NOT_FOUND', says: 'from 0 to 1' },
    { rule: 'LOG-6', name: 'an incomplete checkpoint and nothing else', files: ['5p1/2', '6'], version: undefined, code: 'DELTA_MISSING_PART_FILES', says: '1 of 2 parts' },
  ])('[$rule] refuses $name', ({ files, version, code, says }) => {
    let raised: unknown;
    try {
      buildLogSegment(log(...files), { table: 't', ...(version === undefined ? {} : { version }) });
    } catch (error) {
      raised = error;
    }
    expect(raised).toBeInstanceOf(LakebookError);
    expect(raised).toMatchObject({ code, message: expect.stringContaining(says) });
  });

  it.each([
    { name: 'covers its commits', files: ['0', '1', '2', '3', '1-2'], version: undefined, replayed: ['0', '1-2', '3'] },
    { name: 'the widest of two', files: ['0', '1', '2', '3', '1-2', '1-3'], version: undefined, replayed: ['0', '1-3'] },
    { name: 'not one that reaches beyond the version', files: ['0', '1', '2', '3', '1-3'], version: 2, replayed: ['0', '1', '2'] },
    { name: 'not one that begins before the checkpoint', files: ['0', '1', '2', '2c', '3', '4', '1-3', '3-4'], version: undefined, replayed: ['3-4'] },
    { name: 'not two that overlap', files: ['0', '1', '2', '3', '4', '0-2', '2-4', '3-4'], version: undefined, replayed: ['0-2', '3-4'] },
  ])('[LOG-7] a compaction: $name', ({ files, version, replayed }) => {
    const segment = buildLogSegment(log(...files), { table: 't', ...(version === undefined ? {} : { version }) });
    expect(replayedFiles(segment).map((file) => (file.kind === 'commit' ? `${file.version}` : `${file.start}-${file.end}`))).toEqual(replayed);
  });

  it('[LOG-15] grows by contiguous commits alone', () => {
    const segment = buildLogSegment(log('0', '1'), { table: 't' });
    const versions = (files: readonly string[]): readonly number[] | undefined => extendLogSegment(segment, log(...files))?.commits.map((commit) => commit.version);
    expect([versions(['2', '3']), versions(['1']), versions(['3'])]).toEqual([[0, 1, 2, 3], undefined, undefined]);
  });

  it('[TT-4] tells the earliest version that can be rebuilt', () => {
    expect([earliestVersion(log('0', '1', '1c')), earliestVersion(log('3', '4', '4c', '5')), earliestVersion(log('3', '4'))]).toEqual([0, 4, undefined]);
  });
});
