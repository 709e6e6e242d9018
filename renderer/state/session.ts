import { createStore, type StoreApi } from 'zustand/vanilla';
import type { KernelState } from '../../kernel/rpc/workbench.ts';
import type { HostClient } from '../client/client.ts';
import type { ConnectionState, Hello } from '../client/connectionState.ts';

/** What the host says of itself; the last of it stays while the connection is lost. */
export interface SessionState {
  readonly connection: ConnectionState;
  readonly hello: Hello | undefined;
  readonly kernel: KernelState;
  /** How the last kernel died, until the user has taken note: the next one is there in a moment. */
  readonly kernelDeath: KernelDeath | undefined;
}
type KernelDeath = Extract<KernelState, { kind: 'dead' }>;
export type SessionStore = StoreApi<SessionState>;

/** Follows the client for the window's life. */
export function createSessionStore(client: HostClient): SessionStore {
  const store = createStore<SessionState>(() => nextConnection({ connection: client.state, hello: undefined, kernel: { kind: 'starting' }, kernelDeath: undefined }, client.state));
  client.onState((connection) => store.setState((state) => nextConnection(state, connection)));
  client.on('workbench.kernel', (kernel) => store.setState((state) => nextKernel(state, kernel)));
  return store;
}

export function nextConnection(state: SessionState, connection: ConnectionState): SessionState {
  if (connection.kind !== 'connected') return { ...state, connection };
  return { ...nextKernel(state, connection.hello.kernel), connection, hello: connection.hello };
}

export function nextKernel(state: SessionState, kernel: KernelState): SessionState {
  return { ...state, kernel, kernelDeath: kernel.kind === 'dead' ? kernel : state.kernelDeath };
}
