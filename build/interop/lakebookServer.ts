/** Runs the statements that it is given as JSON, one a line; tells for each the versions it wrote, or the error. A process of its own. */
import { createInterface } from 'node:readline';
import { LakebookError } from '../../kernel/base/errors.ts';
import { openLocalEngine } from './localEngine.ts';

const engine = await openLocalEngine({ memoryLimitBytes: 512 << 20, threads: 1 });
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
say({ ready: true });
for await (const line of createInterface(process.stdin)) {
  try {
    const { written } = await engine.run((JSON.parse(line) as { readonly sql: string }).sql);
    say({ versions: written.map(({ version }) => version) });
  } catch (error) {
    say({ error: error instanceof LakebookError ? error.code : 'UNKNOWN', message: String(error) });
  }
}
await engine.close();
