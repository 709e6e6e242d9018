import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hasCode, LakebookError } from '../base/errors.ts';
import { createLocalStorage, storageError } from '../storage/local.ts';
import { ownFolder } from './ownFolder.ts';
import { tableNameKey, type TableName } from './tableName.ts';

/** A table somewhere else that the workspace has a name for. */
export interface ExternalTable extends TableName {
  /** Absolute. */
  readonly path: string;
}

/**
 * The names that a workspace gives to tables elsewhere: a small file a name, so that two processes that name tables at
 * once do not undo each other, and a name is given whole or not at all.
 */
export class ExternalTables {
  readonly #root: string;
  readonly #storage = createLocalStorage();

  constructor(root: string) {
    this.#root = root;
  }

  /** In no order. Files that hold no name are passed over. */
  async list(): Promise<readonly ExternalTable[]> {
    const folder = join(this.#root, ...FOLDER);
    const files = await this.#storage.listFrom(folder).catch((error: unknown) => {
      if (hasCode(error, 'STORAGE_NOT_FOUND')) return [];
      throw error;
    });
    const entries = await Promise.all(files.filter(({ name }) => name.endsWith('.json')).map(({ name }) => this.#read(join(folder, name)).catch(() => undefined)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** @throws LakebookError EXTERNAL_TABLE_CORRUPT where the name's file holds no name */
  async find(name: TableName): Promise<ExternalTable | undefined> {
    return this.#read(this.#file(name));
  }

  /** @returns false where the name is taken by another such table */
  async add(table: ExternalTable): Promise<boolean> {
    await this.#makeFolder();
    return this.#storage.putIfAbsent(this.#file(table), encode(table));
  }

  /** Gives a name that is there another table, or another spelling. */
  async replace(table: ExternalTable): Promise<void> {
    await this.#makeFolder();
    await this.#storage.put(this.#file(table), encode(table));
  }

  /** The table's files stay as they are. */
  async remove(name: TableName): Promise<void> {
    await this.#storage.delete(this.#file(name));
  }

  /** Names may be longer than those of files, and differ in case alone where they are one. */
  #file(name: TableName): string {
    return join(this.#root, ...FOLDER, `${createHash('sha256').update(tableNameKey(name)).digest('hex').slice(0, 32)}.json`);
  }

  async #read(file: string): Promise<ExternalTable | undefined> {
    try {
      const table = parseTable(new TextDecoder().decode(await this.#storage.read(file)));
      if (table !== undefined) return table;
    } catch (error) {
      if (hasCode(error, 'STORAGE_NOT_FOUND')) return undefined;
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new LakebookError('EXTERNAL_TABLE_CORRUPT', { file });
  }

  async #makeFolder(): Promise<void> {
    await ownFolder(this.#root, FOLDER[1], (file) => new LakebookError('EXTERNAL_TABLE_CORRUPT', { file })).catch((error: unknown) => {
      throw error instanceof LakebookError ? error : storageError(this.#root, error);
    });
  }
}

const FOLDER = ['.lakebook', 'tables'] as const;

function encode({ schema, table, path }: ExternalTable): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ schema, table, path })}\n`);
}

/** @throws SyntaxError */
function parseTable(text: string): ExternalTable | undefined {
  const { schema, table, path } = Object(JSON.parse(text)) as Partial<Record<string, unknown>>;
  return typeof schema === 'string' && typeof table === 'string' && typeof path === 'string' ? { schema, table, path } : undefined;
}
