import { LakebookError } from '../base/errors.ts';
import { localPath } from './paths.ts';
import type { FileStatus, Storage } from './storage.ts';

export interface MemoryStorageOptions {
  /** Milliseconds since 1970; stamps what is written. */
  readonly now?: () => number;
}

interface StoredFile {
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
}

/** The Storage port over a map, for tests. */
export function createMemoryStorage({ now = () => 0 }: MemoryStorageOptions = {}): Storage {
  const files = new Map<string, StoredFile>();

  const find = (path: string): StoredFile => {
    const file = files.get(resolve(path));
    if (file === undefined) throw new LakebookError('STORAGE_NOT_FOUND', { path });
    return file;
  };
  const store = (path: string, bytes: Uint8Array): void => {
    files.set(resolve(path), { bytes: bytes.slice(), modifiedAtMs: now() });
  };

  const putIfAbsent: Storage['putIfAbsent'] = async (path, bytes) => {
    if (files.has(resolve(path))) return false;
    store(path, bytes);
    return true;
  };
  return {
    listFrom(folder, from = '') {
      const prefix = `${resolve(folder).replace(/\/$/, '')}/`;
      const inside = [...files].filter(([path]) => path.startsWith(prefix));
      if (inside.length === 0) return Promise.reject(new LakebookError('STORAGE_NOT_FOUND', { path: folder }));
      const statuses = inside
        .map(([path, file]): FileStatus => ({ name: path.slice(prefix.length), sizeBytes: file.bytes.length, modifiedAtMs: file.modifiedAtMs }))
        .filter(({ name }) => !name.includes('/') && Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0)
        .sort((left, right) => Buffer.compare(Buffer.from(left.name), Buffer.from(right.name)));
      return Promise.resolve(statuses);
    },
    read: async (path) => find(path).bytes.slice(),
    readRange: async (path, offsetBytes, lengthBytes) => find(path).bytes.slice(offsetBytes, offsetBytes + lengthBytes),
    put: async (path, bytes) => store(path, bytes),
    putIfAbsent,
    stage: async (_folder, bytes) => ({ place: (path) => putIfAbsent(path, bytes), discard: () => Promise.resolve() }),
    adopt: async (temporaryPath, path) => {
      const file = find(temporaryPath);
      files.delete(resolve(temporaryPath));
      if (files.has(resolve(path))) return false;
      files.set(resolve(path), file);
      return true;
    },
    sync: async (paths) => paths.forEach(find),
    delete: async (path) => {
      files.delete(resolve(path));
    },
  };
}

function resolve(location: string): string {
  const path = localPath(location);
  if (path === undefined) throw new LakebookError('STORAGE_UNSUPPORTED_LOCATION', { path: location });
  return path;
}
