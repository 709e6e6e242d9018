// `npm run bench -- NAME… [--record]`: runs bench/app/NAME.ts one after the other on Node 22, under a virtual display where
// there is none. Without a name it says which there are. `--record` stores the figures in bench/baselines.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, ensureBuilt, ensureInstalled, fail, node22 } from './toolchain.mjs';
import { provideTestElectron } from './testElectron.mjs';

const FOLDER = path.join(ROOT, 'bench/app');
/** Every file there that is a measurement by itself starts with this line. */
const MARK = '/** Bench:';

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const known = fs.readdirSync(FOLDER).filter((file) => fs.readFileSync(path.join(FOLDER, file), 'utf8').startsWith(MARK)).map((file) => path.basename(file, '.ts'));
const unknown = names.filter((name) => !known.includes(name));
if (names.length === 0 || unknown.length > 0) fail(`${unknown.length > 0 ? `there is no bench ${unknown.join(', ')}; ` : ''}there are ${known.join(', ')}`, 2);

ensureInstalled();
ensureBuilt();
const environment = { ...process.env, TZ: 'UTC' };
const electron = provideTestElectron();
if (electron.path !== undefined) environment.LAKEBOOK_TEST_ELECTRON = electron.path;
const display = process.platform === 'linux' && process.env.DISPLAY === undefined ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : [];
let failed = 0;
for (const name of names) {
  const [program, ...args] = [...display, node22(), '--no-warnings', path.join(FOLDER, `${name}.ts`), ...flags];
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', env: environment });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
