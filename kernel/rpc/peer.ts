import type { Disposable } from '../base/disposable.ts';
import { Emitter } from '../base/events.ts';
import { LakebookError, reportError, type ErrorReport } from '../base/errors.ts';
import { buildBinaryFrames, messageShape, parseBinaryFrame, type Message } from './frames.ts';
import type { BinaryResult, Contract, EventOf, EventParamsOf, HandlersOf, MethodOf, ParamsOf, ResultOf } from './topic.ts';

/** An ordered, reliable pipe for frames: a WebSocket, or a child process's socket. */
export interface Transport {
  sendText(text: string): void;
  sendBytes(bytes: Uint8Array): void;
  onText(listener: (text: string) => void): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** An error that the other side reported; it keeps code, text and span. */
export class RemoteError extends Error {
  readonly report: ErrorReport;
  constructor(report: ErrorReport) {
    super(report.message);
    this.name = 'RemoteError';
    this.report = report;
  }
}

/** Any thrown value as a report, remote ones unchanged. */
export function reportAnyError(error: unknown): ErrorReport {
  return error instanceof RemoteError ? error.report : reportError(error);
}

/** The calling side of a contract. */
export interface Client<C extends Contract> {
  /** @throws RemoteError with the other side's report; LakebookError RPC_DISCONNECTED if the pipe closes first */
  request<M extends MethodOf<C>>(method: M, params: ParamsOf<C, M>, signal?: AbortSignal): Promise<ResultOf<C, M>>;
  on<E extends EventOf<C>>(event: E, listener: (params: EventParamsOf<C, E>) => void): Disposable;
  onClose(listener: () => void): Disposable;
  close(): void;
}

/** The serving side of a contract. */
export interface Server<C extends Contract> {
  send<E extends EventOf<C>>(event: E, params: EventParamsOf<C, E>): void;
  onClose(listener: () => void): Disposable;
  close(): void;
}

interface Pending {
  readonly binary: boolean;
  readonly parse: (result: unknown) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  header: unknown;
  bytes: Uint8Array | undefined;
  missingBytes: number;
}

/** Calls the contract over `transport`. `peer` names the other side in errors. */
export function createClient<C extends Contract>(contract: C, transport: Transport, peer: string): Client<C> {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Emitter<unknown>>();
  const closed = new Emitter<undefined>();
  let nextId = 1;
  let open = true;

  const settle = (id: number, action: (request: Pending) => void): void => {
    const request = pending.get(id);
    if (request === undefined) return;
    pending.delete(id);
    action(request);
  };
  const finish = (id: number, request: Pending): void => {
    settle(id, () => {
      try {
        const header = request.parse(request.header);
        request.resolve(request.binary ? ({ header, bytes: request.bytes ?? new Uint8Array() } satisfies BinaryResult<unknown>) : header);
      } catch (error) {
        request.reject(error);
      }
    });
  };

  transport.onText((text) => {
    const message = parseMessage(text);
    if (message.type === 'result') {
      const request = pending.get(message.id);
      if (request === undefined) return;
      request.header = message.result;
      request.missingBytes = message.bytes ?? 0;
      request.bytes = new Uint8Array(request.missingBytes);
      if (request.missingBytes === 0) finish(message.id, request);
    } else if (message.type === 'error') {
      settle(message.id, (request) => request.reject(new RemoteError(message.error)));
    } else if (message.type === 'event') {
      const shape = contract.events[message.event];
      if (shape !== undefined) listeners.get(message.event)?.emit(parseShape(shape, message.params, message.event));
    }
  });
  transport.onBytes((frame) => {
    const { id, offset, payload } = parseBinaryFrame(frame);
    const request = pending.get(id);
    if (request?.bytes === undefined) return;
    request.bytes.set(payload, offset);
    request.missingBytes -= payload.byteLength;
    if (request.missingBytes <= 0) finish(id, request);
  });
  transport.onClose(() => {
    open = false;
    for (const request of pending.values()) request.reject(new LakebookError('RPC_DISCONNECTED', { peer }));
    pending.clear();
    closed.emit(undefined);
  });

  return {
    request: (method, params, signal) =>
      new Promise((resolve, reject) => {
        const shape = contract.requests[method];
        if (!open || shape === undefined) {
          reject(open ? new LakebookError('RPC_UNKNOWN_METHOD', { method }) : new LakebookError('RPC_DISCONNECTED', { peer }));
          return;
        }
        const id = nextId++;
        pending.set(id, {
          binary: shape.binary === true,
          parse: (result) => parseShape(shape.result, result, method),
          resolve: resolve as (value: unknown) => void,
          reject,
          header: undefined,
          bytes: undefined,
          missingBytes: 0,
        });
        transport.sendText(JSON.stringify({ type: 'request', id, method, params } satisfies Message));
        signal?.addEventListener(
          'abort',
          () => settle(id, (request) => {
            transport.sendText(JSON.stringify({ type: 'cancel', id } satisfies Message));
            request.reject(new LakebookError('OPERATION_CANCELED', {}));
          }),
          { once: true },
        );
      }),
    on: (event, listener) => {
      const emitter = listeners.get(event) ?? new Emitter<unknown>();
      listeners.set(event, emitter);
      return emitter.subscribe(listener as (params: unknown) => void);
    },
    onClose: (listener) => closed.subscribe(listener),
    close: () => transport.close(),
  };
}

/** Serves the contract over `transport`: validates, runs the handler, answers. A broken message is answered, never fatal. */
export function createServer<C extends Contract>(contract: C, transport: Transport, handlers: HandlersOf<C>): Server<C> {
  const running = new Map<number, AbortController>();
  const closed = new Emitter<undefined>();
  let open = true;
  const send = (message: Message): void => {
    if (open) transport.sendText(JSON.stringify(message));
  };

  const answer = async (id: number, method: string, params: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const shape = contract.requests[method];
      if (shape === undefined) throw new LakebookError('RPC_UNKNOWN_METHOD', { method });
      const handler = handlers[method as MethodOf<C>] as (params: unknown, signal: AbortSignal) => unknown;
      const result = await handler(parseShape(shape.params, params, method), controller.signal);
      if (controller.signal.aborted) return;
      if (shape.binary === true) {
        const { header, bytes } = result as BinaryResult<unknown>;
        send({ type: 'result', id, result: header, bytes: bytes.byteLength });
        if (open) for (const frame of buildBinaryFrames(id, bytes)) transport.sendBytes(frame);
      } else {
        send({ type: 'result', id, result: result ?? null });
      }
    } catch (error) {
      send({ type: 'error', id, error: reportAnyError(error) });
    } finally {
      running.delete(id);
    }
  };

  transport.onText((text) => {
    let message: Message;
    try {
      message = parseMessage(text);
    } catch {
      transport.close(); // not our protocol: nothing sensible can follow
      return;
    }
    if (message.type === 'request') void answer(message.id, message.method, message.params);
    else if (message.type === 'cancel') running.get(message.id)?.abort(new LakebookError('OPERATION_CANCELED', {}));
  });
  transport.onClose(() => {
    open = false;
    for (const controller of running.values()) controller.abort(new LakebookError('OPERATION_CANCELED', {}));
    closed.emit(undefined);
  });

  return {
    send: (event, params) => send({ type: 'event', event, params }),
    onClose: (listener) => closed.subscribe(listener),
    close: () => transport.close(),
  };
}

function parseMessage(text: string): Message {
  return messageShape.parse(JSON.parse(text));
}

function parseShape(shape: { safeParse(value: unknown): { success: boolean; data?: unknown; error?: { message: string } } }, value: unknown, method: string): unknown {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new LakebookError('RPC_INVALID_MESSAGE', { method, detail: parsed.error?.message ?? 'unreadable' });
  return parsed.data;
}
