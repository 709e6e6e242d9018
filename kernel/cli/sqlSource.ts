import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { attemptFile } from '../host/atomicFile.ts';
import type { SqlCommand } from './arguments.ts';

/** The statements' text; the file `-` is standard input. @throws LakebookError STORAGE_* */
export async function readSource(source: SqlCommand['source']): Promise<string> {
  if ('text' in source) return source.text;
  if (source.file === '-') return text(process.stdin);
  const { file } = source;
  return attemptFile(file, () => readFile(file, 'utf8'));
}
