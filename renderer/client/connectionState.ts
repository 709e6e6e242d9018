import type { ErrorReport } from '../../kernel/base/errors.ts';
import type { HostContract } from '../../kernel/rpc/hostContract.ts';
import type { ResultOf } from '../../kernel/rpc/topic.ts';

/** What the host says of itself and its workspace when a window arrives. */
export type Hello = ResultOf<HostContract, 'workbench.hello'>;

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly hello: Hello }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly attempt: number; readonly retryAtMs: number }
  /** The host is there and does not want this window (token, contract version): trying again changes nothing. */
  | { readonly kind: 'refused'; readonly report: ErrorReport };

const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 5_000;

/**
 * How long to wait before the next attempt: doubling from a quarter of a second to five seconds, spread by a quarter so
 * that many windows do not knock together.
 * @param attempt failed attempts so far, from 0
 * @param random in 0..1
 */
export function nextRetryDelayMs(attempt: number, random: number): number {
  const base = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(base * (0.75 + random * 0.5));
}
