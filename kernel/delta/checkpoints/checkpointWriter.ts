import { LakebookError } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import type { Environment } from '../../storage/environment.ts';
import type { Storage } from '../../storage/storage.ts';
import { toNumber, type Engine, type WrittenFile } from '../engine.ts';
import { versionPrefix } from '../logFile.ts';
import { logPathOf } from '../logSegment.ts';
import type { LogAccess } from '../protocol.ts';
import { fileList, literal } from '../sqlText.ts';
import { classicRows, manifestRows, sidecarRows, type CheckpointContent, type SidecarFile } from './checkpointRows.ts';
import { writeLastCheckpoint, type Json } from './lastCheckpoint.ts';

export interface CheckpointContext {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly environment: Environment;
  /** Absolute path of the table's folder. */
  readonly table: string;
  readonly access?: LogAccess;
}

/** What a checkpoint that was written holds. */
export interface CheckpointSummary {
  readonly version: number;
  /** Actions, those in sidecars included. */
  readonly size: number;
  readonly sizeInBytes: number;
  readonly numOfAddFiles: number;
  /** Of the files that the adds name. */
  readonly addedBytes: number;
}

export interface CheckpointForm {
  readonly spec: 'V1' | 'V2';
  /** About how large a sidecar becomes. */
  readonly sidecarBytes?: number;
}

/** Sidecars are about as large as this: some tens of megabytes are read in one go, and several side by side. */
const SIDECAR_BYTES = 64 * 2 ** 20;

/**
 * Writes the checkpoint of a version and then `_last_checkpoint`. Its rows stream through the engine into files under
 * temporary names; what was written is read again and only then gets its name, so a crash leaves the log as it was.
 * @throws LakebookError DELTA_CHECKPOINT_SNAPSHOT_MISMATCH where what was written cannot be read, or is not what it must be
 */
export async function writeCheckpoint(at: CheckpointContext, content: CheckpointContent, { spec, sidecarBytes = SIDECAR_BYTES }: CheckpointForm): Promise<CheckpointSummary> {
  const { summary, more } = spec === 'V1' ? await writeClassic(at, content) : await writeV2(at, content, sidecarBytes);
  const { version, size, sizeInBytes, numOfAddFiles } = summary;
  await writeLastCheckpoint(at, { version, size, sizeInBytes, numOfAddFiles, ...more });
  return summary;
}

interface Written {
  readonly summary: CheckpointSummary;
  /** What `_last_checkpoint` says beside the summary. */
  readonly more: Readonly<Record<string, Json>>;
}

/** Whoever wrote the name first wins; both checkpoints hold the same. */
async function writeClassic(at: CheckpointContext, content: CheckpointContent): Promise<Written> {
  const { version } = content.log;
  const name = `${versionPrefix(version)}.checkpoint.parquet`;
  const { files, summary } = await writeChecked(at, content, { rows: classicRows(content), target: temporaryPath(at, name), hasFiles: content.hasFiles });
  await adoptAll(at, files.map(({ path }) => [path, joinPath(logPathOf(at.table), name)]));
  return { summary, more: {} };
}

/** The sidecars get their names before the file that refers to them. */
async function writeV2(at: CheckpointContext, content: CheckpointContent, sidecarBytes: number): Promise<Written> {
  const { version } = content.log;
  const folder = joinPath(logPathOf(at.table), '_sidecars');
  const { files, summary } = await writeChecked(at, content, { rows: sidecarRows(content), target: folder, splitBytes: sidecarBytes, hasFiles: content.hasFiles });
  const id = at.environment.uuid();
  const part = (index: number): string => String(index).padStart(10, '0');
  const sidecars = files.map(({ path, sizeBytes }, index): SidecarFile & { readonly from: string } => ({
    from: path, name: `${versionPrefix(version)}.checkpoint.${part(index + 1)}.${part(files.length)}.${id}.parquet`, sizeBytes, modifiedAtMs: content.nowMs,
  }));
  await adoptAll(at, sidecars.map(({ from, name }) => [from, joinPath(folder, name)]));
  const tags = { sidecarNumActions: String(summary.size), sidecarSizeInBytes: String(summary.sizeInBytes), numOfAddFiles: String(summary.numOfAddFiles) };
  const name = `${versionPrefix(version)}.checkpoint.${id}.parquet`;
  const manifest = await writeChecked(at, content, { rows: manifestRows(content, sidecars, tags), target: temporaryPath(at, name) });
  await adoptAll(at, manifest.files.map(({ path }) => [path, joinPath(logPathOf(at.table), name)]));
  const { sizeInBytes, size } = manifest.summary;
  const sidecarFiles = sidecars.map((file) => ({ path: file.name, sizeInBytes: file.sizeBytes, modificationTime: file.modifiedAtMs }));
  return {
    summary: { ...summary, size: summary.size + size, sizeInBytes: summary.sizeInBytes + sizeInBytes },
    more: { v2Checkpoint: { path: name, sizeInBytes, modificationTime: content.nowMs, sidecarFiles } },
  };
}

interface Copy {
  readonly rows: string;
  /** A file; or, with `splitBytes`, a folder that takes files of about so many bytes, under temporary names. */
  readonly target: string;
  readonly splitBytes?: number;
  readonly hasFiles?: CheckpointContent['hasFiles'];
}

/** Writes rows as Parquet and reads back what the files say of themselves; what fails half-way is deleted again. */
async function writeChecked(at: CheckpointContext, { log }: CheckpointContent, { rows, target, splitBytes, hasFiles }: Copy): Promise<{ readonly files: readonly WrittenFile[]; readonly summary: CheckpointSummary }> {
  const { engine, storage, table } = at;
  const notKept = (detail: string, cause?: unknown): LakebookError => new LakebookError('DELTA_CHECKPOINT_SNAPSHOT_MISMATCH', { table, version: log.version, detail }, { cause });
  const split = splitBytes === undefined ? '' : `, FILE_SIZE_BYTES ${splitBytes}, FILENAME_PATTERN '.{uuid}', FILE_EXTENSION 'tmp', APPEND`;
  const copy = `COPY (${rows}) TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, PRESERVE_ORDER false, RETURN_STATS${split})`;
  const files = (await log.reading(() => engine.copy({ sql: copy, hasVariants: false }))).filter(({ rowCount }) => rowCount > 0);
  try {
    const { adds, bytes } = await countAdds(engine, files);
    if (hasFiles !== undefined && !(await hasFiles({ files: adds, bytes }))) throw notKept(`it holds ${adds} files of ${bytes} bytes, and the log has others`);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const summary = { version: log.version, size: sum(files.map(({ rowCount }) => rowCount)), sizeInBytes: sum(files.map(({ sizeBytes }) => sizeBytes)), numOfAddFiles: adds, addedBytes: bytes };
    return { files, summary };
  } catch (error) {
    for (const { path } of files) await storage.delete(path);
    throw error instanceof LakebookError ? error : notKept(engine.describe(error).detail, error);
  }
}

async function countAdds(engine: Engine, files: readonly WrittenFile[]): Promise<{ readonly adds: number; readonly bytes: number }> {
  if (files.length === 0) return { adds: 0, bytes: 0 };
  const batch = await engine.select(`SELECT count("add".path) AS adds, coalesce(sum("add".size), 0)::BIGINT AS bytes FROM read_parquet(${fileList(files.map(({ path }) => path))}, hive_partitioning = false)`);
  return { adds: toNumber(batch.column('adds')[0]), bytes: toNumber(batch.column('bytes')[0]) };
}

async function adoptAll({ storage }: CheckpointContext, names: readonly (readonly [from: string, to: string])[]): Promise<void> {
  for (const [from, to] of names) await storage.adopt(from, to);
}

/** A name that readers of the log pass over. */
export function temporaryPath({ environment, table }: Pick<CheckpointContext, 'environment' | 'table'>, name: string): string {
  return joinPath(logPathOf(table), `.${name}.${environment.uuid()}.tmp`);
}
