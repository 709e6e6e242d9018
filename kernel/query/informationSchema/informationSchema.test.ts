import { mkdir, rm, writeFile } from 'node:fs/promises';
import path, { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasCode } from '../../base/errors.ts';
import { sqlName } from '../../sql/types/dataType.ts';
import { TestWorkspace, type TestAnswer } from '../testWorkspace.ts';
import { informationRelations, refusedRelations } from './relations.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await TestWorkspace.create();
  await workspace.writeTable('sales/orders', {
    columns: [{ name: 'id', type: 'long', comment: 'Its number.' }, { name: 'amount', type: 'decimal(10,2)' }, { name: 'day', type: 'date' }],
    partitionColumns: ['day'],
    properties: { 'delta.constraints.positive': 'amount > 0' },
    commits: [{}, {}],
  });
  await workspace.writeTable('people', { columns: [{ name: 'name', type: 'string' }], commits: [{}] });
  await workspace.run("CREATE TEMPORARY VIEW cheap (number COMMENT 'its id') AS SELECT id FROM sales.orders WHERE amount < 2");
  await workspace.run("CREATE TEMPORARY FUNCTION twice(x DECIMAL(4,1) DEFAULT 3 COMMENT 'what') RETURNS DOUBLE COMMENT 'Double it' RETURN x * 2");
  await workspace.run('CREATE TEMPORARY FUNCTION days(n INT) RETURNS TABLE (day DATE, count BIGINT) RETURN SELECT day, n FROM sales.orders');
});
afterAll(() => workspace.dispose());
beforeEach(() => workspace.run('USE default'));

async function rows(text: string): Promise<TestAnswer['rows']> {
  return (await workspace.run(text)).rows;
}

describe('information_schema', () => {
  it.each([
    {
      name: 'lists tables with what their logs tell',
      text: "SELECT table_catalog, table_schema, table_name, table_type, is_insertable_into, created, last_altered, data_source_format, storage_path LIKE 'file:/%/sales/orders' FROM information_schema.tables WHERE table_schema = 'sales'",
      expected: [['spark_catalog', 'sales', 'orders', 'MANAGED', 'YES', '2024-01-01 00:00:00+00', '2024-01-01 00:01:00+00', 'DELTA', true]],
    },
    {
      name: 'describes the types of columns',
      text: "SELECT column_name, ordinal_position, is_nullable, full_data_type, data_type, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision, partition_index, comment FROM information_schema.columns WHERE table_name = 'orders' ORDER BY ordinal_position",
      expected: [
        ['id', 1, 'YES', 'bigint', 'BIGINT', 64, 2, 0, null, null, 'Its number.'],
        ['amount', 2, 'YES', 'decimal(10,2)', 'DECIMAL', 10, 10, 2, null, null, null],
        ['day', 3, 'YES', 'date', 'DATE', null, null, null, 0, 1, null],
      ],
    },
    { name: 'lists schemas', text: 'SELECT catalog_name, schema_name FROM information_schema.schemata', expected: [['spark_catalog', 'default'], ['spark_catalog', 'information_schema'], ['spark_catalog', 'sales'], ['system', 'session']] },
    { name: 'lists catalogs', text: 'SELECT catalog_name FROM information_schema.catalogs', expected: [['spark_catalog'], ['system']] },
    { name: 'names its catalog', text: 'SELECT a.catalog_name, b.catalog_name FROM workspace.information_schema.information_schema_catalog_name a, system.information_schema.information_schema_catalog_name b', expected: [['spark_catalog', 'system']] },
    { name: 'lists views of the session with their text', text: "SELECT table_catalog, table_schema, table_name, view_definition FROM information_schema.views WHERE table_schema <> 'information_schema'", expected: [['system', 'session', 'cheap', 'SELECT id FROM sales.orders WHERE amount < 2']] },
    { name: 'lists columns of views', text: "SELECT column_name, full_data_type, is_updatable, comment FROM information_schema.columns WHERE table_name = 'cheap'", expected: [['number', 'bigint', 'NO', 'its id']] },
    { name: 'lists itself', text: "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'information_schema' AND table_name = 'catalogs' AND data_type <> 'STRING'", expected: [['created', 'TIMESTAMP'], ['last_altered', 'TIMESTAMP']] },
    {
      name: 'lists functions of the session',
      text: 'SELECT specific_catalog, specific_schema, routine_name, data_type, full_data_type, routine_body, routine_definition, sql_data_access, comment FROM information_schema.routines',
      expected: [
        ['system', 'session', 'days', 'TABLE', 'TABLE', 'SQL', 'SELECT day, n FROM sales.orders', 'READS SQL DATA', null],
        ['system', 'session', 'twice', 'DOUBLE', 'double', 'SQL', 'x * 2', 'CONTAINS SQL', 'Double it'],
      ],
    },
    { name: 'lists Spark’s functions in the catalog of the system', text: "SELECT routine_schema, routine_name, routine_body, data_type FROM system.information_schema.routines WHERE routine_name IN ('upper', 'twice')", expected: [['builtin', 'upper', 'EXTERNAL', null], ['session', 'twice', 'SQL', 'DOUBLE']] },
    { name: 'lists parameters', text: "SELECT specific_name, ordinal_position, parameter_name, data_type, full_data_type, parameter_default, comment FROM information_schema.parameters WHERE specific_name = 'twice'", expected: [['twice', 1, 'x', 'DECIMAL', 'decimal(4,1)', '3', 'what']] },
    { name: 'lists columns of table functions', text: 'SELECT specific_name, column_name, ordinal_position, full_data_type FROM information_schema.routine_columns', expected: [['days', 'day', 1, 'date'], ['days', 'count', 2, 'bigint']] },
    { name: 'lists CHECK constraints', text: 'SELECT t.table_name, t.constraint_type, c.constraint_name, c.check_clause FROM information_schema.table_constraints t JOIN information_schema.check_constraints c USING (constraint_name)', expected: [['orders', 'CHECK', 'positive', 'amount > 0']] },
    { name: 'is found in the current schema', text: 'USE information_schema; SELECT count(*) FROM tables WHERE table_name = "people"', expected: [[1n]] },
    { name: 'is no common table expression of its name', text: 'USE information_schema; WITH tables AS (SELECT 7 AS n) SELECT n FROM tables', expected: [[7]] },
    {
      name: 'is part of bigger queries',
      text: "WITH c AS (SELECT table_schema, table_name, count(*) AS n FROM information_schema.columns GROUP BY ALL) SELECT t.table_name, n FROM information_schema.tables t LEFT JOIN c USING (table_schema, table_name) WHERE EXISTS (SELECT 1 FROM sales.orders HAVING count(*) = 0) AND t.table_type = 'MANAGED' ORDER BY 1",
      expected: [['orders', 3n], ['people', 1n]],
    },
    { name: 'is read by views', text: "CREATE OR REPLACE TEMPORARY VIEW mine AS SELECT table_name FROM information_schema.tables WHERE table_type = 'MANAGED'; SELECT * FROM mine ORDER BY 1; DROP VIEW mine", expected: [['orders'], ['people']], of: 1 },
    { name: 'is described', text: 'DESCRIBE information_schema.information_schema_catalog_name', expected: [['catalog_name', 'string', 'Name of the catalog.']] },
    { name: 'is asked in DuckDB’s dialect too', text: "SELECT table_name FROM information_schema.tables WHERE table_type = 'MANAGED' ORDER BY 1", expected: [['orders'], ['people']], dialect: 'duckdb' as const },
  ])('$name', async ({ text, expected, of, dialect }) => {
    if (of === undefined) return expect((await workspace.run(text, dialect)).rows).toEqual(expected);
    const answers = [];
    for (const statement of text.split(';')) answers.push((await workspace.run(statement)).rows);
    expect(answers[of]).toEqual(expected);
  });

  it('has the documented columns and types', async () => {
    expect((await workspace.run('SELECT * FROM information_schema.tables')).columns).toBe(
      'table_catalog string, table_schema string, table_name string, table_type string, is_insertable_into string, commit_action string, table_owner string, comment string, created timestamp, created_by string, last_altered timestamp, last_altered_by string, data_source_format string, storage_sub_directory string, storage_path string',
    );
    expect((await workspace.run('SELECT ordinal_position, numeric_precision, maximum_cardinality, partition_index, is_nullable FROM information_schema.columns')).columns).toBe('ordinal_position int, numeric_precision int, maximum_cardinality int, partition_index int, is_nullable string');
  });

  it.each([
    { name: 'a relation about privileges', text: 'SELECT * FROM information_schema.table_privileges', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', message: /no privileges/ },
    { name: 'a relation about tags', text: 'SELECT * FROM system.information_schema.column_tags', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', message: /tags, masks and filters/ },
    { name: 'an earlier version', text: 'SELECT * FROM information_schema.tables VERSION AS OF 1', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', message: /as it is now/ },
    { name: 'a history', text: 'DESCRIBE HISTORY information_schema.tables', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', message: /no table with a log/ },
    { name: 'an unknown relation', text: 'SELECT * FROM information_schema.tabels', code: 'TABLE_OR_VIEW_NOT_FOUND', message: /`information_schema`.`tabels`/ },
    { name: 'an unknown column', text: 'SELECT table_nam FROM information_schema.tables', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', message: /`table_name`/ },
  ])('refuses $name by name', async ({ text, code, message }) => {
    await expect(workspace.run(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message), span: { line: 1 } });
  });

  // `vitest run -u` writes the document anew.
  it('is what docs/informationSchema.md says', async () => {
    const lines = [
      '# The information schema',
      '',
      'Every catalog has a schema `information_schema` with what Databricks documents of its own, over the tables of the workspace: `information_schema.tables` in the current catalog, or `spark_catalog.information_schema.tables`.',
      '`system.information_schema` tells of Spark’s own functions too. What belongs to the session (views, functions) is in `system.session`.',
      '',
      'A table whose log cannot be read is listed by its name alone, its columns not at all, and a notice beside the result says why. A table whose name two folders share is left out, as everywhere.',
      'The answer is of the moment: logs with a new commit are read again, and an output over it does not become stale by itself.',
      '',
      ...informationRelations().flatMap(({ name, comment, columns }) => [`## ${name}`, '', comment, '', '| column | type | |', '| --- | --- | --- |', ...columns.map((column) => `| ${column.name} | ${sqlName(column.type)} | ${column.comment ?? ''} |`), '']),
      '## Refused',
      '',
      'These have no answer in a workspace, and an empty one would say that there are none.',
      '',
      ...[...refusedRelations()].map(([reason, names]) => `- ${names.join(', ')}: ${reason}.`),
      '',
    ];
    await expect(lines.join('\n')).toMatchFileSnapshot(path.resolve(import.meta.dirname, '../../../docs/informationSchema.md'));
  });

  it('suggests what an unknown name meant', async () => {
    const error = await workspace.run('SELECT * FROM information_schema.tabels').catch((reason: unknown) => reason);
    expect(hasCode(error, 'TABLE_OR_VIEW_NOT_FOUND') && error.suggestions[0]).toBe('information_schema.tables');
  });

  it('lists a table whose log is broken by its name, and says so', async () => {
    await mkdir(join(workspace.root, 'sales/broken/_delta_log'), { recursive: true });
    await writeFile(join(workspace.root, 'sales/broken/_delta_log/00000000000000000000.json'), 'rubbish');
    try {
      const tables = await workspace.run("SELECT table_name, created IS NULL FROM information_schema.tables WHERE table_schema = 'sales' ORDER BY 1");
      expect(tables.rows).toEqual([['broken', true], ['orders', false]]);
      expect(tables.statement.notices).toEqual([expect.stringMatching(/^Only the names are listed .*sales\.broken \(DELTA_LOG_FILE_CORRUPT\)\.$/)]);
      expect(await rows("SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'sales'")).toEqual([['orders']]);
      expect((await workspace.run('SELECT table_name FROM information_schema.tables')).statement.notices).toEqual([]);
    } finally {
      await rm(join(workspace.root, 'sales/broken'), { recursive: true });
    }
  });

  it('does not show tables that the reader may not read', async () => {
    const guarded = await TestWorkspace.create({ authorise: ({ table }) => (table === 'hidden' ? Promise.reject(new Error('not for you')) : Promise.resolve()) });
    for (const path of ['hidden', 'shown']) await guarded.writeTable(path, { columns: [{ name: 'a', type: 'long' }], commits: [{}] });
    expect((await guarded.run("SELECT table_name FROM information_schema.tables WHERE table_type = 'MANAGED'")).rows).toEqual([['shown']]);
    expect((await guarded.run("SELECT table_name FROM information_schema.columns WHERE table_schema = 'default'")).rows).toEqual([['shown']]);
    await guarded.dispose();
  });

  it('sees a newer version of a table', async () => {
    const columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'growing'";
    await workspace.writeTable('growing', { columns: [{ name: 'a', type: 'long' }], commits: [{}] });
    expect(await rows(columns)).toEqual([['a']]);
    await workspace.writeTable('growing', { columns: [{ name: 'a', type: 'long' }, { name: 'b', type: 'long' }], commits: [{}, {}] });
    expect(await rows(columns)).toEqual([['a'], ['b']]);
    await rm(join(workspace.root, 'growing'), { recursive: true });
    expect(await rows(columns)).toEqual([]);
  });

  it('reads no log for names, only those of the tables asked for, and none twice', async () => {
    await workspace.writeTable('log/one', { columns: [{ name: 'a', type: 'long' }], commits: [{}] });
    await workspace.writeTable('log/two', { columns: [{ name: 'a', type: 'long' }], commits: [{}] });
    const run = vi.spyOn(workspace.database, 'run');
    const reads = async (text: string): Promise<number> => {
      run.mockClear();
      await workspace.run(text);
      return run.mock.calls.filter(([sql]) => sql.includes('_delta_log')).length;
    };
    expect(await reads("SELECT table_name FROM information_schema.tables WHERE table_schema = 'log'")).toBe(0);
    const one = await reads("SELECT column_name FROM information_schema.columns WHERE table_schema = 'log' AND table_name = 'one'");
    expect(one).toBeGreaterThan(0);
    expect(await reads("SELECT column_name FROM information_schema.columns WHERE table_schema = 'log' AND table_name = 'one'")).toBe(0);
    expect(await reads("SELECT c.column_name FROM information_schema.columns c JOIN information_schema.tables t ON t.comment IS NOT DISTINCT FROM c.comment WHERE c.table_schema = 'log' AND t.table_schema = 'log'")).toBe(one);
  });
});
