// `npm run test:interop`: tests beside real engines. Hands over to build/interop/interop.ts on Node 22.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT, ensureInstalled, node22 } from './toolchain.mjs';

ensureInstalled();
const result = spawnSync(node22(), ['--no-warnings', path.join(ROOT, 'build/interop/interop.ts'), ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, TZ: 'UTC' } });
process.exit(result.status ?? 1);
