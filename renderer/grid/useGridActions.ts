import { useCallback, useRef, useState } from 'react';
import { CELL_BYTES_MAX, type ExportFormat, type ResultColumn } from '../../kernel/rpc/results.ts';
import { useServices } from '../state/services.ts';
import type { PageColumn } from './arrowPage.ts';
import { writeClipboard } from './clipboard.ts';
import { buildRangeText, COPY_CELLS_MAX, isTooLargeToCopy, type CopyPorts } from './copyRange.ts';
import type { CopyFormat } from './copyText.ts';
import { exportResult } from './exportResult.ts';
import { createFetchPage } from './fetchPage.ts';
import { bytesText, countText, rowsText } from './gridMessages.ts';
import type { PageStore } from './pageStore.ts';
import type { ResultsClient } from './resultSource.ts';
import { cellCount, type CellRef, type Rectangle } from './selection.ts';

const CHARACTER_BYTES_MAX = 4;

export interface GridActionsOptions {
  readonly client: ResultsClient;
  readonly resultId: string;
  readonly viewId: string | undefined;
  readonly columns: readonly ResultColumn[];
  readonly store: PageStore;
  readonly exportName: string;
}

export interface GridActivity {
  readonly text: string;
  readonly onCancel: (() => void) | undefined;
}

export interface GridActions {
  readonly activity: GridActivity | undefined;
  readonly copyText: (text: string) => void;
  readonly copy: (area: Rectangle, format: CopyFormat) => void;
  readonly exportTo: (format: ExportFormat) => void;
  /** The whole value of a cell, for reading. */
  readonly loadCell: (cell: CellRef, signal: AbortSignal) => Promise<string | null>;
}

/** Copying and exporting what a grid shows. Outcomes are notifications; nothing is cut short in silence. */
export function useGridActions({ client, resultId, viewId, columns, store, exportName }: GridActionsOptions): GridActions {
  const { notifications, desktop } = useServices();
  const [activity, setActivity] = useState<GridActivity>();
  const running = useRef<AbortController>(undefined);
  const notifyError = useCallback((error: unknown) => notifications.getState().notifyError(error), [notifications]);
  const notify = (kind: 'success' | 'warning', message: string): void => notifications.getState().notify({ kind, message });

  const during = useCallback(
    async (text: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setActivity({ text, onCancel: () => controller.abort() });
      try {
        await work(controller.signal);
      } catch (error) {
        notifyError(error);
      } finally {
        if (running.current === controller) setActivity(undefined);
      }
    },
    [notifyError],
  );
  const wholeCell = useCallback(
    async (row: number, column: number, signal: AbortSignal) => (await client.request('results.cell', { resultId, ...(viewId === undefined ? {} : { viewId }), row, column }, signal)).text,
    [client, resultId, viewId],
  );
  const copyText = useCallback((text: string) => void writeClipboard(navigator.clipboard, text).catch(notifyError), [notifyError]);

  const copy = (area: Rectangle, format: CopyFormat): void => {
    const cells = cellCount(area);
    if (cells === 0) return;
    if (isTooLargeToCopy(area)) {
      notify('warning', `${countText(cells)} cells are selected; up to ${countText(COPY_CELLS_MAX)} can be copied. Export the result to a file instead.`);
      return;
    }
    const ports = createCopyPorts(client, resultId, viewId, store, wholeCell);
    void during(`Copying ${countText(cells)} cells`, async (signal) => writeClipboard(navigator.clipboard, await buildRangeText(ports, columns, area, format, signal)));
  };
  const exportTo = (format: ExportFormat): void => {
    void during('Exporting', async () => {
      const outcome = await exportResult(client, desktop, { resultId, viewId, format, name: exportName });
      if (outcome.kind === 'written') notify('success', `${rowsText(outcome.rows)} (${bytesText(outcome.bytes)}) written to ${outcome.path}.`);
    });
  };
  const loadCell = async ({ row, column }: CellRef, signal: AbortSignal): Promise<string | null> => {
    const found = store.find(row, column);
    if (found === undefined || isCut(found.column, found.row)) return wholeCell(row, column, signal);
    return found.column.value(found.row) === null ? null : found.column.pretty(found.row);
  };
  return { activity, copyText, copy, exportTo, loadCell };
}

/** A cut falls between characters, so what was cut may be a few bytes shorter than the limit. */
function isCut(column: PageColumn, row: number): boolean {
  return column.longest(row) > CELL_BYTES_MAX - CHARACTER_BYTES_MAX;
}

/** Rows that the window holds (a stored head) are copied without the kernel. */
function createCopyPorts(client: ResultsClient, resultId: string, viewId: string | undefined, store: PageStore, wholeCell: CopyPorts['wholeCell']): CopyPorts {
  const fetch = createFetchPage(client, resultId, viewId);
  return { isCut, wholeCell, fetch: async (rows, columns, signal) => store.seedPage(rows, columns) ?? fetch(rows, columns, signal) };
}
