import type { DesktopBridge } from '../../kernel/rpc/desktop.ts';
import type { ExportFormat } from '../../kernel/rpc/results.ts';
import type { ResultsClient } from './resultSource.ts';

export interface ExportRequest {
  readonly resultId: string;
  readonly viewId: string | undefined;
  readonly format: ExportFormat;
  /** Without extension. */
  readonly name: string;
}

export type ExportOutcome =
  | { readonly kind: 'written'; readonly path: string; readonly rows: number; readonly bytes: number }
  /** The browser fetches the file and says so itself. */
  | { readonly kind: 'downloading' }
  | { readonly kind: 'canceled' };

/** Writes the held rows to a file: where the user says on the desktop, as a download in a browser. */
export async function exportResult(client: ResultsClient, desktop: DesktopBridge | undefined, { resultId, viewId, format, name }: ExportRequest): Promise<ExportOutcome> {
  const fileName = `${safeFileName(name)}.${format}`;
  const view = viewId === undefined ? {} : { viewId };
  if (desktop === undefined) {
    const { url } = await client.request('workbench.download', { resultId, ...view, format, fileName });
    clickDownload(url, fileName);
    return { kind: 'downloading' };
  }
  const path = await desktop.chooseSavePath(fileName);
  if (path === undefined) return { kind: 'canceled' };
  return { kind: 'written', ...(await client.request('results.export', { resultId, ...view, format, path })) };
}

/** Follows a link that the browser treats as a file to save. */
export function clickDownload(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
}

/** Characters that no file system refuses. */
export function safeFileName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^[-. ]+|[-. ]+$/g, '');
  return safe === '' ? 'result' : safe.slice(0, 80);
}
