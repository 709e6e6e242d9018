import { filesTopic } from './files.ts';
import { languageTopic } from './language.ts';
import { notebooksTopic } from './notebooks.ts';
import { resultsTopic } from './results.ts';
import { statementsTopic } from './statements.ts';
import { tablesTopic } from './tables.ts';
import type { Contract } from './topic.ts';
import { workbenchTopic } from './workbench.ts';

/** What a window (Electron, browser, `--attach`) may ask of a host. Results, tables and language pass through to a kernel. */
export const hostContract = {
  requests: {
    ...workbenchTopic.requests,
    ...filesTopic.requests,
    ...notebooksTopic.requests,
    ...statementsTopic.requests,
    ...resultsTopic.requests,
    ...tablesTopic.requests,
    ...languageTopic.requests,
  },
  events: { ...workbenchTopic.events, ...filesTopic.events, ...notebooksTopic.events, ...resultsTopic.events, ...tablesTopic.events, ...languageTopic.events },
} as const satisfies Contract;
export type HostContract = typeof hostContract;

/** WebSocket sub-protocols a client offers: the contract's name, and the token (browsers can send no header). */
export const RPC_SUBPROTOCOL = 'lakebook.rpc.v1';
export const TOKEN_SUBPROTOCOL_PREFIX = 'lakebook.token.';
/** Where the host accepts the socket. */
export const RPC_PATH = '/rpc';
