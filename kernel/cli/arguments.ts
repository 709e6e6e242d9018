import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { LakebookError } from '../base/errors.ts';
import { parseSchemaText } from '../sql/parse.ts';

export type OutputFormat = 'table' | 'csv' | 'jsonl' | 'parquet' | 'arrow';

/** Where rows go. `file` undefined: standard output. */
export interface OutputTarget {
  readonly format: OutputFormat;
  readonly file: string | undefined;
}

export interface SqlCommand {
  readonly kind: 'sql';
  readonly source: { readonly text: string } | { readonly file: string };
  readonly dialect: 'spark' | 'duckdb';
  readonly workspace: string | undefined;
  readonly attach: boolean;
  readonly output: OutputTarget;
  /** Values of `:name`, from `--param`. */
  readonly parameters: Readonly<Record<string, { readonly value: string; readonly type?: string }>>;
  /** One JSON value a line for everything that happens, instead of rows in a format; behind a failed statement the others run if it is to keep going. */
  readonly events?: { readonly keepGoing: boolean };
}
/** Prints the trees of statements. */
export interface ParseCommand {
  readonly kind: 'parse';
  readonly source: { readonly text: string } | { readonly file: string };
}
/** Lays statements out. With `check`, says only whether that would change the text. */
export interface FormatCommand {
  readonly kind: 'format';
  readonly source: { readonly text: string } | { readonly file: string };
  readonly change: 'print' | 'write' | 'check';
}
export interface RunCommand {
  readonly kind: 'run';
  readonly notebook: string;
  readonly output: string | undefined;
  readonly workspace: string | undefined;
  readonly attach: boolean;
}

/** What is asked of a table. `columns` as written: names in CSV, `*` for all. */
export type TableQuestion =
  | { readonly kind: 'rows'; readonly columns: string | undefined; readonly where: string | undefined }
  | { readonly kind: 'changes'; readonly from: string; readonly to: string | undefined }
  | { readonly kind: 'schema' | 'history' | 'files' | 'detail' };
export interface TableCommand {
  readonly kind: 'table';
  readonly path: string;
  readonly version: number | undefined;
  readonly timestamp: string | undefined;
  readonly question: TableQuestion;
  readonly output: OutputTarget;
}
export interface FeaturesCommand {
  readonly kind: 'features';
  readonly functions: boolean;
  readonly output: OutputTarget;
}
export type Command = SqlCommand | ParseCommand | FormatCommand | RunCommand | TableCommand | FeaturesCommand | { readonly kind: 'help'; readonly topic: string | undefined } | { readonly kind: 'version' };

/**
 * What the words after `lakebook` ask for.
 * @throws LakebookError CLI_USAGE
 */
export function parseCommand(words: readonly string[]): Command {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return { kind: 'help', topic: rest[0] };
  if (name === '--version' || name === '-V') return { kind: 'version' };
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', topic: name };
  switch (name) {
    case 'sql':
      return parseSql(rest);
    case 'parse':
      return { kind: 'parse', source: parseSource('parse', parse(rest, SOURCE_OPTIONS).values) };
    case 'format':
      return parseFormat(rest);
    case 'run':
      return parseRun(rest);
    case 'table':
      return parseTable(rest);
    case 'features':
      return parseFeatures(rest);
    default:
      throw usage(`there is no command "${name}"`);
  }
}

const SOURCE_OPTIONS = { command: { type: 'string', short: 'c' }, file: { type: 'string', short: 'f' } } as const;
const OUTPUT_OPTIONS = { format: { type: 'string' }, output: { type: 'string', short: 'o' } } as const;

function parseSql(words: readonly string[]): SqlCommand {
  const { values } = parse(words, { ...SOURCE_OPTIONS, workspace: { type: 'string' }, dialect: { type: 'string' }, attach: { type: 'boolean' }, 'keep-going': { type: 'boolean' }, param: { type: 'string', multiple: true }, ...OUTPUT_OPTIONS });
  const { dialect = 'spark', attach = false } = values;
  const source = parseSource('sql', values);
  const events = values.format === 'events';
  const keepGoing = values['keep-going'] ?? false;
  if (dialect !== 'spark' && dialect !== 'duckdb') throw usage(`--dialect is spark or duckdb, not "${dialect}"`);
  if (events && (attach || values.output !== undefined)) throw usage('--format events goes to standard output, without --attach');
  if (keepGoing && !events) throw usage('--keep-going needs --format events');
  return { kind: 'sql', source, dialect, workspace: values.workspace, attach, output: parseOutput(events ? 'jsonl' : values.format, values.output), parameters: parseParameters(values.param ?? []), ...(events ? { events: { keepGoing } } : {}) };
}

/** `name=value`, or `name:TYPE=value`. */
function parseParameters(words: readonly string[]): SqlCommand['parameters'] {
  return Object.fromEntries(
    words.map((word) => {
      const parts = /^(\w+)(?::([^=]+))?=([^]*)$/.exec(word);
      if (parts === null) throw usage(`--param takes NAME=VALUE or NAME:TYPE=VALUE, not "${word}"`);
      const [, name, type, value] = parts;
      if (type !== undefined && !isTypeName(type)) throw usage(`--param ${name}: "${type.trim()}" is no type of Spark SQL`);
      return [name!, { value: value!, ...(type === undefined ? {} : { type: type.trim() }) }];
    }),
  );
}

function isTypeName(text: string): boolean {
  try {
    parseSchemaText(text);
    return true;
  } catch {
    return false;
  }
}

function parseSource(name: string, { command: text, file }: { readonly command?: string | undefined; readonly file?: string | undefined }): SqlCommand['source'] {
  if ((text === undefined) === (file === undefined)) throw usage(`${name} needs either -c TEXT or -f FILE`);
  return file === undefined ? { text: text ?? '' } : { file };
}

function parseFormat(words: readonly string[]): FormatCommand {
  const { values } = parse(words, { ...SOURCE_OPTIONS, check: { type: 'boolean' }, write: { type: 'boolean' } });
  const { check = false, write = false } = values;
  if (check && write) throw usage('--check and --write exclude each other');
  if (write && (values.file === undefined || values.file === '-')) throw usage('--write needs -f FILE');
  return { kind: 'format', source: parseSource('format', values), change: check ? 'check' : write ? 'write' : 'print' };
}

function parseRun(words: readonly string[]): RunCommand {
  const { values, positionals } = parse(words, { workspace: { type: 'string' }, attach: { type: 'boolean' }, output: { type: 'string', short: 'o' } });
  return { kind: 'run', notebook: only(positionals, 'run needs one NOTEBOOK'), output: values.output, workspace: values.workspace, attach: values.attach ?? false };
}

function parseTable(words: readonly string[]): TableCommand {
  const { values, positionals } = parse(words, {
    version: { type: 'string' }, timestamp: { type: 'string' }, rows: { type: 'boolean' }, columns: { type: 'string' }, where: { type: 'string' }, changes: { type: 'string' },
    schema: { type: 'boolean' }, history: { type: 'boolean' }, files: { type: 'boolean' }, detail: { type: 'boolean' }, ...OUTPUT_OPTIONS,
  });
  const path = only(positionals, 'table needs one PATH');
  const asked = [values.rows && 'rows', values.changes !== undefined && 'changes', values.schema && 'schema', values.history && 'history', values.files && 'files', values.detail && 'detail'].filter(Boolean);
  if (asked.length !== 1) throw usage('table needs one of --rows, --changes, --schema, --history, --files, --detail');
  if (values.version !== undefined && values.timestamp !== undefined) throw usage('--version and --timestamp exclude each other');
  const dated = values.version !== undefined || values.timestamp !== undefined;
  if (dated && (asked[0] === 'changes' || asked[0] === 'history')) throw usage(`--${asked[0]} takes neither --version nor --timestamp`);
  if (asked[0] !== 'rows' && (values.columns !== undefined || values.where !== undefined)) throw usage('--columns and --where belong to --rows');
  const question: TableQuestion =
    values.changes !== undefined ? parseChanges(values.changes) : asked[0] === 'rows' ? { kind: 'rows', columns: values.columns, where: values.where } : { kind: asked[0] as 'schema' };
  return { kind: 'table', path, version: parseVersion(values.version), timestamp: values.timestamp, question, output: parseOutput(values.format, values.output) };
}

/** `FROM..TO`, both inclusive; no TO means the latest version. */
function parseChanges(range: string): TableQuestion {
  const at = range.indexOf('..');
  const from = range.slice(0, at).trim();
  const to = range.slice(at + 2).trim();
  if (at < 1 || from === '') throw usage('--changes takes FROM..TO, or FROM.. up to the latest version');
  return { kind: 'changes', from, to: to === '' ? undefined : to };
}

function parseVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const version = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(version)) throw usage(`--version takes a number, not "${text}"`);
  return version;
}

function parseFeatures(words: readonly string[]): FeaturesCommand {
  const { values } = parse(words, { functions: { type: 'boolean' }, ...OUTPUT_OPTIONS });
  return { kind: 'features', functions: values.functions ?? false, output: parseOutput(values.format, values.output) };
}

const FORMATS: readonly OutputFormat[] = ['table', 'csv', 'jsonl', 'parquet', 'arrow'];

/** The format asked for, else the one that the file's name tells, else a table to read. */
function parseOutput(format: string | undefined, file: string | undefined): OutputTarget {
  const told = format ?? FORMATS.find((candidate) => file?.toLowerCase().endsWith(`.${candidate}`)) ?? 'table';
  const known = FORMATS.find((candidate) => candidate === told);
  if (known === undefined) throw usage(`--format is one of ${FORMATS.join(', ')} (and events, for sql), not "${told}"`);
  return { format: known, file };
}

function parse<Options extends ParseArgsOptionsConfig>(words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message.replace(/\. To specify.*$/s, '').replace(/\.$/, '') : String(error), error);
  }
}

function only(positionals: readonly string[], message: string): string {
  const [first, ...others] = positionals;
  if (first === undefined || others.length > 0) throw usage(message);
  return first;
}

function usage(detail: string, cause?: unknown): LakebookError {
  return new LakebookError('CLI_USAGE', { detail }, { cause });
}
