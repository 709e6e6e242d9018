import type { PreparedStatement } from './queryEngine.ts';

/**
 * Does what a statement changes; then it is like one that only reads, with what there is to tell as its rows.
 * @throws LakebookError what it failed with, pointing into the statement
 */
export async function performEffect(prepared: PreparedStatement, signal: AbortSignal): Promise<PreparedStatement> {
  const { effect, ...rest } = prepared;
  if (effect === undefined) return prepared;
  try {
    return { ...rest, ...(await effect(signal)) };
  } catch (error) {
    throw prepared.mapError(error);
  }
}
