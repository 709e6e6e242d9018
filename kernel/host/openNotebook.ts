import { randomUUID } from 'node:crypto';
import { access, constants, readFile, stat } from 'node:fs/promises';
import * as Y from 'yjs';
import { LakebookError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import { createNotebookDocument, fillDocument, readCells, readNotebookMetadata } from '../notebook/notebookDocument.ts';
import { applyFile, FILE_ORIGIN, matchCells } from '../notebook/reconcile.ts';
import type { Output, SaveState } from '../rpc/notebooks.ts';
import { reportAnyError } from '../rpc/peer.ts';
import { errorCode } from './atomicFile.ts';
import type { CellStates } from './cellStates.ts';
import type { DocumentJournal, Filed, ReplayedDocument } from './documentJournal.ts';
import { formatStamp, hashBytes, type BaseContent, type LoadedBase, type NotebookBases, type WrittenBase } from './notebookBases.ts';

const AUTOSAVE_DELAY_MS = 1_000;
/** Typing without a pause is saved this often nevertheless. */
const AUTOSAVE_DELAY_MAX_MS = 5_000;
/** A journal is compacted when it has doubled, and not before it is worth it. */
const JOURNAL_BYTES_MIN = 256 * 1024;

export interface DocumentUpdate {
  readonly update: Uint8Array;
  /** Whoever sent it; it is not sent back there. */
  readonly from: unknown;
}

/** Edits that no client made. */
const HOST_ORIGIN = 'host';

interface LoadedFile {
  readonly base: LoadedBase;
  /** By the index of the cell. */
  readonly outputs: ReadonlyMap<number, readonly Output[]>;
}

/** What an open notebook works with. */
export interface OpenNotebookParts {
  readonly file: string;
  readonly journal: DocumentJournal;
  readonly replayed: ReplayedDocument | undefined;
  readonly states: CellStates;
  readonly bases: NotebookBases;
  /** Replaces the file: `writeFileAtomically`, or one that fails as a full disk does. */
  readonly writeFile: (file: string, bytes: Uint8Array) => Promise<void>;
  readonly log: (level: 'info' | 'warning', text: string) => void;
}

/**
 * One notebook that is open: its authoritative document and its file.
 * - An update is in the journal before it is acknowledged.
 * - The file is replaced whole or not at all, and never where it holds something that was not read: that is a conflict.
 * - What cannot be written stays in the journal.
 */
export class OpenNotebook {
  readonly id = randomUUID();
  readonly doc: Y.Doc;
  readonly updates = new Emitter<DocumentUpdate>();
  readonly saveStates = new Emitter<SaveState>();
  readonly file: string;
  readonly #parts: OpenNotebookParts;
  #save: SaveState = { kind: 'saved' };
  /** Outputs live in the file, as they did when it came; else in the state folder and the snapshot. */
  #inline = false;
  #filed: Filed = { hash: null, ids: [], inline: false };
  #stamp = '';
  #compactedBytes = 0;
  #revision = 0;
  #savedRevision = 0;
  #timer: NodeJS.Timeout | undefined;
  #dirtySinceMs = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(parts: OpenNotebookParts) {
    this.#parts = parts;
    this.file = parts.file;
    this.doc = parts.replayed?.doc ?? createNotebookDocument();
  }

  /** @throws LakebookError NOTEBOOK_*, STORAGE_*; the journal and the file stay as they are then */
  static async open(parts: OpenNotebookParts): Promise<OpenNotebook> {
    const notebook = new OpenNotebook(parts);
    await (parts.replayed === undefined ? notebook.#openFirst() : notebook.#openReplayed(parts.replayed));
    if (notebook.#save.kind === 'saved' && !(await isWritable(notebook.file))) notebook.#setSave({ kind: 'readOnly' });
    return notebook;
  }

  get save(): SaveState {
    return this.#save;
  }

  get inlineOutputs(): boolean {
    return this.#inline;
  }

  get states(): CellStates {
    return this.#parts.states;
  }

  /** Resolves when the update is in the journal. In the document it is at once, so that compacting the journal cannot miss it. */
  async applyUpdate(update: Uint8Array, from: unknown): Promise<void> {
    this.#applyLocally(update, from);
    await this.#parts.journal.update(update);
  }

  /** Outputs that live in the file have changed. */
  outputsChanged(): void {
    if (this.#inline) this.#touch();
  }

  /** Saves now. @returns how it went */
  saveNow(): Promise<SaveState> {
    return this.#inTurn(() => this.#write({ overwrite: false }));
  }

  /** Settles a conflict. */
  resolve(keep: 'ours' | 'theirs'): Promise<void> {
    return this.#inTurn(async () => {
      if (keep === 'ours') await this.#write({ overwrite: true });
      else await this.#reload({ overEdits: true });
    });
  }

  /** Looks whether somebody else changed the file: takes it over where there are no edits here, else says so. */
  checkFile(): Promise<void> {
    return this.#inTurn(async () => {
      const stamp = await stampOf(this.file);
      if (this.#closed || stamp === this.#stamp || this.#save.kind === 'conflict') return;
      const hash = await hashOf(this.file);
      if (hash === this.#filed.hash) this.#fileIsBack(stamp);
      else if (this.#revision !== this.#savedRevision) this.#setSave({ kind: 'conflict' });
      else if (hash === null) this.#fileIsGone();
      else await this.#reloadQuietly();
    });
  }

  /** Writes what is unsaved and lets go of everything. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#inTurn(async () => {
      if (this.#revision !== this.#savedRevision && this.#save.kind !== 'conflict') await this.#write({ overwrite: false });
      this.#closed = true;
    });
    await this.#parts.bases.drop(this.id);
    await this.#parts.journal.close();
    await this.#parts.states.close();
    this.doc.destroy();
  }

  async #openFirst(): Promise<void> {
    const loaded = await this.#load();
    const { base } = loaded;
    const ids = base.cells.map(({ id }) => id);
    fillDocument(this.doc, base.cells.map(({ id, content }) => ({ ...content, id })), base.metadata);
    this.#inline = base.inlineOutputs;
    await this.#takeBase(loaded, ids, { overMade: false });
    await this.#compact();
  }

  /** The file may be what we knew, what we were about to write when the last host died, or somebody else's. */
  async #openReplayed({ filed, edited }: ReplayedDocument): Promise<void> {
    const hash = await hashOf(this.file);
    const known = filed.findLast((candidate) => candidate.hash === hash);
    this.#filed = known ?? filed.at(-1) ?? this.#filed;
    this.#inline = this.#filed.inline;
    if (known !== undefined) {
      await this.#takeBase(await this.#load(), known.ids, { overMade: false });
      if (await this.#differsFromFile()) this.#touch();
    } else if (edited) {
      await this.#keepAsConflict();
    } else if (hash === null) {
      throw new LakebookError('STORAGE_NOT_FOUND', { path: this.file });
    } else {
      await this.#reload({ overEdits: false });
    }
  }

  /** Ours is in the journal, theirs in the file; {@link resolve} settles it. */
  async #keepAsConflict(): Promise<void> {
    this.#parts.log('warning', `${this.file} was changed or removed by another program while there were edits here; both are kept`);
    this.#revision++;
    await this.#load().then(
      ({ base }) => this.#parts.bases.assignIds(this.id, matchCells(readCells(this.doc), base.cells)),
      () => undefined, // whatever is there now cannot be read; ours can still be written over it
    );
    this.#setSave({ kind: 'conflict' });
  }

  async #load(): Promise<LoadedFile> {
    const outputs = new Map<number, readonly Output[]>();
    const base = await this.#parts.bases.load(this.id, this.file, (index, found) => outputs.set(index, found));
    return { base, outputs };
  }

  /** From now on this is the file that saves patch, its cells being those of the document. */
  async #takeBase({ base, outputs }: LoadedFile, ids: readonly string[], options: { readonly overMade: boolean }): Promise<void> {
    await this.#parts.bases.assignIds(this.id, ids);
    for (const [index, cellId] of ids.entries()) this.#parts.states.takeFromFile(cellId, outputs.get(index) ?? [], options);
    this.#stamp = base.stamp;
    this.#filed = { hash: base.hash, ids: [...ids], inline: this.#inline };
  }

  /** Takes the file's content over; what was typed while it was read makes a conflict, unless it is to go. */
  async #reload({ overEdits }: { readonly overEdits: boolean }): Promise<void> {
    const revision = this.#revision;
    const loaded = await this.#load();
    const { base } = loaded;
    const ids = matchCells(readCells(this.doc), base.cells);
    if (this.#revision !== revision && !overEdits) {
      await this.#parts.bases.assignIds(this.id, ids);
      this.#setSave({ kind: 'conflict' });
      return;
    }
    this.#savedRevision = this.#revision;
    this.#inline ||= base.inlineOutputs;
    const before = Y.encodeStateVector(this.doc);
    applyFile(this.doc, base, ids);
    await this.#takeBase(loaded, ids, { overMade: base.inlineOutputs });
    await this.#compact();
    this.updates.emit({ update: Y.encodeStateAsUpdate(this.doc, before), from: FILE_ORIGIN });
    this.#setSave({ kind: this.#revision === this.#savedRevision ? 'saved' : 'dirty' });
  }

  async #compact(): Promise<void> {
    await this.#parts.journal.compact(this.doc, this.#filed);
    this.#compactedBytes = this.#parts.journal.sizeBytes;
  }

  /** Another program may be in the middle of writing: what cannot be read now is tried again at its next change. */
  async #reloadQuietly(): Promise<void> {
    try {
      await this.#reload({ overEdits: false });
      this.#parts.log('info', `${this.file} changed on disk and was reloaded`);
    } catch (error) {
      this.#stamp = await stampOf(this.file);
      this.#setSave({ kind: 'failed', error: reportAnyError(error) });
    }
  }

  #fileIsBack(stamp: string): void {
    this.#stamp = stamp;
    if (this.#save.kind === 'failed') this.#setSave({ kind: this.#revision === this.#savedRevision ? 'saved' : 'dirty' });
  }

  #fileIsGone(): void {
    this.#stamp = '';
    this.#setSave({ kind: 'failed', error: reportAnyError(new LakebookError('STORAGE_NOT_FOUND', { path: this.file })) });
  }

  #applyLocally(update: Uint8Array, from: unknown): void {
    // What it changed may be more than it says: an earlier update may have waited for this one.
    const changes: Uint8Array[] = [];
    const collect = (change: Uint8Array): void => void changes.push(change);
    this.doc.on('update', collect);
    Y.applyUpdate(this.doc, update, from);
    this.doc.off('update', collect);
    if (changes.length === 0) return;
    this.updates.emit({ update: Y.mergeUpdates(changes), from });
    this.#touch();
  }

  /** An edit of the host's own: journalled, shown to everybody and saved like any other. */
  edit(change: (doc: Y.Doc) => void): void {
    const before = Y.encodeStateVector(this.doc);
    change(this.doc);
    const update = Y.encodeStateAsUpdate(this.doc, before);
    this.updates.emit({ update, from: HOST_ORIGIN });
    void this.#parts.journal.update(update).catch(() => undefined); // a full disk: the file's own save says so
    this.#touch();
  }

  #touch(): void {
    if (this.#revision === this.#savedRevision) this.#dirtySinceMs = Date.now();
    this.#revision++;
    if (this.#save.kind === 'conflict') return;
    if (this.#save.kind !== 'readOnly') this.#setSave({ kind: 'dirty' });
    clearTimeout(this.#timer);
    const waited = Date.now() - this.#dirtySinceMs;
    this.#timer = setTimeout(() => void this.saveNow(), Math.max(0, Math.min(AUTOSAVE_DELAY_MS, AUTOSAVE_DELAY_MAX_MS - waited)));
  }

  async #write({ overwrite }: { readonly overwrite: boolean }): Promise<SaveState> {
    if (this.#closed || (this.#save.kind === 'conflict' && !overwrite)) return this.#save;
    clearTimeout(this.#timer);
    const revision = this.#revision;
    const content = this.#content();
    try {
      const written = await this.#parts.bases.write(this.id, content, overwrite);
      const present = await this.#presentHash();
      if (!overwrite && present !== this.#filed.hash && present !== written?.hash) return this.#setSave({ kind: 'conflict' });
      if (written !== undefined) await this.#replaceFile(written, content);
      this.#savedRevision = revision;
      if (this.#revision !== revision) return this.#setSave({ kind: 'dirty' });
      if (this.#parts.journal.sizeBytes > Math.max(JOURNAL_BYTES_MIN, 2 * this.#compactedBytes)) await this.#compact();
      else if (written !== undefined) await this.#parts.journal.saved(this.#filed);
      return this.#setSave({ kind: this.#revision === revision ? 'saved' : 'dirty' });
    } catch (error) {
      return this.#setSave(saveFailure(error));
    }
  }

  async #replaceFile({ bytes, hash }: WrittenBase, content: BaseContent): Promise<void> {
    const filed: Filed = { hash, ids: content.cells.map(({ id }) => id), inline: this.#inline };
    await this.#parts.journal.filing(filed);
    await this.#parts.writeFile(this.file, bytes);
    await this.#parts.bases.commit(this.id);
    this.#filed = filed;
    this.#stamp = await stampOf(this.file);
  }

  /** The file's hash, without reading it where its stamp says that it is the same. */
  async #presentHash(): Promise<string | null> {
    return this.#stamp !== '' && (await stampOf(this.file)) === this.#stamp ? this.#filed.hash : hashOf(this.file);
  }

  async #differsFromFile(): Promise<boolean> {
    return (await this.#parts.bases.write(this.id, this.#content(), false)) !== undefined;
  }

  #content(): BaseContent {
    return { cells: readCells(this.doc), metadata: readNotebookMetadata(this.doc), outputs: this.#inline ? this.#parts.states.inlineOutputs() : [] };
  }

  #setSave(save: SaveState): SaveState {
    if (JSON.stringify(save) !== JSON.stringify(this.#save)) {
      this.#save = save;
      this.saveStates.emit(save);
    }
    return this.#save;
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function saveFailure(error: unknown): SaveState {
  const report = reportAnyError(error);
  return report.code === 'STORAGE_ACCESS_DENIED' ? { kind: 'readOnly' } : { kind: 'failed', error: report };
}

async function isWritable(file: string): Promise<boolean> {
  return access(file, constants.W_OK).then(() => true, (error: unknown) => errorCode(error) === 'ENOENT');
}

/** '' where there is no file. */
async function stampOf(file: string): Promise<string> {
  return stat(file).then(formatStamp, () => '');
}

/** null where there is no file. */
async function hashOf(file: string): Promise<string | null> {
  return readFile(file).then(hashBytes, () => null);
}
