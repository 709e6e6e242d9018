import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { LakebookError } from '../base/errors.ts';
import { findRunningHost, type HostAddress } from '../host/hostLock.ts';
import { statePathsOf } from '../host/statePaths.ts';
import { hostContract, RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX, type HostContract } from '../rpc/hostContract.ts';
import { createClient, type Client } from '../rpc/peer.ts';
import { createWebSocketTransport } from '../rpc/webSocketTransport.ts';

export type HostClient = Client<HostContract>;

/**
 * The host that has the workspace open. The caller closes the connection.
 * @throws LakebookError HOST_NOT_RUNNING, HOST_NOT_RESPONDING
 */
export async function connectHost(workspace: string): Promise<HostClient> {
  const root = await realpath(workspace);
  const address = await findRunningHost(statePathsOf(root).lock, root);
  if (address === undefined) throw new LakebookError('HOST_NOT_RUNNING', { workspace: root });
  return createClient(hostContract, createWebSocketTransport((await openSocket(address, root)) as never), 'the host');
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
