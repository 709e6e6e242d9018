import type { FileHandle } from 'node:fs/promises';
import { END_OF_STREAM, messageBytes, PREFIX_BYTES, readBatchRows } from '../arrow/ipc.ts';

/** Where each batch of a stream lies, and which rows it has. */
export class BatchIndex {
  readonly #headBytes: number;
  /** Rows and bytes up to and with batch i. */
  readonly #rowEnds: number[] = [];
  readonly #byteEnds: number[] = [];

  /** @param headBytes of the schema message, behind which the batches lie */
  constructor(headBytes: number) {
    this.#headBytes = headBytes;
  }

  get length(): number {
    return this.#rowEnds.length;
  }
  get rows(): number {
    return this.#rowEnds.at(-1) ?? 0;
  }
  get bytes(): number {
    return this.#byteEnds.at(-1) ?? this.#headBytes;
  }

  /** The number of the new batch. */
  add(rows: number, bytes: number): number {
    this.#byteEnds.push(this.bytes + bytes);
    this.#rowEnds.push(this.rows + rows);
    return this.length - 1;
  }

  offset(batch: number): number {
    return this.#byteEnds[batch - 1] ?? this.#headBytes;
  }
  size(batch: number): number {
    return this.#byteEnds[batch]! - this.offset(batch);
  }

  locate(row: number): { readonly batch: number; readonly within: number } {
    let low = 0;
    let high = this.#rowEnds.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rowEnds[middle]! <= row) low = middle + 1;
      else high = middle;
    }
    return { batch: low, within: row - (this.#rowEnds[low - 1] ?? 0) };
  }

  /** Rows and bytes of each batch. */
  entries(): [number, number][] {
    return this.#rowEnds.map((end, batch) => [end - (this.#rowEnds[batch - 1] ?? 0), this.size(batch)]);
  }
}

interface ScannedStream {
  readonly schemaBytes: Uint8Array;
  readonly batches: readonly (readonly [rows: number, bytes: number])[];
  /** The stream has its end. */
  readonly whole: boolean;
}

/**
 * Finds the messages of a stream. Where the manifest does not list them (its writer died), their headers are read one
 * after the other, up to the first that is not whole.
 */
export async function scanMessages(file: FileHandle, known: readonly (readonly [number, number])[] | undefined): Promise<ScannedStream> {
  const schemaBytes = (await readMessage(file, 0, true)) ?? new Uint8Array();
  if (known !== undefined || schemaBytes.byteLength === 0) return { schemaBytes, batches: known ?? [], whole: known !== undefined };
  const { size } = await file.stat();
  const batches: [number, number][] = [];
  let offset = schemaBytes.byteLength;
  for (;;) {
    const header = await readMessage(file, offset, false);
    if (header === undefined) return { schemaBytes, batches, whole: false };
    if (header.byteLength === END_OF_STREAM.byteLength) return { schemaBytes, batches, whole: true };
    const bytes = messageBytes(header);
    if (bytes === undefined || offset + bytes > size) return { schemaBytes, batches, whole: false };
    batches.push([readBatchRows(header), bytes]);
    offset += bytes;
  }
}

/** The header of the message at `offset`, with its body if asked; only the prefix where the stream ends here. */
async function readMessage(file: FileHandle, offset: number, withBody: boolean): Promise<Uint8Array | undefined> {
  const prefix = await readAt(file, offset, PREFIX_BYTES);
  if (prefix === undefined) return undefined;
  const headerBytes = PREFIX_BYTES + new DataView(prefix.buffer).getInt32(4, true);
  if (headerBytes === PREFIX_BYTES) return prefix;
  const header = await readAt(file, offset, headerBytes);
  if (!withBody || header === undefined) return header;
  return readAt(file, offset, messageBytes(header) ?? headerBytes);
}

async function readAt(file: FileHandle, offset: number, count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (count < 0 || count > 1 << 30) return undefined;
  const bytes = new Uint8Array(count);
  const { bytesRead } = await file.read(bytes, 0, count, offset);
  return bytesRead === count ? bytes : undefined;
}
