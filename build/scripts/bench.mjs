// `npm run bench -- NAME… [--record]`: runs bench/app/NAME.ts, bench/delta/NAME.ts or bench/sql/NAME.ts one after the other on Node 22, those of
// the app under a virtual display where there is none. Without a name it says which there are. `--record` stores the figures in bench/baselines.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, ensureBuilt, ensureInstalled, fail, node22 } from './toolchain.mjs';
import { provideTestElectron } from './testElectron.mjs';

const FOLDERS = ['app', 'delta', 'sql'].map((name) => path.join(ROOT, 'bench', name));
/** Every file there that is a measurement by itself starts with this line. */
const MARK = '/** Bench:';

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const files = FOLDERS.filter((folder) => fs.existsSync(folder)).flatMap((folder) => fs.readdirSync(folder).map((file) => path.join(folder, file)));
const benches = new Map(files.filter((file) => file.endsWith('.ts') && fs.readFileSync(file, 'utf8').startsWith(MARK)).map((file) => [path.basename(file, '.ts'), file]));
const unknown = names.filter((name) => !benches.has(name));
if (names.length === 0 || unknown.length > 0) fail(`${unknown.length > 0 ? `there is no bench ${unknown.join(', ')}; ` : ''}there are ${[...benches.keys()].join(', ')}`, 2);

ensureInstalled();
ensureBuilt();
const environment = { ...process.env, TZ: 'UTC' };
const ofApp = (name) => path.dirname(benches.get(name)).endsWith('app');
const electron = names.some(ofApp) ? provideTestElectron() : {};
if (electron.path !== undefined) environment.LAKEBOOK_TEST_ELECTRON = electron.path;
const virtualDisplay = process.platform === 'linux' && process.env.DISPLAY === undefined ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : [];
let failed = 0;
for (const name of names) {
  const [program, ...args] = [...(ofApp(name) ? virtualDisplay : []), node22(), '--no-warnings', benches.get(name), ...flags];
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', env: environment });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
