import type { CommitEntry } from '../history.ts';
import type { CommitHint } from './rowKey.ts';

/** What a commit says of itself that helps to tell which row became which. */
export function hintOf(entry: CommitEntry | undefined): CommitHint {
  if (entry === undefined) return { operation: null, updatedRows: undefined, condition: undefined };
  const { operation, operationMetrics, operationParameters } = entry;
  const updated = operationMetrics['numTargetRowsUpdated'] ?? operationMetrics['numUpdatedRows'] ?? (operation === 'DELETE' ? '0' : undefined);
  const condition = operationParameters['predicate'];
  return { operation, updatedRows: updated === undefined ? undefined : Number(updated), condition: typeof condition === 'string' ? condition : undefined };
}
