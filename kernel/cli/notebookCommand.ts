import type { RunCommand } from './arguments.ts';
export async function runNotebook(_command: RunCommand, _signal: AbortSignal): Promise<readonly string[]> { throw new Error('x'); }
