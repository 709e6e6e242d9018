import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LakebookError } from '../base/errors.ts';
import type { StatementText } from './queryEngine.ts';
import { TestWorkspace } from './testWorkspace.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
beforeEach(() => {
  workspace.session = workspace.engine.createSession();
});
afterAll(() => workspace.dispose());

/** The error's class, and the part of the text that it points at. */
async function failureOf(text: string): Promise<readonly [string, string | undefined]> {
  const error: unknown = await workspace.run(text).catch((failure: unknown) => failure);
  if (!(error instanceof LakebookError)) throw new Error(`no error but ${String(error)}`);
  return [error.code, error.span && text.slice(error.span.start, error.span.end)];
}

const FAILURES: readonly (readonly [sql: string, code: string, guilty: string])[] = [
  ['SET VAR nope = 1', 'UNRESOLVED_VARIABLE', 'nope'],
  ['DECLARE foo.v INT', 'UNRESOLVED_VARIABLE', 'foo.v'],
  ['DROP TEMPORARY VARIABLE nope', 'VARIABLE_NOT_FOUND', 'nope'],
  ['DECLARE v INT; DECLARE v INT', 'VARIABLE_ALREADY_EXISTS', 'DECLARE v INT'],
  ['DECLARE v', 'INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED', 'DECLARE v'],
  ['DECLARE v INT DEFAULT (SELECT 1)', 'INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION', '(SELECT 1)'],
  ['DECLARE v, w INT; SET VAR (v, v) = (SELECT 1, 2)', 'DUPLICATE_ASSIGNMENTS', 'v'],
  ['DECLARE v, w INT; SET VAR (v, w) = (SELECT 1)', 'ASSIGNMENT_ARITY_MISMATCH', 'SET VAR (v, w) = (SELECT 1)'],
  ['DECLARE v INT; SET VAR (v) = (SELECT * FROM VALUES (1), (2))', 'ROW_SUBQUERY_TOO_MANY_ROWS', 'SET VAR (v) = (SELECT * FROM VALUES (1), (2))'],
  ["DECLARE v INT; SET VAR v = 'abc'", 'CAST_INVALID_INPUT', "'abc'"],
  ['SELECT :x', 'UNBOUND_SQL_PARAMETER', ':x'],
  ['SELECT ?', 'UNBOUND_SQL_PARAMETER', '?'],
  ['SELECT IDENTIFIER(5)', 'NOT_A_CONSTANT_STRING.WRONG_TYPE', '5'],
  ['SELECT IDENTIFIER(CAST(NULL AS STRING))', 'NOT_A_CONSTANT_STRING.NULL', 'CAST(NULL AS STRING)'],
  ['SELECT IDENTIFIER(a) FROM VALUES (1) AS v(a)', 'NOT_A_CONSTANT_STRING.NOT_CONSTANT', 'a'],
  ["SELECT IDENTIFIER('a..b')", 'PARSE_SYNTAX_ERROR', "'a..b'"],
  ["EXECUTE IMMEDIATE 'SELECT :a, :b' USING 1 AS a, 2", 'ALL_PARAMETERS_MUST_BE_NAMED', '2'],
  ["EXECUTE IMMEDIATE 'SELECT :a, ?' USING 1 AS a", 'INVALID_QUERY_MIXED_QUERY_PARAMETERS', "'SELECT :a, ?'"],
  ["EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE \"SELECT 1\"'", 'NESTED_EXECUTE_IMMEDIATE', "'EXECUTE IMMEDIATE \"SELECT 1\"'"],
  ["EXECUTE IMMEDIATE 'BEGIN SELECT 1; END'", 'SQL_SCRIPT_IN_EXECUTE_IMMEDIATE', "'BEGIN SELECT 1; END'"],
  ["DECLARE v INT; EXECUTE IMMEDIATE 'SET VAR v = 1' INTO v", 'INVALID_STATEMENT_FOR_EXECUTE_INTO', "'SET VAR v = 1'"],
  ['EXECUTE IMMEDIATE CAST(NULL AS STRING)', 'NULL_QUERY_STRING_EXECUTE_IMMEDIATE', 'CAST(NULL AS STRING)'],
  ['EXECUTE IMMEDIATE 5', 'INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE', '5'],
  ["EXECUTE IMMEDIATE 'SELECT nope'", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', "'SELECT nope'"],
  ["EXECUTE IMMEDIATE 'SELECT 1/0'", 'DIVIDE_BY_ZERO', "'SELECT 1/0'"],
  ["BEGIN DECLARE x INT DEFAULT 4; EXECUTE IMMEDIATE 'SELECT x'; END", 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', "'SELECT x'"],
  ['BEGIN SELECT 1; SELECT 2 + nope; END', 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', 'nope'],
  ['BEGIN SELECT 1; SELECT 5 + 1/0; END', 'DIVIDE_BY_ZERO', '1/0'],
  ['BEGIN IF 1 THEN SELECT 1; END IF; END', 'INVALID_BOOLEAN_STATEMENT', '1'],
  ['BEGIN REPEAT SELECT 1; UNTIL NULL END REPEAT; END', 'INVALID_BOOLEAN_STATEMENT', 'NULL'],
  ["BEGIN DECLARE c CONDITION FOR SQLSTATE '00000'; END", 'INVALID_SQLSTATE', "SQLSTATE '00000'"],
  ["BEGIN DECLARE c CONDITION; DECLARE c CONDITION; END", 'DUPLICATE_CONDITION_IN_SCOPE', 'DECLARE c CONDITION'],
  ['BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; END', 'DUPLICATE_EXCEPTION_HANDLER.CONDITION', 'SQLEXCEPTION'],
  ["BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '22012' BEGIN END; DECLARE EXIT HANDLER FOR SQLSTATE '22012' BEGIN END; END", 'DUPLICATE_EXCEPTION_HANDLER.SQLSTATE', "SQLSTATE '22012'"],
  ['BEGIN DECLARE EXIT HANDLER FOR nope BEGIN END; END', 'INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND', 'nope'],
  ['BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION, DIVIDE_BY_ZERO BEGIN END; END', 'INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION', 'SQLEXCEPTION'],
  ["BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '22012', SQLSTATE '22012' BEGIN END; END", 'INVALID_HANDLER_DECLARATION.DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION', "SQLSTATE '22012'"],
  ['BEGIN DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO, DIVIDE_BY_ZERO BEGIN END; END', 'INVALID_HANDLER_DECLARATION.DUPLICATE_CONDITION_IN_HANDLER_DECLARATION', 'DIVIDE_BY_ZERO'],
  ['BEGIN SELECT 1; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; END', 'INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION', 'DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END'],
  ['BEGIN SELECT 1; DECLARE x INT; END', 'INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING', 'DECLARE x INT'],
  ['BEGIN DECLARE session.x INT; END', 'INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE', 'DECLARE session.x INT'],
  ['BEGIN DECLARE OR REPLACE x INT; END', 'INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE', 'DECLARE OR REPLACE x INT'],
  ['BEGIN LEAVE l; END', 'INVALID_LABEL_USAGE.DOES_NOT_EXIST', 'l'],
  ['BEGIN a: BEGIN ITERATE a; END; END', 'INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND', 'a'],
  ['BEGIN l: LOOP LEAVE l; END LOOP x; END', 'LABELS_MISMATCH', 'x'],
  ['BEGIN BEGIN SELECT 1; END x; END', 'END_LABEL_WITHOUT_BEGIN_LABEL', 'x'],
  ['BEGIN l: LOOP l: LOOP LEAVE l; END LOOP; END LOOP; END', 'LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS', 'l'],
  ['BEGIN DROP TEMPORARY VARIABLE x; END', 'UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE', 'DROP'],
  ["BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'boo'; END", 'USER_RAISED_EXCEPTION', "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'boo'"],
  ["BEGIN DECLARE c CONDITION FOR SQLSTATE '45678'; SIGNAL c; END", 'USER_RAISED_CONDITION', 'SIGNAL c'],
  ['BEGIN RESIGNAL; END', 'RESIGNAL_WITHOUT_ACTIVE_HANDLER', 'RESIGNAL'],
  ['REMOVE WIDGET w', 'WIDGET_NOT_FOUND', 'w'],
  ["CREATE WIDGET DROPDOWN w DEFAULT 'c' CHOICES ('a', 'b')", 'WIDGET_DEFAULT_NOT_A_CHOICE', "CREATE WIDGET DROPDOWN w DEFAULT 'c' CHOICES ('a', 'b')"],
];

describe('variables, parameters and scripts that fail', () => {
  it.each(FAILURES)('%s: %s', async (sql, code, guilty) => {
    expect(await failureOf(sql)).toEqual([code, guilty]);
  });
});

describe('conditions as Databricks has them', () => {
  it.each([
    ['goes on behind the failed statement', "BEGIN DECLARE x = 0; DECLARE CONTINUE HANDLER FOR DIVIDE_BY_ZERO SET x = 5; SELECT 1/0; SELECT x + 1 AS y; END", [[6]]],
    ['goes on behind an IF whose condition failed', "BEGIN DECLARE x = 0; DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET x = x + 100; IF 1/0 > 1 THEN SELECT 'then'; ELSE SELECT 'else'; END IF; SELECT x; END", [[100]]],
    ['handles a signalled condition by its name', "BEGIN DECLARE c CONDITION FOR SQLSTATE '45678'; DECLARE EXIT HANDLER FOR c SELECT 'by name' AS a; SIGNAL c; END", [['by name']]],
    ['handles a signalled state', "BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '45678' SELECT 'by state' AS a; SIGNAL SQLSTATE '45678'; END", [['by state']]],
    ['handles NOT FOUND alone by its handler', "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 'exception' AS a; DECLARE EXIT HANDLER FOR NOT FOUND SELECT 'not found' AS a; SIGNAL SQLSTATE '02000'; END", [['not found']]],
    ['hands on what a handler resignals', "BEGIN DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO SELECT 'outer' AS a; BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION RESIGNAL; SELECT 1/0; END; END", [['outer']]],
    [
      'tells what is handled',
      "BEGIN DECLARE m, s, c STRING; DECLARE n BIGINT; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN GET DIAGNOSTICS CONDITION 1 m = MESSAGE_TEXT, s = RETURNED_SQLSTATE, c = CONDITION_IDENTIFIER, n = LINE_NUMBER; SELECT m, s, c, n; END; SIGNAL SQLSTATE '45678' SET MESSAGE_TEXT = 'boo'; END",
      [['boo', '45678', 'USER_RAISED_EXCEPTION', 1n]],
    ],
    ['leaves a loop out of a handler', "BEGIN l: LOOP BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION LEAVE l; SELECT 1/0; END; END LOOP; SELECT 'left' AS a; END", [['left']]],
    ['lets a label stand before the whole script', 'o: BEGIN DECLARE x = 5; BEGIN DECLARE x = 6; SET o.x = 7; END; SELECT x; END o', [[7]]],
  ])('%s', async (_, sql, rows) => {
    expect((await workspace.run(sql)).rows).toEqual(rows);
  });
});

describe('parameters', () => {
  it.each([
    ['SELECT :n + 1', { n: { value: '41', type: 'INT' } }, 'int', [[42]]],
    ['SELECT :s', { s: { value: "it's" } }, 'string', [["it's"]]],
    ['SELECT :d', { d: { value: '2024-03-01', type: 'DATE' } }, 'date', [['2024-03-01']]],
    ['SELECT id FROM range(10) LIMIT :n', { n: { value: '2', type: 'INT' } }, 'bigint', [[0n], [1n]]],
    ['SELECT IDENTIFIER(:f)(-3), IDENTIFIER(:c) FROM VALUES (7) AS v(a)', { f: { value: 'abs' }, c: { value: 'v.a' } }, 'int, a int', [[3, 7]]],
    ["SELECT ${n} * 2, 'x${n}y'", { n: { value: '21' } }, 'int', [[42, 'x21y']]],
    ['SELECT {{ c }} FROM VALUES (7) AS v(a)', { c: { value: 'a' } }, 'int', [[7]]],
  ])('%s', async (sql, parameters, type, rows) => {
    workspace.session.parameters.give(parameters);
    const answer = await workspace.run(sql);
    expect(answer.rows.map((row) => row.map((cell) => (cell instanceof Date ? cell.toISOString() : cell)))).toEqual(rows);
    expect(answer.columns).toContain(type);
  });

  it('names what USE goes to', async () => {
    workspace.session.parameters.give({ s: { value: 'default' } });
    expect((await workspace.run('USE IDENTIFIER(:s); SELECT current_schema()')).rows).toEqual([['default']]);
    expect(await failureOf("USE SCHEMA IDENTIFIER('no' || 'where')")).toEqual(['SCHEMA_NOT_FOUND', "USE SCHEMA IDENTIFIER('no' || 'where')"]);
  });

  it('takes no code out of a text box', async () => {
    workspace.session.parameters.give({ w: { value: '1) OR (1 = 1' } });
    expect(await failureOf('SELECT ${w}')).toEqual(['UNSUPPORTED_FEATURE.LOCAL_ENGINE', '${w}']);
    workspace.session.parameters.give({ w: { value: "x' OR '1" } });
    expect(await failureOf("SELECT '${w}'")).toEqual(['UNSUPPORTED_FEATURE.LOCAL_ENGINE', "'${w}'"]);
  });

  it('takes the values of widgets, and those of a run before them', async () => {
    await workspace.run("CREATE WIDGET TEXT w DEFAULT 'a'");
    expect((await workspace.run('SELECT :w')).rows).toEqual([['a']]);
    workspace.session.parameters.give({ w: { value: 'b' } });
    expect((await workspace.run('SELECT :w')).rows).toEqual([['b']]);
    const { statement } = await workspace.run("CREATE WIDGET DROPDOWN d DEFAULT 'x' CHOICES SELECT * FROM VALUES ('x'), ('y')");
    expect(statement.widget).toEqual({ kind: 'create', name: 'd', widget: 'dropdown', initial: 'x', choices: ['x', 'y'] });
    await workspace.run('REMOVE WIDGET w');
    expect(await failureOf('SELECT :w')).toEqual(['UNBOUND_SQL_PARAMETER', ':w']);
  });
});

describe('the course of a script', () => {
  /** Runs a script's steps without their rows; the texts of its statements. */
  async function textsOf(script: string, signal: AbortSignal = new AbortController().signal): Promise<{ readonly texts: readonly string[]; readonly error: unknown }> {
    const [statement] = workspace.engine.split(script, 'spark') as [StatementText];
    const texts: string[] = [];
    const steps = workspace.engine.steps(statement, workspace.session, signal);
    let next = await steps.next();
    while (next.done !== true) {
      texts.push(`${next.value.kind} ${next.value.statement.text}`);
      next = await steps.next(undefined);
    }
    return { texts, error: next.value };
  }

  it('hands out each statement in its turn', async () => {
    const { texts } = await textsOf('BEGIN DECLARE i = 0; WHILE i < 2 DO SET i = i + 1; SELECT i; END WHILE; USE default; END');
    expect(texts).toEqual(['run SELECT i', 'run SELECT i', 'run USE default']);
  });

  it('is interrupted in a loop that does nothing, and lets others run meanwhile', async () => {
    const controller = new AbortController();
    let ticks = 0;
    const ticking = setInterval(() => {
      if (++ticks === 3) controller.abort();
    }, 10);
    const { error } = await textsOf('BEGIN DECLARE x = 0; DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET x = 1; WHILE true DO SET x = x; END WHILE; END', controller.signal);
    clearInterval(ticking);
    expect(error).toMatchObject({ code: 'OPERATION_CANCELED' });
    expect(workspace.session.variables.frameCount).toBe(0);
  });

  it('reads the rows of FOR as they are wanted', async () => {
    const startedAtMs = performance.now();
    const { rows } = await workspace.run('BEGIN DECLARE s = 0L; l: FOR r AS SELECT id FROM range(1000000000) DO SET s = s + r.id; IF r.id >= 50 THEN LEAVE l; END IF; END FOR; SELECT s; END');
    expect(rows).toEqual([[1275n]]);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });
});
