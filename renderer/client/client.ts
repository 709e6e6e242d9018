import type { Disposable } from '../../kernel/base/disposable.ts';
import { LakebookError } from '../../kernel/base/errors.ts';
import { Emitter } from '../../kernel/base/events.ts';
import { RPC_VERSION } from '../../kernel/rpc/frames.ts';
import { hostContract, type HostContract } from '../../kernel/rpc/hostContract.ts';
import { createClient, reportAnyError, type Client } from '../../kernel/rpc/peer.ts';
import type { EventOf } from '../../kernel/rpc/topic.ts';
import { nextRetryDelayMs, type ConnectionState, type Hello } from './connectionState.ts';
import type { HostDoor } from './hostDoor.ts';

/** The window's one connection to its host. It outlives the socket: listeners stay, and it connects again by itself. */
export interface HostClient extends Pick<Client<HostContract>, 'request' | 'on'> {
  readonly state: ConnectionState;
  readonly onState: (listener: (state: ConnectionState) => void) => Disposable;
  /** Called after every successful hello: the first, and each one after a loss. */
  readonly onConnected: (listener: (hello: Hello) => void) => Disposable;
  /** Tries at once instead of waiting out the delay. */
  readonly retryNow: () => void;
  readonly dispose: () => void;
}

/**
 * Connects, says hello, and keeps doing so. Requests made before the first connection wait for it; requests made while
 * the connection is lost fail at once with RPC_DISCONNECTED, because only the caller knows whether to send them again.
 */
export function createHostClient(door: HostDoor, random: () => number = Math.random): HostClient {
  const listeners = new Map<string, Emitter<unknown>>();
  const stateChanged = new Emitter<ConnectionState>();
  const connected = new Emitter<Hello>();
  const first = createGate();
  let state: ConnectionState = { kind: 'connecting' };
  let socket: Client<HostContract> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let disposed = false;

  const setState = (next: ConnectionState): void => {
    state = next;
    stateChanged.emit(next);
  };

  const connect = async (): Promise<void> => {
    clearTimeout(timer);
    const opened = await door.open();
    if (opened.kind === 'unreachable') return lose();
    if (opened.kind === 'tokenRefused') return setState({ kind: 'refused', report: reportAnyError(new LakebookError('RPC_TOKEN_REFUSED', {})) });
    await greet(createClient(hostContract, opened.transport, 'the host'));
  };

  const greet = async (client: Client<HostContract>): Promise<void> => {
    if (disposed) return client.close();
    client.onClose(lose);
    for (const event of Object.keys(hostContract.events) as EventOf<HostContract>[]) {
      client.on(event, (params) => listeners.get(event)?.emit(params));
    }
    try {
      const hello = await client.request('workbench.hello', { rpcVersion: RPC_VERSION });
      socket = client;
      attempt = 0;
      setState({ kind: 'connected', hello });
      first.open();
      connected.emit(hello);
    } catch (error) {
      const report = reportAnyError(error);
      if (report.code !== 'RPC_DISCONNECTED') setState({ kind: 'refused', report }); // a disconnect is `lose`'s
    }
  };

  const lose = (): void => {
    socket = undefined;
    if (disposed || state.kind === 'refused') return;
    const delayMs = nextRetryDelayMs(attempt, random());
    const now = Date.now();
    setState({ kind: 'lost', sinceMs: state.kind === 'lost' ? state.sinceMs : now, attempt, retryAtMs: now + delayMs });
    attempt += 1;
    timer = setTimeout(() => void connect(), delayMs);
  };

  void connect();
  return {
    get state() {
      return state;
    },
    request: async (method, params, signal) => {
      if (state.kind === 'connecting') await first.opened;
      if (socket === undefined) throw new LakebookError('RPC_DISCONNECTED', { peer: 'the host' });
      return socket.request(method, params, signal);
    },
    on: (event, listener) => {
      const emitter = listeners.get(event) ?? new Emitter<unknown>();
      listeners.set(event, emitter);
      return emitter.subscribe(listener as (params: unknown) => void);
    },
    onState: (listener) => stateChanged.subscribe(listener),
    onConnected: (listener) => connected.subscribe(listener),
    retryNow: () => {
      if (state.kind === 'lost') void connect();
    },
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
