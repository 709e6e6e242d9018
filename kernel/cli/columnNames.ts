import { LakebookError } from '../base/errors.ts';

/**
 * Column names as the command line takes them: CSV, in which a name may be quoted; `*` stands for all.
 * @throws LakebookError CLI_USAGE
 */
export function parseColumnNames(text: string): readonly string[] {
  const names: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, quoted, plain = ''] = match;
    const name = quoted?.replaceAll('""', '"') ?? plain.trim();
    if (name === '') break;
    names.push(name);
    if (match[3] === '') return names;
  }
  throw new LakebookError('CLI_USAGE', { detail: `--columns takes names separated by commas, not ${JSON.stringify(text)}` });
}
