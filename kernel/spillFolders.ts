import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder for this process alone: DuckDB's temporary files have fixed names. Those of processes that are gone are
 * removed meanwhile; nobody waits for it.
 */
export async function claimSpillFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  removeAbandoned(parent).catch(() => undefined); // the next kernel tries again
  return join(parent, String(process.pid));
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (/^\d+$/.test(name) && Number(name) !== process.pid && !isAlive(Number(name))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
