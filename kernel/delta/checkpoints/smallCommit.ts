import { LakebookError } from '../../base/errors.ts';
import { joinPath } from '../../storage/paths.ts';
import type { Storage } from '../../storage/storage.ts';
import { asRecord } from '../actions.ts';
import type { CommitFile } from '../logFile.ts';
import { logPathOf } from '../logSegment.ts';
import type { CommitIdentity } from './commitActions.ts';
import { addFiles, NO_FILES, type SizedFile } from './fileTotals.ts';
import { overlaid, type CommitTableActions, type VersionChecksum } from './versionChecksum.ts';

/** Commits up to so many bytes are taken apart here: for a few actions the engine's statements cost more than the commit. */
export const SMALL_COMMIT_BYTES = 1 << 18;

interface FileAction extends SizedFile {
  readonly key: string;
  readonly dataChange: boolean;
  readonly hasSize: boolean;
}

/** What `CommitActions` tells, of a commit with few actions. */
export class SmallCommit {
  readonly #version: number;
  readonly #info: Readonly<Record<string, unknown>>;
  readonly #actions: CommitTableActions;
  readonly #adds: readonly FileAction[];
  readonly #removes: readonly FileAction[];

  constructor(text: string, version: number) {
    const lines = text.split('\n').filter((line) => line.trim() !== '').map((line) => ({ line, action: asRecord(JSON.parse(line)) }));
    const all = (name: string): readonly { readonly line: string; readonly action: Readonly<Record<string, unknown>> }[] =>
      lines.flatMap(({ line, action }) => (action[name] === undefined || action[name] === null ? [] : [{ line, action: asRecord(action[name]) }]));
    const domains = all('domainMetadata').map(({ line, action }) => ({ key: String(action['domain']), body: bodyOf(line), isRemoved: action['removed'] === true }));
    this.#version = version;
    this.#info = all('commitInfo')[0]?.action ?? {};
    this.#adds = all('add').map(({ action }) => fileAction(action));
    this.#removes = all('remove').map(({ action }) => fileAction(action));
    this.#actions = {
      protocol: all('protocol').map(({ line }) => bodyOf(line))[0],
      metadata: all('metaData').map(({ line }) => bodyOf(line))[0],
      txns: new Map(all('txn').map(({ line, action }) => [String(action['appId']), bodyOf(line)])),
      domains: new Map(domains.filter(({ isRemoved }) => !isRemoved).map(({ key, body }) => [key, body])),
      removedDomains: domains.filter(({ isRemoved }) => isRemoved).map(({ key }) => key),
    };
  }

  static async load(storage: Storage, table: string, { file, version }: CommitFile): Promise<SmallCommit> {
    const path = joinPath(logPathOf(table), file.name);
    const text = new TextDecoder().decode(await storage.read(path));
    try {
      return new SmallCommit(text, version);
    } catch (error) {
      throw new LakebookError('DELTA_LOG_FILE_CORRUPT', { table, file: path, detail: 'a line of it is not JSON.' }, { cause: error });
    }
  }

  identity(): Promise<CommitIdentity> {
    const { txnId, inCommitTimestamp } = this.#info;
    return Promise.resolve({ txnId: typeof txnId === 'string' ? txnId : undefined, inCommitTimestamp: typeof inCommitTimestamp === 'number' ? inCommitTimestamp : undefined });
  }

  addTo(before: VersionChecksum | undefined): Promise<VersionChecksum | undefined> {
    return Promise.resolve(this.#addTo(before));
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #addTo(before: VersionChecksum | undefined): VersionChecksum | undefined {
    if (before === undefined && this.#version > 0) return undefined;
    const start = before ?? { txns: new Map<string, string>(), domains: new Map<string, string>(), totals: NO_FILES, protocol: this.#actions.protocol ?? '', metadata: this.#actions.metadata ?? '' };
    const state = overlaid(start, this.#actions);
    if (state.protocol === '' || state.metadata === '' || !this.#tellsItsFiles()) return undefined;
    const totals = addFiles(start.totals, this.#adds, this.#removes);
    return [totals.numFiles, totals.sizeBytes, ...totals.fileCounts].some((count) => count < 0) ? undefined : { ...state, totals };
  }

  /** Removes without a size, files named twice, and adds that may only say more of live files need the whole log. */
  #tellsItsFiles(): boolean {
    const actions = [...this.#adds, ...this.#removes];
    const rearranges = this.#adds.some(({ dataChange }) => !dataChange) && this.#removes.length === 0;
    return this.#removes.every(({ hasSize }) => hasSize) && !rearranges && new Set(actions.map(({ key }) => key)).size === actions.length;
  }
}

/** The action's own text, with its integers as they are written. */
function bodyOf(line: string): string {
  const text = line.trim();
  return text.slice(text.indexOf(':') + 1, -1);
}

function fileAction(action: Readonly<Record<string, unknown>>): FileAction {
  const { storageType, pathOrInlineDv, offset, cardinality } = asRecord(action['deletionVector']);
  const hasVector = typeof storageType === 'string';
  return {
    key: `${String(action['path'])}\n${hasVector ? `${storageType}${String(pathOrInlineDv)}@${JSON.stringify(offset ?? null)}` : ''}`,
    sizeBytes: typeof action['size'] === 'number' ? action['size'] : 0,
    hasSize: typeof action['size'] === 'number',
    dataChange: action['dataChange'] !== false,
    deletedRecords: hasVector ? Number(cardinality) : undefined,
  };
}
