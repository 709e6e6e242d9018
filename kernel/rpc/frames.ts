import { z } from 'zod';

/** The contract's version; both sides must say the same one. */
export const RPC_VERSION = 1;

/** No frame on the wire is larger, so that scrolling never stalls behind a page. */
export const FRAME_BYTES_MAX = 1_000_000;

const errorReport = z.object({
  code: z.string(),
  kind: z.enum(['input', 'missing', 'unsupported', 'corrupt', 'conflict', 'resource', 'canceled', 'internal']),
  message: z.string(),
  sqlState: z.string().optional(),
  span: z.object({ start: z.number(), end: z.number(), line: z.number(), column: z.number() }).optional(),
  suggestions: z.array(z.string()).readonly().optional(),
});
export const errorReportShape = errorReport;

/** JSON text frames. */
export const messageShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('request'), id: z.number().int(), method: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number().int() }),
  /** `bytes` announces binary frames of that total length for the same id, which follow before the answer counts as whole. */
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown(), bytes: z.number().int().optional() }),
  z.object({ type: z.literal('error'), id: z.number().int(), error: errorReport }),
  z.object({ type: z.literal('event'), event: z.string(), params: z.unknown() }),
]);
export type Message = z.output<typeof messageShape>;

const HEADER_BYTES = 8;

/** Splits bytes into binary frames: request id and offset (uint32 little-endian each), then the payload. */
export function* buildBinaryFrames(id: number, bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const room = FRAME_BYTES_MAX - HEADER_BYTES;
  for (let offset = 0; offset < bytes.byteLength; offset += room) {
    const part = bytes.subarray(offset, offset + room);
    const frame = new Uint8Array(HEADER_BYTES + part.byteLength);
    const view = new DataView(frame.buffer);
    view.setUint32(0, id, true);
    view.setUint32(4, offset, true);
    frame.set(part, HEADER_BYTES);
    yield frame;
  }
}

export function parseBinaryFrame(frame: Uint8Array): { readonly id: number; readonly offset: number; readonly payload: Uint8Array } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return { id: view.getUint32(0, true), offset: view.getUint32(4, true), payload: frame.subarray(HEADER_BYTES) };
}
