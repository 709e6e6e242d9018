import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { LakebookError } from '../../../kernel/base/errors.ts';
import { TestWorkspace } from '../../../kernel/query/testWorkspace.ts';

type LoggedAction = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** In all texts, `@` stands for the table's name. */
export interface TestTable {
  readonly workspace: TestWorkspace;
  readonly name: string;
  readonly folder: string;
  textOf(this: void, text: string): string;
  run(this: void, text: string): ReturnType<TestWorkspace['run']>;
  rowsOf(this: void, text?: string): Promise<readonly (readonly unknown[])[]>;
  failureOf(this: void, text: string): Promise<LakebookError>;
  codeOf(this: void, text: string): Promise<string>;
  /** The actions of a commit, by default the newest. */
  commitOf(this: void, version?: number): Promise<readonly LoggedAction[]>;
}

/** A workspace for the tests of the file that calls this, of which each has a session and the name of a table of its own. */
export function useTestTable(): TestTable {
  let workspace: TestWorkspace;
  let made = 0;
  beforeAll(async () => {
    workspace = await TestWorkspace.create();
  });
  beforeEach(() => {
    workspace.session = workspace.engine.createSession();
    made += 1;
  });
  afterAll(() => workspace.dispose());

  const name = (): string => `t${made}`;
  const folder = (): string => path.join(workspace.root, name());
  const textOf = (text: string): string => text.replaceAll('@', name());
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
