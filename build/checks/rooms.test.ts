import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOMS } from './rooms.ts';
import { readImports, readSources } from './sources.ts';

/** Rooms are checked in product code; tests may reach for what they test with. */
const FILES = readSources(['.ts', '.tsx']).filter(({ path: file }) => /^(electron|renderer|kernel|extensions)\//.test(file) && !/\.test\.tsx?$|\.d\.ts$|vite\.config\.ts$/.test(file));

/** The room of a file or folder: the longest prefix in the table. */
function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS).filter((room) => file === room || file.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0];
}

/** One import as the table names it: a room's path, `node:` or a package's name. */
function nameImport(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
  if (specifier.startsWith('node:')) return 'node:';
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function isAllowed(room: string, imported: string): boolean {
  if (imported === room || imported.startsWith(`${room}/`) && roomOf(imported) === room) return true;
  return (ROOMS[room] ?? []).some((allowed) => imported === allowed || imported.startsWith(`${allowed}/`));
}

it('every file lives in a room', () => {
  expect(FILES.filter(({ path: file }) => roomOf(file) === undefined).map(({ path: file }) => file)).toEqual([]);
});

it('every import goes where the table of rooms allows', () => {
  const violations = FILES.flatMap(({ path: file, text }) => {
    const room = roomOf(file) ?? '';
    return readImports(text)
      .map(({ specifier, line }) => ({ imported: nameImport(file, specifier), line }))
      .filter(({ imported }) => !isAllowed(room, imported))
      .map(({ imported, line }) => `${file}:${line} imports ${imported}`);
  });
  expect(violations).toEqual([]);
});

it('features do not import each other', () => {
  const featureOf = (file: string): string | undefined => /^renderer\/features\/([^/]+)\//.exec(file)?.[1];
  const violations = FILES.filter(({ path: file }) => featureOf(file) !== undefined).flatMap(({ path: file, text }) =>
    readImports(text)
      .map(({ specifier }) => nameImport(file, specifier))
      .filter((imported) => featureOf(imported) !== undefined && featureOf(imported) !== featureOf(file))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(violations).toEqual([]);
});

it('the check sees a violation', () => {
  expect(isAllowed('kernel/sql', nameImport('kernel/sql/parser.ts', '../duckdb/database.ts'))).toBe(false);
  expect(readImports("import { a } from './a.ts';\nimport type { B } from 'b';\nawait import('c');").map(({ specifier }) => specifier)).toEqual(['./a.ts', 'b', 'c']);
});
