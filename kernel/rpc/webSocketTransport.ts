import type { Transport } from './peer.ts';

/** What both the browser's WebSocket and `ws` offer, as far as this file needs it. */
interface SocketLike {
  binaryType: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

/** A socket as a transport. It must be open already. */
export function createWebSocketTransport(socket: SocketLike): Transport {
  socket.binaryType = 'arraybuffer';
  const textListeners: ((text: string) => void)[] = [];
  const byteListeners: ((bytes: Uint8Array) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') for (const listener of textListeners) listener(data);
    else if (data instanceof ArrayBuffer) for (const listener of byteListeners) listener(new Uint8Array(data));
  });
  return {
    sendText: (text) => socket.send(text),
    sendBytes: (bytes) => socket.send(bytes as Uint8Array<ArrayBuffer>),
    onText: (listener) => textListeners.push(listener),
    onBytes: (listener) => byteListeners.push(listener),
    onClose: (listener) => socket.addEventListener('close', listener),
    close: () => socket.close(),
  };
}
