/** What a listing says of one file. `name` is relative to the listed folder, with `/` between parts. */
export interface FileStatus {
  readonly name: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, UTC. */
  readonly modifiedAtMs: number;
}

export interface PutOptions {
  /** False for what may be lost with the power, and is then made again: it is not waited for. True by default. */
  readonly durable?: boolean;
}

/** A file that is whole and on disk, and has no name yet. Whoever staged it discards it, also after it was placed. */
export interface StagedFile {
  /**
   * Gives it this name, as `putIfAbsent` does; where the name is taken another may be tried. In the staged folder.
   * @throws LakebookError as `putIfAbsent`; what was placed under this name before, and is not known to be, may be placed again
   */
  place(path: string): Promise<boolean>;
  /** Leaves nothing behind but what was placed. Never throws. */
  discard(): Promise<void>;
}

/**
 * The I/O port of the transaction log: files under absolute paths (`/…`) or URIs (`file:…`). Implementations: local disk,
 * memory and a fault-injecting one (tests), later cloud; one contract suite runs on all of them.
 */
export interface Storage {
  /**
   * The files directly in `folder` whose names sort at or after `from` (UTF-8 byte order), in that order. No sub-folders.
   * @throws LakebookError STORAGE_NOT_FOUND if the folder does not exist
   */
  listFrom(folder: string, from?: string): Promise<readonly FileStatus[]>;
  /** @throws LakebookError STORAGE_NOT_FOUND */
  read(path: string): Promise<Uint8Array>;
  /** `lengthBytes` bytes from `offsetBytes`; fewer only at the end of the file. @throws LakebookError STORAGE_NOT_FOUND */
  readRange(path: string, offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
  /** Writes durably, replacing what was there. Folders on the way are made, here and by `putIfAbsent`. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Writes durably and atomically unless the name is taken; false if it is, by a file that will last. Nobody ever sees half a
   * file. A store that tried twice may find the name taken by itself: who must know whose a file is compares what is in it.
   * @throws LakebookError STORAGE_OUTCOME_UNKNOWN if it may be written all the same; with any other error it is not
   */
  putIfAbsent(path: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean>;
  /** For who tries one name after another until one is free: the bytes are written once. */
  stage(folder: string, bytes: Uint8Array): Promise<StagedFile>;
  /**
   * Gives a file that somebody else finished writing, in the same folder, its name: durably, and atomically unless the name
   * is taken. The temporary name is gone afterwards either way; false if the name was taken.
   * @throws LakebookError STORAGE_NOT_FOUND if there is no such file
   */
  adopt(temporaryPath: string, path: string): Promise<boolean>;
  /**
   * Makes files durable that somebody else wrote under these paths, with the names of the folders on the way from `root`
   * to them: a commit may then speak of them.
   * @throws LakebookError STORAGE_NOT_FOUND
   */
  sync(paths: readonly string[], root: string): Promise<void>;
  /** No error if it is gone already. */
  delete(path: string): Promise<void>;
}
