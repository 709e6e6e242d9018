import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { LakebookError } from '../../../kernel/base/errors.ts';
import { TestWorkspace } from '../../../kernel/query/testWorkspace.ts';

type LoggedAction = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** In all texts, `@` stands for the table's name, and where that was asked for `$` for the folder elsewhere. */
export interface TestTable {
  readonly workspace: TestWorkspace;
  readonly name: string;
  readonly folder: string;
  /** A folder of the test's own that is not in the workspace; empty where nobody asked for one. */
  readonly elsewhere: string;
  textOf(this: void, text: string): string;
  run(this: void, text: string): ReturnType<TestWorkspace['run']>;
  rowsOf(this: void, text?: string): Promise<readonly (readonly unknown[])[]>;
  failureOf(this: void, text: string): Promise<LakebookError>;
  codeOf(this: void, text: string): Promise<string>;
  /** The actions of a commit, by default the newest. */
  commitOf(this: void, version?: number): Promise<readonly LoggedAction[]>;
}

/** A workspace for the tests of the file that calls this, of which each has a session and the name of a table of its own. */
export function useTestTable({ withElsewhere = false }: { readonly withElsewhere?: boolean } = {}): TestTable {
  let workspace: TestWorkspace;
  let made = 0;
  let elsewhere = '';
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
  });
  beforeEach(async () => {
    workspace.session = workspace.engine.createSession();
    made += 1;
    if (withElsewhere) elsewhere = await mkdtemp(path.join(os.tmpdir(), 'lakebook elsewhere-'));
  });
  afterEach(async () => {
    if (elsewhere !== '') await rm(elsewhere, { recursive: true, force: true });
  });
  afterAll(() => workspace.dispose());

  const name = (): string => `t${made}`;
  const folder = (): string => path.join(workspace.root, name());
  const textOf = (text: string): string => (withElsewhere ? text.replaceAll('$', elsewhere) : text).replaceAll('@', name());
  const run = (text: string): ReturnType<TestWorkspace['run']> => workspace.run(textOf(text));
  const rowsOf = async (text = 'SELECT * FROM @ ORDER BY ALL'): Promise<readonly (readonly unknown[])[]> =>
    (await run(text)).rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
  const failureOf = async (text: string): Promise<LakebookError> => {
    const error: unknown = await run(text).catch((failure: unknown) => failure);
    if (!(error instanceof LakebookError)) throw new Error(`no error but ${String(error)}`);
    return error;
  };
  return {
    get workspace() {
      return workspace;
    },
    get name() {
      return name();
    },
    get folder() {
      return folder();
    },
    get elsewhere() {
      return elsewhere;
    },
    textOf,
    run,
    rowsOf,
    failureOf,
    codeOf: async (text) => (await failureOf(text)).code,
    commitOf: async (version) => {
      const wanted = version ?? Number((await rowsOf('DESCRIBE HISTORY @ LIMIT 1'))[0]?.[0]);
      const text = await readFile(path.join(folder(), '_delta_log', `${String(wanted).padStart(20, '0')}.json`), 'utf8');
      return text.trim().split('\n').map((line) => JSON.parse(line) as LoggedAction);
    },
  };
}
