import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface AppArguments {
  /** Absolute. */
  readonly workspace: string;
  readonly port: string | undefined;
}

/** Reads `--workspace DIR` and `--port N` (also with `=`) among whatever Chromium and launchers add. */
export function readAppArguments(argv: readonly string[], workingFolder: string, fallbackWorkspace: string): AppArguments {
  const workspace = optionOf(argv, '--workspace');
  return { workspace: workspace === undefined ? fallbackWorkspace : path.resolve(workingFolder, workspace), port: optionOf(argv, '--port') };
}

/** What opens when nothing is named: the last folder, the quickstart, the home folder. */
export function defaultWorkspace(appFolder: string, lastWorkspace: string | undefined): string {
  const candidates = [lastWorkspace, path.join(appFolder, 'examples', 'quickstart')];
  return candidates.find((folder): folder is string => folder !== undefined && existsSync(folder)) ?? os.homedir();
}

function optionOf(argv: readonly string[], name: string): string | undefined {
  const index = argv.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
  if (index < 0) return undefined;
  const argument = argv[index] ?? '';
  return argument === name ? argv[index + 1] : argument.slice(name.length + 1);
}
