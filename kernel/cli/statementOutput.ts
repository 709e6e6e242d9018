import { once } from 'node:events';
import { resolve } from 'node:path';
import type { EngineKernel } from '../engineKernel.ts';
import type { PreparedStatement } from '../query/queryEngine.ts';
import { writeFileWhole } from '../storage/wholeFile.ts';
import type { OutputTarget } from './arguments.ts';
import { workFolder } from './localKernel.ts';
import { TableText } from './tableText.ts';

/** Runs a prepared statement and writes its rows to where the command line was told. */
export async function writeRows(kernel: EngineKernel, prepared: PreparedStatement, { format, file }: OutputTarget, signal: AbortSignal): Promise<void> {
  if (format === 'table') {
    await (file === undefined ? writeTable(kernel, prepared, writeOut, signal) : writeTableFile(kernel, prepared, resolve(file), signal));
  } else if (file === undefined) {
    await kernel.write(prepared, format, { sink: { write: writeOut }, temporaryFolder: await workFolder() }, signal);
  } else {
    await kernel.write(prepared, format, { path: resolve(file) }, signal);
  }
}

/** What to say of results that have no place in the one file. @param count of those before the last one */
export function passedOver(count: number, { file }: OutputTarget): readonly string[] {
  if (file === undefined || count < 1) return [];
  return [`${file} has the rows of the last statement alone; ${count === 1 ? 'one earlier result was' : `${count} earlier results were`} not written.`];
}

/** Writes to standard output, and waits where the reader is slower. */
export async function writeOut(bytes: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

async function writeTable(kernel: EngineKernel, prepared: PreparedStatement, write: (text: string) => Promise<void>, signal: AbortSignal): Promise<void> {
  const table = new TableText(prepared.columns);
  for await (const rows of kernel.textRows(prepared, signal)) {
    const text = table.push(rows);
    if (text !== '') await write(text);
  }
  await write(table.finish());
}

async function writeTableFile(kernel: EngineKernel, prepared: PreparedStatement, path: string, signal: AbortSignal): Promise<void> {
  const utf8 = new TextEncoder();
  await writeFileWhole(path, (_, sink) => writeTable(kernel, prepared, (text) => sink.write(utf8.encode(text)), signal));
}
