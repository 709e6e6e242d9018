import { open, truncate, type FileHandle } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { attemptFile, errorCode, writeFileAtomically } from './atomicFile.ts';

/** One record of a journal: its kind and its bytes, whatever they mean. */
export interface JournalRecord {
  readonly kind: number;
  readonly payload: Uint8Array;
}

/**
 * An append-only file of records that survives kill -9 at any byte. Each record is
 * `length (u32 LE) | CRC-32 of kind and payload (u32 LE) | kind (u8) | payload`; a torn tail is cut off when it is opened.
 */
export interface RecordFile {
  /** Resolves when the system has the record (a killed process loses nothing then); it is on disk within {@link SYNC_DELAY_MS}. */
  append(record: JournalRecord): Promise<void>;
  /** Puts these records in the place of all there are, atomically. */
  replace(records: readonly JournalRecord[]): Promise<void>;
  readonly sizeBytes: number;
  close(): Promise<void>;
}

export const SYNC_DELAY_MS = 50;
const HEADER_BYTES = 9;

/** @returns the whole records of the file and where they end; a file that is not there has none */
export async function readRecords(file: string): Promise<{ readonly records: JournalRecord[]; readonly endBytes: number; readonly tornBytes: number }> {
  const bytes = await attemptFile(file, () => readFile(file).catch((error: unknown) => (errorCode(error) === 'ENOENT' ? Buffer.alloc(0) : Promise.reject(error))));
  const { records, endBytes } = parseRecords(bytes);
  return { records, endBytes, tornBytes: bytes.byteLength - endBytes };
}

export function parseRecords(bytes: Uint8Array): { readonly records: JournalRecord[]; readonly endBytes: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.byteLength) {
    const end = at + HEADER_BYTES + view.getUint32(at, true);
    if (end > bytes.byteLength || crc32(bytes.subarray(at + 8, end)) !== view.getUint32(at + 4, true)) break;
    records.push({ kind: view.getUint8(at + 8), payload: bytes.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return { records, endBytes: at };
}

export function formatRecord({ kind, payload }: JournalRecord): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.byteLength, true);
  view.setUint8(8, kind);
  bytes.set(payload, HEADER_BYTES);
  view.setUint32(4, crc32(bytes.subarray(8)), true);
  return bytes;
}

/** Opens for appending behind the last whole record. One process at a time: the workspace's lock sees to it. */
export async function openRecordFile(file: string, endBytes: number): Promise<RecordFile> {
  let handle = await openAt(file, endBytes);
  let sizeBytes = endBytes;
  let queue: Promise<void> = Promise.resolve();
  let syncTimer: NodeJS.Timeout | undefined;
  let waiting: { readonly bytes: Uint8Array; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  const inTurn = <Result>(action: () => Promise<Result>): Promise<Result> => {
    const result = queue.then(action);
    queue = result.then(() => undefined, () => undefined);
    return result;
  };
  const writeWaiting = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const bytes = Buffer.concat(batch.map((item) => item.bytes));
    try {
      await writeWhole(handle, bytes, sizeBytes);
      sizeBytes += bytes.byteLength;
      syncTimer ??= setTimeout(() => void inTurn(sync), SYNC_DELAY_MS);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      await handle.truncate(sizeBytes).catch(() => undefined); // what was written in part must not end a later record
      for (const { reject } of batch) reject(error);
    }
  };
  const sync = async (): Promise<void> => {
    clearTimeout(syncTimer);
    syncTimer = undefined;
    await handle.datasync().catch(() => undefined); // a disk that cannot sync shows itself at the next write
  };

  return {
    append: (record) =>
      attemptFile(file, () => new Promise<void>((resolve, reject) => {
        waiting.push({ bytes: formatRecord(record), resolve, reject });
        void inTurn(writeWaiting);
      })),
    replace: (records) =>
      inTurn(async () => {
        const bytes = Buffer.concat(records.map(formatRecord));
        await writeFileAtomically(file, bytes, { mode: 0o600 });
        await handle.close();
        handle = await openAt(file, bytes.byteLength);
        sizeBytes = bytes.byteLength;
      }),
    get sizeBytes() {
      return sizeBytes;
    },
    close: () =>
      inTurn(async () => {
        await sync();
        await handle.close();
      }),
  };
}

async function openAt(file: string, endBytes: number): Promise<FileHandle> {
  return attemptFile(file, async () => {
    const handle = await open(file, 'a+', 0o600);
    if ((await handle.stat()).size > endBytes) await truncate(file, endBytes);
    return handle;
  });
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    written += (await handle.write(bytes, written, bytes.byteLength - written, position + written)).bytesWritten;
  }
}
