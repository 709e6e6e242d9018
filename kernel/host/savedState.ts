import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from './atomicFile.ts';

const stateShape = z.record(z.string(), z.string());
const foldersShape = z.array(z.object({ path: z.string(), openedAtMs: z.number() }));
const RECENT_MAX = 30;

/** What windows want kept per workspace: layout, open tabs, settings; text by key, written whole. */
export interface SavedState {
  load(key: string): Promise<string | undefined>;
  save(key: string, value: string): Promise<void>;
}

export function createSavedState(file: string): SavedState {
  let state: Promise<Record<string, string>> | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const read = (): Promise<Record<string, string>> => (state ??= readJson(file, stateShape, {}));
  return {
    load: async (key) => {
      const present = await read();
      return Object.hasOwn(present, key) ? present[key] : undefined;
    },
    save: async (key, value) => {
      const present = await read();
      if (present[key] === value) return;
      present[key] = value;
      const written = writing.then(() => writeFileAtomically(file, JSON.stringify(present), { mode: 0o600 }));
      writing = written.catch(() => undefined);
      await written;
    },
  };
}

export type RecentFolder = z.output<typeof foldersShape>[number];

/** Newest first. */
export function loadRecentFolders(file: string): Promise<RecentFolder[]> {
  return readJson(file, foldersShape, []);
}

export async function addRecentFolder(file: string, folder: string, nowMs: number): Promise<void> {
  const others = (await loadRecentFolders(file)).filter(({ path }) => path !== folder);
  await writeFileAtomically(file, JSON.stringify([{ path: folder, openedAtMs: nowMs }, ...others].slice(0, RECENT_MAX)), { mode: 0o600 });
}

/** The fallback stands for a file that is absent or of no use: none of these is worth refusing to start. */
async function readJson<Value>(file: string, shape: z.ZodType<Value>, fallback: Value): Promise<Value> {
  try {
    return shape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return fallback;
  }
}
