import { buildSqlNotebook } from '../../../kernel/notebook/ipynbWrite.ts';
import { reportAnyError } from '../../../kernel/rpc/peer.ts';
import { baseName } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';

/** A statement over one version of a table. */
export interface VersionQuery {
  /** As statements write it; absent where the table has no name of its own. */
  readonly name: string | undefined;
  readonly path: string;
  readonly version: number;
}

/** The statement's text: by name where there is one, else by path. */
export function buildVersionQuery({ name, path, version }: VersionQuery): string {
  return `SELECT *\nFROM ${name ?? `delta.\`${path.replaceAll('`', '``')}\``} VERSION AS OF ${version}\nLIMIT 100`;
}

const ATTEMPTS_MAX = 100;

/** Makes a notebook beside no other of its name, with the query in it, and opens it. */
export async function openVersionQuery(services: Pick<Services, 'client' | 'openPath'>, query: VersionQuery): Promise<void> {
  const text = buildSqlNotebook(buildVersionQuery(query));
  const stem = `${baseName(query.path)} v${query.version}`;
  for (let attempt = 1; ; attempt++) {
    const path = `${stem}${attempt === 1 ? '' : ` ${attempt}`}.ipynb`;
    try {
      await services.client.request('files.writeText', { path, text });
      return services.openPath(path);
    } catch (error) {
      if (reportAnyError(error).code !== 'FILE_ALREADY_EXISTS' || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}
