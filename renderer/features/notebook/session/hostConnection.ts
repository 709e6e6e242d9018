import type { HostClient } from '../../../client/client.ts';

/** What a notebook needs of the window's connection to its host. */
export type HostConnection = Pick<HostClient, 'request' | 'on' | 'onConnected'>;
