import { PassThrough, type Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { createFramedStream } from './framedStream.ts';

it.each([1, 2, 3, 7, 64, 100_000])('frames arrive whole and in order when the stream cuts them every %i bytes', async (cut) => {
  const written: Uint8Array[] = [];
  const sender = createFramedStream({ write: (chunk) => written.push(chunk), on: () => undefined, destroy: () => undefined });
  const payload = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  sender.sendText('{"a":"ä"}');
  sender.sendBytes(payload);
  sender.sendBytes(new Uint8Array());
  sender.sendText('end');

  const stream: Duplex = new PassThrough();
  const receiver = createFramedStream(stream);
  const seen: (string | Uint8Array)[] = [];
  receiver.onText((text) => seen.push(text));
  receiver.onBytes((bytes) => seen.push(new Uint8Array(bytes)));
  const all = Buffer.concat(written);
  for (let at = 0; at < all.byteLength; at += cut) stream.write(all.subarray(at, at + cut));
  stream.end();
  await new Promise<void>((resolve) => receiver.onClose(resolve));
  expect(seen).toEqual(['{"a":"ä"}', payload, new Uint8Array(), 'end']);
});
