import { LakebookError } from '../base/errors.ts';
import { joinPath, localPath } from '../storage/paths.ts';

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\//i;

/**
 * The file that a path in the log means: URI-encoded, relative to the table or absolute (PROTOCOL.md "Add File and Remove
 * File"). Decoded once.
 * @throws LakebookError DELTA_CANNOT_RESOLVE_PATH
 */
export function resolveDataPath(table: string, path: string): string {
  if (HAS_SCHEME.test(path)) {
    const local = localPath(path);
    if (local === undefined) throw new LakebookError('DELTA_CANNOT_RESOLVE_PATH', { table, path });
    return local;
  }
  const decoded = decodePath(path);
  return decoded.startsWith('/') ? decoded : joinPath(table, decoded);
}

/** A path as the log writes it, a URI without its scheme (PROTOCOL.md "Add File and Remove File"). */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}

/** Some writers leave a lone `%` as it is; then the text is no URI and means itself. */
function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
