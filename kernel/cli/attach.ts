import type { SqlCommand } from './arguments.ts';
export async function runSqlAttached(_command: SqlCommand, _signal: AbortSignal): Promise<readonly string[]> { throw new Error('x'); }
