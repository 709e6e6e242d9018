import { joinPath } from '../../storage/paths.ts';
import { literal } from '../sqlText.ts';
import { listLog } from '../logListing.ts';
import { versionPrefix } from '../logFile.ts';
import { logPathOf } from '../logSegment.ts';
import { ACTION_NAMES, ACTION_SHAPES, shapeJson, type ActionName } from './actionShape.ts';
import { temporaryPath, type CheckpointContext } from './checkpointWriter.ts';
import { ReconciledLog } from './reconciledLog.ts';
import type { LogProperties } from './tableProperties.ts';

/** How many commits a compaction takes together. */
const COMPACTED_COMMITS = 10;

/** The range of versions that a compaction should cover after a commit that got no checkpoint. Pure. */
export function dueCompaction(version: number, { checkpointInterval = Infinity }: LogProperties): VersionRange | undefined {
  if (version === 0 || version % COMPACTED_COMMITS !== 0) return undefined;
  const sinceCheckpoint = Number.isFinite(checkpointInterval) ? version - (version % checkpointInterval) + 1 : 0;
  const start = Math.max(version - COMPACTED_COMMITS + 1, sinceCheckpoint);
  return start < version ? { start, end: version } : undefined;
}

export interface VersionRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Writes the reconciled actions of a range of commits, removes and removed domains among them, as a file that readers may
 * take in their place.
 * @returns false where it was there already, or where commits are missing
 * @see PROTOCOL.md "Log Compaction Files"
 */
export async function writeLogCompaction(at: CheckpointContext, { start, end }: VersionRange): Promise<boolean> {
  const { engine, storage, table } = at;
  const logPath = logPathOf(table);
  const commits = (await listLog(storage, table, start)).filter((file) => file.kind === 'commit').filter(({ version }) => version <= end);
  if (commits.length !== end - start + 1) return false;
  const log = await ReconciledLog.open(engine, table, { logPath, endVersion: end, checkpoint: undefined, commits, endCommit: commits.at(-1), compactions: [] });
  const name = `${versionPrefix(start)}.${versionPrefix(end)}.compacted.json`;
  try {
    const temporary = temporaryPath(at, name);
    // No delimiter and no quotes: JSON escapes every control sign, so each line comes out as it is
    await engine.run(`COPY (${compactedLines(log)}) TO ${literal(temporary)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001')`);
    return await storage.adopt(temporary, joinPath(logPath, name));
  } finally {
    await log.dispose();
  }
}

function compactedLines(log: ReconciledLog): string {
  const actions = (name: ActionName): string => (name === 'add' || name === 'remove' ? log.fileActions(name) : log.tableActions(name));
  const line = (name: ActionName): string => `SELECT ${literal(`{"${name}":`)} || ${shapeJson('action', ACTION_SHAPES[name])} || '}' AS line FROM (${actions(name)})`;
  return ACTION_NAMES.map(line).join(' UNION ALL ');
}
