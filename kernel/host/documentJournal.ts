import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as Y from 'yjs';
import { z } from 'zod';
import { attemptFile } from './atomicFile.ts';
import { openRecordFile, readRecords, type RecordFile } from './recordFile.ts';

/** Which bytes on disk the document stood for: the file's hash (null: no file yet) and its cells' ids by index. */
const filedShape = z.object({ hash: z.string().nullable(), ids: z.array(z.string()), inline: z.boolean() });
export type Filed = z.output<typeof filedShape>;

export interface ReplayedDocument {
  readonly doc: Y.Doc;
  /** What the file may be: as it was when all was saved, and what was tried to be written since, newest last. */
  readonly filed: readonly Filed[];
  /** There are updates that may not have reached the file. */
  readonly edited: boolean;
}

/** The journal of one notebook: its Yjs state at some moment, and every update since. */
export interface DocumentJournal {
  /** Resolves when a killed process would not lose it. */
  update(update: Uint8Array): Promise<void>;
  /** Before the file is replaced: from now on it may be this one. */
  filing(filed: Filed): Promise<void>;
  /** Everything so far is in the file. */
  saved(filed: Filed): Promise<void>;
  /** Starts anew from the document's present state, all of which is in the file. */
  compact(doc: Y.Doc, filed: Filed): Promise<void>;
  readonly sizeBytes: number;
  close(): Promise<void>;
}

const STATE = 1;
const UPDATE = 2;
const FILING = 3;
const SAVED = 4;

/** Opens the journal in a notebook's state folder. `replayed` is absent where there is nothing to replay. */
export async function openDocumentJournal(folder: string): Promise<{ readonly journal: DocumentJournal; readonly replayed: ReplayedDocument | undefined; readonly tornBytes: number }> {
  await attemptFile(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const file = path.join(folder, 'document.journal');
  const { records, endBytes, tornBytes } = await readRecords(file);
  const doc = new Y.Doc();
  const filed: Filed[] = [];
  for (const { kind, payload } of records) {
    if (kind === SAVED) filed.length = 0;
    if (kind === FILING || kind === SAVED) filed.push(filedShape.parse(JSON.parse(new TextDecoder().decode(payload))));
    else Y.applyUpdate(doc, payload, 'journal');
  }
  const edited = records.findLastIndex(({ kind }) => kind === UPDATE) > records.findLastIndex(({ kind }) => kind === SAVED);
  const replayed = records[0]?.kind === STATE && filed.length > 0 ? { doc, filed, edited } : undefined;
  return { journal: createDocumentJournal(await openRecordFile(file, endBytes)), replayed, tornBytes };
}

function createDocumentJournal(file: RecordFile): DocumentJournal {
  return {
    update: (update) => file.append({ kind: UPDATE, payload: update }),
    filing: (filed) => file.append(filedRecord(FILING, filed)),
    saved: (filed) => file.append(filedRecord(SAVED, filed)),
    compact: (doc, filed) => file.replace([{ kind: STATE, payload: Y.encodeStateAsUpdate(doc) }, filedRecord(SAVED, filed)]),
    get sizeBytes() {
      return file.sizeBytes;
    },
    close: () => file.close(),
  };
}

function filedRecord(kind: number, filed: Filed): { readonly kind: number; readonly payload: Uint8Array } {
  return { kind, payload: new TextEncoder().encode(JSON.stringify(filed)) };
}
