import type { PreparedStatement } from './queryEngine.ts';

/**
 * Runs a statement's text, and once more its other text where the first one took a shortcut that the data do not allow.
 * @param mayRepeat whether what the first attempt did can still be undone
 */
export async function runWithFallback<Value>(prepared: PreparedStatement, attempt: (sql: string) => Promise<Value>, mayRepeat: () => boolean = () => true): Promise<Value> {
  try {
    return await attempt(prepared.sql);
  } catch (error) {
    const other = mayRepeat() ? await prepared.fallback(error) : undefined;
    if (other === undefined) throw error;
    return attempt(other);
  }
}
