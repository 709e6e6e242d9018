import type { LogEntry } from '../../../kernel/rpc/workbench.ts';

export const LOG_LINES_MAX = 5_000;

/** The log after new entries; the oldest lines give way. */
export function nextLogLines(lines: readonly LogEntry[], added: readonly LogEntry[]): readonly LogEntry[] {
  const all = [...lines, ...added];
  return all.length > LOG_LINES_MAX ? all.slice(all.length - LOG_LINES_MAX) : all;
}

const LEVELS = ['debug', 'info', 'warning', 'error'] as const;

/** Lines of at least this level whose text or source contains what is sought. */
export function filterLog(lines: readonly LogEntry[], { level, text }: { readonly level: LogEntry['level']; readonly text: string }): readonly LogEntry[] {
  const least = LEVELS.indexOf(level);
  const sought = text.toLowerCase();
  return lines.filter((line) => LEVELS.indexOf(line.level) >= least && (sought === '' || `${line.source} ${line.text}`.toLowerCase().includes(sought)));
}

/** `14:03:07.125`, in the user's zone. */
export function formatLogTime(atMs: number): string {
  const time = new Date(atMs);
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
}
