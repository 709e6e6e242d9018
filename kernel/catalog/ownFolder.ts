import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder of the workspace's own, `.lakebook/<name>`, made where it is not there. Git ignores what is in it: it means this
 * machine alone.
 * @param linked the error of a folder that is a link: nothing is written where one leads to
 */
export async function ownFolder(root: string, name: string, linked: (folder: string) => Error): Promise<string> {
  const own = join(root, '.lakebook');
  const folder = join(own, name);
  await mkdir(folder, { recursive: true });
  for (const each of [own, folder]) {
    if (!(await lstat(each)).isDirectory()) throw linked(each);
  }
  await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return folder;
}
