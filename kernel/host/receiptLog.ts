import { appendFile, open } from 'node:fs/promises';
import { receiptShape, type Receipt } from '../rpc/receipts.ts';
import { errorCode } from './atomicFile.ts';

interface ReceiptQuery {
  readonly limit: number;
  /** Only runs that started before. */
  readonly before?: number | undefined;
  /** In the statement, in any case of letters. */
  readonly text?: string | undefined;
}

/** What every run left behind: one JSON object per line, appended and never changed. */
export interface ReceiptLog {
  append(receipt: Receipt): Promise<void>;
  /** Newest first. Reads the file from its end, only as far as needed. */
  find(query: ReceiptQuery): Promise<Receipt[]>;
}

const CHUNK_BYTES = 256 * 1024;

export function createReceiptLog(file: string): ReceiptLog {
  let writing: Promise<unknown> = Promise.resolve();
  return {
    append: (receipt) => {
      const written = writing.then(() => appendFile(file, `${JSON.stringify(receipt)}\n`, { mode: 0o600 }));
      writing = written.catch(() => undefined);
      return written;
    },
    find: async ({ limit, before = Infinity, text = '' }) => {
      const wanted = text.toLowerCase();
      const found: Receipt[] = [];
      for await (const line of linesFromEnd(file)) {
        const receipt = parseReceipt(line);
        if (receipt === undefined || receipt.startedAtMs >= before || !receipt.source.toLowerCase().includes(wanted)) continue;
        found.push(receipt);
        if (found.length === limit) break;
      }
      return found;
    },
  };
}

/** A line that a crash cut short is no receipt. */
function parseReceipt(line: string): Receipt | undefined {
  try {
    const parsed = receiptShape.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function* linesFromEnd(file: string): AsyncGenerator<string> {
  const handle = await open(file, 'r').catch((error: unknown) => (errorCode(error) === 'ENOENT' ? undefined : Promise.reject(error)));
  if (handle === undefined) return;
  try {
    let end = (await handle.stat()).size;
    let rest = Buffer.alloc(0);
    while (end > 0) {
      const start = Math.max(0, end - CHUNK_BYTES);
      const chunk = Buffer.alloc(end - start);
      await handle.read(chunk, 0, chunk.byteLength, start);
      const bytes = Buffer.concat([chunk, rest]);
      const lineEnd = bytes.indexOf(0x0a);
      const firstLine = start === 0 ? 0 : lineEnd < 0 ? bytes.byteLength : lineEnd + 1;
      rest = bytes.subarray(0, firstLine);
      for (const line of bytes.subarray(firstLine).toString('utf8').split('\n').reverse()) if (line !== '') yield line;
      end = start;
    }
  } finally {
    await handle.close();
  }
}
