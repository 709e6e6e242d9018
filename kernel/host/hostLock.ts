import { randomBytes } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import http from 'node:http';
import { z } from 'zod';
import { LakebookError } from '../base/errors.ts';
import { createFileAtomically, writeFileAtomically } from './atomicFile.ts';

/** Where a workspace's host listens and what opens its door. The file has mode 0600. */
export interface HostAddress {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
}

const addressShape = z.object({ pid: z.number().int(), port: z.number().int(), token: z.string() });
const PROBE_LIMIT_MS = 3_000;
const LOCK_ATTEMPTS_MAX = 10;
/** Answers the token's owner with `{ pid, workspace }`: how a second start knows that the lock is not stale. */
export const STATUS_PATH = '/status';
export const TOKEN_HEADER = 'x-lakebook-token';

export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

/** The URL that opens the app: the token stands behind `#`, which no server and no log ever sees. */
export function hostUrl({ port, token }: HostAddress): string {
  return `http://127.0.0.1:${port}/#t=${token}`;
}

/** What an earlier host of this workspace used, so that windows that stayed open find the next one. */
export async function readAddress(file: string): Promise<HostAddress | undefined> {
  try {
    return addressShape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined; // absent, half written by an older version, or of another form: as good as none
  }
}

export async function writeAddress(file: string, address: HostAddress): Promise<void> {
  await writeFileAtomically(file, JSON.stringify(address), { mode: 0o600 });
}

/**
 * The running host of the workspace whose lock this is, or undefined. A lock whose host is gone is stale and taken away.
 * @throws LakebookError HOST_NOT_RESPONDING if a process holds the port but does not answer
 */
export async function findRunningHost(lock: string, workspace: string): Promise<HostAddress | undefined> {
  const address = await readAddress(lock);
  if (address === undefined) {
    await rm(lock, { force: true });
    return undefined;
  }
  const probe = await probeHost(address, workspace);
  if (probe === 'ours') return address;
  if (probe === 'silent' && isAlive(address.pid)) throw new LakebookError('HOST_NOT_RESPONDING', { workspace, pid: address.pid });
  await removeStaleLock(lock, address);
  return undefined;
}

/** Takes the lock for a host that listens already. @returns the winner where another start was faster */
export async function takeLock(lock: string, own: HostAddress, workspace: string): Promise<HostAddress | undefined> {
  for (let attempt = 0; attempt < LOCK_ATTEMPTS_MAX; attempt++) {
    if (await createFileAtomically(lock, JSON.stringify(own), 0o600)) return undefined;
    const winner = await findRunningHost(lock, workspace);
    if (winner !== undefined) return winner;
  }
  throw new LakebookError('HOST_START_FAILED', { workspace, detail: `its lock ${lock} is stale and cannot be taken away` });
}

export async function releaseLock(lock: string, own: HostAddress): Promise<void> {
  const present = await readAddress(lock);
  if (present?.pid === own.pid && present.token === own.token) await rm(lock, { force: true });
}

/** Renames before removing, so that of two starts that find the lock stale neither removes the other's new one. */
async function removeStaleLock(lock: string, stale: HostAddress): Promise<void> {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    await rename(lock, aside);
  } catch {
    return; // another start was faster
  }
  const moved = await readAddress(aside);
  if (moved !== undefined && (moved.pid !== stale.pid || moved.port !== stale.port)) await createFileAtomically(lock, JSON.stringify(moved), 0o600);
  await rm(aside, { force: true });
}

function probeHost(address: HostAddress, workspace: string): Promise<'ours' | 'gone' | 'silent'> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port: address.port, path: STATUS_PATH, headers: { [TOKEN_HEADER]: address.token }, timeout: PROBE_LIMIT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve(response.statusCode === 200 && body.includes(JSON.stringify(workspace)) ? 'ours' : 'gone'));
      response.on('error', () => resolve('gone'));
    });
    request.on('timeout', () => {
      request.destroy();
      resolve('silent');
    });
    request.on('error', () => resolve('gone'));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
