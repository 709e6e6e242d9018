#!/usr/bin/env node
// The `lakebook` command: finds the built command line and runs it, in this process where its Node suffices.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const project = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const [major, minor] = process.versions.node.split('.').map(Number);
const isRecent = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
const built = project('dist/kernel/cli.mjs');
const newerNode = project(`node_modules/.bin/${process.platform === 'win32' ? 'node.cmd' : 'node'}`);

if (!existsSync(built)) {
  process.stderr.write(`[CLI_NOT_BUILT] The command line is not built yet. Run "npm run setup" in ${project('')}\n`);
  process.exitCode = 1;
} else if (isRecent) {
  nodeModule.enableCompileCache?.(); // where this Node has it, compiling is a third of the start
  await import(new URL('../dist/kernel/cli.mjs', import.meta.url).href);
} else if (existsSync(newerNode)) {
  const { status } = spawnSync(newerNode, [built, ...process.argv.slice(2)], { stdio: 'inherit', shell: process.platform === 'win32' });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`[CLI_NODE_TOO_OLD] Lakebook needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
}
