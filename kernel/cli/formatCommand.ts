import { writeFileAtomically } from '../host/atomicFile.ts';
import { formatSql } from '../sql/format.ts';
import type { FormatCommand } from './arguments.ts';
import { formatFailure } from './failureText.ts';
import { readSource } from './sqlSource.ts';
import { writeOut } from './statementOutput.ts';

/** Prints or writes a text laid out. Statements that do not parse stay as they are, are told, and make the status 1. */
export async function runFormat({ source, change }: FormatCommand): Promise<void> {
  const text = await readSource(source);
  const formatted = formatSql(text);
  for (const error of formatted.errors) process.stderr.write(`${formatFailure(error)}\n`);
  if (formatted.errors.length > 0) process.exitCode = 1;
  switch (change) {
    case 'print':
      return writeOut(formatted.text.endsWith('\n') ? formatted.text : `${formatted.text}\n`);
    case 'write':
      if ('file' in source && formatted.text !== text) await writeFileAtomically(source.file, formatted.text);
      return;
    case 'check':
      if (formatted.text === text) return;
      process.stderr.write('the text is not laid out as lakebook format would\n');
      process.exitCode = 1;
  }
}
