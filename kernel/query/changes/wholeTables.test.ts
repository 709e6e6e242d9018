import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable();
const { run, rowsOf, codeOf } = table;

const NUMBERS = "CREATE TABLE @ AS SELECT id, concat('n', id) AS name FROM range(3)";

describe('RESTORE and TRUNCATE', () => {
  it('[ALTER-8] brings a version back: rows, columns and properties', async () => {
    await run(`${NUMBERS}; DELETE FROM @ WHERE id = 1; ALTER TABLE @ ADD COLUMN x INT; ALTER TABLE @ SET TBLPROPERTIES (mine='1'); INSERT INTO @ VALUES (9, 'n', 9)`);
    const answer = await run('RESTORE TABLE @ TO VERSION AS OF 0');
    expect(answer.columns).toBe('table_size_after_restore bigint, num_of_files_after_restore bigint, num_removed_files bigint, num_restored_files bigint, removed_files_size bigint, restored_files_size bigint');
    expect(answer.rows[0]?.slice(1, 4).map(Number)).toEqual([1, 2, 1]);
    expect([(await run('SELECT * FROM @')).columns, await rowsOf(), await rowsOf("SHOW TBLPROPERTIES @ ('mine')")]).toEqual(['id bigint, name string', [[0, 'n0'], [1, 'n1'], [2, 'n2']], [['mine', expect.stringContaining('does not have property')]]]);
    const [history] = await rowsOf('DESCRIBE HISTORY @ LIMIT 1');
    expect(history).toEqual(expect.arrayContaining(['RESTORE']));
    await run("INSERT INTO @ VALUES (3, 'n3')");
    expect(await rowsOf('SELECT count(*) FROM @ VERSION AS OF 4')).toEqual([[3]]);
  });

  it('brings the state of a time back', async () => {
    await run(`${NUMBERS}; DELETE FROM @`);
    const log = join(table.folder, '_delta_log');
    for (const [version, atMs] of [[0, 1_700_000_000_000], [1, 1_700_000_060_000]] as const) utimesSync(join(log, `${String(version).padStart(20, '0')}.json`), atMs / 1000, atMs / 1000);
    await run("RESTORE TABLE @ TO TIMESTAMP AS OF '2023-11-14 22:13:20'");
    expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[3]]);
  });

  it('[ALTER-8] never gives an identity value out twice, whatever is restored', async () => {
    await run("CREATE TABLE @ (n BIGINT GENERATED ALWAYS AS IDENTITY, x INT); INSERT INTO @ (x) VALUES (1); INSERT INTO @ (x) VALUES (2); RESTORE TABLE @ TO VERSION AS OF 1; INSERT INTO @ (x) VALUES (3)");
    expect(await rowsOf()).toEqual([[1, 1], [3, 3]]);
  });

  it('empties a table', async () => {
    await run(`${NUMBERS}; TRUNCATE TABLE @`);
    expect([await rowsOf(), (await rowsOf('DESCRIBE HISTORY @ LIMIT 1'))[0]]).toEqual([[], expect.arrayContaining(['TRUNCATE'])]);
  });

  it.each([
    { table: `${NUMBERS}; DELETE FROM @ WHERE id = 1`, sql: 'RESTORE TABLE @ TO VERSION AS OF 7', code: 'DELTA_VERSION_NOT_FOUND' },
    { table: `${NUMBERS}; ALTER TABLE @ SET TBLPROPERTIES ('delta.appendOnly'='true'); INSERT INTO @ VALUES (1, 'x')`, sql: 'RESTORE TABLE @ TO VERSION AS OF 0', code: 'DELTA_CANNOT_MODIFY_APPEND_ONLY' },
    { table: `${NUMBERS}; ALTER TABLE @ SET TBLPROPERTIES ('delta.appendOnly'='true')`, sql: 'TRUNCATE TABLE @', code: 'DELTA_CANNOT_MODIFY_APPEND_ONLY' },
    { table: 'CREATE TABLE @ (a INT, p INT) PARTITIONED BY (p)', sql: 'TRUNCATE TABLE @ PARTITION (p = 1)', code: 'DELTA_TRUNCATE_TABLE_PARTITION_NOT_SUPPORTED' },
  ])('refuses $sql', async ({ table, sql, code }) => {
    await run(table);
    expect(await codeOf(sql)).toBe(code);
  });

  it('refuses to restore what is gone', async () => {
    await run(`${NUMBERS}; TRUNCATE TABLE @`);
    for (const name of readdirSync(table.folder)) if (name.endsWith('.parquet')) rmSync(join(table.folder, name));
    expect(await codeOf('RESTORE TABLE @ TO VERSION AS OF 0')).toBe('DELTA_RESTORE_FILES_MISSING');
  });
});

describe('tables and schemas as folders', () => {
  it('drops a table and brings it back, by name and by id', async () => {
    await run(NUMBERS);
    const id = (JSON.parse(readFileSync(join(table.folder, '_delta_log', '00000000000000000000.json'), 'utf8').split('\n').find((line) => line.startsWith('{"metaData"')) ?? '') as { readonly metaData: { readonly id: string } }).metaData.id;
    for (const back of ['UNDROP TABLE @', `UNDROP TABLE WITH ID '${id}'`]) {
      await run('DROP TABLE @');
      expect([existsSync(table.folder), await codeOf('SELECT * FROM @')]).toEqual([false, 'TABLE_OR_VIEW_NOT_FOUND']);
      await run(back);
      expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[3]]);
    }
    await run('DROP TABLE @; CREATE TABLE @ (other INT)');
    expect([await codeOf('UNDROP TABLE @'), (await run('SELECT * FROM @')).columns]).toEqual(['TABLE_OR_VIEW_ALREADY_EXISTS', 'other int']);
    await run('DROP TABLE @ PURGE; UNDROP TABLE @');
    expect((await run('SELECT * FROM @')).columns).toBe('id bigint, name string');
  });

  it('leaves links and whatever is no table of its own alone', async () => {
    await run(NUMBERS);
    symlinkSync(table.folder, join(table.workspace.root, `${table.name}link`));
    mkdirSync(join(table.workspace.root, `${table.name}outside`));
    expect([await codeOf('DROP TABLE @link'), await codeOf('DROP TABLE @outside'), await codeOf(`DROP TABLE delta.\`${table.folder}\``), await rowsOf('SELECT count(*) FROM @')]).toEqual(['TABLE_NOT_DROPPABLE', 'TABLE_OR_VIEW_NOT_FOUND', 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', [[3]]]);
    await run('DROP TABLE IF EXISTS nope');
  });

  it('renames a table within the workspace', async () => {
    await run(`CREATE SCHEMA IF NOT EXISTS s${table.name}; ${NUMBERS}; ALTER TABLE @ RENAME TO s${table.name}.other; ALTER TABLE s${table.name}.other RENAME TO third; ALTER TABLE s${table.name}.third RENAME TO THIRD`);
    expect([await rowsOf(`SELECT count(*) FROM s${table.name}.third`), existsSync(join(table.workspace.root, `s${table.name}`, 'THIRD', '_delta_log')), await codeOf('SELECT * FROM @')]).toEqual([[[3]], true, 'TABLE_OR_VIEW_NOT_FOUND']);
    await run(NUMBERS);
    expect(await codeOf(`ALTER TABLE @ RENAME TO s${table.name}.third`)).toBe('TABLE_OR_VIEW_ALREADY_EXISTS');
  });

  it('makes schemas and drops them', async () => {
    const s = `sch${table.name}`;
    await run(`CREATE SCHEMA ${s}; USE ${s}; CREATE TABLE x AS SELECT 1 AS a`);
    expect([await rowsOf('SELECT * FROM x'), await codeOf(`CREATE SCHEMA ${s}`), await codeOf(`DROP SCHEMA ${s}`)]).toEqual([[[1]], 'SCHEMA_ALREADY_EXISTS', 'SCHEMA_NOT_EMPTY']);
    await run(`DROP SCHEMA ${s} CASCADE; DROP SCHEMA IF EXISTS ${s}`);
    expect([existsSync(join(table.workspace.root, s)), await codeOf(`DROP SCHEMA ${s}`), await codeOf('DROP SCHEMA default'), await codeOf("CREATE SCHEMA other COMMENT 'x'")]).toEqual([false, 'SCHEMA_NOT_FOUND', 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', 'UNSUPPORTED_FEATURE.LOCAL_ENGINE']);
  });

  it('keeps files beside tables when a schema is dropped', async () => {
    const s = `sch${table.name}`;
    await run(`CREATE SCHEMA ${s}; CREATE TABLE ${s}.x (a INT)`);
    writeFileSync(join(table.workspace.root, s, 'notes.txt'), 'mine');
    expect([await codeOf(`DROP SCHEMA ${s} CASCADE`), readdirSync(join(table.workspace.root, s))]).toEqual(['SCHEMA_NOT_EMPTY', ['notes.txt', 'x']]);
  });

  it('makes a table like another', async () => {
    await run("CREATE TABLE @ (id BIGINT GENERATED ALWAYS AS IDENTITY, p STRING NOT NULL COMMENT 'part', v INT DEFAULT 3) PARTITIONED BY (p) TBLPROPERTIES (mine='1', 'delta.columnMapping.mode'='name'); INSERT INTO @ (p) VALUES ('x')");
    await run("CREATE TABLE @like LIKE @ TBLPROPERTIES (yours='2'); INSERT INTO @like (p) VALUES ('y')");
    expect([await rowsOf('SELECT * FROM @like'), await rowsOf("SHOW TBLPROPERTIES @like ('yours')"), await rowsOf('DESCRIBE TABLE @like p')]).toEqual([[[1, 'y', 3]], [['yours', '2']], expect.arrayContaining([['comment', 'part']])]);
  });

  it('makes a table again by what SHOW CREATE TABLE tells', async () => {
    await run("CREATE TABLE @ (id BIGINT NOT NULL, n STRING COMMENT 'it''s', s STRUCT<a: INT, b: ARRAY<STRING>>, v VARCHAR(5)) CLUSTER BY (id) COMMENT 'about' TBLPROPERTIES ('delta.columnMapping.mode'='name', 'delta.enableChangeDataFeed'='true')");
    const [[text]] = (await rowsOf('SHOW CREATE TABLE @')) as readonly [readonly [string]];
    await run('DROP TABLE @');
    await run(text);
    expect(await rowsOf('SHOW CREATE TABLE @')).toEqual([[text]]);
  });

  it('comments tables and columns', async () => {
    await run(`${NUMBERS}; COMMENT ON TABLE @ IS 'about'; COMMENT ON COLUMN @.name IS 'called'`);
    expect([await rowsOf('SHOW CREATE TABLE @'), await rowsOf('DESCRIBE TABLE @ name')]).toEqual([[[expect.stringContaining("COMMENT 'about'")]], expect.arrayContaining([['comment', 'called']])]);
    await run('COMMENT ON TABLE @ IS NULL');
    expect(await rowsOf('SHOW CREATE TABLE @')).toEqual([[expect.not.stringContaining("COMMENT 'about'")]]);
  });
});
