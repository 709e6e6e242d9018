import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONFORMANCE_ROOT } from '../../../build/testing/delta/conformanceCases.ts';
import { openTestDelta, type TestDelta } from '../../../build/testing/delta/testEngine.ts';
import { describeReference } from '../../../build/testing/reference.ts';
import { LakebookError } from '../../base/errors.ts';
import { createLocalStorage } from '../../storage/local.ts';
import { systemEnvironment } from '../../storage/systemEnvironment.ts';
import { listLog } from '../logListing.ts';
import { buildLogSegment } from '../logSegment.ts';
import { writeCheckpoint } from './checkpointWriter.ts';
import { possibleStatistics } from './parsedStatistics.ts';
import { ReconciledLog } from './reconciledLog.ts';
import { tableVersionOf } from './tableActionTexts.ts';
import { logProperties } from './tableProperties.ts';

/** Every so-manieth table: there are hundreds, and logs of all kinds are made at random elsewhere. `1` takes them all. */
const SAMPLED = Number(process.env['LAKEBOOK_SAMPLED'] ?? 3);
const storage = createLocalStorage();
const TABLES = join(CONFORMANCE_ROOT, 'tables');
/** What no writer of ours commits to. */
const FUTURE_PROTOCOLS = ['mut-proto-writer-8-a'];

let test: TestDelta;
beforeAll(async () => {
  test = await openTestDelta();
});
afterAll(() => test.close());

describeReference(CONFORMANCE_ROOT, 'logs that other writers made', () => {
  it('[CKPT-10] each leads to the same version by a checkpoint of ours', async () => {
    const differing: string[] = [];
    let compared = 0;
    for (const folder of tablesIn(TABLES).filter((_folder, index) => index % SAMPLED === 0)) {
      const table = mkdtempSync(join(tmpdir(), 'lakebook-checkpoint-'));
      cpSync(join(folder, '_delta_log'), join(table, '_delta_log'), { recursive: true });
      const before = await stateOf(table);
      if (before !== undefined && (await replaceByCheckpoint(table))) {
        compared += 1;
        if ((await stateOf(table)) !== before) differing.push(folder);
      }
      rmSync(table, { recursive: true });
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(200 / SAMPLED);
  }, 240_000);
});

function tablesIn(folder: string): readonly string[] {
  if (existsSync(join(folder, '_delta_log'))) return FUTURE_PROTOCOLS.some((name) => folder.includes(name)) ? [] : [folder];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? tablesIn(join(folder, entry.name)) : []));
}

/** All that a reader knows of the table; undefined where it refuses it. */
async function stateOf(table: string): Promise<string | undefined> {
  const opened = test.delta.openTable(table);
  try {
    const snapshot = await opened.snapshot();
    const { version, totals, txns, domains, metadata, protocol } = snapshot;
    const files = (await snapshot.files()).map(({ stats, ...file }) => toText({ ...file, rows: rowsOf(stats) })).sort();
    await snapshot.dispose();
    return toText({ version, totals, files, txns: txns.map(toText).sort(), domains: domains.map(toText).sort(), metadata: { ...metadata, configuration: Object.entries(metadata.configuration).map(toText).sort() }, protocol });
  } catch (error) {
    if (error instanceof LakebookError) return undefined;
    throw error;
  } finally {
    await opened.dispose();
  }
}

/** Statistics may be put together anew; the count stays. */
function rowsOf(stats: string | null): string | undefined {
  return /"numRecords": *(\d+)/.exec(stats ?? '')?.[1];
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
}

/** False where the version has a checkpoint already, or can be rebuilt in no other way than the reader's own detours. */
async function replaceByCheckpoint(table: string): Promise<boolean> {
  const files = await listLog(storage, table);
  const segment = buildLogSegment(files, { table });
  if (segment.checkpoint?.version === segment.endVersion) return false;
  const log = await ReconciledLog.open(test.engine, table, segment).catch((error: unknown) => {
    if (error instanceof LakebookError) return undefined;
    throw error;
  });
  if (log === undefined) return false;
  const at = tableVersionOf(await log.loadTableActions(), { table, version: log.version });
  const context = { engine: test.engine, storage, environment: systemEnvironment(), table };
  await writeCheckpoint(context, { log, properties: logProperties({}), statisticsColumns: possibleStatistics(at), parsed: undefined, hasFiles: () => Promise.resolve(true), nowMs: Date.now() }, { spec: 'V1' });
  await log.dispose();
  const needed = (name: string): boolean => name.startsWith(segment.endCommit?.file.name.slice(0, 20) ?? '-');
  for (const { file } of files) if (!needed(file.name)) rmSync(join(table, '_delta_log', file.name));
  return true;
}
