import { hasCode, LakebookError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Dialect, ExecutionEvent } from '../rpc/executions.ts';
import type { KernelContract } from '../rpc/kernelContract.ts';
import type { Client } from '../rpc/peer.ts';
import type { EventParamsOf, MethodOf, ParamsOf, ResultOf } from '../rpc/topic.ts';
import type { Parameters } from '../rpc/widgets.ts';
import type { KernelState } from '../rpc/workbench.ts';
import { describeExit, startKernelProcess, type KernelCommand, type KernelProcess } from './kernelProcess.ts';
import type { LogBook } from './logBook.ts';

interface Execution {
  readonly executionId: string;
  readonly sessionId: string;
  readonly dialect: Dialect;
  readonly source: string;
  readonly notebook: string;
  readonly cellId: string;
  readonly parameters?: Parameters;
}

/**
 * Starts the engine kernel, watches it, and starts another when it dies: at once the first time, then with growing pauses,
 * so that a kernel that cannot start does not keep the machine busy.
 */
export interface KernelSupervisor {
  readonly state: KernelState;
  readonly states: Emitter<KernelState>;
  readonly tablesChanged: Emitter<EventParamsOf<KernelContract, 'tables.changed'>>;
  /**
   * @param signal gives up waiting for a kernel that is still starting; what runs is stopped by {@link interrupt}
   * @throws LakebookError KERNEL_DIED, KERNEL_NOT_RUNNING, OPERATION_CANCELED; RemoteError as the kernel reports
   */
  execute(execution: Execution, onEvent: (event: ExecutionEvent) => void, signal: AbortSignal): Promise<void>;
  /** Nothing happens if it does not run. A kernel that does not hear it, since its event loop is blocked, is ended, and another starts. */
  interrupt(executionId: string): Promise<void>;
  /** Any other request of the contract. @throws LakebookError KERNEL_NOT_RUNNING */
  request<M extends MethodOf<KernelContract>>(method: M, params: ParamsOf<KernelContract, M>, signal?: AbortSignal): Promise<ResultOf<KernelContract, M>>;
  /** Ends the kernel, whatever it does, and starts a new one. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

const METER_INTERVAL_MS = 2_000;
/** A kernel that answers nothing for this long while it starts is taken for dead. */
const START_LIMIT_MS = 30_000;
const RESTART_PAUSE_MAX_MS = 30_000;
const END_LIMIT_MS = 2_000;
const REASON_LIMIT_MS = 500;
/** What a kernel gets to answer an interrupt. Answered is heard, not done: what runs may take longer to end. */
const INTERRUPT_LIMIT_MS = 3_000;

export function createKernelSupervisor(command: KernelCommand, log: LogBook): KernelSupervisor {
  const states = new Emitter<KernelState>();
  const tablesChanged = new Emitter<EventParamsOf<KernelContract, 'tables.changed'>>();
  const running = new Map<string, { readonly cellId: string; readonly onEvent: (event: ExecutionEvent) => void }>();
  let state: KernelState = { kind: 'starting' };
  let kernel: KernelProcess | undefined;
  let ready: Promise<Client<KernelContract>> | undefined;
  let memory = { bytes: 0, limitBytes: 0 };
  let failures = 0;
  let disposed = false;
  let restartTimer: NodeJS.Timeout | undefined;
  let deathReason = 'it has not started yet';
  /** Why we ended a kernel ourselves; else its exit says why it ended. */
  let endReason: string | undefined;

  const setState = (next: KernelState): void => {
    if (JSON.stringify(next) === JSON.stringify(state) && kernel !== undefined) return;
    state = next;
    states.emit(next);
  };
  const showMeter = (): void => {
    if (kernel?.pid === undefined || state.kind === 'dead' || state.kind === 'starting') return;
    setState({ kind: running.size > 0 ? 'busy' : 'idle', pid: kernel.pid, memoryBytes: memory.bytes, memoryLimitBytes: memory.limitBytes });
  };

  const start = (): void => {
    setState({ kind: 'starting' });
    const started = startKernelProcess(command, (line) => log.write('info', 'kernel', line));
    kernel = started;
    memory = { bytes: 0, limitBytes: 0 };
    started.client.on('executions.event', ({ executionId, event }) => running.get(executionId)?.onEvent(event));
    started.client.on('tables.changed', (change) => tablesChanged.emit(change));
    ready = waitUntilReady(started).then((status) => {
      failures = 0;
      memory = { bytes: status.memoryBytes, limitBytes: status.memoryLimitBytes };
      setState({ kind: 'idle', pid: status.pid, memoryBytes: memory.bytes, memoryLimitBytes: memory.limitBytes });
      return started.client;
    });
    ready.catch(() => undefined); // whoever needs it awaits it; its end is told by `exited`
    void started.exited.then((exit) => died(started, endReason ?? describeExit(exit, memory)));
  };
  const died = (process: KernelProcess, reason: string): void => {
    if (kernel !== process) return;
    kernel = undefined;
    endReason = undefined;
    deathReason = reason;
    const [first] = running.values();
    if (disposed) return;
    log.write('error', 'kernel', `The kernel ended: ${reason}`);
    setState({ kind: 'dead', reason, ...(first === undefined ? {} : { cellId: first.cellId }) });
    const pause = Math.min(RESTART_PAUSE_MAX_MS, failures === 0 ? 50 : 500 * 2 ** failures);
    failures++;
    restartTimer = setTimeout(start, pause);
  };
  const end = async (): Promise<void> => {
    clearTimeout(restartTimer);
    const ending = kernel;
    if (ending === undefined) return;
    ending.client.close();
    const timer = setTimeout(() => ending.kill('SIGKILL'), END_LIMIT_MS);
    ending.kill('SIGTERM');
    await ending.exited;
    clearTimeout(timer);
  };
  /** The kernel once it serves. */
  const client = async (): Promise<Client<KernelContract>> => {
    if (ready === undefined || state.kind === 'dead') throw new LakebookError('KERNEL_NOT_RUNNING', { reason: deathReason });
    try {
      return await ready;
    } catch (error) {
      await waitForReason();
      throw new LakebookError('KERNEL_NOT_RUNNING', { reason: deathReason }, { cause: error });
    }
  };
  /** A pipe that breaks means that the kernel died; how, its exit says a moment later. */
  const waitForReason = (): Promise<unknown> => Promise.race([kernel?.exited, new Promise((resolve) => setTimeout(resolve, REASON_LIMIT_MS))]);
  const meter = setInterval(() => {
    if (state.kind !== 'idle' && state.kind !== 'busy') return;
    kernel?.client.request('executions.status', {}).then(
      (status) => {
        memory = { bytes: status.memoryBytes, limitBytes: status.memoryLimitBytes };
        showMeter();
      },
      () => undefined, // its death is told by `exited`
    );
  }, METER_INTERVAL_MS);
  start();

  return {
    get state() {
      return state;
    },
    states,
    tablesChanged,
    execute: async (execution, onEvent, signal) => {
      const open = await untilAborted(client(), signal);
      running.set(execution.executionId, { cellId: execution.cellId, onEvent });
      showMeter();
      try {
        await open.request('executions.start', execution);
      } catch (error) {
        if (!hasCode(error, 'RPC_DISCONNECTED')) throw error;
        await waitForReason();
        throw new LakebookError('KERNEL_DIED', { reason: deathReason }, { cause: error });
      } finally {
        running.delete(execution.executionId);
        showMeter();
      }
    },
    interrupt: async (executionId) => {
      if (!running.has(executionId)) return;
      const open = await client();
      const asked = kernel;
      const timer = setTimeout(() => {
        if (asked === undefined || asked !== kernel) return;
        endReason = 'it did not answer the interrupt and was restarted';
        asked.kill('SIGKILL');
      }, INTERRUPT_LIMIT_MS);
      try {
        await open.request('executions.interrupt', { executionId });
      } catch (error) {
        if (!hasCode(error, 'RPC_DISCONNECTED')) throw error; // it ended, and what it ran with it
      } finally {
        clearTimeout(timer);
      }
    },
    request: async (method, params, signal) => {
      try {
        return await (await client()).request(method, params, signal);
      } catch (error) {
        if (!hasCode(error, 'RPC_DISCONNECTED')) throw error;
        await waitForReason();
        throw new LakebookError('KERNEL_NOT_RUNNING', { reason: deathReason }, { cause: error });
      }
    },
    restart: async () => {
      deathReason = 'it was restarted';
      failures = 0;
      const ending = kernel;
      await end();
      kernel = ending === kernel ? undefined : kernel;
      clearTimeout(restartTimer);
      if (kernel === undefined) start();
    },
    dispose: async () => {
      disposed = true;
      clearInterval(meter);
      await end();
    },
  };
}

async function waitUntilReady(kernel: KernelProcess): Promise<{ readonly pid: number; readonly memoryBytes: number; readonly memoryLimitBytes: number }> {
  const timer = setTimeout(() => kernel.kill('SIGKILL'), START_LIMIT_MS);
  try {
    return await kernel.client.request('executions.status', {});
  } finally {
    clearTimeout(timer);
  }
}

function untilAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new LakebookError('OPERATION_CANCELED', {}));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([value, aborted]);
}
