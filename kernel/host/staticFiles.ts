import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';

interface StaticFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Built files carry a hash of their content in the name. */
  readonly immutable: boolean;
  readonly gzipped: boolean;
}

/** Loads files of one folder by the path of a URL. */
export type StaticFiles = (urlPath: string, acceptsGzip: boolean) => Promise<StaticFile | undefined>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.ttf': 'font/ttf', '.woff': 'font/woff', '.woff2': 'font/woff2',
  '.map': 'application/json', '.wasm': 'application/wasm', '.txt': 'text/plain; charset=utf-8',
};
const compress = promisify(gzip);
const COMPRESSED_BYTES_MIN = 1_500;

/** Hashed files stay in memory once they were asked for; they are the app itself, a few megabytes. */
export function createStaticFiles(folder: string): StaticFiles {
  const kept = new Map<string, Promise<StaticFile | undefined>>();
  return (urlPath, acceptsGzip) => {
    const relative = urlPath === '/' ? 'index.html' : decodePath(urlPath);
    if (relative === undefined || relative.split(/[\\/]/).includes('..')) return Promise.resolve(undefined);
    const key = `${acceptsGzip} ${relative}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const loading = loadStaticFile(folder, relative, acceptsGzip);
    void loading.then((file) => {
      if (file?.immutable === true) kept.set(key, loading);
    });
    return loading;
  };
}

async function loadStaticFile(folder: string, relative: string, acceptsGzip: boolean): Promise<StaticFile | undefined> {
  const contentType = TYPES[path.extname(relative).toLowerCase()];
  if (contentType === undefined) return undefined;
  const bytes = await readFile(path.join(folder, relative)).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const immutable = /^assets\/.*-[\w-]{8,}\.\w+$/.test(relative);
  const gzipped = acceptsGzip && immutable && bytes.byteLength >= COMPRESSED_BYTES_MIN && /text|json|svg/.test(contentType);
  return { bytes: gzipped ? await compress(bytes, { level: 4 }) : bytes, contentType, immutable, gzipped };
}

function decodePath(urlPath: string): string | undefined {
  try {
    const decoded = decodeURIComponent(urlPath.slice(1));
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
