import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LakebookError } from '../base/errors.ts';
import { FRAME_BYTES_MAX } from './frames.ts';
import { RemoteError, createClient, createServer, type Transport } from './peer.ts';
import type { Contract } from './topic.ts';

const contract = {
  requests: {
    'echo.text': { params: z.object({ text: z.string() }), result: z.object({ text: z.string() }) },
    'echo.bytes': { params: z.object({ length: z.number() }), result: z.object({ note: z.string() }), binary: true },
    'echo.wait': { params: z.object({}), result: z.null() },
    'echo.fail': { params: z.object({}), result: z.null() },
  },
  events: { 'echo.tick': z.object({ n: z.number() }) },
} as const satisfies Contract;

/** Two ends of one pipe; `largest` is the largest binary frame that crossed it. */
function createPipe(): { readonly left: Transport; readonly right: Transport; largest(): number } {
  let largest = 0;
  const ends = [0, 1].map(() => ({ text: [] as ((text: string) => void)[], bytes: [] as ((bytes: Uint8Array) => void)[], close: [] as (() => void)[] }));
  const closeBoth = (): void => ends.forEach((end) => end.close.splice(0).forEach((listener) => listener()));
  const transport = (mine: number): Transport => ({
    sendText: (text) => queueMicrotask(() => ends[1 - mine]?.text.forEach((listener) => listener(text))),
    sendBytes: (bytes) => {
      largest = Math.max(largest, bytes.byteLength);
      queueMicrotask(() => ends[1 - mine]?.bytes.forEach((listener) => listener(bytes)));
    },
    onText: (listener) => ends[mine]?.text.push(listener),
    onBytes: (listener) => ends[mine]?.bytes.push(listener),
    onClose: (listener) => ends[mine]?.close.push(listener),
    close: closeBoth,
  });
  return { left: transport(0), right: transport(1), largest: () => largest };
}

function connect() {
  const pipe = createPipe();
  let waited: AbortSignal | undefined;
  const server = createServer(contract, pipe.right, {
    'echo.text': ({ text }) => ({ text }),
    'echo.bytes': ({ length }) => ({ header: { note: 'here' }, bytes: new Uint8Array(length).fill(7) }),
    'echo.wait': (_params, signal) => new Promise((_resolve, reject) => {
      waited = signal;
      signal.addEventListener('abort', () => reject(new LakebookError('OPERATION_CANCELED', {})), { once: true });
    }),
    'echo.fail': () => {
      throw new LakebookError('DELTA_TABLE_NOT_FOUND', { table: 'sales' });
    },
  });
  return { client: createClient(contract, pipe.left, 'the echo'), server, pipe, waited: () => waited };
}

describe('rpc peer', () => {
  it('answers a request', async () => {
    expect(await connect().client.request('echo.text', { text: 'ä' })).toEqual({ text: 'ä' });
  });

  it('cuts bytes into frames below the limit and joins them', async () => {
    const { client, pipe } = connect();
    const length = 2 * FRAME_BYTES_MAX + 17;
    const { header, bytes } = await client.request('echo.bytes', { length });
    expect({ header, length: bytes.byteLength, last: bytes[length - 1] }).toEqual({ header: { note: 'here' }, length, last: 7 });
    expect(pipe.largest()).toBeLessThanOrEqual(FRAME_BYTES_MAX);
  });

  it('answers no bytes as no bytes', async () => {
    expect((await connect().client.request('echo.bytes', { length: 0 })).bytes.byteLength).toBe(0);
  });

  it('keeps the class of an error across the pipe', async () => {
    const error = await connect().client.request('echo.fail', {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteError);
    expect((error as RemoteError).report).toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND', kind: 'missing' });
  });

  it.each([
    { name: 'parameters of another form', method: 'echo.text', params: { text: 5 }, code: 'RPC_INVALID_MESSAGE' },
    { name: 'an unknown method', method: 'echo.nothing', params: {}, code: 'RPC_UNKNOWN_METHOD' },
  ])('refuses $name', async ({ method, params, code }) => {
    const { pipe } = connect();
    const answer = new Promise<string>((resolve) => pipe.left.onText(resolve));
    pipe.left.sendText(JSON.stringify({ type: 'request', id: 99, method, params }));
    expect(JSON.parse(await answer)).toMatchObject({ type: 'error', id: 99, error: { code } });
  });

  it('cancels: the caller is told at once, the handler sees the signal', async () => {
    const { client, waited } = connect();
    const controller = new AbortController();
    const answer = client.request('echo.wait', {}, controller.signal).catch((thrown: unknown) => thrown);
    await client.request('echo.text', { text: '' });
    controller.abort();
    expect(await answer).toMatchObject({ code: 'OPERATION_CANCELED' });
    await client.request('echo.text', { text: '' });
    expect(waited()?.aborted).toBe(true);
  });

  it('delivers events in order', async () => {
    const { client, server } = connect();
    const seen: number[] = [];
    client.on('echo.tick', ({ n }) => seen.push(n));
    [1, 2, 3].forEach((n) => server.send('echo.tick', { n }));
    await client.request('echo.text', { text: '' });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('fails what is pending when the pipe closes', async () => {
    const { client, pipe } = connect();
    const answer = client.request('echo.wait', {}).catch((thrown: unknown) => thrown);
    pipe.right.close();
    expect(await answer).toMatchObject({ code: 'RPC_DISCONNECTED' });
    expect(await client.request('echo.text', { text: '' }).catch((thrown: unknown) => thrown)).toMatchObject({ code: 'RPC_DISCONNECTED' });
  });
});
