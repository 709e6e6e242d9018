import { reportError } from '../../base/errors.ts';
import type { CommitWarning } from '../../delta/delta.ts';

/** What a user should know of a step after a commit that failed. */
export function commitNotice({ step, version, error }: CommitWarning, table: string): string {
  const { code, message } = reportError(error);
  return `The ${STEPS[step]} after version ${version} of ${table} failed; the version stands without it. [${code}] ${message}`;
}

const STEPS: Readonly<Record<CommitWarning['step'], string>> = { checksum: 'checksum', checkpoint: 'checkpoint', compaction: 'compaction of the log', cleanup: 'cleaning of the log', publish: 'publishing' };
