import { describe, expect, it } from 'vitest';
import { hasCode } from '../base/errors.ts';
import { parseCommand } from './arguments.ts';

const TABLE = { format: 'table', file: undefined };

describe('a command line', () => {
  it.each([
    { words: ['sql', '-c', 'select 1'], command: { kind: 'sql', source: { text: 'select 1' }, dialect: 'spark', workspace: undefined, attach: false, parameters: {}, output: TABLE } },
    { words: ['sql', '-f', 'a.sql', '--workspace', 'w', '--attach', '--dialect=duckdb', '--format', 'csv'], command: { kind: 'sql', source: { file: 'a.sql' }, dialect: 'duckdb', workspace: 'w', attach: true, parameters: {}, output: { format: 'csv', file: undefined } } },
    { words: ['sql', '-c', '', '-o', 'x.parquet'], command: { kind: 'sql', source: { text: '' }, dialect: 'spark', workspace: undefined, attach: false, parameters: {}, output: { format: 'parquet', file: 'x.parquet' } } },
    { words: ['sql', '-c', 'x', '--format', 'events', '--keep-going'], command: { kind: 'sql', source: { text: 'x' }, dialect: 'spark', workspace: undefined, attach: false, parameters: {}, output: { format: 'jsonl', file: undefined }, events: { keepGoing: true } } },
    { words: ['sql', '-c', 'x', '--param', 'n:INT=3', '--param', 's=a=b'], command: { kind: 'sql', source: { text: 'x' }, dialect: 'spark', workspace: undefined, attach: false, parameters: { n: { value: '3', type: 'INT' }, s: { value: 'a=b' } }, output: TABLE } },
    { words: ['parse', '-f', 'a.sql'], command: { kind: 'parse', source: { file: 'a.sql' } } },
    { words: ['run', 'a.ipynb', '-o', 'b.ipynb'], command: { kind: 'run', notebook: 'a.ipynb', output: 'b.ipynb', workspace: undefined, attach: false } },
    { words: ['table', 't', '--rows', '--columns', '*,_row_id', '--where', 'a > -1', '--version', '3'], command: { kind: 'table', path: 't', version: 3, timestamp: undefined, question: { kind: 'rows', columns: '*,_row_id', where: 'a > -1' }, output: TABLE } },
    { words: ['table', 't', '--changes', '2..5'], command: { kind: 'table', path: 't', version: undefined, timestamp: undefined, question: { kind: 'changes', from: '2', to: '5' }, output: TABLE } },
    { words: ['table', 't', '--changes', '2024-01-01T00:00:00.000Z..'], command: { kind: 'table', path: 't', version: undefined, timestamp: undefined, question: { kind: 'changes', from: '2024-01-01T00:00:00.000Z', to: undefined }, output: TABLE } },
    { words: ['table', 't', '--timestamp', '2024-01-01', '--files', '--format=jsonl'], command: { kind: 'table', path: 't', version: undefined, timestamp: '2024-01-01', question: { kind: 'files' }, output: { format: 'jsonl', file: undefined } } },
    { words: ['features', '--functions'], command: { kind: 'features', functions: true, output: TABLE } },
    { words: [], command: { kind: 'help', topic: undefined } },
    { words: ['table', '--help'], command: { kind: 'help', topic: 'table' } },
    { words: ['--version'], command: { kind: 'version' } },
  ])('$words', ({ words, command }) => {
    expect(parseCommand(words)).toEqual(command);
  });
});

it.each([
  [['sql'], 'either -c TEXT or -f FILE'],
  [['sql', '-c', 'x', '-f', 'y'], 'either -c TEXT or -f FILE'],
  [['sql', '-c', 'x', '--dialect', 'pg'], '--dialect'],
  [['sql', '-c', 'x', '--format', 'xml'], '--format'],
  [['sql', '-c', 'x', '--param', 'n'], '--param'],
  [['sql', '-c', 'x', '--format', 'events', '-o', 'y'], '--format events'],
  [['sql', '-c', 'x', '--keep-going'], '--keep-going'],
  [['parse'], 'either -c TEXT or -f FILE'],
  [['sql', '-c'], "'-c, --command <value>' argument missing"],
  [['sql', '--nope'], "Unknown option '--nope'"],
  [['run'], 'NOTEBOOK'],
  [['table', 't'], 'one of --rows'],
  [['table', 't', '--rows', '--files'], 'one of --rows'],
  [['table', 'a', 'b', '--rows'], 'one PATH'],
  [['table', 't', '--rows', '--version', 'x'], '--version'],
  [['table', 't', '--rows', '--version', '1', '--timestamp', 'x'], 'exclude each other'],
  [['table', 't', '--history', '--version', '1'], '--history takes neither'],
  [['table', 't', '--detail', '--where', 'a'], 'belong to --rows'],
  [['table', 't', '--changes', '..5'], '--changes takes'],
  [['table', 't', '--changes', '5'], '--changes takes'],
  [['fly'], 'no command "fly"'],
])('%s is wrong usage', (words, part) => {
  let thrown: unknown;
  try {
    parseCommand(words);
  } catch (error) {
    thrown = error;
  }
  expect(hasCode(thrown, 'CLI_USAGE') ? thrown.message : thrown).toContain(part);
});
