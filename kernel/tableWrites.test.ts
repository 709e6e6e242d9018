import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngineKernel, type EngineKernel } from './engineKernel.ts';
import type { Receipt } from './rpc/receipts.ts';

const NO_SIGNAL = new AbortController().signal;
let folder: string;
let kernel: EngineKernel;
let executions = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakebook-writes-'));
  kernel = await createEngineKernel({ workspace: folder, spoolFolder: join(folder, '.spool'), spillFolder: join(folder, '.spill') });
});
afterAll(async () => {
  await kernel.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a cell to its end. */
async function run(source: string, onStarted?: (executionId: string) => void, onProgress?: (fraction: number | undefined) => void): Promise<Receipt> {
  const executionId = `e${++executions}`;
  let receipt: Receipt | undefined;
  const listening = kernel.events.subscribe((event) => {
    if (event.name !== 'executions.event' || event.params.executionId !== executionId) return;
    if (event.params.event.kind === 'started') onStarted?.(executionId);
    if (event.params.event.kind === 'progress') onProgress?.(event.params.event.fraction);
    if (event.params.event.kind === 'receipt') receipt = event.params.event.receipt;
  });
  await kernel.handlers['executions.start']({ executionId, sessionId: 's', dialect: 'spark', source, notebook: '', cellId: '' }, NO_SIGNAL);
  listening.dispose();
  return receipt!;
}

it('a receipt tells what was written, and the difference of the versions is a result that is held', async () => {
  await run('CREATE TABLE held AS SELECT id, id AS v FROM range(4)');
  const receipt = await run('UPDATE held SET v = -1 WHERE id > 1');
  const path = join(folder, 'held');
  expect(receipt).toMatchObject({ status: 'ok', written: [{ name: 'held', path, version: 1, operation: 'UPDATE', metrics: { numUpdatedRows: '2' } }] });
  const { result, ...told } = await kernel.handlers['tables.difference']({ path, from: 0, to: 1 }, NO_SIGNAL);
  expect(result).toMatchObject({ rows: 2, state: 'complete', columns: ['change', 'changed', 'id', 'v (before)', 'v'].map((name) => expect.objectContaining({ name })) });
  expect(told).toEqual({ counts: { inserted: 0, deleted: 0, updated: 2 }, columnChanges: { added: [], dropped: [], renamed: [] }, columns: [{ name: 'id', after: 2 }, { name: 'v', before: 3, after: 4 }], source: 'files', matching: { kind: 'columns', names: ['id'] } });
  await expect(kernel.handlers['tables.difference']({ path, from: 1, to: 9 }, NO_SIGNAL)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
});

it('a long write tells how far it is', async () => {
  const seen: (number | undefined)[] = [];
  await run("CREATE TABLE progressing AS SELECT id, concat('number ', id) AS v FROM range(2000000)");
  await run("INSERT INTO progressing SELECT id, concat(v, '!') FROM progressing WHERE length(regexp_replace(v, '[aeiou0-4]+', 'vowel')) > 3", undefined, (fraction) => seen.push(fraction));
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.every((fraction) => fraction !== undefined && fraction > 0 && fraction <= 1)).toBe(true);
}, 60_000);

it('interrupting a MERGE that runs ends it soon and leaves the table as it was', async () => {
  await run('CREATE TABLE merged AS SELECT id, id AS v FROM range(2000000)');
  let interruptedAtMs = 0;
  const receipt = await run('MERGE INTO merged t USING (SELECT id, v + 1 AS v FROM merged) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *', (executionId) => {
    setTimeout(() => {
      interruptedAtMs = performance.now();
      void kernel.handlers['executions.interrupt']({ executionId }, NO_SIGNAL);
    }, 400);
  });
  expect(receipt).toMatchObject({ status: 'canceled' });
  expect(receipt.written).toBeUndefined();
  expect(performance.now() - interruptedAtMs).toBeLessThan(2_000);
  const { versions } = await kernel.handlers['tables.latest']({ paths: [join(folder, 'merged')] }, NO_SIGNAL);
  expect(Object.values(versions)).toEqual([0]);
  expect(await run('MERGE INTO merged t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE')).toMatchObject({ status: 'ok', written: [{ version: 1 }] });
}, 60_000);

it('undo takes the table back, leaves a receipt, and is refused where somebody wrote whom the asker does not know of', async () => {
  const path = join(folder, 'undone');
  await run('CREATE TABLE undone AS SELECT id FROM range(3)');
  await run('DELETE FROM undone WHERE id = 0');
  await run('INSERT INTO undone VALUES (7)');
  const undo = (latest: number): Promise<{ receipt: Receipt }> => Promise.resolve(kernel.handlers['tables.undo']({ path, name: 'undone', version: 1, latest }, NO_SIGNAL));
  await expect(undo(1)).rejects.toMatchObject({ code: 'TABLE_CHANGED_MEANWHILE', message: expect.stringContaining('version 2 (WRITE)') as string });
  const { receipt } = await undo(2);
  expect(receipt).toMatchObject({ source: 'RESTORE TABLE undone TO VERSION AS OF 0', status: 'ok', written: [{ name: 'undone', version: 3, operation: 'RESTORE' }] });
  const { result, counts } = await kernel.handlers['tables.difference']({ path, from: 0, to: 3 }, NO_SIGNAL);
  expect([result.rows, counts]).toEqual([0, { inserted: 0, deleted: 0, updated: 0 }]);
});
