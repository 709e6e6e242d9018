import type { CommitCoordinator, Ratification, RatifiedCommit, RatifiedCommits } from '../../../kernel/delta/catalogManaged/commitCoordinator.ts';

/** A catalog of one table, in memory. */
export class MemoryCoordinator implements CommitCoordinator {
  /** By version. */
  readonly ratified: RatifiedCommit[] = [];
  /** Every version up to this one need not be kept. */
  publishedVersion = -1;

  ratifiedCommits(fromVersion: number): Promise<RatifiedCommits> {
    return Promise.resolve({ latestVersion: this.ratified.length - 1, commits: this.ratified.slice(Math.max(fromVersion, this.publishedVersion + 1)) });
  }

  async propose(commit: RatifiedCommit): Promise<Ratification> {
    const isNext = commit.version === this.ratified.length;
    if (isNext) this.ratified.push(commit);
    return { kind: isNext ? 'ratified' : 'conflict', ...(await this.ratifiedCommits(commit.version)) };
  }

  published(version: number): Promise<void> {
    this.publishedVersion = Math.max(this.publishedVersion, version);
    return Promise.resolve();
  }
}
