import type { PreparedStatement } from './queryEngine.ts';

/**
 * Does what a statement changes; then it is like one that only reads, with what there is to tell as its rows.
 * @param onNotice told what the user should know of it
 * @throws LakebookError what it failed with, pointing into the statement
 */
export async function performEffect(prepared: PreparedStatement, signal: AbortSignal, onNotice: (text: string) => void = () => undefined): Promise<PreparedStatement> {
  const { effect, ...rest } = prepared;
  if (effect === undefined) return prepared;
  try {
    const { notices = [], ...done } = await effect(signal);
    notices.forEach(onNotice);
    return { ...rest, ...done };
  } catch (error) {
    throw prepared.mapError(error);
  }
}
