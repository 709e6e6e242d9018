import { decodePage, joinPages, type ArrowPage } from './arrowPage.ts';
import type { FetchPage } from './pageStore.ts';
import type { ResultsClient } from './resultSource.ts';

/** Fetches parts of a result, or of a view over it. Rows too wide for one page are asked for again from where it ended. */
export function createFetchPage(client: ResultsClient, resultId: string, viewId: string | undefined): FetchPage {
  const view = viewId === undefined ? {} : { viewId };
  return async (rows, columns, signal) => {
    const pages: ArrowPage[] = [];
    for (let offset = rows.from; offset < rows.to; ) {
      const { bytes } = await client.request('results.page', { resultId, ...view, offset, limit: rows.to - offset, columnFrom: columns.from, columnTo: columns.to }, signal);
      const page = decodePage(bytes);
      if (page.rows === 0) break;
      pages.push(page);
      offset += page.rows;
    }
    return joinPages(pages);
  };
}
