import { hasCode, LakebookError } from '../base/errors.ts';
import { joinPath, localPath } from '../storage/paths.ts';
import { parseTableAction, type TableAction } from './actions.ts';
import { checkpointTableActions, probeSql, type ActionFiles } from './checkpointSql.ts';
import { jsonActions, jsonLogFiles, type JsonLogFile } from './commitSql.ts';
import { toText, type Engine } from './engine.ts';
import type { LogSegment } from './logSegment.ts';

/** What a checkpoint holds: the table actions as values, the files' actions where they lie. */
export interface Checkpoint {
  readonly version: number;
  readonly tableActions: readonly TableAction[];
  /** Parquet files with add actions, grouped by their columns. */
  readonly groups: readonly ActionFiles[];
  /** JSON files (a V2 checkpoint's own) with add actions. */
  readonly jsonFiles: readonly JsonLogFile[];
}

/**
 * Opens the checkpoint of a log segment: any of classic, multi-part and V2, with or without sidecars.
 * @throws LakebookError DELTA_CHECKPOINT_CORRUPT, DELTA_MISSING_PART_FILES
 * @see PROTOCOL.md "Checkpoints", "V2 Spec", "Sidecar Files" (CKPT-1 to CKPT-7)
 */
export async function loadCheckpoint(engine: Engine, segment: LogSegment, table: string): Promise<Checkpoint | undefined> {
  const { checkpoint, logPath } = segment;
  if (checkpoint === undefined) return undefined;
  const { version, format } = checkpoint;
  const paths = checkpoint.files.map(({ name }) => joinPath(logPath, name));
  const jsonFiles = format === 'json' ? jsonLogFiles(logPath, checkpoint.files) : [];
  return asCheckpointError({ engine, table, version }, async () => {
    const files = format === 'json' ? [] : await probe(engine, paths);
    const sql = format === 'json' ? `SELECT kind, body FROM (${jsonActions(jsonFiles)}) WHERE kind IS NOT NULL` : checkpointTableActions(groupAdjacent(files, 0, signatureOfContent));
    const rows = sql === undefined ? [] : await selectKinds(engine, sql);
    const sidecars = rows.filter(({ kind }) => kind === 'sidecar').map(({ body }) => sidecarPath(logPath, body));
    const tableActions = rows.filter(({ kind }) => kind !== 'sidecar').map(({ kind, body }) => parseTableAction({ version, kind, body }, table));
    const sidecarFiles = sidecars.length === 0 ? [] : await probe(engine, sidecars);
    const groups = [...groupAdjacent(files, 0, signatureOfColumns), ...groupAdjacent(sidecarFiles, paths.length, signatureOfColumns)];
    return { version, tableActions, groups, jsonFiles };
  });
}

/** Whether an error says that a checkpoint is of no use, so that another way to the version may be tried. */
export function isCheckpointFailure(error: unknown): boolean {
  return hasCode(error, 'DELTA_CHECKPOINT_CORRUPT') || hasCode(error, 'DELTA_MISSING_PART_FILES');
}

/** Runs what reads a checkpoint's files; an engine's complaint about one of them names the checkpoint. */
export async function asCheckpointError<Result>(at: { readonly engine: Engine; readonly table: string; readonly version: number }, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LakebookError) throw error;
    const { engine, table, version } = at;
    const failure = engine.describe(error);
    if (failure.kind === 'fileMissing') throw new LakebookError('DELTA_MISSING_PART_FILES', { table, version, detail: `${failure.file ?? 'a file'} is not there` }, { cause: error });
    throw new LakebookError('DELTA_CHECKPOINT_CORRUPT', { table, version, detail: failure.detail }, { cause: error });
  }
}

interface ProbedFile {
  readonly path: string;
  readonly leaves: Set<string>;
  readonly filled: Set<string>;
}

/** Which columns each file has, and which of them hold a value, from the footers. */
async function probe(engine: Engine, paths: readonly string[]): Promise<readonly ProbedFile[]> {
  const batch = await engine.select(probeSql(paths));
  const probed = paths.map((path): ProbedFile => ({ path, leaves: new Set(), filled: new Set() }));
  const byPath = new Map(probed.map((file) => [file.path, file]));
  const [files, leaves, filled] = [batch.column('path'), batch.column('leaf'), batch.column('filled')];
  for (let row = 0; row < batch.rowCount; row += 1) {
    const leaf = toText(leaves[row]) ?? '';
    const file = byPath.get(toText(files[row]) ?? '');
    file?.leaves.add(leaf);
    if (filled[row] === true) file?.filled.add(leaf);
  }
  return probed;
}

/** Neighbours of one signature make a group; files keep their place among all, since it is part of their rows' ids. */
function groupAdjacent(files: readonly ProbedFile[], firstIndex: number, signatureOf: (file: ProbedFile) => string): readonly ActionFiles[] {
  const groups: { paths: string[]; firstIndex: number; leaves: ReadonlySet<string>; filled: Set<string>; signature: string }[] = [];
  for (const [index, file] of files.entries()) {
    const signature = signatureOf(file);
    const last = groups.at(-1);
    if (last === undefined || last.signature !== signature) {
      groups.push({ paths: [file.path], firstIndex: firstIndex + index, leaves: file.leaves, filled: new Set(file.filled), signature });
    } else {
      last.paths.push(file.path);
      for (const leaf of file.filled) last.filled.add(leaf);
    }
  }
  return groups;
}

/** For reading adds: files with the same columns are read together. */
function signatureOfColumns({ leaves }: ProbedFile): string {
  return [...leaves].sort().join('\n');
}

/** For reading table actions, which stand in few files: the others are not opened for them. */
function signatureOfContent({ leaves, filled }: ProbedFile): string {
  return `${[...leaves].sort().join('\n')}\n\n${[...filled].sort().join('\n')}`;
}

async function selectKinds(engine: Engine, sql: string): Promise<readonly { readonly kind: string; readonly body: string }[]> {
  const batch = await engine.select(sql);
  const bodies = batch.column('body');
  return batch.column('kind').map((kind, row) => ({ kind: toText(kind) ?? '', body: toText(bodies[row]) ?? '{}' }));
}

/** A sidecar is named by its file name alone, URI-encoded; a full path is taken too. */
function sidecarPath(logPath: string, path: string): string {
  if (/^[a-z][a-z0-9+.-]*:\//i.test(path) || path.startsWith('/')) return localPath(path) ?? path;
  return joinPath(joinPath(logPath, '_sidecars'), decodeURIComponent(path));
}
