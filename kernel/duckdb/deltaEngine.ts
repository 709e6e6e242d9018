import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, EngineFailure } from '../delta/engine.ts';
import type { Database } from './database.ts';
import type { TableName } from './deletionVectorSource.ts';
import { EmptyFile } from './emptyFile.ts';
import { FileLayouts } from './fileLayouts.ts';
import { readIntegerColumns } from './integerColumns.ts';
import { MarkedRowsTables, type MarkedRowsLease } from './markedRowsTables.ts';
import { copyToParquet } from './parquetCopy.ts';
import { buildScan } from './scan.ts';
import { copyUnmarked } from './unmarkedCopy.ts';

const CATALOG = 'lakebook_log';
const SCHEMA = 'main';

/**
 * The Engine port of the transaction log over a database. Tables of the log live in a catalog of their own, in memory, so
 * that every connection sees them and no user's name can meet them.
 */
export async function createDeltaEngine(database: Database): Promise<Engine> {
  await database.run(`ATTACH IF NOT EXISTS ':memory:' AS ${CATALOG}`);
  const prefix = `t${randomBytes(4).toString('hex')}_`;
  let made = 0;
  const newName = (): TableName => {
    made += 1;
    return { catalog: CATALOG, schema: SCHEMA, table: `${prefix}${made}` };
  };
  const qualified = ({ catalog, schema, table }: TableName): string => `"${catalog}"."${schema}"."${table}"`;
  const layouts = new FileLayouts(database);
  const empty = new EmptyFile(database);
  const markedRows = new MarkedRowsTables(database, newName);
  return {
    newTableName: () => qualified(newName()),
    run: (sql, signal) => database.run(sql, signal),
    select: (sql, signal) => database.query(sql, signal),
    copy: (copy, signal) => copyToParquet(database, copy, signal),
    selectIntegers: (sql, signal) => readIntegerColumns(database, sql, signal),
    describe: describeFailure,
    bindScan: async (plan, signal) => {
      const leases: MarkedRowsLease[] = [];
      const copies: string[] = [];
      const dispose = async (): Promise<void> => {
        for (const lease of leases.splice(0)) await lease.release();
        for (const copy of copies.splice(0)) await rm(copy, { force: true });
      };
      const relationSql = await buildScan(plan, {
        layoutsOf: (paths, withVariants) => layouts.of(paths, { withVariants }, signal),
        emptyFile: () => empty.path(),
        unmarkedCopies: async (paths) => {
          const made = paths.map((path) => ({ path, copy: join(database.options.spillFolder, `unmarked-${randomBytes(8).toString('hex')}.parquet`) }));
          copies.push(...made.map(({ copy }) => copy));
          for (const { path, copy } of made) await copyUnmarked(path, copy);
          return made.map(({ copy }) => copy);
        },
        markRows: async (marked) => {
          const lease = await markedRows.lease(marked);
          leases.push(lease);
          return qualified(lease.table);
        },
      }).catch(async (error: unknown) => {
        await dispose();
        throw error;
      });
      return { relationSql, dispose };
    },
  };
}

const MISSING = [/No files found that match the pattern "(?<file>[^"]*)"/, /Cannot open file "(?<file>[^"]*)": No such file/, /Could not (?:read from|open) file "(?<file>[^"]*)".*No such file/];
const CORRUPT = [
  /Malformed JSON in file "(?<file>[^"]*)"/,
  /JSON transform error in file "(?<file>[^"]*)"/,
  /(?:magic bytes found at end of file|too small to be a Parquet file|[Ff]ooter length error in file|Failed to read(?: Parquet)? file|Error reading file|reading from file|in file|File) ['"](?<file>[^'"]*)['"]/,
];
/** Files that are as they should be, of Parquet's old codecs. */
const UNKNOWN_CODEC = /["'](?<file>[^"']*)["']: Unsupported compression codec "(?<codec>[^"]*)"/;
const CORRUPT_WORDS = /TProtocolException|Snappy|ZSTD|GZIP|LZ4|decompress|corrupt|Malformed|magic bytes|[Tt]hrift|Parquet|out of (?:buffer|range)|Could not read enough bytes/i;

/** DuckDB tells its errors by text alone. What a statement itself raises, by a cast or a guard of ours (`[CLASS] …`), is no file's fault. */
function describeFailure(error: unknown): EngineFailure {
  const detail = (error instanceof Error ? error.message : String(error)).replace(/\n\nLINE \d+:[^]*$/, ''); // an excerpt of the statement may hold any word
  for (const pattern of MISSING) {
    const match = pattern.exec(detail);
    if (match !== null) return { kind: 'fileMissing', file: unescapeGlob(match.groups?.['file']), detail };
  }
  const packed = UNKNOWN_CODEC.exec(detail)?.groups;
  if (packed !== undefined) return { kind: 'fileUnsupported', file: packed['file'], detail: `it is packed by the codec ${packed['codec'] ?? ''}, and nothing here unpacks that` };
  for (const pattern of CORRUPT) {
    const match = pattern.exec(detail);
    if (match !== null) return { kind: 'fileCorrupt', file: match.groups?.['file'], detail };
  }
  if (/^(?:(?:Binder|Catalog|Conversion|Parser|Not implemented|INTERNAL) |[\w ]+: \[[A-Z][A-Z0-9_.]+[#\]])/.test(detail)) return { kind: 'other', detail };
  return CORRUPT_WORDS.test(detail) ? { kind: 'fileCorrupt', file: undefined, detail } : { kind: 'other', detail };
}

function unescapeGlob(pattern: string | undefined): string | undefined {
  return pattern?.replace(/\[([*?[])\]/g, '$1');
}
