import type { Transport } from './peer.ts';

/** What a Node stream offers in both directions, as far as this file needs it. */
export interface DuplexLike {
  write(chunk: Uint8Array): unknown;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

const HEADER_BYTES = 5;
const TEXT = 0;
const BYTES = 1;

/**
 * A byte stream (the socket pair between host and kernel) as a transport. Each frame is
 * `length of the payload (u32 LE) | 0 text, 1 bytes (u8) | payload`.
 */
export function createFramedStream(stream: DuplexLike): Transport {
  const textListeners: ((text: string) => void)[] = [];
  const byteListeners: ((bytes: Uint8Array) => void)[] = [];
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let chunks: Uint8Array[] = [];
  let heldBytes = 0;
  let open = true;

  const send = (type: number, payload: Uint8Array): void => {
    if (!open) return;
    const frame = new Uint8Array(HEADER_BYTES + payload.byteLength);
    const view = new DataView(frame.buffer);
    view.setUint32(0, payload.byteLength, true);
    view.setUint8(4, type);
    frame.set(payload, HEADER_BYTES);
    stream.write(frame);
  };
  const receive = (type: number, payload: Uint8Array): void => {
    if (type === TEXT) {
      const text = decoder.decode(payload);
      for (const listener of textListeners) listener(text);
    } else {
      for (const listener of byteListeners) listener(payload);
    }
  };

  stream.on('data', (chunk) => {
    chunks.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes < HEADER_BYTES || heldBytes < HEADER_BYTES + payloadBytes(chunks)) return;
    const held = chunks.length === 1 ? chunk : joinChunks(chunks, heldBytes);
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
    let at = 0;
    while (at + HEADER_BYTES <= held.byteLength) {
      const end = at + HEADER_BYTES + view.getUint32(at, true);
      if (end > held.byteLength) break;
      receive(view.getUint8(at + 4), held.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    chunks = at === held.byteLength ? [] : [held.subarray(at)];
    heldBytes = held.byteLength - at;
  });
  stream.on('error', () => undefined); // the other side died; 'close' follows and tells everybody
  stream.on('close', () => {
    open = false;
  });

  return {
    sendText: (text) => send(TEXT, encoder.encode(text)),
    sendBytes: (bytes) => send(BYTES, bytes),
    onText: (listener) => textListeners.push(listener),
    onBytes: (listener) => byteListeners.push(listener),
    onClose: (listener) => stream.on('close', listener),
    close: () => stream.destroy(),
  };
}

/** The length the first frame announces; its header may be split over chunks. */
function payloadBytes(chunks: readonly Uint8Array[]): number {
  const header = new Uint8Array(4);
  let filled = 0;
  for (const chunk of chunks) {
    for (let index = 0; index < chunk.byteLength && filled < 4; index++) header[filled++] = chunk[index] ?? 0;
    if (filled === 4) break;
  }
  return new DataView(header.buffer).getUint32(0, true);
}

function joinChunks(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const joined = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.byteLength;
  }
  return joined;
}
