import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import { provideFolder, TEST_CACHE } from './testCache.ts';

export type Benchmark = 'tpch' | 'tpcds';

export interface TpcQuery {
  readonly id: string;
  /** As DuckDB's generator gives it. */
  readonly duckdb: string;
  /** The same with Spark's quotes. */
  readonly spark: string;
}
export interface TpcData {
  /** One Parquet file a table. */
  readonly files: ReadonlyMap<string, string>;
  readonly queries: readonly TpcQuery[];
}

/**
 * Tables of a scale factor and the texts of the queries, out of DuckDB's own generators. Made once in a folder of the
 * user's cache; nothing of it is part of the project.
 */
export async function provideTpc(benchmark: Benchmark, scale: number): Promise<TpcData> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`LOAD '${provideExtension(benchmark)}'`);
    const folder = await provideFolder(`${benchmark}-sf${scale}`, async (work) => {
      process.stdout.write(`lakebook: generating ${benchmark} at scale factor ${scale} (once)\n`);
      await connection.run(benchmark === 'tpch' ? `CALL dbgen(sf = ${scale})` : `CALL dsdgen(sf = ${scale})`);
      for (const [table] of (await connection.runAndReadAll("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'")).getRows()) {
        await connection.run(`COPY "${String(table)}" TO '${path.join(work, `${String(table)}.parquet`)}' (FORMAT parquet)`);
      }
    });
    const queries = (await connection.runAndReadAll(`SELECT query_nr, query FROM ${benchmark}_queries() ORDER BY 1`)).getRows().map(([number, query]): TpcQuery => {
      const duckdb = String(query).trim().replace(/;$/, '');
      return { id: `${benchmark}-${String(number)}`, duckdb, spark: duckdb.replaceAll(/"([^"]+)"/g, '`$1`') };
    });
    const files = fs.readdirSync(folder).filter((file) => file.endsWith('.parquet'));
    return { files: new Map(files.map((file) => [path.basename(file, '.parquet'), path.join(folder, file)])), queries };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The extension ships inside a Python wheel of DuckDB's own, of the very version that is linked here. */
function provideExtension(benchmark: Benchmark): string {
  const release = version().replace(/^v/, '');
  const file = path.join(TEST_CACHE, `duckdb-${release}`, `${benchmark}.duckdb_extension`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const work = fs.mkdtempSync(path.join(TEST_CACHE, 'unpack-'));
  const name = `duckdb-extension-${benchmark}==${release}`;
  const unpack = "import glob, zipfile; zipfile.ZipFile(glob.glob('*.whl')[0]).extractall('.')";
  for (const args of [['-m', 'pip', 'download', '--quiet', '--no-deps', '--disable-pip-version-check', name, '-d', work], ['-c', unpack]]) {
    if (spawnSync('python3', args, { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0) throw new Error(`${name} could not be fetched`);
  }
  const found = fs.readdirSync(work, { recursive: true, encoding: 'utf8' }).find((entry) => entry.endsWith('.duckdb_extension'));
  if (found === undefined) throw new Error(`${name} has no extension inside`);
  fs.renameSync(path.join(work, found), file);
  fs.rmSync(work, { recursive: true, force: true });
  return file;
}
