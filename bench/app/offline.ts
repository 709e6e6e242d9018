/** Bench: the local journey without a network (Linux network namespace), watched for attempts to leave by `strace` (UI bar 30). */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../e2e/fixtures/host.ts';
import { createFigures } from './figures.ts';

/** An address that a process tried to reach, as strace prints it; loopback and the "any" address do not leave the machine. */
const ATTEMPT = /(?:connect|sendto|sendmsg)\(.*(?:inet_addr\("(?!127\.|0\.0\.0\.0)[^"]+"\)|inet_pton\(AF_INET6, "(?!::1"|::")[^"]+")/;

const figures = createFigures('offline');
for (const program of ['strace', 'unshare']) {
  if (spawnSync(program, ['-V']).error !== undefined) throw new Error(`this bench needs ${program}`);
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-offline-'));
const trace = path.join(folder, 'trace');
const journey = [process.execPath, path.join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', 'analyst.spec.ts', '--project=electron'];
const { status } = spawnSync('unshare', ['--net', '--map-root-user', 'sh', '-c', `ip link set lo up && exec strace -f -qq -e trace=connect,sendto,sendmsg -s 80 -o "$0" "$@"`, trace, ...journey], { cwd: ROOT, stdio: 'inherit' });
const attempts = fs.readFileSync(trace, 'utf8').split('\n').filter((line) => ATTEMPT.test(line));
if (attempts.length > 0) console.log(attempts.slice(0, 20).join('\n'));
figures.expect('journeys that failed without a network', status === 0 ? 0 : 1, 0);
figures.expect('attempts to reach another machine', attempts.length, 0);
fs.rmSync(folder, { recursive: true, force: true });
figures.finish();
