import { LakebookError } from '../../base/errors.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import { uniqueId } from '../deletionVector.ts';
import type { CommitContent } from './commitText.ts';
import type { LoggedFile } from './fileActions.ts';
import type { IsolationLevel } from './isolation.ts';
import type { WinningCommit } from './readCommit.ts';
import { HIGH_WATER_MARK_DOMAIN } from './rowIds.ts';

/** What a transaction looked at, beside the table's protocol and metadata. */
export interface TransactionReads {
  readonly wholeTable: boolean;
  /** Paths of files whose rows were read. */
  readonly files: ReadonlySet<string>;
  /** Applications whose last transaction was asked for. */
  readonly appIds: ReadonlySet<string>;
}

export interface ConflictQuestion {
  readonly table: string;
  readonly content: CommitContent;
  readonly reads: TransactionReads;
  readonly isolation: IsolationLevel;
  readonly winner: WinningCommit;
}

/** Files of a winner in which it must be seen whether rows that it changed were asked for. */
export interface ChangedFiles {
  readonly version: number;
  /** They came, with all of their rows. */
  readonly added: readonly LoggedFile[];
  /** Another deletion vector took the place of one. */
  readonly marked: readonly (LoggedFile & { readonly before: DeletionVectorDescriptor | undefined; readonly after: DeletionVectorDescriptor | undefined })[];
  /** They lost rows: all of them, or, with a vector, those that it marks and that were still there. */
  readonly removed: readonly { readonly file: LoggedFile; readonly after: DeletionVectorDescriptor | undefined }[];
}

/** Paths of files with rows, among those that came and those that went, that a transaction's conditions ask for. */
export interface RowsAskedFor {
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

/** Both marked rows of one file as deleted, starting from the same vector: the rows of both must go, and no row be named twice. */
export interface VectorMerge {
  readonly path: string;
  readonly before: DeletionVectorDescriptor | undefined;
  readonly theirs: DeletionVectorDescriptor;
  readonly ours: DeletionVectorDescriptor;
  /** The file as the winner left it. */
  readonly file: LoggedFile;
}

/**
 * Whether a transaction may still commit behind a commit that it did not see; what it must merge if so. Pure.
 * @throws LakebookError DELTA_PROTOCOL_CHANGED, DELTA_METADATA_CHANGED, DELTA_CONCURRENT_TRANSACTION, DELTA_CONCURRENT_APPEND,
 *   DELTA_CONCURRENT_DELETE_READ, DELTA_CONCURRENT_DELETE_DELETE
 */
export function checkConflicts(question: ConflictQuestion, asked: RowsAskedFor): readonly VectorMerge[] {
  checkTableActions(question);
  checkFilesOfChangedTable(question);
  const merges = vectorMerges(question);
  checkAppends(question, asked);
  checkRemovals(question, asked, new Set(merges.map(({ path }) => path)));
  return merges;
}

/** What the rules of {@link checkConflicts} ask about the winner's rows. Pure. */
export function changedFiles({ content, isolation, winner }: Omit<ConflictQuestion, 'reads'>): ChangedFiles {
  const { version } = winner;
  const adds = winner.adds.filter(({ dataChange }) => dataChange);
  const removes = winner.removes.filter(({ dataChange }) => dataChange);
  const [before, after] = [vectorsOf(removes), vectorsOf(adds)];
  const added = letsAppendsIn(content, isolation, winner) ? [] : adds;
  return {
    version,
    added: added.filter(({ path }) => !before.has(path)),
    marked: added.flatMap((file) => (before.get(file.path) === undefined ? [] : [{ ...file, before: before.get(file.path), after: file.deletionVector }])),
    removed: isolation === 'SnapshotIsolation' ? [] : removes.map((file) => ({ file, after: after.get(file.path) })),
  };
}

function vectorsOf(files: readonly LoggedFile[]): ReadonlyMap<string, DeletionVectorDescriptor | undefined> {
  return new Map(files.map(({ path, deletionVector }) => [path, deletionVector]));
}

function checkTableActions({ table, content, reads, winner }: ConflictQuestion): void {
  const { version } = winner;
  const by = describeWinner(winner);
  // Whether the winner's protocol can still be written is checked by the rebase, which takes it over.
  if (winner.protocol !== undefined && content.protocol !== undefined) throw new LakebookError('DELTA_PROTOCOL_CHANGED', { table, version, by });
  if (winner.metadata !== undefined) throw new LakebookError('DELTA_METADATA_CHANGED', { table, version, by });
  const appId = winner.txns.find((txn) => reads.appIds.has(txn.appId))?.appId;
  if (appId !== undefined) throw new LakebookError('DELTA_CONCURRENT_TRANSACTION', { table, version, by, what: `the application ${appId}` });
  const ownDomains = new Set(content.domains.map(({ domain }) => domain));
  const domain = winner.domains.find((change) => change.domain !== HIGH_WATER_MARK_DOMAIN && ownDomains.has(change.domain))?.domain;
  if (domain !== undefined) throw new LakebookError('DELTA_CONCURRENT_TRANSACTION', { table, version, by, what: `the domain ${domain}` });
}

/** Files that came meanwhile by the former rules: they lack what new rules of the table ask of every file. Files named once more must still be there. */
function checkFilesOfChangedTable({ table, content, winner }: ConflictQuestion): void {
  const where = { table, version: winner.version, by: describeWinner(winner) };
  const [added] = content.protocol === undefined ? [] : winner.adds;
  if (added !== undefined) throw new LakebookError('DELTA_CONCURRENT_APPEND', { ...where, file: added.path });
  const removed = new Set(content.removes.map(({ path }) => path));
  const again = new Set(content.adds.flatMap(({ path }) => (removed.has(path) ? [] : [path])));
  const gone = winner.removes.find(({ path }) => again.has(path));
  if (gone !== undefined) throw new LakebookError('DELTA_CONCURRENT_DELETE_READ', { ...where, file: gone.path });
}

/** A file that both keep, each with more of its rows deleted than before, is no conflict in itself. */
function vectorMerges({ content, winner }: ConflictQuestion): readonly VectorMerge[] {
  const theirs = vectorChanges(winner.adds, winner.removes);
  const ours = vectorChanges(content.adds, content.removes);
  return [...ours].flatMap(([path, own]) => {
    const other = theirs.get(path);
    return other !== undefined && idOf(other.before) === idOf(own.before) ? [{ path, before: own.before, theirs: other.after, ours: own.after, file: other.file }] : [];
  });
}

interface VectorChange {
  readonly before: DeletionVectorDescriptor | undefined;
  readonly after: DeletionVectorDescriptor;
  readonly file: LoggedFile;
}

function vectorChanges(adds: readonly LoggedFile[], removes: readonly LoggedFile[]): ReadonlyMap<string, VectorChange> {
  const before = new Map(removes.map((remove) => [remove.path, remove.deletionVector]));
  return new Map(adds.flatMap((file) => (file.deletionVector !== undefined && before.has(file.path) ? [[file.path, { before: before.get(file.path), after: file.deletionVector, file }]] : [])));
}

function checkAppends({ table, content, isolation, reads, winner }: ConflictQuestion, asked: RowsAskedFor): void {
  if (letsAppendsIn(content, isolation, winner)) return;
  const removed = new Set(winner.removes.map(({ path }) => path));
  // A file that only got a deletion vector brings no rows that were not there.
  const appended = winner.adds.find(({ path, dataChange }) => dataChange && (asked.added.has(path) || (reads.wholeTable && !removed.has(path))));
  if (appended !== undefined) throw new LakebookError('DELTA_CONCURRENT_APPEND', { table, version: winner.version, by: describeWinner(winner), file: appended.path });
}

/** Blind appends may slip in before what was read, but not before a change of the rules that their rows must meet. */
function letsAppendsIn({ metadata }: CommitContent, isolation: IsolationLevel, { isBlindAppend }: WinningCommit): boolean {
  return metadata === undefined && (isolation === 'SnapshotIsolation' || (isolation === 'WriteSerializable' && isBlindAppend));
}

function checkRemovals({ table, content, reads, isolation, winner }: ConflictQuestion, asked: RowsAskedFor, merged: ReadonlySet<string>): void {
  const where = { table, version: winner.version, by: describeWinner(winner) };
  const others = winner.removes.filter(({ path }) => !merged.has(path));
  const ownRemoved = new Set(content.removes.map(({ path }) => path));
  const both = others.find(({ path }) => ownRemoved.has(path));
  if (both !== undefined) throw new LakebookError('DELTA_CONCURRENT_DELETE_DELETE', { ...where, file: both.path });
  if (isolation === 'SnapshotIsolation') return;
  const isRead = (path: string): boolean => reads.wholeTable || asked.removed.has(path) || (!merged.has(path) && reads.files.has(path));
  const read = winner.removes.find(({ path, dataChange }) => dataChange && isRead(path));
  if (read !== undefined) throw new LakebookError('DELTA_CONCURRENT_DELETE_READ', { ...where, file: read.path });
}

function idOf(vector: DeletionVectorDescriptor | undefined): string {
  return vector === undefined ? '' : uniqueId(vector);
}

function describeWinner({ operation }: WinningCommit): string {
  return operation ?? 'a writer that does not say what it did';
}
