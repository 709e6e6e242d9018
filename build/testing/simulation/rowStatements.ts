import type { JudgedVersion, RowCondition } from '../../../kernel/delta/write/rowReads.ts';
import type { Random } from './scheduler.ts';

/** A row of a data file. */
export interface FileRow {
  /** Rows of no key are nobody's to change by a statement. */
  readonly key: number;
  /** The file that it was first written to. */
  readonly origin: string;
}
export const NO_KEY = -1;

/** So few and so rare that some are missing, some have one row, and concurrent statements often mean the same ones. */
const KEYS = 8;
const KEYED_ROWS_MAX = 2;
/** Keys stand where rows are deleted by position, too. */
const KEYED_POSITIONS = 25;

/** Statements that change rows by their keys, as UPDATE and MERGE do. */
export type RowStatement =
  /** UPDATE: rows of a key get another one, or keep it. */
  | { readonly kind: 'update'; readonly keys: readonly number[]; readonly newKey: number | undefined }
  /** MERGE: rows of the keys are written anew, keys without a row are inserted. */
  | { readonly kind: 'upsert'; readonly keys: readonly number[] }
  /** MERGE: only keys without a row are inserted. */
  | { readonly kind: 'insertMissing'; readonly keys: readonly number[] };

export function drawKeys(random: Random, rows: number): readonly number[] {
  const keys = Array.from({ length: rows }, () => NO_KEY);
  for (let left = Math.floor(random() * (KEYED_ROWS_MAX + 1)); left > 0; left -= 1) keys[Math.floor(random() * KEYED_POSITIONS)] = Math.floor(random() * KEYS);
  return keys;
}

export function drawStatement(random: Random, kind: RowStatement['kind']): RowStatement {
  const key = (): number => Math.floor(random() * KEYS);
  const keys = [...new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, key))];
  return kind === 'update' ? { kind, keys, newKey: random() < 0.5 ? undefined : key() } : { kind, keys };
}

/** The rows of a file that are there. */
export interface LiveRows {
  readonly path: string;
  readonly rows: readonly FileRow[];
  readonly deleted: ReadonlySet<bigint>;
}

export interface RowChange {
  /** By file, ascending. */
  readonly removed: ReadonlyMap<string, readonly bigint[]>;
  /** Keys of the rows that come, ascending. */
  readonly added: readonly number[];
}

/** What a statement does to a table with these rows. */
export function changeOf(statement: RowStatement, files: readonly LiveRows[]): RowChange {
  const met = new Map(files.flatMap((file) => {
    const positions = positionsOf(statement, file);
    return positions.length === 0 ? [] : [[file.path, positions] as const];
  }));
  const keysMet = files.flatMap(({ path, rows }) => (met.get(path) ?? []).map((position) => rows[Number(position)]?.key ?? NO_KEY));
  const missing = statement.kind === 'update' ? [] : statement.keys.filter((key) => !keysMet.includes(key));
  const rewritten = statement.kind === 'insertMissing' ? [] : keysMet.map((key) => (statement.kind === 'update' ? (statement.newKey ?? key) : key));
  return { removed: statement.kind === 'insertMissing' ? new Map() : met, added: [...rewritten, ...missing].sort((left, right) => left - right) };
}

function positionsOf({ keys }: RowStatement, { rows, deleted }: LiveRows): readonly bigint[] {
  return rows.flatMap(({ key }, position) => (keys.includes(key) && !deleted.has(BigInt(position)) ? [BigInt(position)] : []));
}

/** @param rowsOf the rows of files of a version */
export function conditionOf(statement: RowStatement, rowsOf: (version: number, paths: readonly string[]) => Promise<readonly (LiveRows & { readonly id: bigint })[]>): RowCondition {
  return {
    minds: statement.kind === 'insertMissing' ? 'allRows' : 'changedRows',
    addressesIn: async ({ version }, paths) => {
      const found = (await rowsOf(version, paths)).flatMap((file) => positionsOf(statement, file).map((position) => [file.id, position] as const));
      return { files: BigInt64Array.from(found, ([id]) => id), positions: BigInt64Array.from(found, ([, position]) => position) };
    },
  };
}

/** A version as far as judging rows needs it; files are known by their place. */
export function judgedVersion(version: number, paths: readonly string[], planFiles: (among: readonly string[]) => readonly string[]): JudgedVersion {
  return {
    version,
    planFiles: ({ onlyPaths = paths } = {}) => Promise.resolve(planFiles(onlyPaths)),
    addFiles: (ids = []) => Promise.resolve(ids.map((id) => ({ id, path: paths[Number(id)] ?? '', partitionValues: {}, size: 0, modificationTime: 0, dataChange: true }))),
    scan: () => Promise.reject(new TypeError('no schedule scans')),
    dispose: () => Promise.resolve(),
  };
}

