import { expect, it } from 'vitest';
import { readSources } from './sources.ts';

const code = readSources(['.ts', '.tsx', '.mjs']);

/** Assembled so that this file does not find itself. */
const word = (...parts: readonly string[]): string => parts.join('');

it.each([
  { name: 'a note to do later names its issue', pattern: new RegExp(`\\b${word('TO', 'DO')}\\b(?! #\\d)`) },
  { name: 'no test is skipped, focused or left to be written', pattern: new RegExp(`\\b(it|test|describe)\\.(${word('sk', 'ip')}|${word('on', 'ly')}|${word('to', 'do')}|fixme)\\b`) },
  { name: 'no error of an unnamed class is thrown in the kernel', pattern: /throw new Error\(/, only: /^kernel\/(?!.*\.test\.ts)/ },
  { name: 'no file names a path of one machine', pattern: new RegExp(`/${word('wo', 'rk')}/(main|shared)|/home/\\w+/`) },
])('$name', ({ pattern, only }) => {
  const found = code
    .filter(({ path }) => only === undefined || only.test(path))
    .flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])));
  expect(found).toEqual([]);
});
