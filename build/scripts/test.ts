/**
 * Runs every check and test and ends with `N passed, N failed`. `--quick` leaves out conformance, survival, simulation and
 * end-to-end tests; `--only NAME[,NAME]` runs some of the steps.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const WORK = fs.mkdtempSync(path.join(os.tmpdir(), 'lakebook-test-'));
/** Tests append a line here for whatever they could not run; it is printed before the last line. */
const LEFT_OUT = path.join(WORK, 'left-out.txt');

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}
interface Step {
  readonly name: string;
  readonly slow?: boolean;
  run(): Outcome;
}

/** Steps of their own: whole processes started, killed and compared by the hundred, schedules of writers by the thousand. */
const SLOW_TESTS = ['conformance.test.ts', 'survival.test.ts', 'cli.test.ts', 'simulation.test.ts'];

const bin = (name: string): string => path.join(ROOT, 'node_modules', name);
const STEPS: readonly Step[] = [
  { name: 'types', run: () => runCheck([bin('typescript/bin/tsc'), '-b']) },
  { name: 'lint', run: () => runCheck([bin('oxlint/bin/oxlint')]) },
  { name: 'unused', run: () => runCheck([bin('knip/bin/knip.js')]) },
  { name: 'unit', run: () => runVitest(SLOW_TESTS.flatMap((file) => ['--exclude', `**/${file}`])) },
  { name: 'survival', slow: true, run: () => runVitest(['survival.test.ts', 'cli.test.ts']) },
  { name: 'simulation', slow: true, run: () => runVitest(['simulation.test.ts']) },
  { name: 'conformance', slow: true, run: () => runVitest(['conformance.test.ts']) },
  { name: 'e2e', slow: true, run: runPlaywright },
];

const quick = process.argv.includes('--quick');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1]?.split(',') : undefined;
const total = { passed: 0, failed: 0 };
const chosen = STEPS.filter((step) => (only === undefined ? !(quick && step.slow) : only.includes(step.name)));
for (const step of STEPS.filter((candidate) => !chosen.includes(candidate))) leaveOut(`${step.name}: not asked for (${quick ? '--quick' : '--only'})`);
for (const step of chosen) {
  const startedAtMs = Date.now();
  const { passed, failed } = step.run();
  total.passed += passed;
  total.failed += failed;
  console.log(`== ${step.name}: ${passed} passed, ${failed} failed in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}
const leftOut = fs.existsSync(LEFT_OUT) ? fs.readFileSync(LEFT_OUT, 'utf8').trim() : '';
if (leftOut !== '') console.log(`Left out:\n${[...new Set(leftOut.split('\n'))].map((line) => `  - ${line}`).join('\n')}`);
fs.rmSync(WORK, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

function leaveOut(line: string): void {
  fs.appendFileSync(LEFT_OUT, `${line}\n`);
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): boolean {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, LAKEBOOK_LEFT_OUT: LEFT_OUT, ...environment } });
  return result.status === 0;
}

function runCheck(args: readonly string[]): Outcome {
  return run(process.execPath, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runVitest(args: readonly string[]): Outcome {
  const file = path.join(WORK, `vitest-${Math.random().toString(36).slice(2)}.json`);
  const ok = run(process.execPath, [bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args]);
  const report = readReport<{ numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number }>(file);
  if (report === undefined) return { passed: 0, failed: 1 };
  // A skipped test is a test that cannot fail; a run that ends badly without a failed test (an unhandled error) failed too.
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
}

/** Both shells, under a virtual display where there is none. */
function runPlaywright(): Outcome {
  const file = path.join(WORK, 'playwright.json');
  const missing = process.env['LAKEBOOK_TEST_ELECTRON_MISSING'];
  const projects = ['--project=chromium', ...(missing === undefined ? ['--project=electron'] : [])];
  if (missing !== undefined) leaveOut(`end-to-end tests in Electron: ${missing}`);
  const command = [process.execPath, bin('@playwright/test/cli.js'), 'test', ...projects];
  const [program, ...args] = process.platform === 'linux' && process.env['DISPLAY'] === undefined ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command] : command;
  const ok = run(program ?? '', args, { PLAYWRIGHT_JSON_OUTPUT_NAME: file });
  const stats = readReport<{ stats: { expected: number; unexpected: number; flaky: number; skipped: number } }>(file)?.stats;
  if (stats === undefined) return { passed: 0, failed: 1 };
  const failed = stats.unexpected + stats.flaky + stats.skipped;
  return { passed: stats.expected, failed: ok ? failed : Math.max(failed, 1) };
}

function readReport<Report>(file: string): Report | undefined {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Report) : undefined;
}
