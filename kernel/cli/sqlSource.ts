import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { LakebookError } from '../base/errors.ts';
import type { SqlCommand } from './arguments.ts';

/** The statements' text; the file `-` is standard input. @throws LakebookError STORAGE_NOT_FOUND */
export async function readSource(source: SqlCommand['source']): Promise<string> {
  if ('text' in source) return source.text;
  if (source.file === '-') return text(process.stdin);
  return readFile(source.file, 'utf8').catch((cause: unknown) => {
    throw new LakebookError('STORAGE_NOT_FOUND', { path: source.file }, { cause });
  });
}
