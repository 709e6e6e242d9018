import { readFileSync } from 'node:fs';
import { hasCode } from '../base/errors.ts';
import { parseCommand, type Command } from './arguments.ts';
import { cancelWhenAsked, isEngineProcess, runInEngineProcess } from './engineProcess.ts';
import { formatFailure } from './failureText.ts';

const controller = new AbortController();
if (isEngineProcess) cancelWhenAsked(controller);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has enough of it (`| head`).
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exit(await main(process.argv.slice(2)));

/** Runs one command line. The exit status: 0 done, 1 refused or failed, 2 wrong usage. */
async function main(words: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(words);
    if (runsEngine(command) && !isEngineProcess) return await runInEngineProcess(new URL(import.meta.url), words);
    const notices = await run(command);
    for (const notice of notices) process.stderr.write(`note: ${notice}\n`);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    process.stderr.write(`${formatFailure(error)}\n`);
    return hasCode(error, 'CLI_USAGE') ? 2 : 1;
  }
}

function runsEngine({ kind }: Command): boolean {
  return kind === 'sql' || kind === 'run' || kind === 'table' || kind === 'features';
}

/** Each command brings its own part of the engine along: `--help` loads none of it. */
async function run(command: Command): Promise<readonly string[]> {
  const { signal } = controller;
  switch (command.kind) {
    case 'help':
      process.stdout.write((await import('./help.ts')).helpText(command.topic));
      return [];
    case 'version':
      process.stdout.write(`${readVersion()}\n`);
      return [];
    case 'sql':
      return command.attach ? (await import('./attachedSql.ts')).runSqlAttached(command, signal) : (await import('./sqlCommand.ts')).runSql(command, signal);
    case 'parse':
      await (await import('./parseCommand.ts')).runParse(command);
      return [];
    case 'format':
      await (await import('./formatCommand.ts')).runFormat(command);
      return [];
    case 'run':
      return (await import('./notebookCommand.ts')).runNotebook(command, signal);
    case 'table':
      await (await import('./tableCommand.ts')).runTable(command, signal);
      return [];
    case 'features':
      await (await import('./tableCommand.ts')).runFeatures(command, signal);
      return [];
  }
}

function readVersion(): string {
  // Beside dist/kernel/cli.mjs and beside kernel/cli/main.ts the project's root is two folders up.
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return version;
}
