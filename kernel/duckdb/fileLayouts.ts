import { fileList } from '../delta/sqlText.ts';
import type { Database } from './database.ts';

/** A column, or a part of one, as a Parquet file's footer has it. */
export interface ParquetNode {
  readonly name: string;
  readonly fieldId: number | undefined;
  readonly children: readonly ParquetNode[];
}

/** What a scan must know of a file's inside where names alone do not tell. */
export interface FileLayout {
  readonly columns: readonly ParquetNode[];
  /** DuckDB's types of the columns, by name in lower case. */
  readonly types: ReadonlyMap<string, string>;
  /** Variant columns without a NULL, by name in lower case. */
  readonly variantsWithoutNull: ReadonlySet<string>;
}

const NO_LAYOUT: FileLayout = { columns: [], types: new Map(), variantsWithoutNull: new Set() };

const KEPT_FILES_MAX = 10_000;

type VariantLayout = Pick<FileLayout, 'types' | 'variantsWithoutNull'>;

/** The footers of data files, which never change: the ones read last are kept. */
export class FileLayouts {
  readonly #database: Database;
  readonly #columns = new Map<string, readonly ParquetNode[]>();
  readonly #variants = new Map<string, VariantLayout>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** One per path. */
  async of(paths: readonly string[], { withVariants }: { readonly withVariants: boolean }, signal?: AbortSignal): Promise<readonly FileLayout[]> {
    const columns = await remembered(this.#columns, paths, (missing) => this.#schemas(missing, signal));
    const variants = withVariants ? await remembered(this.#variants, paths, (missing) => this.#variantLayouts(missing, signal)) : undefined;
    return paths.map((path) => ({ ...NO_LAYOUT, ...variants?.get(path), columns: columns.get(path) ?? [] }));
  }

  async #variantLayouts(paths: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, VariantLayout>> {
    const withoutNull = await this.#variantsWithoutNull(paths, signal);
    const layouts = new Map<string, VariantLayout>();
    for (const path of paths) layouts.set(path, { types: await this.#types(path, signal), variantsWithoutNull: withoutNull.get(path) ?? NO_LAYOUT.variantsWithoutNull });
    return layouts;
  }

  async #schemas(paths: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, readonly ParquetNode[]>> {
    const rows = await this.#database.query(`SELECT file_name, name, coalesce(num_children, 0) AS children, field_id FROM parquet_schema(${fileList(paths)})`, signal);
    const [files, names, counts, ids] = [rows.column('file_name'), rows.column('name'), rows.column('children'), rows.column('field_id')];
    const schemas = new Map<string, readonly ParquetNode[]>();
    let at = 0;
    const next = (): ParquetNode => {
      const row = at;
      at += 1;
      const id = ids[row];
      return {
        name: String(names[row]),
        fieldId: id === null || id === undefined ? undefined : Number(id),
        children: Array.from({ length: Number(counts[row]) }, next),
      };
    };
    while (at < rows.rowCount) {
      const file = String(files[at]);
      schemas.set(file, next().children);
    }
    return schemas;
  }

  async #variantsWithoutNull(paths: readonly string[], signal: AbortSignal | undefined): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const rows = await this.#database.query(`
      SELECT file_name, lower(path_in_schema[:-11]) AS name FROM parquet_metadata(${fileList(paths)})
      WHERE path_in_schema LIKE '%, metadata' GROUP BY ALL HAVING bool_and(coalesce(stats_null_count, 1) = 0)`, signal);
    const names = rows.column('name');
    const found = new Map<string, Set<string>>();
    for (const [row, file] of rows.column('file_name').entries()) {
      const columns = found.get(String(file)) ?? new Set();
      found.set(String(file), columns.add(String(names[row])));
    }
    return found;
  }

  async #types(path: string, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#database.query(`DESCRIBE SELECT * FROM read_parquet(${fileList([path])}, hive_partitioning = false)`, signal);
    const types = rows.column('column_type');
    return new Map(rows.column('column_name').map((name, row) => [String(name).toLowerCase(), String(types[row])]));
  }
}

/** What is kept of some files, and what is loaded of the others and then kept. */
async function remembered<Value>(kept: Map<string, Value>, paths: readonly string[], load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Value>>): Promise<ReadonlyMap<string, Value>> {
  const missing = [...new Set(paths)].filter((path) => !kept.has(path));
  const loaded = missing.length === 0 ? new Map<string, Value>() : await load(missing);
  const found = new Map(paths.flatMap((path) => {
    const value = loaded.get(path) ?? kept.get(path);
    return value === undefined ? [] : [[path, value] as const];
  }));
  for (const [path, value] of loaded) kept.set(path, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_FILES_MAX) break;
    kept.delete(oldest);
  }
  return found;
}
