import type { DeletionVectorDescriptor } from '../actions.ts';

/** A data file as the log names it (PROTOCOL.md "Add File and Remove File"). */
export interface LoggedFile {
  /** URI-encoded; relative to the table, or absolute. */
  readonly path: string;
  /** By physical name, as text. */
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  readonly deletionVector?: DeletionVectorDescriptor | undefined;
  readonly baseRowId?: bigint | undefined;
  readonly defaultRowCommitVersion?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** JSON text (PROTOCOL.md "Per-file Statistics"). */
  readonly stats?: string | undefined;
}

export interface AddFile extends LoggedFile {
  /** Milliseconds since 1970. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  readonly clusteringProvider?: string | undefined;
}

export interface RemoveFile extends LoggedFile {
  /** Milliseconds since 1970. */
  readonly deletionTimestamp: number;
  readonly dataChange: boolean;
}

/** PROTOCOL.md "Add CDC File". Its `dataChange` is always false. */
export type ChangeFile = Pick<LoggedFile, 'path' | 'partitionValues' | 'size' | 'tags'>;

/** What a commit does to the files of a table. */
export interface FileActions {
  readonly adds: readonly AddFile[];
  readonly removes: readonly RemoveFile[];
  readonly changeFiles: readonly ChangeFile[];
}

export const NO_FILE_ACTIONS: FileActions = { adds: [], removes: [], changeFiles: [] };

/** The tombstone of a live file. */
export function removeOf(add: AddFile, at: { readonly deletionTimestamp: number; readonly dataChange: boolean }): RemoveFile {
  const { path, partitionValues, size, deletionVector, baseRowId, defaultRowCommitVersion, tags, stats } = add;
  return { path, partitionValues, size, deletionVector, baseRowId, defaultRowCommitVersion, tags, stats, ...at };
}
