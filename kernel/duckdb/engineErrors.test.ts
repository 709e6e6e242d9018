import { describe, expect, it } from 'vitest';
import { mapEngineError } from './engineErrors.ts';

const LIMITS = { memoryLimitBytes: 1 << 20, spillFolder: '/spill', maxSpillBytes: 1 << 20 };

describe('an error of the engine', () => {
  it.each([
    { text: 'IO Error: Cannot open file "/t/part-0.c000.parquet": Permission denied', is: { code: 'STORAGE_ACCESS_DENIED', parameters: { path: '/t/part-0.c000.parquet', detail: 'EACCES' } } },
    { text: 'IO Error: Failed to create directory "/t/day=2": Permission denied', is: { code: 'STORAGE_ACCESS_DENIED', parameters: { path: '/t/day=2', detail: 'EACCES' } } },
    { text: 'IO Error: Cannot open file "/t/a.parquet": Operation not permitted', is: { code: 'STORAGE_ACCESS_DENIED', parameters: { path: '/t/a.parquet', detail: 'EPERM' } } },
    { text: 'IO Error: Cannot open file "/t/a.parquet": Read-only file system', is: { code: 'STORAGE_ACCESS_DENIED', parameters: { path: '/t/a.parquet', detail: 'EROFS' } } },
    { text: 'IO Error: Could not write file "/t/a.parquet": No space left on device', is: { code: 'STORAGE_FULL', parameters: { path: '/t/a.parquet' } } },
    { text: 'IO Error: Could not write file "/t/a.parquet": Disk quota exceeded', is: { code: 'STORAGE_FULL', parameters: { path: '/t/a.parquet' } } },
    { text: 'Out of Memory Error: failed to allocate', is: { code: 'ENGINE_OUT_OF_MEMORY' } },
    { text: 'INTERRUPT Error: Interrupted!', is: { code: 'OPERATION_CANCELED' } },
  ])('is ours where the engine or the disk is to blame: $text', ({ text, is }) => {
    expect(mapEngineError(new Error(text), LIMITS)).toMatchObject(is);
  });

  it.each([
    'IO Error: Cannot open file "/t/a.parquet": No such file or directory',
    "Conversion Error: Could not convert string 'IO Error: Cannot open file \"x\": Permission denied' to INT32",
    'Invalid Input Error: [USER_RAISED_EXCEPTION=] "x": No space left on device',
  ])('stays as it is otherwise: %s', (text) => {
    const error = new Error(text);
    expect(mapEngineError(error, LIMITS)).toBe(error);
  });
});
