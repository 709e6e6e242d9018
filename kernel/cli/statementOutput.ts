import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EngineKernel } from '../engineKernel.ts';
import type { PreparedStatement } from '../query/queryEngine.ts';
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
  const file = await open(path, 'w');
  try {
    await writeTable(kernel, prepared, async (text) => void (await file.write(text)), signal);
  } finally {
    await file.close();
  }
}
