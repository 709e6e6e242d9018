import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LakebookError } from '../base/errors.ts';

/** Where bytes go: a file, standard output. `write` waits where the other side is slower. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Makes a file whole or not at all: `write` fills a temporary neighbour, which is flushed to the disk and then takes the
 * name.
 * @returns the file's size in bytes
 * @throws LakebookError EXPORT_FAILED
 */
export async function writeFileWhole(path: string, write: (temporary: string, sink: ByteSink) => Promise<void>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    let position = 0;
    const sink: ByteSink = {
      write: async (bytes) => {
        await file.write(bytes, 0, bytes.byteLength, position);
        position += bytes.byteLength;
      },
    };
    try {
      await write(temporary, sink);
    } finally {
      await file.close();
    }
    await syncPath(temporary);
    await rename(temporary, path);
    await syncPath(dirname(path)).catch(() => undefined); // some file systems flush no folders
    return (await stat(path)).size;
  } catch (error) {
    await rm(temporary, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof LakebookError || typeof code !== 'string') throw error;
    throw new LakebookError('EXPORT_FAILED', { path, detail: code === 'ENOSPC' ? 'the disk is full' : (error as Error).message }, { cause: error });
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
