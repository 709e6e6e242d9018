import { cpSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the corpus is: `LAKEBOOK_CONFORMANCE`, or `../shared/conformance` beside the project. */
export const CONFORMANCE_ROOT = process.env['LAKEBOOK_CONFORMANCE'] ?? resolve(import.meta.dirname, '../../../../shared/conformance');

export interface ConformanceCase {
  readonly name: string;
  readonly kind: 'read' | 'state' | 'cdf' | 'rowTracking';
  /** Folder of the table, ready to read. */
  readonly table: string;
  readonly options: {
    readonly version?: number;
    readonly timestamp?: string;
    readonly cdf?: {
      readonly startVersion?: number;
      readonly endVersion?: number;
      readonly startTimestamp?: string;
      readonly endTimestamp?: string;
      readonly compareTimestamp?: boolean;
    };
  };
  readonly schema: unknown;
  readonly snapshot: ExpectedSnapshot | undefined;
  readonly expect: {
    readonly rows?: { readonly file?: string; readonly count: number; readonly contentHash: string | null };
    readonly error?: { readonly kind: string; readonly at: 'open' | 'scan' };
    readonly anyOf?: boolean;
  };
}

export interface ExpectedSnapshot {
  readonly version: number;
  readonly numFiles: number;
  readonly sizeInBytes: number;
  readonly files?: readonly {
    readonly path: string;
    readonly size: number;
    readonly partitionValues?: Readonly<Record<string, string | null>>;
    readonly dvId?: string;
    readonly dvCardinality?: number;
    readonly baseRowId?: number;
    readonly defaultRowCommitVersion?: number;
    readonly clusteringProvider?: string;
  }[];
  readonly txns: readonly { readonly appId: string; readonly version: number }[];
  readonly domains: readonly { readonly domain: string; readonly configuration: string }[];
}

interface Manifest extends Omit<ConformanceCase, 'table'> {
  readonly table: string;
  readonly setup?: { readonly mtimesMs?: Readonly<Record<string, number>>; readonly substitute?: readonly string[] };
}

/** Names of the cases that read, or of those that write. */
export function conformanceNames(does: 'read' | 'write' = 'read'): readonly string[] {
  const json = JSON.parse(readFileSync(join(CONFORMANCE_ROOT, 'cases.json'), 'utf8')) as readonly { name: string; kind: string }[] | { cases: readonly { name: string; kind: string }[] };
  const cases = 'cases' in json ? json.cases : json;
  return cases.filter(({ kind }) => (kind === 'write') === (does === 'write')).map(({ name }) => name);
}

/** A case with its table: the corpus' own folder, or a prepared copy where the case asks for one. */
export function loadCase(name: string): ConformanceCase {
  const manifest = JSON.parse(readFileSync(join(CONFORMANCE_ROOT, 'expected', `${name}.json`), 'utf8')) as Manifest;
  const original = join(CONFORMANCE_ROOT, manifest.table);
  return { ...manifest, table: manifest.setup === undefined ? original : prepareCopy(original, manifest.setup) };
}

export interface WriteCase {
  /** A copy of the table, to be removed. */
  readonly table: string;
  /** Spark SQL with `{t}` for the table. */
  readonly sql: string;
  readonly expect: ConformanceCase['expect'];
}

export function loadWriteCase(name: string): WriteCase {
  const manifest = JSON.parse(readFileSync(join(CONFORMANCE_ROOT, 'expected', `${name}.json`), 'utf8')) as Manifest & { readonly sql: string };
  return { sql: manifest.sql, expect: manifest.expect, table: prepareCopy(join(CONFORMANCE_ROOT, manifest.table), manifest.setup ?? {}) };
}

function prepareCopy(original: string, { mtimesMs = {}, substitute = [] }: NonNullable<Manifest['setup']>): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'lakebook-conformance-')), 'table');
  cpSync(original, copy, { recursive: true, mode: 0 });
  for (const file of substitute) {
    const path = join(copy, file);
    const text = readFileSync(path, 'latin1');
    const replaced = text.replaceAll('@@TABLE_URI_1SLASH@@', `file:${copy}`).replaceAll('@@TABLE_URI@@', `file://${copy}`).replaceAll('@@TABLE_PATH@@', copy);
    writeFileSync(path, replaced, 'latin1');
  }
  for (const [file, ms] of Object.entries(mtimesMs)) utimesSync(join(copy, file), ms / 1000, ms / 1000);
  return copy;
}
