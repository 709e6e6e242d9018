import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable();
const { run, rowsOf } = table;

/** The error's class, and the part of the text that it points at. */
async function failureOf(text: string): Promise<readonly [string, string | undefined]> {
  const { code, span } = await table.failureOf(text);
  return [code, span && table.textOf(text).slice(span.start, span.end)];
}

const NUMBERS = "CREATE TABLE @ AS SELECT id, concat('n', id) AS name FROM range(4)";

describe('statements that change rows', () => {
  it.each([
    { name: 'INSERT by position', sql: "INSERT INTO @ VALUES (7, 'x'), (8, NULL)", answer: [[2, 2]], rows: [[0, 'n0'], [1, 'n1'], [2, 'n2'], [3, 'n3'], [7, 'x'], [8, null]] },
    { name: 'INSERT of some columns', sql: 'INSERT INTO @ (id) SELECT 9', answer: [[1, 1]], rows: [[0, 'n0'], [1, 'n1'], [2, 'n2'], [3, 'n3'], [9, null]] },
    { name: 'INSERT BY NAME', sql: "INSERT INTO @ BY NAME SELECT 'y' AS name, 5 AS id", answer: [[1, 1]], rows: [[0, 'n0'], [1, 'n1'], [2, 'n2'], [3, 'n3'], [5, 'y']] },
    { name: 'INSERT of what the table holds', sql: 'INSERT INTO @ SELECT id + 10, name FROM @ WHERE id = 1', answer: [[1, 1]], rows: [[0, 'n0'], [1, 'n1'], [2, 'n2'], [3, 'n3'], [11, 'n1']] },
    { name: 'INSERT OVERWRITE', sql: "INSERT OVERWRITE @ VALUES (1, 'only')", answer: [[1, 1]], rows: [[1, 'only']] },
    { name: 'REPLACE WHERE', sql: "INSERT INTO @ REPLACE WHERE id >= 2 VALUES (5, 'new')", answer: [[1, 1]], rows: [[0, 'n0'], [1, 'n1'], [5, 'new']] },
    { name: 'DELETE', sql: 'DELETE FROM @ WHERE id % 2 = 0', answer: [[2]], rows: [[1, 'n1'], [3, 'n3']] },
    { name: 'DELETE by a subquery', sql: 'DELETE FROM @ AS d WHERE EXISTS (SELECT 1 FROM @ s WHERE s.id = d.id + 1)', answer: [[3]], rows: [[3, 'n3']] },
    { name: 'DELETE of everything', sql: 'DELETE FROM @', answer: [[4]], rows: [] },
    { name: 'UPDATE', sql: "UPDATE @ SET name = name || '!', id = -id WHERE id > 1", answer: [[2]], rows: [[-3, 'n3!'], [-2, 'n2!'], [0, 'n0'], [1, 'n1']] },
    { name: 'UPDATE of nothing', sql: "UPDATE @ SET name = 'x' WHERE id > 99", answer: [[0]], rows: [[0, 'n0'], [1, 'n1'], [2, 'n2'], [3, 'n3']] },
    {
      name: 'MERGE with every kind of clause',
      sql: `MERGE INTO @ USING (SELECT id, 'm' AS name FROM range(2, 6)) s ON @.id = s.id
        WHEN MATCHED AND s.id = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET *
        WHEN NOT MATCHED AND s.id = 4 THEN INSERT (id) VALUES (s.id * 10) WHEN NOT MATCHED THEN INSERT *
        WHEN NOT MATCHED BY SOURCE AND @.id = 0 THEN UPDATE SET name = 'gone' WHEN NOT MATCHED BY SOURCE THEN DELETE`,
      answer: [[6, 2, 2, 2]],
      rows: [[0, 'gone'], [3, 'm'], [5, 'm'], [40, null]],
    },
    { name: 'MERGE that deletes rows met twice', sql: 'MERGE INTO @ d USING (VALUES (1), (1), (2)) s(id) ON d.id = s.id WHEN MATCHED THEN DELETE', answer: [[2, 0, 2, 0]], rows: [[0, 'n0'], [3, 'n3']] },
  ])('$name', async ({ sql, answer, rows }) => {
    await run(NUMBERS);
    expect(await rowsOf(sql)).toEqual(answer);
    expect(await rowsOf()).toEqual(rows);
  });

  it('casts what is written to the columns’ types, and never to NULL silently', async () => {
    await run('CREATE TABLE @ (a TINYINT, b DECIMAL(4,1), c STRING, d DATE)');
    await run("SET spark.sql.ansi.enabled=false; INSERT INTO @ VALUES (5L, 1.26, 7, '2024-02-29')");
    expect((await run('SELECT CAST(a AS STRING), CAST(b AS STRING), c, CAST(d AS STRING) FROM @')).rows).toEqual([['5', '1.3', '7', '2024-02-29']]);
    expect((await failureOf('INSERT INTO @ (a) VALUES (300)'))[0]).toBe('CAST_OVERFLOW');
    expect((await failureOf("INSERT INTO @ (d) VALUES ('no date')"))[0]).toBe('CAST_INVALID_INPUT');
  });

  it('sets fields of structs, and defaults', async () => {
    await run("CREATE TABLE @ (id INT, s STRUCT<a: INT, n: STRUCT<b: STRING>>, d STRING DEFAULT 'dflt')");
    await run("INSERT INTO @ VALUES (1, named_struct('a', 1, 'n', named_struct('b', 'x')), 'given'), (2, NULL, DEFAULT)");
    await run("UPDATE @ SET s.n.b = 'set', d = DEFAULT WHERE id = 1");
    expect((await run('SELECT id, to_json(s), d FROM @ ORDER BY id')).rows).toEqual([[1, '{"a":1,"n":{"b":"set"}}', 'dflt'], [2, null, 'dflt']]);
  });

  it('WRITE-14: stores partition columns in the files too where a table asks for it', async () => {
    await run("CREATE TABLE @ (id INT, p DATE) PARTITIONED BY (p) TBLPROPERTIES ('delta.writePartitionColumnsToParquet'='true'); INSERT INTO @ VALUES (1, '2024-01-01'), (2, NULL)");
    expect((await run('SELECT id, CAST(p AS STRING) FROM @ ORDER BY id')).rows).toEqual([[1, '2024-01-01'], [2, null]]);
    const stored = await table.workspace.database.query(`SELECT p FROM read_parquet('${table.workspace.root}/${table.name}/**/*.parquet', hive_partitioning = false) ORDER BY id`);
    expect(stored.columns[0]?.map(String)).toEqual(['2024-01-01', 'null']);
  });

  it('fills CHAR up, and drops spaces behind a limit', async () => {
    await run("CREATE TABLE @ (c CHAR(3), v VARCHAR(3)); INSERT INTO @ VALUES ('a', 'b'), ('abc   ', 'xy   '), (NULL, NULL); UPDATE @ SET c = 'q' WHERE c = 'a  '");
    expect((await run('SELECT c, v FROM @ ORDER BY c NULLS LAST')).rows).toEqual([['abc', 'xy '], ['q  ', 'b'], [null, null]]);
    expect((await failureOf("INSERT INTO @ VALUES ('abcd', 'b')"))[0]).toBe('DELTA_EXCEED_CHAR_VARCHAR_LIMIT');
  });

  it('writes a named transaction once, and keeps what the user says of it', async () => {
    await run('CREATE TABLE @ (id INT)');
    await run("SET spark.databricks.delta.write.txnAppId=app; SET spark.databricks.delta.write.txnVersion=7; SET spark.databricks.delta.commitInfo.userMetadata=nightly");
    expect([await rowsOf('INSERT INTO @ VALUES (1)'), await rowsOf('INSERT INTO @ VALUES (1)'), await rowsOf()]).toEqual([[[1, 1]], [[0, 0]], [[1]]]);
    expect((await run('DESCRIBE HISTORY @ LIMIT 1')).rows[0]).toEqual(expect.arrayContaining(['nightly']));
  });

  it('leaves other partitions alone where overwriting is dynamic', async () => {
    await run("CREATE TABLE @ (id INT, p STRING) PARTITIONED BY (p); INSERT INTO @ VALUES (1, 'a'), (2, 'b')");
    await run("SET spark.sql.sources.partitionOverwriteMode=dynamic; INSERT OVERWRITE @ VALUES (3, 'b')");
    expect(await rowsOf()).toEqual([[1, 'a'], [3, 'b']]);
  });

  it.each([
    { sql: 'INSERT INTO @ VALUES (1)', code: 'DELTA_INSERT_COLUMN_ARITY_MISMATCH', guilty: 'VALUES (1)' },
    { sql: 'INSERT INTO @ (id, nope) VALUES (1, 2)', code: 'DELTA_INSERT_COLUMN_MISMATCH', guilty: 'nope' },
    { sql: 'INSERT INTO @ BY NAME SELECT 1 AS nope', code: 'DELTA_INSERT_COLUMN_MISMATCH', guilty: 'SELECT 1 AS nope' },
    { sql: "INSERT INTO @ VALUES (array(1), 'x')", code: 'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST', guilty: "VALUES (array(1), 'x')" },
    { sql: 'INSERT INTO @ BY NAME SELECT 1 AS id, 2 AS ID', code: 'COLUMN_ALREADY_EXISTS', guilty: 'SELECT 1 AS id, 2 AS ID' },
    { sql: 'INSERT INTO nope VALUES (1)', code: 'TABLE_OR_VIEW_NOT_FOUND', guilty: 'nope' },
    { sql: 'UPDATE @ SET nope = 1', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', guilty: 'nope' },
    { sql: 'UPDATE @ SET id = 1, id = 2', code: 'DELTA_CONFLICT_SET_COLUMN', guilty: undefined },
    { sql: 'UPDATE @ SET id = nope', code: 'UNRESOLVED_COLUMN.WITH_SUGGESTION', guilty: 'nope' },
    { sql: 'DELETE FROM @ WHERE id = 1 / 0', code: 'DIVIDE_BY_ZERO', guilty: '1 / 0' },
    { sql: 'MERGE INTO @ USING (VALUES (1)) s(other) ON @.id = s.other WHEN NOT MATCHED THEN INSERT *', code: 'DELTA_MERGE_UNRESOLVED_EXPRESSION', guilty: 'WHEN NOT MATCHED THEN INSERT *' },
    { sql: "MERGE INTO @ USING (VALUES (1), (1)) s(id) ON @.id = s.id WHEN MATCHED THEN UPDATE SET name = 'twice'", code: 'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE', guilty: undefined },
    { sql: 'MERGE INTO @ USING (VALUES (9)) s(id) ON @.id = s.id WHEN NOT MATCHED THEN INSERT (id, name) VALUES (1)', code: 'MERGE_INSERT_VALUE_COUNT_MISMATCH', guilty: 'WHEN NOT MATCHED THEN INSERT (id, name) VALUES (1)' },
    { sql: "MERGE INTO @ USING (VALUES (1)) s(id) ON @.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (9) WHEN MATCHED THEN UPDATE SET name = ''", code: 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION', guilty: 'WHEN MATCHED THEN DELETE' },
    { sql: 'MERGE INTO @ USING (VALUES (9)) s(id) ON @.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (1) WHEN NOT MATCHED BY TARGET AND s.id > 1 THEN INSERT (id) VALUES (2)', code: 'NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION', guilty: 'WHEN NOT MATCHED THEN INSERT (id) VALUES (1)' },
    { sql: "MERGE INTO @ USING (VALUES (9)) s(id) ON @.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED BY SOURCE THEN UPDATE SET name = ''", code: 'NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION', guilty: 'WHEN NOT MATCHED BY SOURCE THEN DELETE' },
    { sql: 'CREATE TABLE @ (id INT)', code: 'TABLE_OR_VIEW_ALREADY_EXISTS', guilty: '@' },
    { sql: 'CREATE TABLE nowhere.x (id INT)', code: 'SCHEMA_NOT_FOUND', guilty: 'nowhere.x' },
    { sql: 'CREATE TABLE `../x` (id INT)', code: 'INVALID_SCHEMA_OR_RELATION_NAME', guilty: '`../x`' },
    { sql: 'CREATE TABLE x USING csv AS SELECT 1 AS a', code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', guilty: undefined },
    { sql: 'CREATE TABLE x AS SELECT INTERVAL 1 DAY AS a', code: 'DELTA_UNSUPPORTED_DATA_TYPES', guilty: undefined },
    { sql: 'CREATE TABLE x (a INT, A INT)', code: 'DELTA_DUPLICATE_COLUMNS_FOUND', guilty: undefined },
    { sql: 'CREATE TABLE x (`a b` INT)', code: 'DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES', guilty: undefined },
    { sql: 'CREATE TABLE x (a INT) PARTITIONED BY (a)', code: 'DELTA_NON_PARTITION_COLUMN_ABSENT', guilty: undefined },
    { sql: 'CREATE TABLE x (a INT GENERATED ALWAYS AS IDENTITY)', code: 'DELTA_IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE', guilty: undefined },
    { sql: 'CREATE TABLE x (a BIGINT GENERATED ALWAYS AS IDENTITY (INCREMENT BY 0))', code: 'DELTA_IDENTITY_COLUMNS_ILLEGAL_STEP', guilty: undefined },
    { sql: "CREATE TABLE x (a INT) TBLPROPERTIES ('delta.feature.nope'='supported')", code: 'DELTA_UNSUPPORTED_FEATURES_IN_CONFIG', guilty: undefined },
    { sql: 'CREATE TABLE x (a INT, b INT) PARTITIONED BY (b) CLUSTER BY (a)', code: 'DELTA_CLUSTER_BY_WITH_PARTITIONED_BY', guilty: undefined },
    { sql: 'CREATE TABLE x (a INT, b INT, c INT, d INT, e INT) CLUSTER BY (a, b, c, d, e)', code: 'DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS', guilty: undefined },
    { sql: 'CREATE TABLE x (a ARRAY<INT>, b INT) PARTITIONED BY (a)', code: 'DELTA_INVALID_PARTITION_COLUMN', guilty: undefined },
    { sql: 'REPLACE TABLE nope (a INT)', code: 'DELTA_CANNOT_REPLACE_MISSING_TABLE', guilty: undefined },
    { sql: 'CREATE TEMPORARY VIEW v AS SELECT 1 AS a; INSERT INTO v VALUES (1)', code: 'DELTA_TABLE_NOT_WRITABLE', guilty: 'v' },
  ])('refuses $sql', async ({ sql, code, guilty }) => {
    await run(NUMBERS);
    const [found, at] = await failureOf(sql);
    expect(found).toBe(code);
    if (guilty !== undefined) expect(at).toBe(table.textOf(guilty));
    expect(await rowsOf('SELECT count(*) FROM @')).toEqual([[4]]);
  });
});
