import { fork, type ChildProcess } from 'node:child_process';
import * as nodeModule from 'node:module';

const CANCEL = 'cancel';
const CHILD_MARK = 'LAKEBOOK_CLI_ENGINE';
/** What a command gets to stop after SIGTERM. Ctrl-C has no such limit: whoever pressed it can press it again. */
const END_LIMIT_MS = 3_000;
const HINT_AFTER_MS = 1_000;
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether this process was started by {@link runInEngineProcess}. */
export const isEngineProcess = process.env[CHILD_MARK] !== undefined && process.send !== undefined;

/**
 * Runs the same command line in a process of its own, and hears signals meanwhile: there a function that is written in
 * JavaScript may hold the event loop for minutes. The first signal asks the command to stop; it is killed at the second
 * one, or if SIGTERM's time is over.
 * @param module the entry point
 * @returns the exit status; a process that was killed makes this one end by the signal
 */
export async function runInEngineProcess(module: URL, words: readonly string[]): Promise<number> {
  // where this process has a compile cache, the other one shall use it too
  const cache = nodeModule.getCompileCacheDir?.();
  const child = fork(module, words, { env: { ...process.env, [CHILD_MARK]: '1', ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }) } });
  const relay = relaySignals(child);
  const { code, signal } = await exitOf(child);
  relay.dispose();
  if (code !== null) return code;
  process.kill(process.pid, relay.received ?? signal ?? 'SIGKILL');
  return new Promise(() => undefined); // until the signal arrives
}

/** In the engine's process: what the relay asks for. A parent that was killed asks for the same. */
export function cancelWhenAsked(controller: AbortController): void {
  const cancel = (): void => controller.abort();
  process.on('message', (message) => message === CANCEL && cancel());
  process.on('disconnect', cancel);
  process.on('SIGTERM', cancel);
  // a terminal sends these to the whole group: the parent relays them
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
}

function relaySignals(child: ChildProcess): { readonly received: NodeJS.Signals | undefined; dispose(): void } {
  let received: NodeJS.Signals | undefined;
  const timers: NodeJS.Timeout[] = [];
  const onSignal = (signal: NodeJS.Signals): void => {
    if (received !== undefined) return void child.kill('SIGKILL');
    received = signal;
    if (child.connected) child.send(CANCEL);
    timers.push(
      signal === 'SIGINT'
        ? setTimeout(() => process.stderr.write('Stopping; press Ctrl-C again to end at once.\n'), HINT_AFTER_MS)
        : setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS),
    );
  };
  for (const signal of ENDING) process.on(signal, onSignal);
  return {
    get received() {
      return received;
    },
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of ENDING) process.off(signal, onSignal);
    },
  };
}

function exitOf(child: ChildProcess): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}
