/** Bench: a table with ten million files: loaded, planned, appended to, deleted from and checkpointed, and how much memory each takes. */
import { spawnSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createWorkspaceCatalog } from '../../kernel/catalog/workspaceCatalog.ts';
import { createDelta } from '../../kernel/delta/createDelta.ts';
import { insertRows } from '../../kernel/delta/commands/insert.ts';
import type { Predicate } from '../../kernel/delta/predicate.ts';
import { openDatabase } from '../../kernel/duckdb/database.ts';
import { createDeltaEngine } from '../../kernel/duckdb/deltaEngine.ts';
import { completeConfig } from '../../kernel/engineConfig.ts';
import { createQueryEngine } from '../../kernel/query/createQueryEngine.ts';
import { performEffect } from '../../kernel/query/performEffect.ts';
import { TableHandles } from '../../kernel/query/tableHandles.ts';
import { createLocalStorage } from '../../kernel/storage/local.ts';
import { systemEnvironment } from '../../kernel/storage/systemEnvironment.ts';
import { generateManyFiles, realRows, type ManyFiles } from './manyFilesLog.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000000' },
    form: { type: 'string', default: 'multipart' },
    /** Beside the default limit of an engine. */
    'limits-mb': { type: 'string', default: '0,1024' },
    rounds: { type: 'string', default: '1' },
    folder: { type: 'string', default: tmpdir() },
    /** A Python with the package `deltalake`. */
    python: { type: 'string' },
    /** Of its address space, so that it cannot take the machine's memory. */
    'peer-limit-mb': { type: 'string', default: '8192' },
    /** A table made before by this bench; it is not changed. */
    table: { type: 'string' },
    'limit-mb': { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const files = Number(values.files);
const form = values.form === 'v2' ? 'v2' : 'multipart';

const DELTA_RS = `
import json, resource, sys, time
from deltalake import DeltaTable
path, predicate, limit_mb = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (int(limit_mb) * 2**20,) * 2)
def measure(phase, action, answer):
    start, cpu = time.perf_counter(), time.process_time()
    result = action()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"peer": "delta-rs", "phase": phase, "seconds": round(seconds, 3), "cpuSeconds": round(cpu, 3), "peakMb": peak, "answer": answer(result)}), flush=True)
    return result
def load():
    table = DeltaTable(path)
    return table, table.get_add_actions().num_rows
table, _ = measure("load", load, lambda found: {"version": found[0].version(), "numFiles": found[1]})
measure("plan: by id", lambda: table.file_uris(file_pruning_predicate=predicate), len)
measure("plan: everything", lambda: table.file_uris(), len)
`;

if (values['limit-mb'] === undefined) await compare();
else await measureTable(values.table ?? '', Number(values['limit-mb']));

/** Each measure in a process of its own, so that its memory is its own. */
async function compare(): Promise<void> {
  const scratch = mkdtempSync(join(values.folder, 'lakebook-many-'));
  try {
    const table = values.table ?? (await generate({ folder: join(scratch, 'table'), files, form }, scratch));
    for (let round = 0; round < Number(values.rounds); round += 1) {
      if (values.python !== undefined) loadWithDeltaRs(values.python, table);
      for (const limitMb of values['limits-mb'].split(',')) {
        const copy = join(scratch, 'copy');
        rmSync(copy, { recursive: true, force: true });
        link(table, copy);
        spawnSync(process.execPath, ['--no-warnings', fileURLToPath(import.meta.url), `--files=${files}`, `--table=${copy}`, `--limit-mb=${limitMb}`], { stdio: 'inherit' });
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function generate(table: ManyFiles, scratch: string): Promise<string> {
  const database = await openDatabase({ memoryLimitBytes: 2 ** 31, threads: availableParallelism(), spillFolder: join(scratch, 'spill'), maxSpillBytes: 2 ** 36 });
  await generateManyFiles(database, table);
  database.close();
  return table.folder;
}

async function measureTable(path: string, limitMb: number): Promise<void> {
  const spillFolder = `${path}.spill`;
  const config = completeConfig({ workspace: path, spoolFolder: spillFolder, spillFolder });
  const memoryLimitBytes = limitMb === 0 ? config.memoryLimitBytes : limitMb * 2 ** 20;
  const database = await openDatabase({ memoryLimitBytes, threads: config.threads, spillFolder, maxSpillBytes: config.maxSpillBytes });
  const delta = createDelta({ storage: createLocalStorage(), engine: await createDeltaEngine(database), environment: systemEnvironment() });
  const tables = new TableHandles(delta);
  const engine = createQueryEngine({ catalog: createWorkspaceCatalog(path), delta, database, tables });
  const { table, release } = tables.lease(path);
  const measure = async <Result>(phase: string, action: () => Promise<Result>, answer: (result: Result) => unknown): Promise<Result> => {
    resetPeak();
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const result = await action();
    const seconds = Math.round(performance.now() - start) / 1000;
    const used = process.cpuUsage(cpu);
    const cpuSeconds = Math.round((used.user + used.system) / 1e3) / 1e3;
    const { peakMb, nowMb } = memoryMb();
    const buffersMb = Math.round((await database.memoryBytes()) / 2 ** 20);
    console.log(JSON.stringify({ peer: 'ours', files, limitMb: Math.round(memoryLimitBytes / 2 ** 20), phase, seconds, cpuSeconds, peakMb, nowMb, buffersMb, spilledMb: spilledMb(spillFolder), answer: answer(result) }));
    return result;
  };
  const sql = async (text: string): Promise<readonly (readonly unknown[])[]> => {
    const [statement] = engine.split(text, 'spark');
    const { signal } = new AbortController();
    const prepared = await performEffect(await engine.prepare(statement!, engine.createSession(), signal), signal);
    try {
      return prepared.sql === '' ? [] : (await database.query(prepared.sql)).rows();
    } finally {
      await prepared.dispose();
    }
  };
  const real = realRows(files);
  const whole = (text: readonly string[]): number => text.length;
  await measure('start', () => Promise.resolve(), () => '');
  const snapshot = await measure('load', () => table.snapshot(), ({ version, totals }) => ({ version, ...totals }));
  await measure('plan: first by id', () => snapshot.planFiles({ predicate: idIs(real.fromId) }), whole);
  await measure('plan: by another id', () => snapshot.planFiles({ predicate: idIs(real.fromId + 77_000) }), whole);
  await measure('plan: first by partition', () => snapshot.planFiles({ predicate: dayIs(real.day) }), whole);
  await measure('plan: everything', async () => {
    let count = 0;
    for await (const paths of snapshot.planPages()) count += paths.length;
    return count;
  }, (count) => count);
  await snapshot.dispose();
  await measure('append', async () => {
    const open = await table.begin({ compile: (text) => Promise.resolve(text) });
    try {
      const select = `SELECT -range AS id, TIMESTAMPTZ '2026-01-01' AS ts, 'new' AS category, 1.5::DOUBLE AS amount, 1::INTEGER AS qty, 'new' AS name, DATE '2024-01-01' AS dt FROM range(1000)`;
      return await insertRows(open, { rows: { select, columns: ['id', 'ts', 'category', 'amount', 'qty', 'name', 'dt'] }, overwrite: { kind: 'none' } });
    } finally {
      await open.dispose();
    }
  }, ({ committed }) => committed?.version);
  await measure('what follows the append', () => table.settle(), () => '');
  await measure('delete', () => sql(`DELETE FROM delta.\`${path}\` WHERE dt = '${real.day}' AND id BETWEEN ${real.fromId} AND ${real.toId}`), (rows) => rows[0]?.map(String));
  await measure('what follows the delete', () => table.settle(), () => '');
  await measure('checkpoint', async () => {
    const open = await table.begin({ compile: (text) => Promise.resolve(text) });
    await open.checkpoint(open.base?.version ?? 0);
    await open.dispose();
    return table.latestVersion();
  }, (version) => version);
  await measure('load again', async () => {
    const again = delta.openTable(path);
    const { totals, version } = await again.snapshot();
    return { version, ...totals };
  }, (state) => state);
  release();
  process.exit(0);
}

function idIs(id: number): Predicate {
  return { kind: 'comparison', operator: '=', column: ['id'], literal: { type: { kind: 'long' }, value: BigInt(id) } };
}

function dayIs(day: string): Predicate {
  return { kind: 'comparison', operator: '=', column: ['dt'], literal: { type: { kind: 'date' }, value: day } };
}

function loadWithDeltaRs(python: string, table: string): void {
  const { status, signal } = spawnSync(python, ['-c', DELTA_RS, table, `id = ${realRows(files).fromId}`, values['peer-limit-mb']], { stdio: ['ignore', 'inherit', 'ignore'] });
  if (status !== 0) console.log(JSON.stringify({ peer: 'delta-rs', limitMb: Number(values['peer-limit-mb']), failed: signal ?? status }));
}

/** Hard links of what nobody changes in place, copies of the rest. */
function link(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) link(source, target);
    else if (entry.name.endsWith('.parquet')) linkSync(source, target);
    else cpSync(source, target);
  }
}

/** Linux forgets a process's peak when it is told to; elsewhere the peak is of the whole run. */
function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux
  }
}

function memoryMb(): { readonly peakMb: number; readonly nowMb: number } {
  const nowMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
  try {
    const [, peakKb] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return { peakMb: Math.round(Number(peakKb) / 1024), nowMb };
  } catch {
    return { peakMb: Math.round(process.resourceUsage().maxRSS / 1024), nowMb };
  }
}

function spilledMb(folder: string): number {
  return Math.round(readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 2 ** 20);
}

