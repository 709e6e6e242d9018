import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatRecord, openRecordFile, parseRecords, readRecords } from './recordFile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lakebook-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (value: string) => new TextEncoder().encode(value);
const read = async (file: string) => (await readRecords(file)).records.map(({ kind, payload }) => `${kind}:${new TextDecoder().decode(payload)}`);

describe('a journal', () => {
  it('gives back what was appended, in order', async () => {
    const file = path.join(folder, 'journal');
    const journal = await openRecordFile(file, 0);
    await Promise.all([1, 2, 3].map((kind) => journal.append({ kind, payload: text('x'.repeat(kind)) })));
    await journal.close();
    expect(await read(file)).toEqual(['1:x', '2:xx', '3:xxx']);
  });

  it('is replaced atomically and goes on behind', async () => {
    const file = path.join(folder, 'journal');
    const journal = await openRecordFile(file, 0);
    await journal.append({ kind: 1, payload: text('old') });
    await journal.replace([{ kind: 2, payload: text('base') }]);
    await journal.append({ kind: 3, payload: text('new') });
    await journal.close();
    expect(await read(file)).toEqual(['2:base', '3:new']);
  });

  it('drops a tail cut at any byte, and any flipped bit, and nothing before', () => {
    const records = ['first', 'second', 'third'].map((value, kind) => formatRecord({ kind, payload: text(value) }));
    const whole = Buffer.concat(records);
    const second = records[0]!.byteLength + records[1]!.byteLength;
    for (let end = second; end < whole.byteLength; end++) expect(parseRecords(whole.subarray(0, end)).records).toHaveLength(2);
    for (let at = second; at < whole.byteLength; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x10;
      expect(parseRecords(damaged)).toMatchObject({ endBytes: second });
    }
  });

  it('cuts the torn tail off before it appends', async () => {
    const file = path.join(folder, 'journal');
    const first = formatRecord({ kind: 1, payload: text('kept') });
    await writeFile(file, Buffer.concat([first, formatRecord({ kind: 2, payload: text('torn') }).subarray(0, 11)]));
    const { endBytes, tornBytes } = await readRecords(file);
    const journal = await openRecordFile(file, endBytes);
    await journal.append({ kind: 3, payload: text('next') });
    await journal.close();
    expect([tornBytes, await read(file)]).toEqual([11, ['1:kept', '3:next']]);
  });

  it('loses no acknowledged record to kill -9, 50 times', async () => {
    for (let run = 0; run < 50; run++) {
      const file = path.join(folder, `journal-${run}`);
      const acknowledged = await writeUntilKilled(file, 1 + ((run * 7) % 40));
      const kept = (await readRecords(file)).records.map(({ payload }) => Number(new TextDecoder().decode(payload).split(' ', 1)[0]));
      expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => index));
    }
    expect((await readFile(path.join(folder, 'journal-0'))).byteLength).toBeGreaterThan(0);
  }, 60_000);
});

const WRITER = `
import { openRecordFile } from ${JSON.stringify(new URL('./recordFile.ts', import.meta.url).href)};
const journal = await openRecordFile(process.argv[1], 0);
for (let n = 0; ; n++) {
  await journal.append({ kind: 1, payload: new TextEncoder().encode(n + ' ' + 'x'.repeat((n * 37) % 5000)) });
  process.stdout.write(n + '\\n');
}`;

/** @returns how many records the writer had reported when it was killed */
function writeUntilKilled(file: string, afterMs: number): Promise<number> {
  const writer = spawn(process.execPath, ['--no-warnings', '--input-type=module-typescript', '--eval', WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  return new Promise((resolve) => {
    writer.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (output === '') setTimeout(() => writer.kill('SIGKILL'), afterMs);
      output += part;
    });
    writer.on('close', () => resolve(output.split('\n').length - 1));
  });
}
