import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './database.ts';

/** A Parquet file without rows beside the database's spill, written when it is first asked for. */
export class EmptyFile {
  readonly #database: Database;
  #path: Promise<string> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  path(): Promise<string> {
    return (this.#path ??= this.#write());
  }

  async #write(): Promise<string> {
    const { spillFolder } = this.#database.options;
    await mkdir(spillFolder, { recursive: true });
    const path = join(spillFolder, `empty-${randomBytes(6).toString('hex')}.parquet`);
    await this.#database.run(`COPY (SELECT true AS none WHERE false) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
    return path;
  }
}
