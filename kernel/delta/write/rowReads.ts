import type { Storage } from '../../storage/storage.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import type { DeletionVectors } from '../deletionVectors.ts';
import { differenceOf, intersects } from '../positions.ts';
import type { Predicate } from '../predicate.ts';
import type { Snapshot } from '../snapshot.ts';
import type { ChangedFiles, RowsAskedFor } from './conflicts.ts';
import type { LoggedFile } from './fileActions.ts';

/** A version of the table whose rows are looked at again. */
export type JudgedVersion = Pick<Snapshot, 'version' | 'planFiles' | 'addFiles' | 'scan' | 'dispose'>;

/** A statement's condition, to be asked of rows that it did not see. Whether it holds for a row depends on that row alone. */
export interface RowCondition {
  /** Addresses (rowAddress.ts) of the rows of some files, by their paths, that it asks for: the files' ids, and positions in ascending order. */
  addressesIn(version: JudgedVersion, paths: readonly string[]): Promise<{ readonly files: BigInt64Array; readonly positions: BigInt64Array }>;
  /** Whether also rows matter that the statement leaves as they are: a MERGE does not insert what it finds. */
  readonly minds: 'changedRows' | 'allRows';
}

/** Rows that a transaction looked for. */
export interface RowRead {
  /** What the log alone can judge. */
  readonly predicate: Predicate;
  /** Undefined where rows cannot be asked again. */
  readonly rows?: RowCondition | undefined;
}

/** What judging needs. */
export interface JudgingContext {
  readonly storage: Storage;
  readonly table: string;
  readonly vectors: DeletionVectors;
  readonly versionAt: (version: number) => Promise<JudgedVersion>;
}

/** Files of more bytes are judged by the log alone: planning the statement anew costs no more than reading them. */
const JUDGED_BYTES_MAX = 256 << 20;

const NONE: ReadonlySet<string> = new Set();

/**
 * Which of the files that a winner changed hold rows, among those that it added or took away, that a transaction asked
 * for. What cannot be told counts as asked for.
 */
export async function rowsAskedFor(context: JudgingContext, reads: readonly RowRead[], changed: ChangedFiles): Promise<RowsAskedFor> {
  const returned = await Promise.all(changed.marked.map(async (file) => ((await bringsRowsBack(context, file)) ? [file] : [])));
  const added = [...changed.added, ...returned.flat()];
  return {
    added: added.length === 0 ? NONE : await askedAmong(context, { reads, files: added, version: changed.version }),
    removed: await removedAmong(context, reads.filter(({ rows }) => rows?.minds === 'allRows'), changed),
  };
}

/** A file under another deletion vector has rows again where the new one does not mark all that the old one did: so does RESTORE. */
async function bringsRowsBack({ storage, table, vectors }: JudgingContext, { before, after }: ChangedFiles['marked'][number]): Promise<boolean> {
  const [former, latter] = await vectors.loadAll(storage, table, [before, after]);
  return former !== undefined && (latter === undefined || differenceOf(former, latter).length > 0);
}

interface Judged {
  readonly reads: readonly RowRead[];
  readonly files: readonly LoggedFile[];
  readonly version: number;
}

async function askedAmong(context: JudgingContext, { reads, files, version }: Judged): Promise<ReadonlySet<string>> {
  const at = await context.versionAt(version);
  try {
    const found = await Promise.all(reads.map(async ({ predicate, rows }) => {
      const candidates = await mightMatch(at, predicate, files);
      const asked = await positionsIn(at, rows, candidates);
      return asked === undefined ? candidates.map(({ path }) => path) : [...asked.keys()];
    }));
    return new Set(found.flat());
  } finally {
    await at.dispose();
  }
}

/** The version before the winner's has the rows that it took away. */
async function removedAmong(context: JudgingContext, reads: readonly RowRead[], { removed, version }: ChangedFiles): Promise<ReadonlySet<string>> {
  if (reads.length === 0 || removed.length === 0) return NONE;
  const at = await context.versionAt(version - 1);
  try {
    const gone = new Map(removed.map(({ file, after }) => [file.path, after]));
    const found = await Promise.all(reads.map(async ({ predicate, rows }) => {
      const candidates = await mightMatch(at, predicate, removed.map(({ file }) => file));
      const asked = await positionsIn(at, rows, candidates);
      if (asked === undefined) return candidates.map(({ path }) => path);
      const isGone = await Promise.all([...asked].map(async ([path, positions]) => holds(context, gone.get(path), positions)));
      return [...asked.keys()].filter((_, index) => isGone[index] === true);
    }));
    return new Set(found.flat());
  } finally {
    await at.dispose();
  }
}

/** Whether a vector marks one of some positions; without a vector the file is gone with all of its rows. */
async function holds({ storage, table, vectors }: JudgingContext, vector: DeletionVectorDescriptor | undefined, positions: BigInt64Array): Promise<boolean> {
  if (vector === undefined) return true;
  const [marked] = await vectors.loadAll(storage, table, [vector]);
  return marked !== undefined && intersects(marked, positions);
}

async function mightMatch(at: JudgedVersion, predicate: Predicate, files: readonly LoggedFile[]): Promise<readonly LoggedFile[]> {
  if (predicate.kind === 'unknown') return files;
  const planned = new Set(await at.planFiles({ predicate, onlyPaths: files.map(({ path }) => path) }));
  return files.filter(({ path }) => planned.has(path));
}

function isLarge(files: readonly LoggedFile[]): boolean {
  return files.reduce((sum, { size }) => sum + size, 0) > JUDGED_BYTES_MAX;
}

/**
 * The rows of files that are asked for, by path, where there are any. Undefined where that cannot be told: also where the
 * condition fails on a row, as the statement would.
 */
async function positionsIn(at: JudgedVersion, rows: RowCondition | undefined, files: readonly LoggedFile[]): Promise<ReadonlyMap<string, BigInt64Array> | undefined> {
  if (files.length === 0) return new Map();
  if (rows === undefined || isLarge(files)) return undefined;
  const found = await rows.addressesIn(at, files.map(({ path }) => path)).catch(() => undefined);
  if (found === undefined) return undefined;
  const ids = [...new Set(found.files)];
  if (ids.length === 0) return new Map();
  const paths = await at.addFiles(ids);
  return new Map(paths.map(({ id, path }) => [path, found.positions.filter((_, row) => found.files[row] === id)]));
}
