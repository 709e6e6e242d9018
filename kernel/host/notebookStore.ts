import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LakebookError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import { buildSqlNotebook } from '../notebook/ipynbWrite.ts';
import { attemptFile, createFileAtomically, writeFileAtomically } from './atomicFile.ts';
import { openCellStates, writeOutputSnapshot } from './cellStates.ts';
import { openDocumentJournal } from './documentJournal.ts';
import type { LogBook } from './logBook.ts';
import type { NotebookBases } from './notebookBases.ts';
import { OpenNotebook } from './openNotebook.ts';
import type { StatePaths } from './statePaths.ts';
import type { WorkspacePaths } from './workspacePaths.ts';

export interface NotebookStoreParts {
  readonly paths: WorkspacePaths;
  readonly state: StatePaths;
  readonly bases: NotebookBases;
  readonly log: LogBook;
}

/** A notebook that is open, by its path from the workspace's root. */
export interface StoredNotebook {
  readonly path: string;
  readonly notebook: OpenNotebook;
  /** Who has it open; when nobody has and nothing runs, it is closed. */
  readonly users: Set<unknown>;
}

/**
 * The open notebooks of the workspace. Each has a folder of state (journal, outputs) under the name of its path's hash;
 * a rename takes it along.
 */
export class NotebookStore {
  readonly opened = new Emitter<StoredNotebook>();
  readonly closed = new Emitter<StoredNotebook>();
  readonly #parts: NotebookStoreParts;
  readonly #byPath = new Map<string, StoredNotebook>();
  readonly #opening = new Map<string, Promise<StoredNotebook>>();
  readonly #closing = new Map<string, Promise<void>>();

  constructor(parts: NotebookStoreParts) {
    this.#parts = parts;
  }

  get all(): IterableIterator<StoredNotebook> {
    return this.#byPath.values();
  }

  /** @throws LakebookError NOTEBOOK_NOT_OPEN */
  find(notebookId: string): StoredNotebook {
    for (const stored of this.#byPath.values()) if (stored.notebook.id === notebookId) return stored;
    throw new LakebookError('NOTEBOOK_NOT_OPEN', { notebookId });
  }

  async open(relativePath: string, user: unknown): Promise<StoredNotebook> {
    const file = await this.#parts.paths.resolve(relativePath);
    const key = this.#parts.paths.relative(file);
    await this.#closing.get(key);
    const present = this.#byPath.get(key) ?? (await (this.#opening.get(key) ?? this.#openFresh(key, file)));
    present.users.add(user);
    return present;
  }

  /** A new, empty notebook. @throws LakebookError FILE_ALREADY_EXISTS */
  async create(relativePath: string): Promise<string> {
    const file = await this.#parts.paths.resolve(relativePath);
    await attemptFile(file, () => mkdir(path.dirname(file), { recursive: true }));
    if (!(await attemptFile(file, () => createFileAtomically(file, buildSqlNotebook(''))))) throw new LakebookError('FILE_ALREADY_EXISTS', { path: relativePath });
    const key = this.#parts.paths.relative(file);
    await rm(this.#stateFolder(key), { recursive: true, force: true }); // of a notebook of this name that is gone
    return key;
  }

  async close(stored: StoredNotebook): Promise<void> {
    if (this.#byPath.get(stored.path) !== stored) return;
    this.#byPath.delete(stored.path);
    const closing = stored.notebook.close().finally(() => this.#closing.delete(stored.path));
    this.#closing.set(stored.path, closing);
    await closing;
    this.closed.emit(stored);
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#byPath.values()].map((stored) => this.close(stored)));
  }

  /** Asks every open notebook to look at its file: for disks that report no changes. */
  async checkFiles(): Promise<void> {
    await Promise.allSettled([...this.#byPath.values()].map(({ notebook }) => notebook.checkFile()));
  }

  /** A file or folder was renamed by us: documents, journals and snapshots go with it. */
  async renamed(from: string, to: string): Promise<void> {
    const newPath = (old: string): string | undefined => (old === from ? to : old.startsWith(`${from}/`) ? to + old.slice(from.length) : undefined);
    for (const folder of await readdir(this.#parts.state.notebooks).catch(() => [])) {
      const old = await readFile(path.join(this.#parts.state.notebooks, folder, 'path'), 'utf8').catch(() => '');
      const target = newPath(old);
      if (target !== undefined) await this.#moveState(folder, old, target);
    }
  }

  /** The notebooks at or below a path that is about to be deleted. */
  async closeUnder(relativePath: string): Promise<void> {
    const under = [...this.#byPath.values()].filter(({ path: each }) => each === relativePath || each.startsWith(`${relativePath}/`));
    await Promise.all(under.map((stored) => this.close(stored)));
  }

  /** Copies the outputs into the workspace, for a notebook whose file has none; a read-only workspace is left alone. */
  async writeSnapshot({ path: relativePath, notebook }: StoredNotebook): Promise<void> {
    if (notebook.inlineOutputs || this.#parts.paths.readOnly) return;
    const cells = [...notebook.states.all.values()].filter(({ outputs, run }) => outputs.length > 0 || run.kind === 'finished');
    await writeOutputSnapshot(this.#snapshotFile(relativePath), this.#parts.paths.root, cells).catch((error: unknown) => {
      this.#parts.log.write('warning', 'notebooks', `The outputs of ${relativePath} could not be copied into the workspace: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  #openFresh(key: string, file: string): Promise<StoredNotebook> {
    const opening = this.#load(key, file).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #load(key: string, file: string): Promise<StoredNotebook> {
    const folder = this.#stateFolder(key);
    // A missing file is named before a state folder is made for it; where there is one, it may hold edits.
    if (await isMissing(folder)) await attemptFile(file, () => stat(file));
    const { journal, replayed, tornBytes } = await openDocumentJournal(folder);
    if (tornBytes > 0) this.#parts.log.write('warning', 'notebooks', `${key}: the journal ended in ${tornBytes} torn bytes, which were never acknowledged`);
    const states = await openCellStates(folder, this.#snapshotFile(key));
    try {
      await writeFileAtomically(path.join(folder, 'path'), key, { mode: 0o600 });
      const log = (level: 'info' | 'warning', text: string): void => this.#parts.log.write(level, 'notebooks', text);
      const notebook = await OpenNotebook.open({ file, journal, replayed, states, bases: this.#parts.bases, writeFile: writeFileAtomically, log });
      const stored: StoredNotebook = { path: key, notebook, users: new Set() };
      this.#byPath.set(key, stored);
      this.opened.emit(stored);
      return stored;
    } catch (error) {
      await Promise.allSettled([journal.close(), states.close()]);
      throw error;
    }
  }

  async #moveState(folder: string, from: string, to: string): Promise<void> {
    const target = this.#stateFolder(to);
    await rm(target, { recursive: true, force: true });
    await rename(path.join(this.#parts.state.notebooks, folder), target);
    await writeFileAtomically(path.join(target, 'path'), to, { mode: 0o600 });
    await mkdir(path.dirname(this.#snapshotFile(to)), { recursive: true }).catch(() => undefined);
    await rename(this.#snapshotFile(from), this.#snapshotFile(to)).catch(() => undefined); // a notebook that was never run has none
  }

  #stateFolder(relativePath: string): string {
    return path.join(this.#parts.state.notebooks, createHash('sha256').update(relativePath).digest('hex').slice(0, 24));
  }

  #snapshotFile(relativePath: string): string {
    return path.join(this.#parts.paths.root, '.lakebook', 'outputs', `${relativePath}.json`);
  }
}

function isMissing(file: string): Promise<boolean> {
  return stat(file).then(() => false, () => true);
}
