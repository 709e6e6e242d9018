import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestWorkspace } from '../testWorkspace.ts';

let workspace: TestWorkspace;
const NO_SIGNAL = new AbortController().signal;
const ORDERS = [{ name: 'id', type: 'long', comment: 'Its number.' }, { name: 'amount', type: 'double' }];

beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.writeTable('sales/orders', { columns: ORDERS, commits: [{ add: [{ select: 'SELECT range AS id, 1.5::DOUBLE AS amount FROM range(7)' }] }] });
  await workspace.writeTable('people', { columns: [{ name: 'id', type: 'long' }], commits: [{}] });
});
afterAll(() => workspace.dispose());

function place(withBar: string): { readonly text: string; readonly offset: number } {
  return { text: withBar.replace('¦', ''), offset: withBar.indexOf('¦') };
}

describe('language service', () => {
  it('tells of a table by its log: version, rows, files', async () => {
    const { language } = workspace.engine;
    const hover = await language.hover(place('SELECT 1;\nSELECT * FROM sales.ord¦ers'), workspace.session, NO_SIGNAL);
    expect(hover).toEqual({ start: 30, end: 36, contents: expect.stringMatching(/sales\.orders[\s\S]*version 0 · 7 rows · 1 file[\s\S]*id bigint -- Its number\./) });
  });

  it('keeps places in the whole text', async () => {
    const { language } = workspace.engine;
    const text = 'SELECT 1;\nWITH c AS (SELECT id FROM people) SELECT * FROM ¦c';
    expect(await language.definition(place(text), workspace.session, NO_SIGNAL)).toEqual({ start: 15, end: 16 });
    expect(await language.references(place(text), workspace.session, NO_SIGNAL)).toEqual([{ start: 15, end: 16, definition: true }, { start: 58, end: 59, definition: false }]);
    expect(await language.renameRange(place(text), workspace.session, NO_SIGNAL)).toEqual({ kind: 'name', name: 'c', start: 58, end: 59 });
    expect(await language.rename(place(text), 'd', workspace.session, NO_SIGNAL)).toEqual({ kind: 'edits', edits: [{ start: 15, end: 16, text: 'd' }, { start: 58, end: 59, text: 'd' }] });
    expect((await language.tokens(text.replace('¦', ''), workspace.session, NO_SIGNAL)).map(({ start, kind }) => `${kind}@${start}`)).toEqual(['table@15', 'column@28', 'table@36', 'table@58']);
    expect(language.signature(place('SELECT 1;\nSELECT lpad(¦'), workspace.session)).toMatchObject({ active: 0, activeParameter: 0 });
  });

  it('keeps files apart whose paths differ by case', async () => {
    await writeFile(join(workspace.root, 'a.csv'), 'lower\n1\n');
    await writeFile(join(workspace.root, 'A.csv'), 'upper\n1\n');
    const columns = async (file: string): Promise<readonly string[]> => {
      const { items } = await workspace.engine.language.complete(place(`SELECT f.¦ FROM read_files('${file}', format => 'csv', header => true) f`), 'spark', workspace.session, NO_SIGNAL);
      return items.map(({ label }) => label).filter((label) => label === 'lower' || label === 'upper');
    };
    expect([await columns('a.csv'), await columns('A.csv')]).toEqual([['lower'], ['upper']]);
  });

  it('looks names up where the session stands', async () => {
    await workspace.run('USE sales');
    const { items } = await workspace.engine.language.complete(place('SELECT am¦ FROM orders'), 'spark', workspace.session, NO_SIGNAL);
    await workspace.run('USE default');
    expect(items[0]).toMatchObject({ kind: 'column', label: 'amount', detail: 'double' });
  });

  it('knows the views and functions of the session', async () => {
    const { language } = workspace.engine;
    const { session } = workspace;
    await workspace.run("CREATE TEMPORARY VIEW cheap AS SELECT id AS number, amount FROM sales.orders WHERE amount < 2");
    await workspace.run("CREATE TEMPORARY FUNCTION twice(x INT COMMENT 'what') RETURNS BIGINT COMMENT 'Double it' RETURN x * 2");
    const labels = async (text: string): Promise<readonly string[]> => (await language.complete(place(text), 'spark', session, NO_SIGNAL)).items.map(({ label }) => label);
    expect(await labels('SELECT * FROM ch¦')).toContain('cheap');
    expect(await labels('SELECT c.¦ FROM cheap c')).toEqual(['number', 'amount']);
    expect(await labels('SELECT tw¦')).toContain('twice');
    expect(await language.hover(place('SELECT nu¦mber FROM cheap'), session, NO_SIGNAL)).toMatchObject({ contents: expect.stringContaining('number bigint') });
    expect(await language.hover(place('SELECT tw¦ice(1)'), session, NO_SIGNAL)).toMatchObject({ contents: expect.stringContaining('returns BIGINT') });
    expect(await language.hover(place('SELECT twice(1) AS t ORDER BY ¦t'), session, NO_SIGNAL)).toMatchObject({ contents: expect.stringContaining('t bigint') });
    expect(language.signature(place('SELECT twice(¦'), session)?.signatures.map(({ label }) => label)).toEqual(['twice(x INT)']);
  });

  const SCRIPT = "DECLARE top INT DEFAULT 3;\nBEGIN\n  DECLARE n BIGINT DEFAULT 1;\n  l: BEGIN\n    DECLARE n STRING DEFAULT 'x';\n    SELECT n;\n  END;\n  FOR r AS SELECT id FROM people DO SELECT r.id; END FOR;\n  WHILE n < top DO\n    SET n = n + 1;\n    SELECT id + n + top AS s FROM people;\n  END WHILE;\nEND;\nCREATE WIDGET TEXT day DEFAULT '1';\nSELECT * FROM people WHERE id = :day";
  const nth = (word: string, count: number): number => [...SCRIPT.matchAll(new RegExp(`\\b${word}\\b`, 'g'))][count]!.index;
  it.each([
    { name: 'a variable of the session in a query', at: nth('top', 2), shows: 'top int', tells: 'Variable of the session', defined: nth('top', 0) },
    { name: 'a variable of the session in the head of a loop', at: nth('top', 1), shows: 'top int', tells: 'Variable of the session', defined: nth('top', 0) },
    { name: 'a variable of a script in a query', at: nth('n', 6), shows: 'n bigint', tells: 'Variable of a script', defined: nth('n', 0) },
    { name: 'a variable of a script that is set', at: nth('n', 4), shows: 'n bigint', tells: 'Variable of a script', defined: nth('n', 0) },
    { name: 'a variable of a block inside', at: nth('n', 2), shows: 'n string', tells: 'Variable of a script', defined: nth('n', 1) },
    { name: 'a declaration itself', at: nth('n', 0), shows: 'n bigint', tells: 'Variable of a script', defined: nth('n', 0) },
    { name: 'the row of a FOR', at: nth('r', 0), shows: 'r ', tells: 'Row of a FOR loop', defined: nth('r', 0) },
    { name: 'a parameter with a widget', at: nth('day', 1), shows: ':day', tells: 'Parameter', defined: nth('day', 0) },
  ])('tells of $name', async ({ at, shows, tells, defined }) => {
    const { language } = workspace.engine;
    const session = workspace.engine.createSession();
    const hover = await language.hover({ text: SCRIPT, offset: at }, session, NO_SIGNAL);
    expect(hover?.contents).toContain(shows);
    expect(hover?.contents).toContain(tells);
    expect((await language.definition({ text: SCRIPT, offset: at }, session, NO_SIGNAL))?.start).toBe(defined);
  });

  it('finds the uses of a variable, and not those of another one of its name', async () => {
    const uses = await workspace.engine.language.references({ text: SCRIPT, offset: nth('n', 6) }, workspace.engine.createSession(), NO_SIGNAL);
    expect(uses.map(({ start, definition }) => [start, definition])).toEqual([0, 3, 4, 5, 6].map((count) => [nth('n', count), count === 0]));
  });

  it.each([
    { name: 'a query', text: 'DECLARE total INT; SELECT to¦ FROM people', holds: ['variable total'] },
    { name: 'a query of a script', text: 'BEGIN DECLARE total INT; SELECT to¦ FROM people; END', holds: ['variable total'] },
    { name: 'the head of a loop', text: 'BEGIN DECLARE total INT; WHILE to¦', holds: ['variable total'] },
    { name: 'an assignment', text: 'DECLARE total INT; SET VAR to¦', holds: ['variable total'] },
    { name: 'a name with its schema', text: 'DECLARE total INT; SELECT session.¦', holds: ['variable total'] },
    { name: 'a parameter', text: 'SELECT :¦', holds: ['parameter shop', 'parameter area'] },
    { name: 'another block', text: 'BEGIN BEGIN DECLARE total INT; END; SELECT to¦ FROM people; END', holds: [] },
    { name: 'a statement before its declaration', text: 'SELECT to¦ FROM people; DECLARE total INT', holds: [] },
    { name: 'what ran before', text: 'SELECT li¦ FROM people', holds: ['variable limited'] },
  ])('offers variables and parameters in $name', async ({ text, holds }) => {
    const session = workspace.engine.createSession();
    session.parameters.give({ shop: { value: 'Oslo' } });
    session.parameters.setWidget('area', 'north');
    workspace.session = session;
    await workspace.run('DECLARE limited INT DEFAULT 1');
    const { items } = await workspace.engine.language.complete(place(text), 'spark', session, NO_SIGNAL);
    const offered = items.filter(({ kind }) => kind === 'variable' || kind === 'parameter').map(({ kind, label }) => `${kind} ${label}`);
    expect(offered.filter((each) => holds.includes(each) || each === 'variable total').sort()).toEqual([...holds].sort());
  });

  it('knows the information schema', async () => {
    const { language } = workspace.engine;
    const { session } = workspace;
    const labels = async (text: string): Promise<readonly string[]> => (await language.complete(place(text), 'spark', session, NO_SIGNAL)).items.map(({ label }) => label);
    expect(await labels('SELECT * FROM inf¦')).toContain('information_schema');
    expect(await labels('SELECT * FROM information_schema.¦')).toEqual(['catalogs', 'check_constraints', 'columns', 'information_schema_catalog_name', 'parameters', 'routine_columns', 'routines', 'schemata', 'table_constraints', 'tables', 'views']);
    expect(await labels('SELECT * FROM system.¦')).toEqual(['information_schema']);
    expect(await labels('SELECT c.¦ FROM system.information_schema.columns c')).toEqual(expect.arrayContaining(['table_schema', 'column_name', 'full_data_type']));
    expect(await labels('SELECT * FROM information_schema.tables WHERE last_a¦')).toEqual(expect.arrayContaining(['last_altered', 'last_altered_by']));
    expect(await language.hover(place('SELECT * FROM information_schema.tab¦les'), session, NO_SIGNAL)).toMatchObject({ contents: expect.stringMatching(/spark_catalog\.information_schema\.tables[\s\S]*Tables and views[\s\S]*table_name string -- Name of the table or view\./) });
    expect(await language.hover(place('SELECT data_t¦ype FROM information_schema.columns'), session, NO_SIGNAL)).toMatchObject({ contents: expect.stringContaining('data_type string') });
  });

  it('sees a column that a newer version of the table has', async () => {
    const { language } = workspace.engine;
    const columns = async (): Promise<readonly string[]> => (await language.complete(place('SELECT g.¦ FROM growing g'), 'spark', workspace.session, NO_SIGNAL)).items.map(({ label }) => label);
    await workspace.writeTable('growing', { columns: [{ name: 'a', type: 'long' }], commits: [{}] });
    expect(await columns()).toEqual(['a']);
    await workspace.writeTable('growing', { columns: [{ name: 'a', type: 'long' }, { name: 'b', type: 'long' }], commits: [{}, {}] });
    await expect.poll(columns, { timeout: 10_000, interval: 300 }).toEqual(['a', 'b']);
  });

  it('offers neither functions of Spark nor their calls in DuckDB’s dialect', async () => {
    const { items } = await workspace.engine.language.complete(place('SELECT ¦ FROM people'), 'duckdb', workspace.session, NO_SIGNAL);
    expect(items.filter(({ kind }) => kind === 'function')).toEqual([]);
    expect(items.map(({ label }) => label)).toContain('id');
  });

  it('ends with the interest of who asked', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(workspace.engine.language.complete(place('SELECT ¦ FROM people'), 'spark', workspace.session, abort.signal)).rejects.toThrow();
  });
});
