import { afterEach, expect, it, vi } from 'vitest';
import type { HandlersOf } from '../../kernel/rpc/topic.ts';
import type { HostContract } from '../../kernel/rpc/hostContract.ts';
import { hostContract } from '../../kernel/rpc/hostContract.ts';
import { createServer, type Server, type Transport } from '../../kernel/rpc/peer.ts';
import { createHostClient, type HostClient } from './client.ts';
import type { ConnectionState } from './connectionState.ts';
import type { DoorOutcome } from './hostDoor.ts';

const HELLO = { rpcVersion: 1, version: '0.1.0', workspace: { name: 'w', path: '/w', readOnly: false }, platform: 'linux', kernel: { kind: 'starting' } } as const;

/** Two ends of a pipe; what is sent arrives in a later turn, as over a socket. */
function createPipe(): readonly [Transport, Transport] {
  const ends = [createEnd(), createEnd()] as const;
  ends[0].peer = ends[1];
  ends[1].peer = ends[0];
  return [ends[0].transport, ends[1].transport];
}

function createEnd() {
  const texts: ((text: string) => void)[] = [];
  const closes: (() => void)[] = [];
  const end = { texts, closes, peer: undefined as { texts: typeof texts; closes: typeof closes } | undefined, transport: undefined as unknown as Transport };
  end.transport = {
    sendText: (text) => queueMicrotask(() => end.peer?.texts.forEach((listener) => listener(text))),
    sendBytes: () => undefined,
    onText: (listener) => texts.push(listener),
    onBytes: () => undefined,
    onClose: (listener) => closes.push(listener),
    close: () => queueMicrotask(() => [...closes, ...(end.peer?.closes ?? [])].forEach((listener) => listener())),
  };
  return end;
}

/** A host that can be away, dislike the token, or be there; `servers` are its ends, newest last. */
function createHost() {
  const servers: Server<HostContract>[] = [];
  const host = {
    mood: 'there' as 'there' | 'unreachable' | 'tokenRefused',
    servers,
    open: async (): Promise<DoorOutcome> => {
      if (host.mood !== 'there') return { kind: host.mood };
      const [ours, theirs] = createPipe();
      const handlers = { 'workbench.hello': () => HELLO, 'workbench.log': () => ({ entries: [] }) } as unknown as HandlersOf<HostContract>;
      servers.push(createServer(hostContract, theirs, handlers));
      return { kind: 'open', transport: ours };
    },
  };
  return host;
}

const clients: HostClient[] = [];
function connect(host: ReturnType<typeof createHost>) {
  const states: ConnectionState['kind'][] = [];
  const client = createHostClient(host, () => 0.5);
  client.onState((state) => states.push(state.kind));
  clients.push(client);
  return { client, states };
}
const turn = () => vi.advanceTimersByTimeAsync(0);

vi.useFakeTimers();
afterEach(() => clients.splice(0).forEach((client) => client.dispose()));

it('says hello and answers what was asked before', async () => {
  const { client, states } = connect(createHost());
  const asked = client.request('workbench.log', { limit: 1 });
  await turn();
  expect(await asked).toEqual({ entries: [] });
  expect([states, client.state]).toEqual([['connected'], { kind: 'connected', hello: HELLO }]);
});

it('comes back after a loss, with its listeners', async () => {
  const host = createHost();
  const { client, states } = connect(host);
  const seen: string[] = [];
  client.on('workbench.logEntry', ({ text }) => seen.push(text));
  await turn();
  host.servers[0]?.close();
  await turn();
  await vi.advanceTimersByTimeAsync(250);
  host.servers[1]?.send('workbench.logEntry', { atMs: 0, level: 'info', source: 'host', text: 'again' });
  await turn();
  expect([states, seen]).toEqual([['connected', 'lost', 'connected'], ['again']]);
});

it('fails requests at once while the connection is lost', async () => {
  const host = createHost();
  const { client } = connect(host);
  await turn();
  host.mood = 'unreachable';
  host.servers[0]?.close();
  await turn();
  await expect(client.request('workbench.log', { limit: 1 })).rejects.toMatchObject({ code: 'RPC_DISCONNECTED' });
});

it('waits longer from attempt to attempt, but not when told to try now', async () => {
  const host = createHost();
  host.mood = 'unreachable';
  const { client, states } = connect(host);
  await turn();
  await vi.advanceTimersByTimeAsync(250 + 500 + 1_000);
  expect(states).toEqual(['lost', 'lost', 'lost', 'lost']);
  host.mood = 'there';
  client.retryNow();
  await turn();
  expect(states[states.length - 1]).toBe('connected');
});

it('a refused token ends the attempts and says what to do', async () => {
  const host = createHost();
  host.mood = 'tokenRefused';
  const { client, states } = connect(host);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([states, client.state]).toMatchObject([['refused'], { kind: 'refused', report: { code: 'RPC_TOKEN_REFUSED' } }]);
});
