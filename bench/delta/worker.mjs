// Our side of the side-by-side benchmark: hands over to Node 22, which runs worker.ts as it is. Plain JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const project = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ownNode = project(`node_modules/.bin/${process.platform === 'win32' ? 'node.cmd' : 'node'}`);
const node = existsSync(ownNode) ? ownNode : process.execPath;
const { status } = spawnSync(node, ['--disable-warning=ExperimentalWarning', project('bench/delta/worker.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TZ: 'UTC', UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16' },
});
process.exitCode = status ?? 1;
