import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formatError } from './base/errors.ts';
import { kernelFolders } from './engineConfig.ts';
import { createEngineKernel } from './engineKernel.ts';
import { createFramedStream } from './rpc/framedStream.ts';
import { kernelContract } from './rpc/kernelContract.ts';
import { createServer } from './rpc/peer.ts';

/**
 * Entry point of the engine kernel's process: `--workspace DIR --state DIR [--memory-limit BYTES] [--threads N]
 * [--spool-budget BYTES]`. Serves the kernel contract on file descriptor 3 and ends when that closes: a kernel never
 * outlives its host.
 */
const SOCKET_DESCRIPTOR = 3;
/** What statements get to end after an interrupt, before the process goes anyway. */
const END_LIMIT_MS = 1_000;

try {
  await main();
} catch (error) {
  process.stderr.write(`${formatError(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { workspace: { type: 'string' }, state: { type: 'string' }, 'memory-limit': { type: 'string' }, threads: { type: 'string' }, 'spool-budget': { type: 'string' } },
  });
  if (values.workspace === undefined || values.state === undefined) {
    process.stderr.write('usage: --workspace DIR --state DIR [--memory-limit BYTES] [--threads N] [--spool-budget BYTES]\n');
    process.exit(2);
  }
  const kernel = await createEngineKernel({
    workspace: resolve(values.workspace),
    ...kernelFolders(resolve(values.state)),
    memoryLimitBytes: numberOf(values['memory-limit']),
    threads: numberOf(values.threads),
    spoolBudgetBytes: numberOf(values['spool-budget']),
  });
  const socket = new Socket({ fd: SOCKET_DESCRIPTOR, readable: true, writable: true });
  const server = createServer(kernelContract, createFramedStream(socket), kernel.handlers);
  kernel.events.subscribe(({ name, params }) => server.send(name, params));

  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    kernel.interruptAll();
    // Node waits for its worker threads when it ends; a statement that does not stop would hold it for ever.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_LIMIT_MS).unref();
    kernel.dispose().then(
      () => process.exit(0),
      (error: unknown) => {
        report(error);
        process.exit(1);
      },
    );
  };
  server.onClose(end);
  process.on('SIGTERM', end);
  // Ctrl-C in a terminal reaches the whole group: the host decides when a kernel ends
  process.on('SIGINT', () => undefined);
  // a broken invariant ends an operation, not the kernel that other cells run in
  process.on('unhandledRejection', report);
  process.on('uncaughtException', report);
}

function report(error: unknown): void {
  process.stderr.write(`${formatError(error)}\n`);
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
