import type { WebSocket } from 'ws';
import { hostContract, type HostContract } from '../rpc/hostContract.ts';
import { createServer, type Server } from '../rpc/peer.ts';
import type { EventOf, EventParamsOf, HandlersOf } from '../rpc/topic.ts';
import { createWebSocketTransport } from '../rpc/webSocketTransport.ts';

/** One attached window, browser tab or command line. */
export interface Client {
  readonly server: Server<HostContract>;
}

/** Everybody who is attached. */
export interface Clients {
  attach(socket: WebSocket, handlersFor: (client: Client) => HandlersOf<HostContract>, onGone: (client: Client) => void): void;
  /** To all, except for one where it came from that one. */
  broadcast<E extends EventOf<HostContract>>(event: E, params: EventParamsOf<HostContract, E>, except?: unknown): void;
  readonly count: number;
}

const PING_INTERVAL_MS = 20_000;

export function createClients(): Clients {
  const clients = new Set<Client>();
  return {
    attach: (socket, handlersFor, onGone) => {
      // The handlers need the client, and the server needs the handlers: they are looked up when they are called.
      const client: { server: Server<HostContract> } = { server: undefined as never };
      client.server = createServer(hostContract, createWebSocketTransport(socket as never), handlersFor(client));
      clients.add(client);
      const stopPinging = keepAlive(socket);
      client.server.onClose(() => {
        stopPinging();
        clients.delete(client);
        onGone(client);
      });
    },
    broadcast: (event, params, except) => {
      for (const client of clients) if (client !== except) client.server.send(event, params);
    },
    get count() {
      return clients.size;
    },
  };
}

/** A window that was killed closes its socket; one on a sleeping machine is found by its silence. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  return () => clearInterval(timer);
}
