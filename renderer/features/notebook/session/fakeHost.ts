import * as Y from 'yjs';
import { LakebookError } from '../../../../kernel/base/errors.ts';
import { Emitter } from '../../../../kernel/base/events.ts';
import { createNotebookDocument, fillDocument, type CellContent, type NotebookDocument } from '../../../../kernel/notebook/notebookDocument.ts';
import type { CellState } from '../../../../kernel/rpc/notebooks.ts';
import { decodeBase64 } from './base64.ts';
import type { HostConnection } from './hostConnection.ts';

/** A host's notebook in memory, for tests: one document, any number of windows, and a plug to pull. */
export interface FakeHost {
  readonly document: NotebookDocument;
  readonly asked: readonly { readonly method: string; readonly params: unknown }[];
  connect(): FakeWindow;
  report(state: CellState): void;
}

export interface FakeWindow {
  readonly host: HostConnection;
  unplug(): void;
  plugIn(): void;
}

export function createFakeHost(cells: readonly (CellContent & { readonly id: string })[]): FakeHost {
  const document = createNotebookDocument();
  fillDocument(document, cells, {});
  const asked: { method: string; params: unknown }[] = [];
  const events = new Emitter<{ readonly event: string; readonly params: unknown; readonly from: unknown }>();
  const answer = (from: unknown, method: string, params: Readonly<Record<string, unknown>>): unknown => {
    asked.push({ method, params });
    switch (method) {
      case 'notebooks.open':
        return { header: { notebookId: 'n', path: 'a.ipynb', cells: [], save: { kind: 'saved' } }, bytes: Y.encodeStateAsUpdate(document) };
      case 'notebooks.update':
        Y.applyUpdate(document, decodeBase64(String(params['update'])));
        events.emit({ event: 'notebooks.updated', params: { notebookId: 'n', update: params['update'] }, from });
        return null;
      default:
        return null;
    }
  };
  return {
    document,
    asked,
    connect: () => connectWindow(answer, events),
    report: (state) => events.emit({ event: 'notebooks.cell', params: { notebookId: 'n', state }, from: undefined }),
  };
}

function connectWindow(answer: (from: unknown, method: string, params: Readonly<Record<string, unknown>>) => unknown, events: Emitter<{ readonly event: string; readonly params: unknown; readonly from: unknown }>): FakeWindow {
  const connected = new Emitter<undefined>();
  const self = {};
  let plugged = true;
  const request = async (method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> => {
    await Promise.resolve();
    if (!plugged) throw new LakebookError('RPC_DISCONNECTED', { peer: 'the host' });
    return answer(self, method, params);
  };
  const on = (event: string, listener: (params: unknown) => void): { dispose(): void } =>
    events.subscribe((sent) => {
      if (plugged && sent.event === event && sent.from !== self) listener(sent.params);
    });
  return {
    // The generics of a contract cannot be written for a table of answers; the methods above are what sessions call.
    host: { request, on, onConnected: (listener: () => void) => connected.subscribe(listener) } as unknown as HostConnection,
    unplug: () => {
      plugged = false;
    },
    plugIn: () => {
      plugged = true;
      connected.emit(undefined);
    },
  };
}

