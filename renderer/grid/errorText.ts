import { reportAnyError } from '../../kernel/rpc/peer.ts';

/** `[CODE] message` of anything thrown, remote errors too. */
export function formatErrorReport(error: unknown): string {
  const { code, message } = reportAnyError(error);
  return `[${code}] ${message}`;
}
