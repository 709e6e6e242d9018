import { timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { LakebookError } from '../base/errors.ts';
import { RPC_PATH, RPC_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from '../rpc/hostContract.ts';
import { errorCode } from './atomicFile.ts';
import { appPolicy, COMMON_HEADERS, FRAME_PATH, FRAME_POLICY, isAllowedOrigin, isOwnHostHeader } from './contentSecurity.ts';
import { STATUS_PATH, TOKEN_HEADER } from './hostLock.ts';
import type { StaticFiles } from './staticFiles.ts';

export interface HttpServerOptions {
  readonly token: string;
  /** An asked-for port must be free; a preferred one may be taken, then any free one serves. */
  readonly port: { readonly exactly: number } | { readonly preferred: number | undefined };
  readonly files: StaticFiles;
  /** The body of {@link STATUS_PATH}. */
  readonly status: () => object;
  /** Answers a one-time download address; false if there is none like it. */
  readonly download: (ticket: string, response: http.ServerResponse) => Promise<boolean>;
  readonly onSocket: (socket: WebSocket) => void;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export const DOWNLOAD_PATH = '/download/';
/** Larger messages than a client ever sends (one pasted notebook of 100 MB). */
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Serves the app's page and the socket on loopback. The page answers anybody on this machine, for it holds nothing; the
 * socket, the status and whatever else holds something demand the token.
 * @throws LakebookError PORT_IN_USE
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(RPC_SUBPROTOCOL) ? RPC_SUBPROTOCOL : false),
  });
  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500, COMMON_HEADERS);
      response.end();
    });
  });
  const ownPort = (): number => portOf(server);

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { headers } = request;
    if (!isOwnHostHeader(headers.host, ownPort())) return refuse(response, 421, 'This server answers on loopback only.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET is served here.');
    const urlPath = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (urlPath === STATUS_PATH) return answerStatus(headers[TOKEN_HEADER], response);
    if (urlPath.startsWith(DOWNLOAD_PATH)) {
      if (await options.download(urlPath.slice(DOWNLOAD_PATH.length), response)) return;
      return refuse(response, 404, 'This download was used up or has expired. Export again.');
    }
    return answerFile(urlPath, request, response);
  };
  const answerStatus = (token: string | string[] | undefined, response: http.ServerResponse): void => {
    if (typeof token !== 'string' || !equalTokens(token, options.token)) return refuse(response, 401, 'The token is missing or wrong.');
    response.writeHead(200, { ...COMMON_HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(options.status()));
  };
  const answerFile = async (urlPath: string, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const file = await options.files(urlPath, /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')));
    if (file === undefined) return refuse(response, 404, urlPath === '/' ? 'The window is not built. Run "npm run build".' : 'There is no such page.');
    response.writeHead(200, {
      ...COMMON_HEADERS,
      'Content-Security-Policy': urlPath === FRAME_PATH ? FRAME_POLICY : appPolicy(`http://${request.headers.host ?? ''}`),
      'Content-Type': file.contentType,
      'Content-Length': file.bytes.byteLength,
      'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(file.gzipped ? { 'Content-Encoding': 'gzip' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  };

  server.on('upgrade', (request, socket, head) => {
    const refusal = refuseUpgrade(request, { port: ownPort(), token: options.token });
    if (refusal !== undefined) return rejectUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, options.onSocket);
  });
  await listen(server, options.port);
  return {
    port: ownPort(),
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Why a socket is not let in, as an HTTP status; undefined lets it in. */
function refuseUpgrade(request: Pick<http.IncomingMessage, 'url' | 'headers'>, own: { readonly port: number; readonly token: string }): number | undefined {
  const { host, origin } = request.headers;
  if (!isOwnHostHeader(host, own.port)) return 421;
  if ((request.url ?? '').split('?', 1)[0] !== RPC_PATH) return 404;
  if (!isAllowedOrigin(origin, host)) return 403;
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const token = offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL_PREFIX))?.slice(TOKEN_SUBPROTOCOL_PREFIX.length);
  return token !== undefined && equalTokens(token, own.token) ? undefined : 401;
}

function rejectUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => undefined); // a client that hangs up on our refusal is no trouble
  socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function refuse(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...COMMON_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(`${text}\n`);
}

function equalTokens(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

async function listen(server: http.Server, port: HttpServerOptions['port']): Promise<void> {
  if ('exactly' in port) return tryListen(server, port.exactly);
  try {
    await tryListen(server, port.preferred ?? 0);
  } catch {
    await tryListen(server, 0);
  }
}

function tryListen(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(['EADDRINUSE', 'EACCES'].includes(errorCode(error)) ? new LakebookError('PORT_IN_USE', { port }, { cause: error }) : error);
    server.once('error', failed);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function portOf(server: http.Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
