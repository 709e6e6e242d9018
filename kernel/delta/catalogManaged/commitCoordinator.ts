import type { FileStatus } from '../../storage/storage.ts';

/**
 * A commit that became a version (PROTOCOL.md "Terminology: Commits"). Its file's name is `<version>.<uuid>.json`, in
 * `_delta_log/_staged_commits`; what is in it never changes.
 */
export interface RatifiedCommit {
  readonly version: number;
  readonly file: FileStatus;
}

/** What a catalog knows of a table's newest versions. */
export interface RatifiedCommits {
  /** -1 where there is no version yet. */
  readonly latestVersion: number;
  /** Those that the catalog still keeps, in their order and without gaps up to the latest version; published ones may be among them. */
  readonly commits: readonly RatifiedCommit[];
}

/** What became of a proposal. Whoever comes too late learns what was ratified. */
export type Ratification = RatifiedCommits & { readonly kind: 'ratified' | 'conflict' };

/**
 * The port to a catalog that orders the commits of one table (PROTOCOL.md "Catalog-managed tables"). It is what a catalog
 * has to do for a table, and nothing else: names, grants and creation are not its business.
 */
export interface CommitCoordinator {
  /** @param fromVersion older commits may be left out */
  ratifiedCommits(fromVersion: number): Promise<RatifiedCommits>;
  /**
   * Asks that a staged file become a version: once, and only after the version before it.
   * @throws LakebookError STORAGE_OUTCOME_UNKNOWN if it may be ratified all the same; with any other error it is not
   */
  propose(commit: RatifiedCommit): Promise<Ratification>;
  /** Tells that every version up to this one stands in the log under its own name, so that the catalog need not keep them. */
  published(version: number): Promise<void>;
}
