import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Receipt } from '../rpc/receipts.ts';
import { createReceiptLog } from './receiptLog.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lakebook-receipts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const receipt = (n: number, source = `select ${n}`): Receipt => ({ receiptId: String(n), sourceHash: 'h', source, dialect: 'spark', engine: 'e', startedAtMs: n, durationMs: 1, status: 'ok', rows: 1, tables: [], files: [] });

it('finds the newest first, before a time, by text, past broken lines and long ones', async () => {
  const file = path.join(folder, 'receipts.jsonl');
  const log = createReceiptLog(file);
  expect(await log.find({ limit: 5 })).toEqual([]);
  for (let n = 0; n < 100; n++) await log.append(receipt(n, n === 50 ? `select '${'é'.repeat(400_000)}'` : undefined));
  await appendFile(file, '{"torn":\n');
  await log.append(receipt(100, 'SELECT max(x) FROM orders'));
  const ids = async (query: Parameters<typeof log.find>[0]) => (await log.find(query)).map(({ receiptId }) => Number(receiptId));
  expect(await ids({ limit: 3 })).toEqual([100, 99, 98]);
  expect(await ids({ limit: 2, before: 51 })).toEqual([50, 49]);
  expect(await ids({ limit: 9, text: 'from ORDERS' })).toEqual([100]);
  expect(await ids({ limit: 1_000 })).toEqual(Array.from({ length: 101 }, (_, index) => 100 - index));
});
