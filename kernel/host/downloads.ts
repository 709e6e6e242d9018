import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { COMMON_HEADERS } from './contentSecurity.ts';
import { DOWNLOAD_PATH } from './httpServer.ts';

/** One-time addresses for exported files: the only data that leaves without the socket, so each works once and not for long. */
export interface Downloads {
  /** Where to write the file before {@link offer}. */
  prepare(): Promise<string>;
  /** @returns the URL's path */
  offer(file: string, fileName: string): string;
  /** False if there is no such ticket (any more). */
  answer(ticket: string, response: ServerResponse): Promise<boolean>;
  dispose(): Promise<void>;
}

const TICKET_LIFE_MS = 5 * 60_000;

export function createDownloads(folder: string): Downloads {
  const tickets = new Map<string, { readonly file: string; readonly fileName: string; readonly timer: NodeJS.Timeout }>();
  return {
    prepare: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return path.join(folder, randomBytes(12).toString('hex'));
    },
    offer: (file, fileName) => {
      const ticket = randomBytes(24).toString('base64url');
      const timer = setTimeout(() => {
        tickets.delete(ticket);
        void rm(file, { force: true });
      }, TICKET_LIFE_MS);
      timer.unref();
      tickets.set(ticket, { file, fileName, timer });
      return DOWNLOAD_PATH + ticket;
    },
    answer: async (ticket, response) => {
      const offered = tickets.get(ticket);
      if (offered === undefined) return false;
      tickets.delete(ticket);
      clearTimeout(offered.timer);
      const { size } = await stat(offered.file);
      response.writeHead(200, {
        ...COMMON_HEADERS,
        'Content-Type': 'application/octet-stream',
        'Content-Length': size,
        'Content-Disposition': `attachment; filename="${asciiName(offered.fileName)}"; filename*=UTF-8''${encodeURIComponent(offered.fileName)}`,
        'Cache-Control': 'no-store',
      });
      await pipeline(createReadStream(offered.file), response).catch(() => response.destroy()); // the browser went away
      await rm(offered.file, { force: true });
      return true;
    },
    dispose: async () => {
      for (const { timer } of tickets.values()) clearTimeout(timer);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function asciiName(fileName: string): string {
  return fileName.replace(/[^\x20-\x7e]|["\\/]/g, '_');
}
