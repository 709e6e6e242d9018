import type { HostContract } from '../../kernel/rpc/hostContract.ts';
import type { Client } from '../../kernel/rpc/peer.ts';
import type { ResultColumn, ResultInfo } from '../../kernel/rpc/results.ts';

/** What a grid or chart asks of the window's connection. */
export type ResultsClient = Pick<Client<HostContract>, 'request'>;

/** A held result as its owner knows it; `rows` grows while it is `running`. */
export interface ResultSource {
  readonly resultId: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly state: ResultInfo['state'];
}
