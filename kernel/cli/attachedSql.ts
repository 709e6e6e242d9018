import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LakebookError } from '../base/errors.ts';
import type { ResultInfo } from '../rpc/results.ts';
import { writeFileWhole } from '../storage/wholeFile.ts';
import type { OutputTarget, SqlCommand } from './arguments.ts';
import { CsvReader } from './csvReader.ts';
import { StatementFailure } from './failureText.ts';
import { connectHost, type HostClient } from './hostConnection.ts';
import { resolveWorkspace, workFolder } from './localKernel.ts';
import { readSource } from './sqlSource.ts';
import { passedOver, writeOut } from './statementOutput.ts';
import { TableText } from './tableText.ts';

/** `sql --attach`: the statements run in the kernel of a running host, and leave their receipts there. */
export async function runSqlAttached(command: SqlCommand, signal: AbortSignal): Promise<readonly string[]> {
  const source = await readSource(command.source);
  const { client: host } = await connectHost(await resolveWorkspace(command.workspace));
  try {
    const { status, error, results, notices } = await host.request('statements.run', { dialect: command.dialect, source, parameters: { ...command.parameters } }, signal);
    await writeResults(host, results, command.output, signal);
    if (error !== undefined) throw new StatementFailure(error, source);
    if (status === 'canceled') throw new LakebookError('OPERATION_CANCELED', {});
    return [...notices, ...passedOver(results.length - 1, command.output)];
  } finally {
    host.close();
  }
}

/** On standard output every result, into a file the last one. Nothing of them stays in the host. */
async function writeResults(host: HostClient, results: readonly ResultInfo[], output: OutputTarget, signal: AbortSignal): Promise<void> {
  const written = output.file === undefined ? results : results.slice(-1);
  for (const result of written) await writeResult(host, result, output, signal);
  for (const { resultId } of results) await host.request('results.discard', { resultId }, signal);
}

async function writeResult(host: HostClient, { resultId, columns }: ResultInfo, { format, file }: OutputTarget, signal: AbortSignal): Promise<void> {
  if (format !== 'table' && file !== undefined) {
    await host.request('results.export', { resultId, format, path: resolve(file) }, signal);
    return;
  }
  const folder = await mkdtemp(join(await workFolder(), 'attached-'));
  try {
    const path = join(folder, 'rows');
    await host.request('results.export', { resultId, format: format === 'table' ? 'csv' : format, path }, signal);
    if (format === 'table') await (file === undefined ? writeTable(path, columns, writeOut) : writeTableFile(path, columns, resolve(file)));
    else for await (const part of createReadStream(path)) await writeOut(part as Uint8Array);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTableFile(rows: string, columns: ResultInfo['columns'], file: string): Promise<void> {
  const utf8 = new TextEncoder();
  await writeFileWhole(file, (_, sink) => writeTable(rows, columns, (text) => sink.write(utf8.encode(text))));
}

async function writeTable(rows: string, columns: ResultInfo['columns'], write: (text: string) => Promise<void>): Promise<void> {
  const reader = new CsvReader();
  const table = new TableText(columns);
  let isHead = true;
  for await (const part of createReadStream(rows)) {
    const records = reader.push(part as Uint8Array);
    await write(table.push(isHead ? records.slice(1) : records));
    if (records.length > 0) isHead = false;
  }
  await write(table.finish());
}
