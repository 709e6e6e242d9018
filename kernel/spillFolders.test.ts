import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { claimSpillFolder } from './spillFolders.ts';

const folder = mkdtempSync(join(tmpdir(), 'lakebook-spill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('removes what processes left behind that are gone, and nothing else', async () => {
  const dead = join(folder, String(2 ** 22 + 1));
  const alive = join(folder, String(process.ppid));
  const foreign = join(folder, 'notes');
  for (const path of [dead, alive, foreign]) {
    mkdirSync(path);
    writeFileSync(join(path, 'duckdb_temp_storage.tmp'), 'x');
  }
  expect(await claimSpillFolder(folder)).toBe(join(folder, String(process.pid)));
  await vi.waitFor(() => expect(existsSync(dead)).toBe(false));
  expect([alive, foreign].map((path) => existsSync(path))).toEqual([true, true]);
});
