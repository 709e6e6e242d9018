import { stat } from 'node:fs/promises';
import type { Database } from '../../duckdb/database.ts';
import { listDataFiles } from './filePaths.ts';
import { describeInPlace, type InPlaceRelation, type InPlaceRequest } from './inPlaceRelation.ts';

/** How many requests are remembered. */
const REMEMBERED_MAX = 500;

/** Files that statements read in place. What was found of them holds until one of them changes. */
export class InPlaceFiles {
  readonly #database: Database;
  readonly #workspaceRoot: string;
  readonly #known = new Map<string, { readonly state: string; readonly relation: InPlaceRelation }>();

  constructor(database: Database, workspaceRoot: string) {
    this.#database = database;
    this.#workspaceRoot = workspaceRoot;
  }

  /**
   * Lists the files and finds their schema.
   * @throws LakebookError PATH_NOT_FOUND, FILE_READ_FAILED, UNSUPPORTED_FEATURE.LOCAL_ENGINE
   */
  async open(request: InPlaceRequest, signal: AbortSignal): Promise<InPlaceRelation> {
    const files = await listDataFiles(this.#database, this.#workspaceRoot, request.path, signal);
    const key = JSON.stringify(request);
    const state = JSON.stringify(await Promise.all(files.map(stateOf)));
    const known = this.#known.get(key);
    if (known?.state === state) return known.relation;
    const relation = await describeInPlace(this.#database, files, request, signal);
    this.#known.delete(key);
    if (this.#known.size >= REMEMBERED_MAX) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(key, { state, relation });
    return relation;
  }
}

/** What differs when a file was written again. */
async function stateOf(file: string): Promise<readonly string[]> {
  const status = await stat(file, { bigint: true }).catch(() => undefined); // whoever reads it says that it is gone
  return status === undefined ? [file] : [file, ...[status.size, status.mtimeNs, status.ctimeNs, status.ino].map(String)];
}
