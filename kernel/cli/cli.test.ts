import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestWorkspace } from '../query/testWorkspace.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const HOST = join(import.meta.dirname, '../host/main.ts');
let workspace: TestWorkspace;
let folder: string;

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

beforeAll(async () => {
  workspace = await TestWorkspace.create();
  folder = await mkdtemp(join(tmpdir(), 'lakebook-cli-'));
  await workspace.writeTable('sales/orders', {
    columns: [{ name: 'id', type: 'long', comment: 'the key' }, { name: 'odd, name', type: 'string' }],
    partitionColumns: [],
    properties: { 'delta.enableChangeDataFeed': 'true' },
    commits: [{ add: [{ select: `SELECT 1::BIGINT AS id, 'a' AS "odd, name"` }] }, { add: [{ select: `SELECT 2::BIGINT AS id, 'b' AS "odd, name"` }] }],
  });
});
afterAll(async () => {
  await workspace.dispose();
  await rm(folder, { recursive: true, force: true });
});

function start(words: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--no-warnings', MAIN, ...words], { cwd: workspace.root, env: { ...process.env, LAKEBOOK_STATE: join(folder, 'state') } });
}
function lakebook(words: readonly string[], input?: string): Promise<Run> {
  const child = start(words);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(input);
  return new Promise((settle) => child.on('close', (status) => settle({ status, out, err })));
}
const done = (out: string, err = ''): Run => ({ status: 0, out, err });
const objects = ({ out, err }: Run): unknown[] => (err === '' ? out.trim().split('\n').map((line): unknown => JSON.parse(line)) : [err]);

describe('parse', () => {
  it('prints the tree of each statement of a script, and what is wrong with broken ones', async () => {
    const lines = objects(await lakebook(['parse', '-c', 'SELECT 1; SELECT 1 +; USE a']));
    expect(lines).toEqual([expect.objectContaining({ ok: true, kind: 'query' }), expect.objectContaining({ ok: false, class: 'PARSE_SYNTAX_ERROR', line: 1, expected: expect.any(Array) }), expect.objectContaining({ ok: true, kind: 'use' })]);
  });

  it('takes a JSON array of statements, and gives one tree for one meaning', async () => {
    const [bare, parenthesised, two] = objects(await lakebook(['parse', '-f', '-'], JSON.stringify(['SELECT 1 + 2 * 3', 'SELECT (1 + (2 * 3))', 'SELECT 1; SELECT 2']))) as { readonly tree?: unknown; readonly ok: boolean }[];
    expect(bare!.tree).toEqual(parenthesised!.tree);
    expect(two!.ok).toBe(false);
  });
});

describe('format', () => {
  it('prints statements laid out; one that does not parse stays and fails the call', async () => {
    expect(await lakebook(['format', '-f', '-'], 'select a from t where a=1;\nselect  2')).toEqual(done('SELECT a FROM t WHERE a = 1;\nSELECT 2\n'));
    const broken = await lakebook(['format', '-c', 'select  1; selec  2']);
    expect(broken).toMatchObject({ status: 1, out: 'SELECT 1;\nselec  2\n', err: expect.stringContaining('[PARSE_SYNTAX_ERROR]') as unknown });
  });

  it('checks a file, writes it, and checks it again', async () => {
    const file = join(folder, 'report.sql');
    await writeFile(file, 'select 1\n');
    expect((await lakebook(['format', '-f', file, '--check'])).status).toBe(1);
    expect(await lakebook(['format', '-f', file, '--write'])).toEqual(done(''));
    expect(await readFile(file, 'utf8')).toBe('SELECT 1\n');
    expect(await lakebook(['format', '-f', file, '--check'])).toEqual(done(''));
  });
});

describe('sql', () => {
  it('prints an aligned table', async () => {
    expect(await lakebook(['sql', '-c', 'SELECT id, NULL AS n FROM sales.orders ORDER BY id'])).toEqual(done(' id | n\n----+------\n  1 | NULL\n  2 | NULL\n(2 rows)\n'));
  });

  it('prints exact values as JSON lines', async () => {
    const values = [
      'true AS flag', '7 AS i', '9007199254740991 AS safe', '9007199254740993 AS big', "CAST('1.50' AS DECIMAL(9,2)) AS dec", '1.5D AS dbl', "CAST('NaN' AS DOUBLE) AS nan", "CAST('-Infinity' AS DOUBLE) AS inf",
      "'é\"' AS text", "X'0AFF' AS bin", "DATE'2024-01-31' AS d", "TIMESTAMP'2024-01-31 10:00:00.5' AS ts", "TIMESTAMP_NTZ'2024-01-31 10:00:00' AS ntz",
      'array(1, NULL) AS list', "map('k', 1) AS m", "named_struct('a', 1, 'b', 'x') AS s", 'NULL AS none',
    ];
    expect(objects(await lakebook(['sql', '--format', 'jsonl', '-c', `SELECT ${values.join(', ')}`]))).toEqual([
      {
        flag: true, i: 7, safe: 9007199254740991, big: '9007199254740993', dec: '1.50', dbl: 1.5, nan: 'NaN', inf: '-Infinity',
        text: 'é"', bin: '0aff', d: '2024-01-31', ts: '2024-01-31T10:00:00.500000Z', ntz: '2024-01-31T10:00:00.000000',
        list: [1, null], m: { k: 1 }, s: { a: 1, b: 'x' }, none: null,
      },
    ]);
  });

  it('runs the statements of a file in one session, or of standard input', async () => {
    await writeFile(join(folder, 'two.sql'), 'USE sales;\n-- and then\nSELECT count(*) AS n FROM orders;');
    expect(await lakebook(['sql', '-f', join(folder, 'two.sql'), '--format', 'csv'])).toEqual(done('n\n2\n'));
    expect(await lakebook(['sql', '-f', '-', '--format', 'csv'], "SELECT 'x' AS a; SELECT '' AS b")).toEqual(done('a\nx\nb\n""\n'));
  });

  it('tells everything that happens as events, and goes on behind an error where asked to', async () => {
    const run = await lakebook(['sql', '--format', 'events', '--keep-going', '-c', 'SELECT id FROM sales.orders ORDER BY id; SELECT 1 / (id - 1) AS q FROM sales.orders; SELEKT; SELECT 7L AS b']);
    const events = run.out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(run.status).toBe(1);
    expect(events.flatMap(({ statement, receipt, ...event }) => (receipt === undefined ? [event] : [{ statement, status: (receipt as { status: string }).status }]))).toEqual([
      { columns: [{ name: 'id', type: 'bigint' }] }, { row: ['1'] }, { row: ['2'] }, { statement: 0, status: 'ok' },
      { columns: [{ name: 'q', type: 'double' }] }, { error: expect.objectContaining({ class: 'DIVIDE_BY_ZERO', sqlstate: '22012', line: 1, col: 48 }) }, { statement: 1, status: 'error' },
      { error: expect.objectContaining({ class: 'PARSE_SYNTAX_ERROR', sqlstate: '42601', line: 1 }) }, { statement: 2, status: 'error' },
      { columns: [{ name: 'b', type: 'bigint' }] }, { row: ['7'] }, { statement: 3, status: 'ok' },
    ]);
  });

  it('runs none of the statements as events where one does not parse, without --keep-going', async () => {
    const { out, status } = await lakebook(['sql', '--format', 'events', '-c', 'SELECT 1; SELEKT']);
    expect([status, out.includes('"row"'), out.includes('PARSE_SYNTAX_ERROR')]).toEqual([1, false, true]);
  });

  it('binds parameters that it is given', async () => {
    expect(await lakebook(['sql', '-c', 'SELECT id FROM IDENTIFIER(:t) WHERE id >= :n', '--param', 't=sales.orders', '--param', 'n:BIGINT=2', '--format', 'csv'])).toEqual(done('id\n2\n'));
  });

  it('keeps the values of secret parameters out of receipts and errors', async () => {
    const run = await lakebook(['sql', '--format', 'events', '--keep-going', '-c', "SELECT id FROM sales.orders WHERE CAST(id AS STRING) = :api_token OR id = :n; SELECT CAST(:api_token AS INT) AS i; BEGIN SELECT CAST(:api_token AS INT); END", '--param', 'api_token=hush-hush', '--param', 'n:INT=1']);
    expect(run.out).not.toContain('hush');
    const events = run.out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.find(({ receipt }) => receipt !== undefined)).toMatchObject({ receipt: { parameters: { api_token: '*********(redacted)', n: '1' } } });
    expect(events.filter(({ error }) => error !== undefined).map(({ error }) => (error as { readonly message: string }).message)).toEqual([expect.stringContaining('*********(redacted)'), expect.stringContaining('*********(redacted)')]);
  });

  it('prints the rows of a script\'s last query, and a receipt for each statement that reads or answers', async () => {
    const script = 'BEGIN DECLARE n BIGINT; SET n = (SELECT max(id) FROM sales.orders); SELECT 1 AS first; FOR r AS SELECT id FROM sales.orders ORDER BY id DO SELECT r.id + n AS last; END FOR; END';
    expect(await lakebook(['sql', '-c', script, '--format', 'csv'])).toEqual(done('last\n4\n'));
    const events = objects(await lakebook(['sql', '-c', script, '--format', 'events'])) as Record<string, unknown>[];
    expect(events.slice(0, 2)).toEqual([{ columns: [{ name: 'last', type: 'bigint' }] }, { row: ['4'] }]);
    expect(events.slice(2).map((event) => (event['receipt'] as { readonly source: string }).source)).toEqual(['SET n = (SELECT max(id) FROM sales.orders)', 'SELECT 1 AS first', 'SELECT id FROM sales.orders ORDER BY id', 'SELECT r.id + n AS last', 'SELECT r.id + n AS last']);
  });

  it('tells a script\'s error only where nothing handled it', async () => {
    const handled = objects(await lakebook(['sql', '-c', "BEGIN DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO SELECT 'caught' AS a; SELECT 1/0; END", '--format', 'events'])) as Record<string, unknown>[];
    expect(handled.map((event) => Object.keys(event)[0])).toEqual(['columns', 'row', 'statement', 'statement']);
    const failed = await lakebook(['sql', '-c', 'BEGIN\n  SELECT 1;\n  SELECT 1/0;\nEND']);
    expect(failed.status).toBe(1);
    expect(failed.err).toMatch(/^\[DIVIDE_BY_ZERO\].*\n.*line 3/i);
  });

  it('speaks DuckDB where asked', async () => {
    expect(await lakebook(['sql', '--dialect', 'duckdb', '--format', 'csv', '-c', 'FROM sales.orders SELECT list(id ORDER BY id) AS ids'])).toEqual(done('ids\n"[1, 2]"\n'));
  });

  it.each(['parquet', 'arrow'])('writes the last rows as %s whole, and says that others are not there', async (format) => {
    const file = join(folder, `rows.${format}`);
    expect(await lakebook(['sql', '-c', "SELECT 1 AS skipped; SELECT id, CAST(id AS DECIMAL(20,2)) AS d, NULL AS v FROM sales.orders", '-o', file])).toEqual(done('', `note: ${file} has the rows of the last statement alone; one earlier result was not written.\n`));
    const piped = await readFile(file);
    expect(piped.subarray(0, 4).toString()).toBe(format === 'parquet' ? 'PAR1' : 'ARRO');
    if (format !== 'parquet') return;
    const described = await workspace.database.query(`DESCRIBE SELECT * FROM '${file}'`);
    expect([described.column('column_type').slice(0, 2), (await workspace.database.query(`SELECT count(*) FROM '${file}' WHERE v IS NULL`)).rows()]).toEqual([['BIGINT', 'DECIMAL(20,2)'], [[2n]]]);
  });

  it('leaves a file as it was where the statement fails', async () => {
    const file = join(folder, 'kept.txt');
    expect(await lakebook(['sql', '-c', 'SELECT 1 AS a', '-o', file])).toEqual(done(''));
    expect((await lakebook(['sql', '-c', 'SELECT 1 / (id - 2) AS a FROM range(5)', '-o', file])).status).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(' a\n---\n 1\n(1 row)\n');
  });

  it('tells notices behind the rows', async () => {
    expect(await lakebook(['sql', '-c', 'REFRESH TABLE sales.orders'])).toEqual(done('', 'note: REFRESH has no effect here.\n'));
  });
});

describe('signals', () => {
  /** Holds the engine's event loop for minutes, in a function that is written in JavaScript. */
  const DEAF = "SELECT 'begun' AS a; SELECT rlike(repeat('x', 400), 'x*x*x*x*x*x*y(?=x)')";
  const SLOW = "SELECT 'begun' AS a; SELECT count(*) FROM range(100000) a CROSS JOIN range(100000) b";

  it.each([
    { name: 'the first Ctrl-C cancels what runs', sql: SLOW, signals: ['SIGINT'], end: { code: 1, signal: null } },
    { name: 'the second Ctrl-C ends a blocked event loop', sql: DEAF, signals: ['SIGINT', 'SIGINT'], end: { code: null, signal: 'SIGINT' } },
    { name: 'SIGTERM ends a blocked event loop', sql: DEAF, signals: ['SIGTERM'], end: { code: null, signal: 'SIGTERM' } },
  ] as const)('$name', async ({ sql, signals, end }) => {
    const child = start(['sql', '--format', 'csv', '-c', sql]);
    let err = '';
    child.stderr.on('data', (part: Buffer) => (err += String(part)));
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const begunAt = performance.now();
    for (const signal of signals) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill(signal);
    }
    expect(await ended).toEqual(end);
    expect(performance.now() - begunAt).toBeLessThan(10_000);
    if (end.code === 1) expect(err).toMatch(/^\[OPERATION_CANCELED\]/);
  });
});

describe('what is refused', () => {
  it.each([
    { words: ['sql', '-c', 'SELECT nope FROM sales.orders'], status: 1, err: /^\[UNRESOLVED_COLUMN\.WITH_SUGGESTION\] .*Did you mean .*\nline 1, column 8\n {2}SELECT nope FROM sales\.orders\n {9}\^\^\^\^\n$/ },
    { words: ['sql', '-c', 'SELECT 1 +'], status: 1, err: /^\[PARSE_SYNTAX_ERROR\] .*\nline 1, column 11\n {2}SELECT 1 \+\n {12}\^\nExpected: expression\n$/ },
    { words: ['sql', '-c', `SELECT '${'x'.repeat(500)}' AS a, nope`], status: 1, err: /\nline 1, column 517\n {2}…x{148}' AS a, nope\n {159}\^{4}\n$/ },
    { words: ['sql', '-c', 'SELECT 1 / 0'], status: 1, err: /^\[DIVIDE_BY_ZERO\] / },
    { words: ['sql', '-c', 'SELECT 1', '--workspace', '/nowhere'], status: 1, err: /^\[WORKSPACE_NOT_FOUND\] / },
    { words: ['sql', '-c', 'SELECT 1', '-o', '/nowhere/x.csv'], status: 1, err: /^\[EXPORT_FAILED\] / },
    { words: ['sql', '-c', 'SELECT 1', '--attach'], status: 1, err: /^\[HOST_NOT_RUNNING\] / },
    { words: ['table', 'nowhere', '--rows'], status: 1, err: /^\[PATH_NOT_FOUND\] [^\n]*\n$/ },
    { words: ['table', 'sales/orders', '--rows', '--where', '1 = 1) OR (2 = 2'], status: 1, err: /^\[PARSE_SYNTAX_ERROR\] / },
    { words: ['table', 'sales/orders', '--rows', '--columns', 'id,'], status: 2, err: /^\[CLI_USAGE\] --columns/ },
    { words: ['sql', '-c', 'SELECT :x', '--param', 'x:NO TYPE=1'], status: 2, err: /^\[CLI_USAGE\] --param x: "NO TYPE" is no type/ },
    { words: ['sql', '-f', '/'], status: 1, err: /^\[STORAGE_FAILED\] .* \/ failed: EISDIR/ },
    { words: ['sql', '-f', '/nowhere.sql'], status: 1, err: /^\[STORAGE_NOT_FOUND\] / },
    { words: ['fly'], status: 2, err: /^\[CLI_USAGE\] / },
  ])('$words: $err', async ({ words, status, err }) => {
    const run = await lakebook(words);
    expect({ status: run.status, err: run.err }).toEqual({ status, err: expect.stringMatching(err) });
  });
});

describe('table', () => {
  const table = (...words: readonly string[]): Promise<Run> => lakebook(['table', 'sales/orders', ...words, '--format', 'jsonl']);

  it.each([
    { words: ['--rows', '--where', 'id > 1'], rows: [{ id: 2, 'odd, name': 'b' }] },
    { words: ['--rows', '--columns', '"odd, name",ID', '--version', '0'], rows: [{ 'odd, name': 'a', ID: 1 }] },
    { words: ['--rows', '--columns', 'id', '--timestamp', '2024-01-01T00:00:30Z'], rows: [{ id: 1 }] },
    {
      words: ['--changes', '1..'],
      rows: [{ id: 2, 'odd, name': 'b', _change_type: 'insert', _commit_version: 1, _commit_timestamp: '2024-01-01T00:01:00.000000Z' }],
    },
    { words: ['--changes', '2024-01-01T00:00:00Z..0'], rows: [{ id: 1, 'odd, name': 'a', _change_type: 'insert', _commit_version: 0, _commit_timestamp: '2024-01-01T00:00:00.000000Z' }] },
    {
      words: ['--schema'],
      rows: [
        { name: 'id', type: 'bigint', nullable: true, partition: false, comment: 'the key', metadata: { comment: 'the key' } },
        { name: 'odd, name', type: 'string', nullable: true, partition: false, comment: null, metadata: {} },
      ],
    },
  ])('$words', async ({ words, rows }) => {
    expect(objects(await table(...words))).toEqual(rows);
  });

  it('lists live files with what the log says of them', async () => {
    expect(objects(await table('--files', '--version', '0'))).toEqual([
      { path: 'part-00000.parquet', size: 1001, partitionValues: {}, modificationTime: 1704067200000, dvId: null, dvCardinality: null, baseRowId: null, defaultRowCommitVersion: null, clusteringProvider: null, stats: expect.objectContaining({ numRecords: 1 }) },
    ]);
  });

  it('tells the detail as one object', async () => {
    expect(objects(await table('--detail'))).toEqual([
      expect.objectContaining({ version: 1, numFiles: 2, sizeInBytes: 2003, protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['inCommitTimestamp', 'changeDataFeed'] }, txns: [], domains: [] }),
    ]);
  });

  it('tells the history newest first', async () => {
    expect((objects(await table('--history')) as { version: number }[]).map(({ version }) => version)).toEqual([1, 0]);
  });
});

it('prints what is supported', async () => {
  expect((await lakebook(['features', '--format', 'csv'])).out).toContain('deletionVectors,readerWriter,supported');
  expect((await lakebook(['features', '--functions', '--format', 'csv'])).out).toMatch(/^function,group,state,note\n[^]*\nabs,math,exact/);
});

it('prints help and version', async () => {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as { readonly version: string };
  expect((await lakebook(['--help'])).out).toContain('lakebook run NOTEBOOK');
  expect(await lakebook(['--version'])).toEqual(done(`${version}\n`));
});

const notebook = (...sources: readonly string[]): string => {
  const cells = sources.map((source, index) => ({ cell_type: 'code', id: `c${index}`, metadata: {}, execution_count: null, outputs: [], source: [source] }));
  return `${JSON.stringify({ cells, metadata: { language_info: { name: 'sql' } }, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
};
interface WrittenCell {
  readonly execution_count: number | null;
  readonly outputs: readonly { readonly data: Readonly<Record<string, unknown>> }[];
}
const readCells = async (file: string): Promise<readonly WrittenCell[]> => (JSON.parse(await readFile(file, 'utf8')) as { readonly cells: readonly WrittenCell[] }).cells;
const texts = (cells: readonly WrittenCell[]): unknown[] => cells.map(({ outputs }) => outputs.map(({ data }) => (data['text/plain'] as string[]).join('')));

describe('run', () => {
  it('runs the cells in one session and writes the notebook with their outputs', async () => {
    const [source, target] = [join(workspace.root, 'a.ipynb'), join(folder, 'out.ipynb')];
    await writeFile(source, notebook('USE sales', '%%python\nprint(1)', 'SELECT id FROM orders ORDER BY id'));
    expect(await lakebook(['run', source, '-o', target])).toEqual(done(`2 cells ran; written to ${target}\n`, 'note: 1 cell of another language than SQL left as found; SQL begins with %%sql.\n'));
    const cells = await readCells(target);
    expect([texts(cells), cells.map((cell) => cell.execution_count)]).toEqual([[[], [], [' id\n----\n  1\n  2\n(2 rows)\n']], [1, null, 2]]);
    expect(await readFile(source, 'utf8')).toBe(notebook('USE sales', '%%python\nprint(1)', 'SELECT id FROM orders ORDER BY id'));
  });

  it('stops at the first cell that fails, and writes that too', async () => {
    const source = join(workspace.root, 'b.ipynb');
    await writeFile(source, notebook('SELECT 1 AS a', 'SELECT 1 / 0', 'SELECT 3'));
    const { status, err } = await lakebook(['run', source]);
    expect([status, err]).toEqual([1, expect.stringMatching(/^\[DIVIDE_BY_ZERO\] .*\ncell 2 of .*b\.ipynb\nline 1, column 8\n/)]);
    expect(texts(await readCells(source))).toEqual([[' a\n---\n 1\n(1 row)\n'], [expect.stringMatching(/^\[DIVIDE_BY_ZERO\]/)], []]);
  });
});

describe('with --attach', () => {
  let host: ChildProcess;
  beforeAll(async () => {
    host = spawn(process.execPath, ['--no-warnings', HOST, '--workspace', workspace.root], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LAKEBOOK_STATE: join(folder, 'state') } });
    await new Promise((resolve) => host.stdout?.once('data', resolve));
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => host.once('exit', resolve));
    host.kill('SIGTERM');
    await ended;
  });

  it('runs statements in the host and prints all their rows', async () => {
    expect(await lakebook(['sql', '--attach', '-c', "USE sales; SELECT id, '' AS e, NULL AS n FROM orders ORDER BY id; SELECT 1 AS one"])).toEqual(
      done(' id | e | n\n----+---+------\n  1 |   | NULL\n  2 |   | NULL\n(2 rows)\n one\n-----\n   1\n(1 row)\n'),
    );
    expect(await lakebook(['sql', '--attach', '--format', 'jsonl', '-c', 'SELECT id FROM sales.orders WHERE id = 2'])).toEqual(done('{"id":2}\n'));
  });

  it('tells errors of the host as its own', async () => {
    const { status, err } = await lakebook(['sql', '--attach', '-c', 'SELECT nope FROM sales.orders']);
    expect([status, err]).toEqual([1, expect.stringMatching(/^\[UNRESOLVED_COLUMN\.WITH_SUGGESTION\] .*\nline 1, column 8\n {2}SELECT nope/)]);
  });

  it('runs a notebook there', async () => {
    const [source, target] = [join(workspace.root, 'c.ipynb'), join(folder, 'attached.ipynb')];
    await writeFile(source, notebook('SELECT count(*) AS n FROM sales.orders'));
    expect(await lakebook(['run', source, '-o', target, '--attach'])).toEqual(done(`1 cells ran; written to ${target}\n`));
    expect(texts(await readCells(target))).toEqual([[' n\n---\n 2\n(1 row)\n']]);
  });
});
