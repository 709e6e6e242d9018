import { toNumber, toText } from './engine.ts';
import type { ScanOptions } from './scan.ts';
import { chooseFiles, type ScanContext } from './scanSnapshot.ts';

/** So many paths cross in one text of JSON, which is far cheaper than value by value. */
const PAGE_FILES = 100_000;

/** Paths, as in the log, of the files that a scan would read: planning alone. */
export async function planPaths(context: ScanContext, options: ScanOptions, signal?: AbortSignal): Promise<readonly string[]> {
  const pages: (readonly string[])[] = [];
  for await (const page of planPages(context, options, signal)) pages.push(page);
  return pages.length === 1 ? (pages[0] ?? []) : pages.flat();
}

/**
 * The same page by page, in the order of the log: whatever the number of files, no more than a page of them is here at
 * once. A page is a range of file ids, in whose order the engine keeps them, so that reading one costs no sorting.
 */
export async function* planPages(context: ScanContext, options: ScanOptions, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
  const { engine } = context;
  const { from, where, order, isLimited } = await chooseFiles(context, options);
  const read = async (condition: string, limit: string): Promise<readonly string[]> => {
    const chosen = `SELECT f.path AS path, f.file_id AS position ${from}${condition}${limit}`;
    const batch = await engine.select(`SELECT to_json(list(path ORDER BY position))::VARCHAR AS paths FROM (${chosen})`, signal);
    return (JSON.parse(toText(batch.column('paths')[0]) ?? 'null') as string[] | null) ?? [];
  };
  const first = await read(where, isLimited ? order : ` LIMIT ${PAGE_FILES + 1}`);
  if (isLimited || first.length <= PAGE_FILES) {
    yield first;
    return;
  }
  const batch = await engine.select(`SELECT f.file_id // ${PAGE_FILES} AS slice, count(*) AS files ${from}${where} GROUP BY slice ORDER BY slice`, signal);
  const counts = batch.column('files').map(toNumber);
  for (const { start, end } of pagesOf(batch.column('slice').map(toNumber), counts)) {
    yield await read(`${where === '' ? ' WHERE' : `${where} AND`} f.file_id >= ${start * PAGE_FILES} AND f.file_id < ${end * PAGE_FILES}`, '');
  }
}

/** A range of slices, without its end. */
interface Page {
  readonly start: number;
  readonly end: number;
}

/** Slices with few files are taken together. */
function pagesOf(slices: readonly number[], counts: readonly number[]): readonly Page[] {
  const pages: { start: number; end: number; files: number }[] = [];
  for (const [index, slice] of slices.entries()) {
    const [page, files] = [pages.at(-1), counts[index] ?? 0];
    if (page !== undefined && page.files + files <= PAGE_FILES) {
      page.end = slice + 1;
      page.files += files;
    } else {
      pages.push({ start: slice, end: slice + 1, files });
    }
  }
  return pages;
}
