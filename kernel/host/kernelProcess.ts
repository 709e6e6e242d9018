import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { createFramedStream } from '../rpc/framedStream.ts';
import { kernelContract, type KernelContract } from '../rpc/kernelContract.ts';
import { createClient, type Client } from '../rpc/peer.ts';

/** How a kernel is started. */
export interface KernelCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface KernelExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

/** A kernel in a process of its own, spoken to over its file descriptor 3. */
export interface KernelProcess {
  readonly pid: number | undefined;
  readonly client: Client<KernelContract>;
  readonly exited: Promise<KernelExit>;
  kill(signal: NodeJS.Signals): void;
}

const STDERR_CHARS_MAX = 8_000;

export function startKernelProcess({ command, args, env, cwd }: KernelCommand, onOutput: (line: string) => void): KernelProcess {
  const child = spawn(command, args, { cwd, env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let stderr = '';
  const listen = (stream: NodeJS.ReadableStream | null, onText: (text: string) => void): void => {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      onText(text);
      for (const line of text.split('\n')) if (line.trim() !== '') onOutput(line);
    });
  };
  listen(child.stdout, () => undefined);
  listen(child.stderr, (text) => (stderr = (stderr + text).slice(-STDERR_CHARS_MAX)));
  const exited = new Promise<KernelExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, stderr: error.message }));
    child.once('exit', (code, signal) => resolve({ code, signal, stderr }));
  });
  // Node types the extra descriptors loosely; with 'pipe' it is a socket.
  const stream = child.stdio[3] as Duplex;
  return {
    pid: child.pid,
    client: createClient(kernelContract, createFramedStream(stream), 'the kernel'),
    exited,
    kill: (signal) => void child.kill(signal),
  };
}

/** Why a kernel ended, in words: exit code, signal, or memory. */
export function describeExit({ code, signal, stderr }: KernelExit, memory: { readonly bytes: number; readonly limitBytes: number }): string {
  const peak = memory.bytes > 0 ? `; it last used ${formatMegabytes(memory.bytes)} of ${formatMegabytes(memory.limitBytes)}` : '';
  if (/heap out of memory|bad_alloc|Cannot allocate memory/i.test(stderr)) return `out of memory${peak}`;
  if (signal === 'SIGKILL') return `killed by SIGKILL, as the system does when memory runs out${peak}`;
  if (signal !== null) return `ended by ${signal}${peak}`;
  if (code === null) return `could not be started: ${lastLine(stderr)}`;
  return `exit code ${code}${code === 0 || stderr === '' ? '' : `: ${lastLine(stderr)}`}`;
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('at ') && !line.startsWith('Node.js v'));
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
}

function formatMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
