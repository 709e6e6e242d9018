import { createStore, type StoreApi } from 'zustand/vanilla';
import type { KernelState } from '../../kernel/rpc/workbench.ts';
import type { HostClient } from '../client/client.ts';
import type { ConnectionState, Hello } from '../client/connectionState.ts';

/** What the host says of itself; the last of it stays while the connection is lost. */
export interface SessionState {
  readonly connection: ConnectionState;
  readonly hello: Hello | undefined;
  readonly kernel: KernelState;
}
export type SessionStore = StoreApi<SessionState>;

/** Follows the client for the window's life. */
export function createSessionStore(client: HostClient): SessionStore {
  const store = createStore<SessionState>(() => nextConnection({ connection: client.state, hello: undefined, kernel: { kind: 'starting' } }, client.state));
  client.onState((connection) => store.setState((state) => nextConnection(state, connection)));
  client.on('workbench.kernel', (kernel) => store.setState({ kernel }));
  return store;
}

export function nextConnection(state: SessionState, connection: ConnectionState): SessionState {
  return connection.kind === 'connected' ? { connection, hello: connection.hello, kernel: connection.hello.kernel } : { ...state, connection };
}
