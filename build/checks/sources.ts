import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const TOP_FOLDERS = ['electron', 'renderer', 'kernel', 'extensions', 'build', 'bench', 'e2e', 'examples', 'bin'];

export interface SourceFile {
  /** Path from the project's root, `/` between parts. */
  readonly path: string;
  readonly text: string;
}

/** Every file of the project's own with one of these endings. */
export function readSources(endings: readonly string[]): readonly SourceFile[] {
  return TOP_FOLDERS.flatMap((folder) => listFiles(path.join(ROOT, folder)))
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .map((file) => ({ path: path.relative(ROOT, file).split(path.sep).join('/'), text: fs.readFileSync(file, 'utf8') }));
}

function listFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return [];
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? listFiles(file) : [file];
  });
}

/** What a file imports, as written, with the line. Type-only imports count too: they bind the architecture just the same. */
export function readImports(text: string): readonly { readonly specifier: string; readonly line: number }[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    specifier: match[1] ?? match[2] ?? match[3] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
}
