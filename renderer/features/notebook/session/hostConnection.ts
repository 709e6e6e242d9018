import type { Disposable } from '../../../../kernel/base/disposable.ts';
import type { HostContract } from '../../../../kernel/rpc/hostContract.ts';
import type { Client } from '../../../../kernel/rpc/peer.ts';

/** What a notebook needs of the window's connection to its host. */
export interface HostConnection extends Pick<Client<HostContract>, 'request' | 'on'> {
  /** Called each time the connection is there again after it was lost. */
  onConnected(listener: () => void): Disposable;
}
