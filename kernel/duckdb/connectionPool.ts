import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A connection for one statement or one open stream. */
export interface ConnectionLease {
  readonly connection: DuckDBConnection;
  /** Where its profiles are written; undefined for a connection that cannot profile. */
  readonly profileFile: string | undefined;
  /** Gives the connection back. @param reusable false where an abandoned stream or an error may still hold its state */
  release(reusable?: boolean): void;
}

/** A connection with its settings made, before the instance's configuration is locked. */
export type PooledConnection = Pick<ConnectionLease, 'connection' | 'profileFile'>;

/**
 * Connections of one instance. DuckDB ends an open stream without an error when its connection gets another statement,
 * so no connection is ever shared: there are as many as are needed at once, and idle ones are kept for the next.
 */
export class ConnectionPool {
  readonly #instance: DuckDBInstance;
  readonly #idle: PooledConnection[] = [];
  readonly #idleMax: number;
  #closed = false;

  constructor(instance: DuckDBInstance, configured: readonly PooledConnection[]) {
    this.#instance = instance;
    this.#idle.push(...configured);
    this.#idleMax = configured.length;
  }

  async acquire(): Promise<ConnectionLease> {
    const pooled = this.#idle.pop() ?? { connection: await this.#instance.connect(), profileFile: undefined };
    const { connection, profileFile } = pooled;
    let held = true;
    return {
      connection,
      profileFile,
      release: (reusable = true) => {
        if (!held) return;
        held = false;
        if (reusable && !this.#closed && this.#idle.length < this.#idleMax) this.#idle.push(pooled);
        else connection.disconnectSync();
      },
    };
  }

  close(): void {
    this.#closed = true;
    for (const { connection } of this.#idle.splice(0)) connection.disconnectSync();
  }
}
