import { spawn } from 'node:child_process';
import { LakebookError } from '../base/errors.ts';

const START_LIMIT_MS = 20_000;

/** How this host was started, so that another one can be: the runtime, and the entry point. */
export interface HostCommand {
  readonly command: string;
  readonly entry: string;
  readonly idleSeconds: number;
}

/**
 * Starts a host for another folder, on its own from then on, or finds the one that runs.
 * @returns its URL
 * @throws LakebookError HOST_START_FAILED
 */
export function startOtherHost({ command, entry, idleSeconds }: HostCommand, folder: string): Promise<string> {
  const child = spawn(command, [entry, '--workspace', folder, '--idle-seconds', String(idleSeconds)], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  child.unref();
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    const failed = (detail: string): void => reject(new LakebookError('HOST_START_FAILED', { workspace: folder, detail }));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(`it did not answer within ${START_LIMIT_MS / 1000} s.`);
    }, START_LIMIT_MS);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const line = output.split('\n', 1)[0] ?? '';
      if (line === output) return;
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve((JSON.parse(line) as { readonly url: string }).url);
    });
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      failed(errors.trim() === '' ? `it ended with status ${code}.` : errors.trim());
    });
  });
}
