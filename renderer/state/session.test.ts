import { expect, it } from 'vitest';
import { nextConnection, nextKernel, type SessionState } from './session.ts';

const START: SessionState = { connection: { kind: 'connecting' }, hello: undefined, kernel: { kind: 'starting' }, kernelDeath: undefined };
const IDLE = { kind: 'idle', pid: 1, memoryBytes: 0, memoryLimitBytes: 1 } as const;
const DEAD = { kind: 'dead', reason: 'killed by SIGKILL' } as const;
const HELLO = { rpcVersion: 1, version: '0.1.0', workspace: { name: 'w', path: '/w', readOnly: false }, platform: 'linux', kernel: IDLE } as const;

it('a death is remembered while the next kernel comes', () => {
  expect(nextKernel(nextKernel(START, DEAD), IDLE)).toMatchObject({ kernel: IDLE, kernelDeath: DEAD });
});
it('the workspace stays known while the connection is lost', () => {
  const connected = nextConnection(START, { kind: 'connected', hello: HELLO });
  const lost = { kind: 'lost', sinceMs: 0, attempt: 0, retryAtMs: 0 } as const;
  expect(nextConnection(connected, lost)).toMatchObject({ connection: lost, hello: HELLO, kernel: IDLE });
});
