import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../build/testing/seededRandom.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const WRITERS = 3;
const LIVES = 4;
const STATEMENTS_PER_LIFE = 12;
const LIFE_MS_MAX = 3500;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakebook-writers-'));
  await mkdir(join(folder, 'workspace'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Life {
  /** How many statements, from the first on, were answered. */
  readonly answered: number;
  readonly wasKilled: boolean;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Runs a script in a process of its own, which is killed after a while if it still runs. */
function live(script: string, killAfterMs = 60_000): Promise<Life> {
  const child = spawn(process.execPath, ['--no-warnings', MAIN, 'sql', '-f', '-', '--format', 'events'], { cwd: join(folder, 'workspace'), detached: true, env: { ...process.env, LAKEBOOK_STATE: join(folder, 'state') } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => undefined).end(script);
  // the engine runs in a process of its own: both die at once, as where the power goes
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), killAfterMs);
  return new Promise((settle, refuse) => {
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      if (signal === null && status !== 0) return refuse(new Error(err));
      const events = out.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
      return settle({ events, answered: events.filter((event) => 'receipt' in event).length, wasKilled: signal !== null });
    });
  });
}

type Row = readonly [id: number, value: number];

async function readRows(): Promise<readonly Row[]> {
  const { events } = await live('SELECT CAST(id AS INT), CAST(v AS INT) FROM t ORDER BY id');
  return events.flatMap(({ row }) => (Array.isArray(row) ? [[Number(row[0]), Number(row[1])] as const] : []));
}

interface Deed {
  readonly kind: 'insert' | 'add' | 'delete';
  readonly id: number;
  readonly sql: string;
  /** Undefined where the process died before it told. */
  done?: true;
}

/** What one life does: new rows, additions to rows of its own and to one that all share, deletions of what it made itself. */
function deedsOf(first: number, random: () => number): readonly Deed[] {
  const own: number[] = [];
  return Array.from({ length: STATEMENTS_PER_LIFE }, (_, index): Deed => {
    const at = random();
    const chosen = own[Math.floor(random() * own.length)];
    if (chosen === undefined || at < 0.4) {
      own.push(first + index);
      return { kind: 'insert', id: first + index, sql: `INSERT INTO t VALUES (${first + index}, 0)` };
    }
    if (at < 0.8) return { kind: 'add', id: at < 0.6 ? 0 : chosen, sql: `UPDATE t SET v = v + 1 WHERE id = ${at < 0.6 ? 0 : chosen}` };
    own.splice(own.indexOf(chosen), 1);
    return { kind: 'delete', id: chosen, sql: `DELETE FROM t WHERE id = ${chosen}` };
  });
}

/** The values that a row may have after its deeds; undefined where it may not be there. A deed that nobody was told of may be done or not. */
function possibleValues(deeds: readonly Deed[], before: number | undefined): ReadonlySet<number | undefined> {
  let values = new Set([before]);
  for (const { kind, done } of deeds) {
    const after = [...values].map((value) => (kind === 'insert' ? 0 : kind === 'delete' || value === undefined ? undefined : value + 1));
    values = new Set(done === true ? after : [...values, ...after]);
  }
  return values;
}

it.each([
  { vectors: 'true', properties: `'delta.enableRowTracking' = 'true'` },
  { vectors: 'false', properties: `'delta.checkpointInterval' = '3', 'delta.enableInCommitTimestamps' = 'true'` },
])('kill -9 of processes that write to one table loses nothing that was acknowledged, and does nothing twice: deletion vectors $vectors', async ({ vectors, properties }) => {
  const seed = Number(process.env['LAKEBOOK_SEED'] ?? Date.now() % 1_000_000);
  await live(`CREATE OR REPLACE TABLE t (id BIGINT, v INT) TBLPROPERTIES ('delta.enableDeletionVectors' = '${vectors}', ${properties}); INSERT INTO t VALUES (0, 0)`);
  const deeds: Deed[] = [];
  let kills = 0;
  const write = async (writer: number): Promise<void> => {
    const random = seededRandom(seed * 10 + writer);
    for (let turn = 0; turn < LIVES; turn += 1) {
      const planned = deedsOf(writer * 100_000 + turn * 1000, random);
      deeds.push(...planned);
      const { answered, wasKilled } = await live(planned.map(({ sql }) => sql).join(';\n'), random() < 0.6 ? random() * LIFE_MS_MAX : undefined);
      for (const deed of planned.slice(0, answered)) deed.done = true;
      if (wasKilled) kills += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer + 1)));
  const rows = await readRows();
  const found = new Map(rows);
  const wrong = [...new Set([0, ...deeds.map(({ id }) => id), ...found.keys()])].flatMap((id) => {
    const possible = possibleValues(deeds.filter((deed) => deed.id === id), id === 0 ? 0 : undefined);
    return possible.has(found.get(id)) ? [] : [`row ${id} is ${found.get(id)}, and may be ${[...possible].join(' or ')}`];
  });
  expect({ seed, wrong, twice: rows.length - found.size }).toEqual({ seed, wrong: [], twice: 0 });
  expect(deeds.filter(({ done }) => done === true).length, `${kills} kills`).toBeGreaterThan(STATEMENTS_PER_LIFE);
}, 240_000);
