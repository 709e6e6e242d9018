import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { provideFolder } from './testCache.ts';

/** A program that answers one JSON value a line with one JSON value a line, in order. */
export interface AnsweringProcess {
  ask(question: unknown): Promise<unknown>;
  /** Ends it once it has answered. */
  close(): void;
}

export interface ProcessStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Each line of what it says beside its answers. */
  readonly onLog?: (line: string) => void;
}

/** Starts a script that stands beside this file. */
export function startPython({ script, python, ...rest }: Omit<ProcessStart, 'command' | 'args'> & { readonly script: string; readonly python: string }): Promise<AnsweringProcess> {
  return startProcess({ command: python, args: [path.join(import.meta.dirname, script)], ...rest });
}

/** Starts a program and waits for its first line, which says that it is ready. */
export async function startProcess({ command, args, environment = {}, onLog = () => {} }: ProcessStart): Promise<AnsweringProcess> {
  const child = spawn(command, args, { env: { ...process.env, TZ: 'UTC', ...environment } });
  const errors: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    errors.push(line);
    onLog(line);
    if (errors.length > 100) errors.shift();
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done === true) throw new Error(`${args.at(-1) ?? command} ended: ${errors.slice(-5).join('\n')}`);
      if (value.startsWith('{')) return JSON.parse(value);
      onLog(value); // Spark says some things here
    }
  };
  await read();
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask: (question) => {
      const reply = last.then(() => {
        child.stdin.write(`${JSON.stringify(question)}\n`);
        return read();
      });
      last = reply;
      return reply;
    },
    close: () => child.stdin.end(),
  };
}

/** A Python with packages, made once in a folder of the user's cache. @throws Error saying what is missing */
export async function providePython(name: string, packages: readonly string[], note: string): Promise<string> {
  const home = await provideFolder(name, (folder) => {
    process.stdout.write(`lakebook: installing ${note} (once)\n`);
    runOrThrow('python3', ['-m', 'venv', folder]);
    runOrThrow(path.join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  });
  return path.join(home, 'bin', 'python');
}

/** @throws Error where the command cannot be run or fails */
export function runOrThrow(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `status ${status}`}`);
}
