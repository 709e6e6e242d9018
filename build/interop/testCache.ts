import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What these tests fetch or generate once a user and keep outside the clone. */
export const TEST_CACHE = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'lakebook-test');

/**
 * A folder of the cache, filled once. It is filled beside its place and then put there, so that nobody finds half of it;
 * where several processes fill it at once, the work of one stays.
 */
export async function provideFolder(name: string, fill: (folder: string) => void | Promise<void>): Promise<string> {
  const folder = path.join(TEST_CACHE, name);
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(TEST_CACHE, { recursive: true });
  const work = fs.mkdtempSync(`${folder}-`);
  try {
    await fill(work);
    fs.renameSync(work, folder);
  } catch (error) {
    fs.rmSync(work, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
  return folder;
}
