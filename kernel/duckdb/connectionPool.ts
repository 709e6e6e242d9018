import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A connection for one statement or one open stream. */
export interface ConnectionLease {
  readonly connection: DuckDBConnection;
  /** Gives the connection back. @param reusable false where an abandoned stream or an error may still hold its state */
  release(reusable?: boolean): void;
}

/**
 * Connections of one instance. DuckDB ends an open stream without an error when its connection gets another statement,
 * so no connection is ever shared: there are as many as are needed at once, and idle ones are kept for the next.
 */
export class ConnectionPool {
  readonly #instance: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];
  readonly #idleMax: number;
  #closed = false;

  /** @param configured connections with their settings made, before the instance's configuration is locked */
  constructor(instance: DuckDBInstance, configured: readonly DuckDBConnection[]) {
    this.#instance = instance;
    this.#idle.push(...configured);
    this.#idleMax = configured.length;
  }

  async acquire(): Promise<ConnectionLease> {
    const connection = this.#idle.pop() ?? (await this.#instance.connect());
    let held = true;
    return {
      connection,
      release: (reusable = true) => {
        if (!held) return;
        held = false;
        if (reusable && !this.#closed && this.#idle.length < this.#idleMax) this.#idle.push(connection);
        else connection.disconnectSync();
      },
    };
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.disconnectSync();
  }
}
