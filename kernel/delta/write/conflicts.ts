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
  /** Paths that the winner added and that the transaction's conditions could have asked for. */
  readonly mightBeRead: ReadonlySet<string>;
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
export function checkConflicts(question: ConflictQuestion): readonly VectorMerge[] {
  checkTableActions(question);
  checkFilesOfChangedTable(question);
  const merges = vectorMerges(question);
  const merged = new Set(merges.map(({ path }) => path));
  checkAppends(question, merged);
  checkRemovals(question, merged);
  return merges;
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

function checkAppends({ table, content, isolation, reads, winner, mightBeRead }: ConflictQuestion, merged: ReadonlySet<string>): void {
  // Blind appends may slip in before what was read, but not before a change of the rules that their rows must meet.
  const letsAppendsIn = isolation === 'SnapshotIsolation' || (isolation === 'WriteSerializable' && winner.isBlindAppend);
  if (letsAppendsIn && content.metadata === undefined) return;
  const removed = new Set(winner.removes.map(({ path }) => path));
  // A file that only got a deletion vector brings no rows that were not there.
  const appended = winner.adds.find(({ path, dataChange }) => dataChange && !removed.has(path) && !merged.has(path) && (reads.wholeTable || mightBeRead.has(path)));
  if (appended !== undefined) throw new LakebookError('DELTA_CONCURRENT_APPEND', { table, version: winner.version, by: describeWinner(winner), file: appended.path });
}

function checkRemovals({ table, content, reads, isolation, winner }: ConflictQuestion, merged: ReadonlySet<string>): void {
  const where = { table, version: winner.version, by: describeWinner(winner) };
  const others = winner.removes.filter(({ path }) => !merged.has(path));
  const ownRemoved = new Set(content.removes.map(({ path }) => path));
  const both = others.find(({ path }) => ownRemoved.has(path));
  if (both !== undefined) throw new LakebookError('DELTA_CONCURRENT_DELETE_DELETE', { ...where, file: both.path });
  if (isolation === 'SnapshotIsolation') return;
  const read = winner.removes.find(({ path, dataChange }) => dataChange && !merged.has(path) && (reads.wholeTable || reads.files.has(path)));
  if (read !== undefined) throw new LakebookError('DELTA_CONCURRENT_DELETE_READ', { ...where, file: read.path });
}

function idOf(vector: DeletionVectorDescriptor | undefined): string {
  return vector === undefined ? '' : uniqueId(vector);
}

function describeWinner({ operation }: WinningCommit): string {
  return operation ?? 'a writer that does not say what it did';
}
