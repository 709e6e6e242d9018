import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { performEffect } from '../performEffect.ts';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
  // A folder in the place of the hint has every checkpoint fail at its last step.
  await workspace.run("CREATE TABLE t (id INT) TBLPROPERTIES ('delta.checkpointInterval'='1'); CREATE TABLE fine (id INT)");
  mkdirSync(join(workspace.root, 't/_delta_log/_last_checkpoint/taken'), { recursive: true });
});
afterAll(() => workspace.dispose());

const { signal } = new AbortController();

async function insert(table: string): Promise<readonly string[]> {
  const notices: string[] = [];
  const [statement] = workspace.engine.split(`INSERT INTO ${table} VALUES (1)`, 'spark');
  const done = await performEffect(await workspace.engine.prepare(statement!, workspace.session, signal), signal, (text) => notices.push(text));
  await done.dispose();
  return notices;
}

const FAILED = /^The checkpoint after version \d+ of t failed; the version stands without it\. \[STORAGE_\w+\] /;

it('tells with the next statement what went wrong behind a commit', async () => {
  let notices = await insert('t');
  for (let attempt = 0; attempt < 50 && notices.length === 0; attempt += 1) {
    await delay(100);
    notices = await insert('t');
  }
  expect(notices[0]).toMatch(FAILED);
  expect((await workspace.run('SELECT count(*) > 1 FROM t')).rows).toEqual([[true]]);
});

it('tells the rest once who waits for it, and nothing where all went well', async () => {
  await workspace.engine.settle();
  await insert('fine');
  expect(await workspace.engine.settle()).toEqual([]);
  await insert('t');
  expect(await workspace.engine.settle()).toEqual([expect.stringMatching(/^The checkpoint after version \d+ of delta\.`[^`]*\/t` failed; .*\[STORAGE_/)]);
  expect(await workspace.engine.settle()).toEqual([]);
});
