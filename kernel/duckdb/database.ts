import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBMaterializedResult } from '@duckdb/node-api';
import { openArrowStream, reportProgress, type ArrowStream, type StreamOptions } from './arrowStream.ts';
import { ConnectionPool, type ConnectionLease } from './connectionPool.ts';
import { interruptible, mapEngineError } from './engineErrors.ts';
import { profilingSettings } from './engineProfile.ts';
import { progressListener } from './progressScope.ts';
import { readRows, type QueryRows } from './queryRows.ts';
import { buildScalarFunction, type ScalarFunctionDefinition } from './scalarFunction.ts';

export interface DatabaseOptions {
  /** Of DuckDB's buffers; the process needs some more. */
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Where statements beyond the memory limit spill, and where profiles pass through. */
  readonly spillFolder: string;
  readonly maxSpillBytes: number;
  /** Folders that statements may touch, the second line of defence; every local folder by default. */
  readonly allowedFolders?: readonly string[];
  /** How many statements are expected to run at once. */
  readonly connections?: number;
}

/** What is created once in a new database. */
interface Prelude {
  readonly sql: readonly string[];
  readonly functions: readonly ScalarFunctionDefinition[];
}

/**
 * One DuckDB instance in memory. Statements run side by side, each on a connection of its own; the event loop stays
 * free. `TimeZone` is UTC for ever: a session's zone is the statement's business.
 *
 * Errors: OPERATION_CANCELED when the signal aborts, ENGINE_OUT_OF_MEMORY and ENGINE_SPILL_FULL at the limits; DuckDB's
 * own error otherwise.
 */
export interface Database {
  readonly options: DatabaseOptions;
  /** Runs one or several statements for their effect. */
  run(sql: string, signal?: AbortSignal): Promise<void>;
  /** One statement's whole result, for who reads it in a way of his own; it is valid until `read` answers. */
  read<Value>(sql: string, read: (result: DuckDBMaterializedResult) => Promise<Value>, signal?: AbortSignal): Promise<Value>;
  /** All rows of one statement: for small results. */
  query(sql: string, signal?: AbortSignal): Promise<QueryRows>;
  /** The rows of one statement as Arrow batches, as they come. */
  stream(sql: string, options?: StreamOptions): Promise<ArrowStream>;
  /** A connection for what lives on one: appenders, temporary tables, variables, functions. The caller releases it. */
  acquire(): Promise<ConnectionLease>;
  /** Macros and functions that every connection then sees. */
  install(prelude: Prelude): Promise<void>;
  /** Bytes that DuckDB's buffers hold now. */
  memoryBytes(): Promise<number>;
  close(): void;
}

const CONNECTIONS = 8;

/**
 * Every running statement and open stream holds a libuv thread, and Node has four of them: whoever spawns a process with
 * a database sets `UV_THREADPOOL_SIZE` in its environment to the number of connections and 8 more.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await mkdir(options.spillFolder, { recursive: true, mode: 0o700 });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryLimitBytes}B`,
    temp_directory: options.spillFolder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    secret_directory: options.spillFolder,
  });
  const connections = await Promise.all(Array.from({ length: options.connections ?? CONNECTIONS }, () => instance.connect()));
  const pooled = connections.map((connection, index) => ({ connection, profileFile: join(options.spillFolder, `profile-${index}.json`) }));
  for (const { connection, profileFile } of pooled) await connection.run(`SET enable_progress_bar = true; SET enable_progress_bar_print = false; ${profilingSettings(profileFile)}`);
  if (connections[0] !== undefined) await connections[0].run(globalSettings(options));
  return createDatabase(options, instance, new ConnectionPool(instance, pooled));
}

/** `max_temp_directory_size` counts only when set on an open database. Last the lock: nothing can be set afterwards, by us neither. */
function globalSettings({ allowedFolders, maxSpillBytes }: DatabaseOptions): string {
  const folders = allowedFolders ?? (process.platform === 'win32' ? undefined : ['/']);
  const access = folders === undefined ? '' : `SET allowed_directories = [${folders.map(quoteText).join(', ')}]; SET enable_external_access = false;`;
  return `SET GLOBAL max_temp_directory_size = '${maxSpillBytes}B'; SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true; ${access} SET lock_configuration = true`;
}

function createDatabase(options: DatabaseOptions, instance: DuckDBInstance, pool: ConnectionPool): Database {
  const onConnection = async <Value>(signal: AbortSignal | undefined, task: (connection: DuckDBConnection) => Promise<Value>): Promise<Value> => {
    const lease = await pool.acquire();
    const progress = reportProgress(lease.connection, progressListener());
    try {
      return await interruptible(lease.connection, signal, () => task(lease.connection));
    } catch (error) {
      throw mapEngineError(error, options, signal);
    } finally {
      clearInterval(progress);
      lease.release();
    }
  };
  const query = (sql: string, signal?: AbortSignal): Promise<QueryRows> => onConnection(signal, async (connection) => readRows(await connection.run(sql)));
  return {
    options,
    run: (sql, signal) => onConnection(signal, async (connection) => void (await connection.run(sql))),
    read: (sql, read, signal) => onConnection(signal, async (connection) => read(await connection.run(sql))),
    query,
    stream: async (sql, streamOptions = {}) => openArrowStream(sql, await pool.acquire(), options, streamOptions),
    acquire: () => pool.acquire(),
    install: ({ sql, functions }) =>
      onConnection(undefined, async (connection) => {
        for (const definition of functions) connection.registerScalarFunction(buildScalarFunction(definition));
        if (sql.length > 0) await connection.run(sql.join(';\n'));
      }),
    memoryBytes: async () => Number((await query('SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT AS bytes FROM duckdb_memory()')).column('bytes')[0]),
    close: () => {
      pool.close();
      instance.closeSync();
    },
  };
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
