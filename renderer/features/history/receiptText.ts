import type { Receipt } from '../../../kernel/rpc/receipts.ts';

/** The statement in one line, comments and line breaks folded away. */
export function summarizeSource(source: string): string {
  return source.replace(/--[^\n]*/g, ' ').replace(/\s+/g, ' ').trim();
}

/** `wrote orders@v13; orders@v12, regions@v3`: what was written, and what was read with how many more there are. */
export function summarizeTables({ tables, written = [] }: Pick<Receipt, 'tables' | 'written'>): string {
  const wrote = written.map(({ name, version }) => `${name}@v${version}`).join(', ');
  const shown = tables.slice(0, 3).map((table) => `${table.name}@v${table.version}`);
  const read = [...shown, ...(tables.length > 3 ? [`+${tables.length - 3}`] : [])].join(', ');
  return [...(wrote === '' ? [] : [`wrote ${wrote}`]), ...(read === '' ? [] : [read])].join('; ');
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Time of day today, else the date too. */
export function formatWhen(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return at.toDateString() === new Date(nowMs).toDateString() ? time : `${at.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })} ${time}`;
}

/** Newest first, each run once; `added` are older ones of a further page or a new one of an event. */
export function mergeReceipts(receipts: readonly Receipt[], added: readonly Receipt[]): readonly Receipt[] {
  const known = new Map([...receipts, ...added].map((receipt) => [receipt.receiptId, receipt]));
  return [...known.values()].sort((one, other) => other.startedAtMs - one.startedAtMs);
}
