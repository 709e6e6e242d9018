import { baseName, parentPath } from '../../state/editorInput.ts';
import { fuzzyMatch } from './fuzzy.ts';
import type { QuickLine } from './QuickInput.tsx';

/** Lines for files: without a query those that are open come first, as people mostly go back. */
export function buildFileLines(query: string, found: readonly string[], open: readonly string[]): readonly QuickLine[] {
  const paths = query.trim() === '' ? [...open, ...found.filter((path) => !open.includes(path))] : found;
  return paths.map((path) => {
    const name = baseName(path);
    const folder = parentPath(path);
    return { id: path, label: name, description: folder === '' ? undefined : folder, fileName: name, ranges: fuzzyMatch(query, name)?.ranges ?? [] };
  });
}
