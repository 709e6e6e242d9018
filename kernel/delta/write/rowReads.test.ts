import { describe, expect, it } from 'vitest';
import { judgedVersion } from '../../../build/testing/simulation/rowStatements.ts';
import { createMemoryStorage } from '../../storage/memory.ts';
import type { DeletionVectorDescriptor } from '../actions.ts';
import { DeletionVectors } from '../deletionVectors.ts';
import type { Predicate } from '../predicate.ts';
import type { ChangedFiles } from './conflicts.ts';
import { writeDeletionVectors } from './deletionVectorFile.ts';
import { rowsAskedFor, type RowRead } from './rowReads.ts';

const TABLE = '/t';
const storage = createMemoryStorage();
const vectors = new DeletionVectors();
let ids = 0;

async function vector(...positions: readonly bigint[]): Promise<DeletionVectorDescriptor> {
  const [descriptor] = await writeDeletionVectors(storage, TABLE, [{ positions: BigInt64Array.from(positions) }], { newUuid: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}` });
  return descriptor!;
}

const PATHS = ['f', 'g'];
const UNKNOWN: Predicate = { kind: 'unknown' };
const ONLY_G: Predicate = { kind: 'isNull', column: ['a'] };
const file = (path: string, size = 1): ChangedFiles['added'][number] => ({ path, partitionValues: {}, size });

/** A statement that asks for these positions of file f. */
function asksFor(positions: readonly bigint[], { minds = 'changedRows', predicate = UNKNOWN }: { readonly minds?: 'changedRows' | 'allRows'; readonly predicate?: Predicate } = {}): RowRead {
  return { predicate, rows: { minds, addressesIn: (_, paths) => Promise.resolve(paths.includes('f') ? { files: BigInt64Array.from(positions, () => 0n), positions: BigInt64Array.from(positions) } : { files: new BigInt64Array(), positions: new BigInt64Array() }) } };
}

async function asked(read: RowRead, changed: Partial<ChangedFiles>): Promise<string> {
  const versions: number[] = [];
  const versionAt = (version: number): Promise<ReturnType<typeof judgedVersion>> => {
    versions.push(version);
    return Promise.resolve(judgedVersion(version, PATHS, (among) => among.filter((path) => path === 'g')));
  };
  const { added, removed } = await rowsAskedFor({ storage, table: TABLE, vectors, versionAt }, [read], { version: 5, added: [], marked: [], removed: [], ...changed });
  return `came ${[...added].join()}, went ${[...removed].join()}, looked at ${versions.join()}`;
}

describe('rows that a winner changed (TXN-7, TXN-8)', () => {
  it.each<{ readonly name: string; readonly read: RowRead; readonly changed: () => Promise<Partial<ChangedFiles>>; readonly found: string }>([
    { name: 'a file with a row that is asked for came', read: asksFor([3n]), changed: async () => ({ added: [file('f'), file('g')] }), found: 'came f, went , looked at 5' },
    { name: 'a file without one came', read: asksFor([]), changed: async () => ({ added: [file('f')] }), found: 'came , went , looked at 5' },
    { name: 'a file that the log rules out came', read: asksFor([3n], { predicate: ONLY_G }), changed: async () => ({ added: [file('f')] }), found: 'came , went , looked at 5' },
    { name: 'rows cannot be asked again', read: { predicate: UNKNOWN }, changed: async () => ({ added: [file('f')] }), found: 'came f, went , looked at 5' },
    { name: 'nor where only the log judges', read: { predicate: ONLY_G }, changed: async () => ({ added: [file('f'), file('g')] }), found: 'came g, went , looked at 5' },
    { name: 'more came than it pays to read', read: asksFor([]), changed: async () => ({ added: [file('f', 2 ** 28), file('g')] }), found: 'came f,g, went , looked at 5' },
    { name: 'the condition fails', read: { predicate: UNKNOWN, rows: { minds: 'changedRows', addressesIn: () => Promise.reject(new TypeError('division by zero')) } }, changed: async () => ({ added: [file('f')] }), found: 'came f, went , looked at 5' },
    { name: 'more rows of a file were marked', read: asksFor([3n]), changed: async () => ({ marked: [{ ...file('f'), before: await vector(1n), after: await vector(1n, 2n) }] }), found: 'came , went , looked at ' },
    { name: 'marked rows came back', read: asksFor([3n]), changed: async () => ({ marked: [{ ...file('f'), before: await vector(1n), after: await vector(2n, 4n) }] }), found: 'came f, went , looked at 5' },
    { name: 'all marked rows came back', read: asksFor([3n]), changed: async () => ({ marked: [{ ...file('f'), before: await vector(1n), after: undefined }] }), found: 'came f, went , looked at 5' },
    { name: 'rows went that the statement would have changed', read: asksFor([3n]), changed: async () => ({ removed: [{ file: file('f'), after: await vector(3n) }] }), found: 'came , went , looked at ' },
    { name: 'a row went that it met', read: asksFor([1n, 3n], { minds: 'allRows' }), changed: async () => ({ removed: [{ file: file('f'), after: await vector(2n, 3n) }] }), found: 'came , went f, looked at 4' },
    { name: 'other rows went', read: asksFor([1n, 4n], { minds: 'allRows' }), changed: async () => ({ removed: [{ file: file('f'), after: await vector(2n, 3n) }] }), found: 'came , went , looked at 4' },
    { name: 'all rows of a file went', read: asksFor([1n], { minds: 'allRows' }), changed: async () => ({ removed: [{ file: file('f'), after: undefined }, { file: file('g'), after: undefined }] }), found: 'came , went f, looked at 4' },
    { name: 'more rows went than it pays to read', read: asksFor([], { minds: 'allRows' }), changed: async () => ({ removed: [{ file: file('f', 2 ** 29), after: undefined }] }), found: 'came , went f, looked at 4' },
  ])('$name', async ({ read, changed, found }) => {
    expect(await asked(read, await changed())).toBe(found);
  });
});
