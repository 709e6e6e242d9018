import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WebSocket } from 'ws';
import { LakebookError } from '../base/errors.ts';
import { findRunningHost, type HostAddress } from '../host/hostLock.ts';
import { statePathsOf } from '../host/statePaths.ts';
import { hostContract, RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX, type HostContract } from '../rpc/hostContract.ts';
import { createClient, type Client } from '../rpc/peer.ts';
import { createWebSocketTransport } from '../rpc/webSocketTransport.ts';

export type HostClient = Client<HostContract>;

export interface HostConnection {
  readonly client: HostClient;
  /** The real path of the workspace that the host has open. */
  readonly root: string;
}

/**
 * The host that has a folder, or one of those above it, open as its workspace. The caller closes the connection.
 * @throws LakebookError HOST_NOT_RUNNING, HOST_NOT_RESPONDING
 */
export async function connectHost(folder: string): Promise<HostConnection> {
  const start = await realpath(folder);
  for (let root = start; ; root = dirname(root)) {
    const address = await findRunningHost(statePathsOf(root).lock, root);
    if (address !== undefined) return { client: createClient(hostContract, createWebSocketTransport((await openSocket(address, root)) as never), 'the host'), root };
    if (dirname(root) === root) throw new LakebookError('HOST_NOT_RUNNING', { workspace: start });
  }
}

async function openSocket({ port, token, pid }: HostAddress, workspace: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${RPC_PATH}`, [RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX + token], { origin: `http://127.0.0.1:${port}` });
  try {
    await once(socket, 'open');
  } catch (cause) {
    throw new LakebookError('HOST_NOT_RESPONDING', { workspace, pid }, { cause });
  }
  return socket;
}
