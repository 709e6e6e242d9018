import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { LakebookError } from '../base/errors.ts';
import { hasInlineOutputs, parseNotebook, type FileCell, type NotebookFile } from '../notebook/ipynb.ts';
import { writeNotebook, type InlineOutputs } from '../notebook/ipynbWrite.ts';
import type { JsonObject } from '../notebook/json.ts';
import type { NotebookCell } from '../notebook/notebookDocument.ts';
import { parseFileOutput } from '../notebook/outputs.ts';
import type { Output } from '../rpc/notebooks.ts';
import { attemptFile } from './atomicFile.ts';

/** A cell of a file, without its outputs, which may be large and come one by one. */
type BaseCell = Pick<FileCell, 'id' | 'ownId' | 'content'>;

export interface LoadedBase {
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
  readonly stamp: string;
  readonly metadata: JsonObject;
  readonly cells: readonly BaseCell[];
  readonly inlineOutputs: boolean;
}

export interface WrittenBase {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hash: string;
}

export interface BaseContent {
  readonly cells: readonly NotebookCell[];
  readonly metadata: JsonObject;
  readonly outputs: readonly (readonly [string, InlineOutputs])[];
}

/**
 * The files that open notebooks were read from, by a key per notebook: the text that a save patches. Everything that takes
 * time in proportion to a file happens in here, so that large files can live in a worker.
 */
export interface NotebookBases {
  /**
   * Reads a file in the place of the key's present one.
   * @param onOutputs one call per cell that has outputs, before this resolves
   * @throws LakebookError NOTEBOOK_*, STORAGE_*
   */
  load(key: string, file: string, onOutputs: (cellIndex: number, outputs: readonly Output[]) => void): Promise<LoadedBase>;
  /** Gives the base's cells the ids that the document has for them, by index. */
  assignIds(key: string, ids: readonly string[]): Promise<void>;
  /** What the file should say; undefined where that is what it says, unless `always`. Without a base it is a new notebook. */
  write(key: string, content: BaseContent, always: boolean): Promise<WrittenBase | undefined>;
  /** What {@link write} gave last has reached the disk: it is the base now. */
  commit(key: string): Promise<void>;
  drop(key: string): Promise<void>;
}

interface Base {
  file: NotebookFile;
  written: { readonly text: string; readonly ids: readonly string[] } | undefined;
}

const PORTION_CHARS = 1_000_000;

export function createNotebookBases(): NotebookBases {
  const bases = new Map<string, Base>();
  return {
    load: async (key, path, onOutputs) => {
      const { bytes, stamp } = await attemptFile(path, async () => {
        const found = await stat(path);
        return { bytes: await readFile(path), stamp: formatStamp(found) };
      });
      const parsed = parseNotebook(decodeText(bytes));
      await tellOutputs(parsed, onOutputs);
      const inlineOutputs = hasInlineOutputs(parsed);
      const file = { ...parsed, cells: parsed.cells.map((cell) => ({ ...cell, outputs: [] })) };
      bases.set(key, { file, written: undefined });
      const cells = file.cells.map(({ id, ownId, content }) => ({ id, ownId, content }));
      return { hash: hashBytes(bytes), stamp, metadata: file.metadata, cells, inlineOutputs };
    },
    assignIds: async (key, ids) => {
      const base = baseOf(bases, key);
      base.file = { ...base.file, cells: base.file.cells.map((cell, index) => ({ ...cell, id: ids[index] ?? cell.id })) };
    },
    write: async (key, content, always) => {
      const base = bases.get(key) ?? { file: parseNotebook(''), written: undefined };
      bases.set(key, base);
      const text = writeNotebook(base.file, { ...content, outputs: new Map(content.outputs) });
      if (text === base.file.text && !always) return undefined;
      base.written = { text, ids: content.cells.map(({ id }) => id) };
      const bytes = new TextEncoder().encode(text);
      return { bytes, hash: hashBytes(bytes) };
    },
    commit: async (key) => {
      const base = baseOf(bases, key);
      if (base.written === undefined) return;
      const { text, ids } = base.written;
      const parsed = parseNotebook(text);
      base.file = { ...parsed, cells: parsed.cells.map((cell, index) => ({ ...cell, id: ids[index] ?? cell.id, outputs: [] })) };
      base.written = undefined;
    },
    drop: async (key) => void bases.delete(key),
  };
}

/** In portions, so that whoever listens in another thread can do something else in between. */
async function tellOutputs(file: NotebookFile, onOutputs: (cellIndex: number, outputs: readonly Output[]) => void): Promise<void> {
  let toldAt = 0;
  for (const [index, { outputs, span }] of file.cells.entries()) {
    if (outputs.length === 0) continue;
    onOutputs(index, outputs.flatMap((output) => parseFileOutput(output) ?? []));
    if (span.end - toldAt < PORTION_CHARS) continue;
    toldAt = span.end;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Changes whenever the file is written or replaced: what is compared before reading a file again. */
export function formatStamp(found: { readonly mtimeMs: number; readonly size: number; readonly ino: number }): string {
  return `${found.mtimeMs} ${found.size} ${found.ino}`;
}

export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new LakebookError('NOTEBOOK_NOT_JSON', { detail: 'it is not UTF-8 text' }, { cause: error });
  }
}

function baseOf(bases: ReadonlyMap<string, Base>, key: string): Base {
  const base = bases.get(key);
  if (base === undefined) throw new LakebookError('NOTEBOOK_NOT_OPEN', { notebookId: key });
  return base;
}
