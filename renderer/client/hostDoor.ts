import { RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../../kernel/rpc/hostContract.ts';
import type { Transport } from '../../kernel/rpc/peer.ts';
import { createWebSocketTransport } from '../../kernel/rpc/webSocketTransport.ts';

export type DoorOutcome =
  | { readonly kind: 'open'; readonly transport: Transport }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'tokenRefused' };

/** How a client reaches its host; the browser's WebSocket in the window, something simpler in tests. */
export interface HostDoor {
  open(): Promise<DoorOutcome>;
}

/** The WebSocket beside the page, opened with the session's token. */
export function createSocketDoor(page: URL, token: string): HostDoor {
  const address = new URL(RPC_PATH, page);
  address.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return {
    open: async () => {
      const socket = new WebSocket(address, [RPC_SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token}`]);
      const opened = await new Promise<boolean>((resolve) => {
        socket.addEventListener('open', () => resolve(true), { once: true });
        socket.addEventListener('close', () => resolve(false), { once: true });
      });
      if (opened) return { kind: 'open', transport: createWebSocketTransport(socket) };
      return (await answers(page)) ? { kind: 'tokenRefused' } : { kind: 'unreachable' };
    },
  };
}

/** The browser hides why an upgrade failed; a host that serves the page and not the socket dislikes the token. */
async function answers(page: URL): Promise<boolean> {
  try {
    return (await fetch(new URL('/', page), { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
