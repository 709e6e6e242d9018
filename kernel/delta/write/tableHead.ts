import type { Storage } from '../../storage/storage.ts';
import type { DomainMetadata, SetTransaction } from '../actions.ts';
import type { LogFile } from '../logFile.ts';
import { listLog, newestVersion } from '../logListing.ts';
import type { TableVersion } from '../tableVersion.ts';
import { understandState } from '../tableVersion.ts';
import { readCommit, type WinningCommit } from './readCommit.ts';

/** The version of a table that writers start from: all that its log says, other than of its files. */
export interface HeadVersion extends TableVersion {
  /** Of its commit; milliseconds since 1970. */
  readonly timestampMs: number;
}

interface Known {
  readonly at: HeadVersion;
  /** The commit's file as it was listed: another one under its name is another table. */
  readonly commit: Extract<LogFile, { readonly kind: 'commit' }> | undefined;
}

/** More and larger commits than these are left to the engine. */
const COMMITS_MAX = 200;
const COMMIT_BYTES_MAX = 4 << 20;

/**
 * The newest version of a table, kept up to date by its new commits' few actions about the table as a whole: who appends
 * need not know what files there are.
 */
export class TableHead {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #load: () => Promise<HeadVersion>;
  #known: Known | undefined;

  /** @param load the newest version, from the whole log */
  constructor(storage: Storage, table: string, load: () => Promise<HeadVersion>) {
    this.#storage = storage;
    this.#table = table;
    this.#load = load;
  }

  async latest(): Promise<HeadVersion> {
    const known = this.#known;
    this.#known = undefined;
    const next = (known === undefined ? undefined : await this.#advance(known)) ?? { at: await this.#load(), commit: undefined };
    this.#known = next;
    return next.at;
  }

  /** Undefined where the log does not simply go on. */
  async #advance({ at, commit }: Known): Promise<Known | undefined> {
    const files = await listLog(this.#storage, this.#table, at.version);
    const commits = files.filter((file) => file.kind === 'commit').filter(({ version }) => version >= at.version);
    const [first, ...others] = commits.sort((left, right) => left.version - right.version);
    if (first?.version !== at.version || newestVersion(files) > (commits.at(-1)?.version ?? 0)) return undefined;
    if (commit !== undefined && (first.file.modifiedAtMs !== commit.file.modifiedAtMs || first.file.sizeBytes !== commit.file.sizeBytes)) return undefined;
    if (others.length > COMMITS_MAX || others.some(({ version, file }, index) => version !== at.version + 1 + index || file.sizeBytes > COMMIT_BYTES_MAX)) return undefined;
    let head: Known = { at, commit: first };
    for (const other of others) head = { at: follow(head.at, await readCommit(this.#storage, this.#table, other.version), other.file.modifiedAtMs), commit: other };
    return head;
  }
}

/** The version that a commit makes of the one before. Pure. @throws as `understandState` */
function follow(at: HeadVersion, commit: WinningCommit, modifiedAtMs: number): HeadVersion {
  const { version } = commit;
  const timestampMs = commit.inCommitTimestamp ?? modifiedAtMs;
  const txns = replaced<SetTransaction>(at.txns, commit.txns, ({ appId }) => appId);
  const gone = new Set(commit.domains.filter(({ removed }) => removed).map(({ domain }) => domain));
  const domains = replaced<DomainMetadata>(at.domains, commit.domains, ({ domain }) => domain).filter(({ domain }) => !gone.has(domain));
  if (commit.protocol === undefined && commit.metadata === undefined) return { ...at, version, timestampMs, txns, domains };
  return { ...understandState({ protocol: commit.protocol ?? at.protocol, metadata: commit.metadata ?? at.metadata, txns, domains }, { table: at.table, version, access: at.access }), timestampMs };
}

function replaced<Item>(before: readonly Item[], after: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  if (after.length === 0) return before;
  return [...new Map([...before, ...after].map((item) => [keyOf(item), item])).values()];
}
