// Our side of the side-by-side benchmark: worker.ts, bundled as the app is, so that what is timed and weighed is what users run.
// Plain JavaScript that runs in the process that is measured; bundling, where sources have changed, is another's.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const project = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const bundle = project('dist/bench/worker.mjs');
process.env.TZ = 'UTC';

if (!isFresh()) {
  const ownNode = project(`node_modules/.bin/${process.platform === 'win32' ? 'node.cmd' : 'node'}`);
  const { status } = spawnSync(existsSync(ownNode) ? ownNode : process.execPath, ['--disable-warning=ExperimentalWarning', project('bench/delta/bundleWorker.ts')], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
await import(bundle);

/** Whether none of the bundle's sources has been written since. */
function isFresh() {
  const list = project('dist/bench/inputs.json');
  if (!existsSync(list)) return false;
  const bundledAtMs = statSync(list).mtimeMs;
  return JSON.parse(readFileSync(list, 'utf8')).every((source) => (statSync(project(source), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < bundledAtMs);
}
