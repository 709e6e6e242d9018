import { MessageHeader, Vector, type Schema } from 'apache-arrow';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import { Message, RecordBatch as BatchHeader } from 'apache-arrow/ipc/metadata/message';
import { VectorAssembler } from 'apache-arrow/visitor/vectorassembler';
import { VectorLoader } from 'apache-arrow/visitor/vectorloader';
import { MetadataVersion } from 'apache-arrow/enum';
import { LakebookError } from '../base/errors.ts';
import type { ArrowBatch } from './batch.ts';

// Arrow columnar format, "IPC Streaming Format" and "IPC File Format". Messages are made one by one, so that a spool can
// keep the offset of each, and a page can be put together from bytes that are already encoded.

const CONTINUATION = 0xffffffff;
/** Of a message: the continuation mark and the length of its header. */
export const PREFIX_BYTES = 8;

/** Ends a stream of messages. */
export const END_OF_STREAM: Uint8Array = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** The message that begins a stream. */
export function encodeSchema(schema: Schema): Uint8Array {
  return encodeMessage(Message.from(schema), []).bytes;
}

export interface EncodedBatch {
  readonly bytes: Uint8Array;
  /** Of the prefix and the header; the body follows. */
  readonly headerBytes: number;
}

/** One batch as a message. Its data must not be slices: {@link sliceBatch} makes them whole. */
export function encodeBatch(batch: ArrowBatch): EncodedBatch {
  const { byteLength, nodes, bufferRegions, buffers } = VectorAssembler.assemble(...batch.columns.map((column) => new Vector([column])));
  return encodeMessage(Message.from(new BatchHeader(batch.rows, nodes, bufferRegions, null), byteLength), buffers);
}

function encodeMessage(message: Message, buffers: readonly ArrayBufferView[]): EncodedBatch {
  const header = Message.encode(message);
  const headerBytes = (PREFIX_BYTES + header.byteLength + 7) & ~7;
  const bytes = new Uint8Array(headerBytes + message.bodyLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CONTINUATION, true);
  view.setInt32(4, headerBytes - PREFIX_BYTES, true);
  bytes.set(header, PREFIX_BYTES);
  let offset = headerBytes;
  for (const buffer of buffers) {
    bytes.set(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength), offset);
    offset += (buffer.byteLength + 7) & ~7;
  }
  return { bytes, headerBytes };
}

/** @throws LakebookError RESULT_DAMAGED if the bytes are no schema message */
export function decodeSchema(bytes: Uint8Array): Schema {
  const { message } = decodeMessage(bytes);
  if (message.headerType !== MessageHeader.Schema) throw damaged('no schema');
  return message.header() as Schema;
}

/** One batch without copying: it shares the bytes, which must be 8-byte aligned. @throws LakebookError RESULT_DAMAGED */
export function decodeBatch(schema: Schema, bytes: Uint8Array): ArrowBatch {
  const { message, body } = decodeMessage(bytes);
  if (message.headerType !== MessageHeader.RecordBatch) throw damaged('no record batch');
  const header = message.header() as BatchHeader;
  const loader = new VectorLoader(body, header.nodes, header.buffers, new Map(), MetadataVersion.V5);
  return { schema, rows: header.length, columns: loader.visitMany(schema.fields) };
}

function decodeMessage(bytes: Uint8Array): { readonly message: Message; readonly body: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < PREFIX_BYTES || view.getUint32(0, true) !== CONTINUATION) throw damaged('no message');
  const headerBytes = PREFIX_BYTES + view.getInt32(4, true);
  if (headerBytes > bytes.byteLength) throw damaged('a message is cut off');
  const message = Message.decode(bytes.subarray(PREFIX_BYTES, headerBytes));
  if (headerBytes + message.bodyLength > bytes.byteLength) throw damaged('a message is cut off');
  return { message, body: bytes.subarray(headerBytes, headerBytes + message.bodyLength) };
}

/** Bytes of the message whose header this is, the body included; undefined if it is none. */
export function messageBytes(header: Uint8Array): number | undefined {
  const message = decodeHeader(header);
  return message === undefined ? undefined : header.byteLength + message.bodyLength;
}

/** Rows of the batch whose header this is. */
export function readBatchRows(header: Uint8Array): number {
  const message = decodeHeader(header);
  return message?.headerType === MessageHeader.RecordBatch ? (message.header() as BatchHeader).length : 0;
}

function decodeHeader(header: Uint8Array): Message | undefined {
  try {
    return Message.decode(header.subarray(PREFIX_BYTES));
  } catch {
    return undefined; // what a dying process left behind may be anything
  }
}

function damaged(detail: string): LakebookError {
  return new LakebookError('RESULT_DAMAGED', { detail });
}

/** A whole stream. */
export function encodeStream(schema: Schema, batches: readonly ArrowBatch[]): Uint8Array {
  return concatBytes([encodeSchema(schema), ...batches.map((batch) => encodeBatch(batch).bytes), END_OF_STREAM]);
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

const MAGIC = new TextEncoder().encode('ARROW1');

/** Parts of an Arrow file in the order in which they are written: {@link head}, the batches, {@link finish}. */
export class ArrowFileEncoder {
  readonly #schema: Schema;
  readonly #blocks: FileBlock[] = [];
  #position = 0;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  head(): Uint8Array {
    return this.#count(concatBytes([MAGIC, new Uint8Array(2), encodeSchema(this.#schema)]));
  }

  batch(batch: ArrowBatch): Uint8Array {
    const { bytes, headerBytes } = encodeBatch(batch);
    this.#blocks.push(new FileBlock(headerBytes, bytes.byteLength - headerBytes, this.#position));
    return this.#count(bytes);
  }

  finish(): Uint8Array {
    const footer = Footer.encode(new Footer(this.#schema, MetadataVersion.V5, this.#blocks, []));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setInt32(0, footer.byteLength, true);
    return this.#count(concatBytes([END_OF_STREAM, footer, length, MAGIC]));
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.#position += bytes.byteLength;
    return bytes;
  }
}
