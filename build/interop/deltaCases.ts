/**
 * What is tried of one feature of Delta tables. `@` stands for the table. Every table has a column `id` with the values 1 to
 * 6 after `create`, each once, unless a case says what is written instead.
 */
export interface DeltaCase {
  readonly name: string;
  /** By Lakebook (and by Spark, on a table of its own, for comparison). */
  readonly create: readonly string[];
  /** By the other engine. */
  readonly others?: Writes;
  /** By Lakebook again, behind the other engine. */
  readonly own?: readonly string[];
  /** Columns that a copied row is given; the table computes the others. All of them by default. */
  readonly given?: readonly string[];
  /** Asked of both engines beside all rows, wherever these are compared. */
  readonly questions?: readonly string[];
  /** Conditions that leave files out; answered with skipping and without. */
  readonly conditions?: readonly string[];
  /** Read from its first version on. */
  readonly changes?: boolean;
  /** What the two engines' histories may differ in, and why. */
  readonly historyDiffers?: string;
}

/** What another engine does, in the words of both: conditions and expressions over the table's columns. */
export interface Writes {
  readonly copy?: string;
  readonly update?: { readonly set: Readonly<Record<string, string>>; readonly where: string };
  readonly delete?: string;
}

export const OTHERS: Writes = { copy: 'id = 1', update: { set: { id: 'id + 100' }, where: 'id = 2' }, delete: 'id = 3' };
const APPENDS: Writes = { copy: 'id = 1' };

/** What Lakebook does behind them. */
export function ownWrites({ given }: DeltaCase): readonly string[] {
  const columns = given === undefined ? '*' : given.join(', ');
  return [
    `INSERT INTO @${given === undefined ? '' : ` (${columns})`} SELECT ${columns} FROM @ WHERE id = 102`,
    'UPDATE @ SET id = id + 1000 WHERE id = 4',
    'DELETE FROM @ WHERE id = 1',
    'MERGE INTO @ AS t USING (SELECT 5 AS k UNION ALL SELECT 6) s ON t.id = s.k WHEN MATCHED AND s.k = 5 THEN UPDATE SET id = t.id + 5000 WHEN MATCHED THEN DELETE',
  ];
}

function table(columns: string, clauses = ''): string {
  return `CREATE TABLE @ (${columns}) USING DELTA ${clauses}`;
}

function properties(...pairs: readonly string[]): string {
  return `TBLPROPERTIES (${pairs.map((pair) => pair.split('=')).map(([key, value]) => `'${key}' = '${value}'`).join(', ')})`;
}

/** Types of nested columns of a table, in the order of the columns. */
interface NestedTypes {
  readonly s: string;
  readonly l: string;
  readonly m: string;
}

const NESTED: NestedTypes = { s: 'STRUCT<a: INT, b: STRUCT<c: STRING, d: DATE>>', l: 'ARRAY<STRUCT<x: INT, y: ARRAY<STRING>>>', m: 'MAP<STRING, STRUCT<v: DOUBLE, w: MAP<STRING, STRING>>>' };
const MAPPED: NestedTypes = { s: 'STRUCT<x: INT, z: ARRAY<STRUCT<q: INT>>>', l: 'ARRAY<STRUCT<x: INT>>', m: 'MAP<STRING, STRUCT<k: INT>>' };

/**
 * Rows whose nested values are given as JSON. From literals Spark's Delta would store a struct of nulls where NULL was given;
 * of the column's own type it stores what it gets.
 */
function nestedRows({ s, l, m }: NestedTypes, rows: readonly (readonly [number, ...(string | undefined)[]])[], more = ''): string {
  const text = (json: string | undefined): string => (json === undefined ? 'CAST(NULL AS STRING)' : `'${json}'`);
  const values = rows.map(([id, first, second, third]) => `(${id}, ${text(first)}, ${text(second)}, ${text(third)})`);
  return `INSERT INTO @ SELECT id, from_json(s, '${s}'), from_json(l, '${l}'), from_json(m, '${m}')${more} FROM VALUES ${values.join(', ')} AS v(id, s, l, m)`;
}

/** Two files, as two statements write them. */
const ROWS = ["INSERT INTO @ VALUES (1, 'a'), (2, 'b'), (3, NULL)", "INSERT INTO @ VALUES (4, 'd'), (5, 'ü€😀'), (6, '')"];
const CHANGED = ["UPDATE @ SET note = 'changed' WHERE id = 2", 'DELETE FROM @ WHERE id = 6', "MERGE INTO @ AS t USING (SELECT 1 AS id, 'm' AS note UNION ALL SELECT 6, 'n') s ON t.id = s.id WHEN MATCHED THEN UPDATE SET note = s.note WHEN NOT MATCHED THEN INSERT *"];

/** A variant with a value of each type. */
const TYPED_VARIANT = "to_variant_object(named_struct('d', DATE'2020-01-02', 't', TIMESTAMP'2020-01-02 03:04:05.678901', 'n', TIMESTAMP_NTZ'1969-12-31 23:59:59', 'f', 1.1f, 'g', 2.5d, 'x', X'0102', 'm', 12345678901.50BD, 'i', 5L, 'o', true, 's', repeat('long ', 20), 'u', array(1, NULL)))";
const VARIANT_QUESTIONS = [
  'SELECT id, to_json(v), schema_of_variant(v), schema_of_variant(s.w), v IS NULL, is_variant_null(v), s.w IS NULL, schema_of_variant(l[0]), to_json(l), to_json(m) FROM @',
  "SELECT id, try_variant_get(v, '$.d', 'date'), try_variant_get(v, '$.t', 'timestamp'), try_variant_get(v, '$.n', 'timestamp_ntz'), try_variant_get(v, '$.f', 'float'), try_variant_get(v, '$.g', 'double'), try_variant_get(v, '$.x', 'binary'), try_variant_get(v, '$.m', 'decimal(20,3)'), try_variant_get(v, '$.i', 'bigint'), try_variant_get(v, '$.o', 'boolean'), try_variant_get(v, '$.s', 'string'), try_variant_get(v, '$.u', 'array<int>'), try_variant_get(v, '$.a[3]', 'string'), try_variant_get(v, '$.b.c', 'decimal(20,0)'), try_variant_get(v, '$', 'int') FROM @",
];

export const DELTA_CASES: readonly DeltaCase[] = [
  { name: 'append', create: [table('id INT, note STRING'), ...ROWS], conditions: ['id = 2', 'id > 5', "note = 'ü€😀'", "note = ''", 'note IS NULL'] },
  { name: 'copy on write', create: [table('id INT, note STRING', properties('delta.enableDeletionVectors=false')), ...ROWS, ...CHANGED], conditions: ['id = 6', "note = 'changed'"] },
  { name: 'deletion vectors', create: [table('id INT, note STRING', properties('delta.enableDeletionVectors=true')), ...ROWS, ...CHANGED], conditions: ['id = 6', "note = 'changed'"] },
  { name: 'CREATE TABLE AS SELECT', create: ["CREATE TABLE @ USING DELTA COMMENT 'made by a query' AS SELECT CAST(id + 1 AS INT) AS id, concat('n', id) AS note FROM range(6)"] },
  { name: 'CREATE OR REPLACE', create: [table('id INT, old STRING'), "INSERT INTO @ VALUES (9, 'x')", 'CREATE OR REPLACE TABLE @ (id INT, note STRING) USING DELTA', ...ROWS] },
  {
    name: 'overwrite',
    create: [table('id INT, note STRING, p STRING', 'PARTITIONED BY (p)'), "INSERT INTO @ VALUES (11, 'x', 'a'), (12, 'y', 'b')", "INSERT OVERWRITE @ VALUES (1, 'a', 'a'), (2, 'b', 'b'), (9, 'c', 'c')", "INSERT INTO @ REPLACE WHERE p = 'c' VALUES (3, 'c', 'c'), (4, 'd', 'c')", "INSERT INTO @ VALUES (5, 'e', 'e'), (6, 'f', 'f')"],
  },
  {
    name: 'all types',
    create: [
      table('id INT, y TINYINT, s SMALLINT, l BIGINT, f FLOAT, d DOUBLE, n5 DECIMAL(5,2), n18 DECIMAL(18,6), n38 DECIMAL(38,10), b BOOLEAN, t STRING, x BINARY, da DATE, ts TIMESTAMP'),
      `INSERT INTO @ VALUES
        (1, -128, -32768, -9223372036854775808, -1.5, -1e300, -999.99, -123456789012.123456, -1234567890123456789012345678.0123456789, false, 'a', X'00FF', DATE'0001-01-01', TIMESTAMP'1700-01-01 00:00:00'),
        (2, 127, 32767, 9223372036854775807, 3.4028235E38, 1e300, 999.99, 123456789012.123456, 9234567890123456789012345678.0123456789, true, '${'long '.repeat(20)}', X'', DATE'9999-12-31', TIMESTAMP'2261-12-31 23:59:59.999999'),
        (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
      `INSERT INTO @ VALUES
        (4, 0, 0, 0, CAST('NaN' AS FLOAT), CAST('Infinity' AS DOUBLE), 0.01, 0.000001, 0.0000000001, true, 'quote \\' " \\\\ back', X'DEADBEEF', DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.123456'),
        (5, 1, 1, 1, 0.1, 0.1, 1.10, 1.1, 1.1, false, '${'😀'.repeat(40)}', X'01', DATE'1970-01-01', TIMESTAMP'2024-03-10 02:30:00.000001'),
        (6, 2, 2, 2, 1e-10, 5e-324, 2.20, 2.2, 2.2, false, '${'z'.repeat(31)}\\u007f\\u00ff', X'02', DATE'2024-02-29', TIMESTAMP'2024-12-31 23:59:59.999999')`,
    ],
    conditions: ['y = 127', 's = -32768', 'l = 9223372036854775807', 'f > 1e38', "f = CAST('NaN' AS FLOAT)", "d = CAST('Infinity' AS DOUBLE)", 'd < -1e299', 'd > 0', 'n5 = 0.01', 'n18 = 123456789012.123456', 'n38 = 9234567890123456789012345678.0123456789', 'b = true', `t = '${'long '.repeat(20)}'`, `t = '${'😀'.repeat(40)}'`, "t > 'zzzz'", "x = X'DEADBEEF'", "da = DATE'0001-01-01'", "da = DATE'9999-12-31'", "ts = TIMESTAMP'1700-01-01 00:00:00'", "ts = TIMESTAMP'2261-12-31 23:59:59.999999'", "ts = TIMESTAMP'1969-12-31 23:59:59.123456'", "ts > TIMESTAMP'2024-12-31 23:59:59.999'"],
  },
  {
    name: 'timestamps without zone',
    create: [table('id INT, ts TIMESTAMP_NTZ'), "INSERT INTO @ VALUES (1, TIMESTAMP_NTZ'1900-01-01 00:00:00.000001'), (2, TIMESTAMP_NTZ'2024-03-10 02:30:00.123456'), (3, NULL)", "INSERT INTO @ VALUES (4, TIMESTAMP_NTZ'1969-12-31 23:59:59.999999'), (5, TIMESTAMP_NTZ'2024-01-01 00:00:00'), (6, TIMESTAMP_NTZ'2024-01-01 00:00:01')"],
    conditions: ["ts = TIMESTAMP_NTZ'2024-03-10 02:30:00.123456'", "ts < TIMESTAMP_NTZ'1900-01-02 00:00:00'"],
  },
  {
    name: 'nested types',
    create: [
      table(`id INT, s ${NESTED.s}, l ${NESTED.l}, m ${NESTED.m}`),
      nestedRows(NESTED, [[1, '{"a": 1, "b": {"c": "x", "d": "2024-01-01"}}', '[{"x": 1, "y": ["a", null]}, null]', '{"k": {"v": 1.5, "w": {"1": "one"}}}'], [2], [3, '{"a": null, "b": null}', '[]', '{}']]),
      nestedRows(NESTED, [[4, '{"a": 4, "b": {}}', '[{}]', '{"k": null}'], [5, '{"a": 5, "b": {"c": "z", "d": "2025-01-01"}}'], [6, undefined, undefined, '{"a": {"v": null, "w": {}}}']]),
    ],
    conditions: ['s.a = 4', "s.b.c = 'z'", "s.b.d > DATE'2024-06-01'", 's IS NULL', 's.a IS NULL'],
  },
  {
    name: 'partitioned by text',
    create: [table('id INT, note STRING, p STRING', 'PARTITIONED BY (p)'), "INSERT INTO @ VALUES (1, 'a', 'a/b=c%20 d'), (2, 'b', NULL), (3, 'c', 'ü€😀')", "INSERT INTO @ VALUES (4, 'd', 'q\\'uote \"x\" \\\\ # ? & + ; : * [x] {y}'), (5, 'e', ' lead trail '), (6, 'f', 'new\\nline')"],
    conditions: ["p = 'a/b=c%20 d'", 'p IS NULL', "p = 'ü€😀'", "p = 'new\\nline'", "p > 'z'"],
  },
  {
    name: 'partitioned by times',
    create: [table('id INT, ts TIMESTAMP, da DATE', 'PARTITIONED BY (ts, da)'), "INSERT INTO @ VALUES (1, TIMESTAMP'2024-01-01 10:00:00', DATE'2024-01-01'), (2, TIMESTAMP'2024-01-01 10:00:00.123456', DATE'1969-12-31'), (3, NULL, NULL)", "INSERT INTO @ VALUES (4, TIMESTAMP'1969-12-31 23:59:59.5', DATE'0001-01-01'), (5, TIMESTAMP'2024-01-01 10:00:00.12', DATE'9999-12-31'), (6, TIMESTAMP'2024-02-29 00:00:00', NULL)"],
    conditions: ["ts = TIMESTAMP'2024-01-01 10:00:00'", "ts = TIMESTAMP'2024-01-01 10:00:00.123456'", "ts < TIMESTAMP'1970-01-01 00:00:00'", "da = DATE'0001-01-01'", 'ts IS NULL'],
  },
  {
    name: 'partitioned by numbers',
    create: [table('id INT, i INT, l BIGINT, n DECIMAL(10,2), b BOOLEAN, d DOUBLE', 'PARTITIONED BY (i, l, n, b, d)'), "INSERT INTO @ VALUES (1, -1, 9223372036854775807, 1.10, true, 0.1), (2, NULL, NULL, NULL, NULL, NULL), (3, 0, 0, 0.00, false, 1e20)", "INSERT INTO @ VALUES (4, 4, 4, -0.01, true, -1.5), (5, 5, 5, 5, false, 1.0E-7), (6, 6, 6, 6.6, true, 100)"],
    conditions: ['n = 1.1', 'b', 'l > 100', 'i IS NULL', 'd = 0.1', 'd = 1e20', 'd < 0.00001'],
  },
  {
    name: 'partitioned by bytes',
    create: [table('id INT, x BINARY', 'PARTITIONED BY (x)'), "INSERT INTO @ VALUES (1, X'6162'), (2, NULL), (3, X'7A')", "INSERT INTO @ VALUES (4, X'61'), (5, X'62'), (6, X'63')"],
  },
  {
    name: 'column mapping by name',
    create: [
      table(`id INT, \`a b,c\` ${MAPPED.s}, l ${MAPPED.l}, m ${MAPPED.m}, p STRING`, `PARTITIONED BY (p) ${properties('delta.columnMapping.mode=name')}`),
      nestedRows(MAPPED, [[1, '{"x": 1, "z": [{"q": 1}]}', '[{"x": 1}]', '{"a": {"k": 1}}'], [2], [3, '{"x": 3}', '[]', '{}']], ", concat('p ', id % 2)"),
      nestedRows(MAPPED, [[4], [5, '{"x": 5, "z": []}'], [6]], ', if(id = 4, NULL, id)'),
    ],
    conditions: ['id = 4', '`a b,c`.x = 5', "p = 'p 1'", 'p IS NULL'],
  },
  {
    name: 'column mapping by id',
    create: [
      table(`id INT, s ${MAPPED.s}, l ${MAPPED.l}, m ${MAPPED.m}`, properties('delta.columnMapping.mode=id')),
      nestedRows(MAPPED, [[1, '{"x": 1, "z": [{"q": 1}]}', '[{"x": 1}]', '{"a": {"k": 1}}'], [2], [3, '{"x": 3}', '[]', '{}']]),
      nestedRows(MAPPED, [[4], [5, '{"x": 5, "z": []}'], [6]]),
    ],
    conditions: ['id = 4', 's.x = 5'],
  },
  {
    name: 'column mapping, altered',
    create: [
      table('id INT, old STRING, gone INT, s STRUCT<a: INT, b: INT>', properties('delta.columnMapping.mode=name')),
      "INSERT INTO @ SELECT id, concat('n', id), id, struct(CAST(id AS INT), CAST(id AS INT)) FROM VALUES (1), (2), (3) AS v(id)",
      'ALTER TABLE @ RENAME COLUMN old TO note', 'ALTER TABLE @ DROP COLUMN gone', 'ALTER TABLE @ RENAME COLUMN s.a TO c', 'ALTER TABLE @ ADD COLUMNS (gone STRING, s.d INT)',
      "INSERT INTO @ (id, note, gone) VALUES (4, 'd', 'g'), (5, 'e', NULL), (6, 'f', 'h')",
    ],
    conditions: ["note = 'n2'", "gone = 'h'", 's.c = 1'],
  },
  { name: 'change data feed', create: [table('id INT, note STRING', properties('delta.enableChangeDataFeed=true', 'delta.enableDeletionVectors=false')), ...ROWS, ...CHANGED], changes: true },
  { name: 'change data feed, deletion vectors', create: [table('id INT, note STRING, p INT', `PARTITIONED BY (p) ${properties('delta.enableChangeDataFeed=true')}`), "INSERT INTO @ VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 2)", "INSERT INTO @ VALUES (4, 'd', 2), (5, 'e', 1), (6, 'f', NULL)", "UPDATE @ SET note = 'x', p = 3 WHERE id = 2", "DELETE FROM @ WHERE id = 6", "INSERT INTO @ VALUES (6, 'f', 1)"], changes: true },
  { name: 'change data feed, replaced rows', create: [table('id INT, note STRING', properties('delta.enableChangeDataFeed=true')), "INSERT INTO @ SELECT /*+ COALESCE(1) */ * FROM VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (9, 'i')", "INSERT INTO @ REPLACE WHERE id > 4 VALUES (5, 'e'), (6, 'f')"], changes: true },
  { name: 'change data feed, computed columns', create: [table('id INT, half INT, twice INT GENERATED ALWAYS AS (half * 2)', properties('delta.enableChangeDataFeed=true')), 'INSERT INTO @ (id, half) VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)', 'UPDATE @ SET half = half + 10 WHERE id = 2', 'MERGE INTO @ AS t USING (SELECT 3 AS id UNION ALL SELECT 7) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET half = 30 WHEN NOT MATCHED THEN INSERT (id, half) VALUES (s.id, 70)'], given: ['id', 'half'], changes: true },
  { name: 'NOT NULL', create: [table('id INT NOT NULL, note STRING, s STRUCT<a: INT NOT NULL>'), "INSERT INTO @ VALUES (1, 'a', named_struct('a', 1)), (2, 'b', named_struct('a', 2)), (3, NULL, named_struct('a', 3))", "INSERT INTO @ VALUES (4, 'd', named_struct('a', 4)), (5, 'e', named_struct('a', 5)), (6, 'f', named_struct('a', 6))"] },
  { name: 'check constraints', create: [table('id INT, note STRING'), ...ROWS, 'ALTER TABLE @ ADD CONSTRAINT positive CHECK (id > 0 AND id < 100000)'] },
  { name: 'generated columns', create: [table('id INT, ts TIMESTAMP, day DATE GENERATED ALWAYS AS (CAST(ts AS DATE)), twice BIGINT GENERATED ALWAYS AS (CAST(id AS BIGINT) * 2)', 'PARTITIONED BY (day)'), "INSERT INTO @ (id, ts) VALUES (1, TIMESTAMP'2024-01-01 10:00:00'), (2, TIMESTAMP'2024-01-02 10:00:00'), (3, NULL)", "INSERT INTO @ (id, ts) VALUES (4, TIMESTAMP'2024-01-01 23:59:59'), (5, TIMESTAMP'2025-01-01 00:00:00'), (6, TIMESTAMP'2024-01-01 00:00:00')"], given: ['id', 'ts'], conditions: ["ts > TIMESTAMP'2024-06-01 00:00:00'", "day = DATE'2024-01-02'"] },
  { name: 'identity columns', create: [table('id INT, n BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 5), note STRING'), "INSERT INTO @ (id, note) VALUES (1, 'a'), (2, 'b'), (3, 'c')", "INSERT INTO @ (id, note) VALUES (4, 'd'), (5, 'e'), (6, 'f')"], given: ['id', 'note'], others: { copy: 'id = 1', delete: 'id = 3' }, own: ['INSERT INTO @ (id, note) SELECT id + 200, note FROM @ WHERE id = 2', 'DELETE FROM @ WHERE id = 1'] },
  { name: 'column defaults', create: [table("id INT, note STRING DEFAULT 'none', k INT DEFAULT 40 + 2", properties('delta.feature.allowColumnDefaults=supported')), "INSERT INTO @ (id) VALUES (1), (2), (3)", "INSERT INTO @ VALUES (4, DEFAULT, 1), (5, NULL, DEFAULT), (6, 'x', NULL)"], given: ['id'] },
  { name: 'row tracking', create: [table('id INT, note STRING', properties('delta.enableRowTracking=true')), ...ROWS, ...CHANGED] },
  { name: 'in-commit timestamps', create: [table('id INT, note STRING', properties('delta.enableInCommitTimestamps=true')), ...ROWS, ...CHANGED] },
  { name: 'V2 checkpoints', create: [table('id INT, note STRING, p INT', `PARTITIONED BY (p) ${properties('delta.checkpointPolicy=v2', 'delta.checkpointInterval=3')}`), "INSERT INTO @ VALUES (1, 'a', 1), (2, 'b', 1), (3, 'c', 2)", "INSERT INTO @ VALUES (4, 'd', 2), (5, 'e', 1), (6, 'f', NULL)", "UPDATE @ SET note = 'x' WHERE id = 2", "UPDATE @ SET note = 'y' WHERE id = 4"], conditions: ['id = 6', 'p = 1'] },
  { name: 'classic checkpoints', create: [table('id INT, note STRING, n DECIMAL(10,2), ts TIMESTAMP, p DATE', `PARTITIONED BY (p) ${properties('delta.checkpointInterval=3', 'delta.checkpoint.writeStatsAsStruct=true')}`), "INSERT INTO @ VALUES (1, 'a', 1.5, TIMESTAMP'2024-01-01 10:00:00.123456', DATE'2024-01-01'), (2, 'b', 2, NULL, NULL), (3, 'c', NULL, TIMESTAMP'2024-01-01 10:00:00', DATE'2024-01-02')", "INSERT INTO @ VALUES (4, 'd', 4, NULL, NULL), (5, 'e', 5, NULL, DATE'2024-01-01'), (6, 'f', 6.66, NULL, NULL)", "UPDATE @ SET note = 'x' WHERE id = 2", "UPDATE @ SET note = 'y' WHERE id = 4"], conditions: ['id = 6', "p = DATE'2024-01-01'", 'n = 6.66', "ts = TIMESTAMP'2024-01-01 10:00:00.123456'"] },
  { name: 'struct statistics alone', create: [table('id INT, note STRING, ts TIMESTAMP', properties('delta.checkpointInterval=2', 'delta.checkpoint.writeStatsAsStruct=true', 'delta.checkpoint.writeStatsAsJson=false')), "INSERT INTO @ VALUES (1, 'a', TIMESTAMP'2024-01-01 10:00:00.123456'), (2, 'b', NULL), (3, 'c', NULL)", "INSERT INTO @ VALUES (4, 'd', NULL), (5, 'e', NULL), (6, 'f', TIMESTAMP'1969-01-01 10:00:00.1234')"], conditions: ['id = 6', "ts = TIMESTAMP'2024-01-01 10:00:00.123456'", "ts < TIMESTAMP'1970-01-01 00:00:00'"] },
  { name: 'type widening', create: [table('id INT, a TINYINT, f FLOAT, n DECIMAL(5,2)', properties('delta.enableTypeWidening=true')), 'INSERT INTO @ VALUES (1, 1, 1.5, 1.5), (2, 2, NULL, 2), (3, NULL, 3, NULL)', 'ALTER TABLE @ ALTER COLUMN a TYPE INT', 'ALTER TABLE @ ALTER COLUMN f TYPE DOUBLE', 'INSERT INTO @ VALUES (4, 100000, 1e200, 4), (5, 5, 5, 5), (6, 6, 6, 6)'], conditions: ['a = 100000', 'a = 2', 'f > 1e100'] },
  { name: 'Iceberg compatibility', create: ['SET spark.databricks.delta.properties.defaults.enableDeletionVectors=false', table('id INT, note STRING, l ARRAY<STRUCT<x: INT, l: ARRAY<INT>>>, m MAP<STRING, ARRAY<INT>>, ts TIMESTAMP', `PARTITIONED BY (note) ${properties('delta.enableIcebergCompatV2=true', 'delta.columnMapping.mode=name', 'delta.enableDeletionVectors=false')}`), "INSERT INTO @ VALUES (1, 'a', array(named_struct('x', 1, 'l', array(1, NULL))), map('k', array(1)), TIMESTAMP'2024-01-01 00:00:00.123456'), (2, 'b', NULL, map(), NULL), (3, NULL, array(), NULL, NULL)", "UPDATE @ SET note = 'changed' WHERE id = 2", "MERGE INTO @ AS t USING (SELECT 1 AS id, 'm' AS note UNION ALL SELECT 6, 'n') s ON t.id = s.id WHEN MATCHED THEN UPDATE SET note = s.note WHEN NOT MATCHED THEN INSERT (id, note) VALUES (s.id, s.note)", 'RESET spark.databricks.delta.properties.defaults.enableDeletionVectors'] },
  { name: 'clustering', create: [table('id INT, note STRING, s STRUCT<k: INT>', 'CLUSTER BY (note, s.k)'), "INSERT INTO @ VALUES (1, 'a', named_struct('k', 1)), (2, 'b', named_struct('k', NULL)), (3, NULL, named_struct('k', 3))", "INSERT INTO @ VALUES (4, 'd', named_struct('k', 4)), (5, 'e', named_struct('k', 5)), (6, 'f', named_struct('k', 6))"] },
  { name: 'domain metadata', create: [table('id INT, note STRING', properties('delta.feature.domainMetadata=supported')), ...ROWS] },
  { name: 'append only', create: [table('id INT, note STRING', properties('delta.appendOnly=true')), ...ROWS], others: APPENDS, own: ["INSERT INTO @ VALUES (7, 'g')"] },
  { name: 'CHAR and VARCHAR', create: [table('id INT, c CHAR(5), v VARCHAR(5)'), "INSERT INTO @ VALUES (1, 'a', 'a'), (2, 'abcde', 'abcde'), (3, NULL, NULL)", "INSERT INTO @ VALUES (4, '', ''), (5, 'ü', '😀😀'), (6, 'x   ', 'x  ')"], conditions: ["c = 'a'", "v = 'a'", "v = 'x'"] },
  ...[
    // Without vectors: of a file that has one Spark reads no variants, its own neither.
    { name: 'variant', more: ['delta.enableDeletionVectors=false'] },
    { name: 'variant, mapped by id', more: ['delta.enableDeletionVectors=false', 'delta.columnMapping.mode=id'] },
    { name: 'variant, change data feed', more: ['delta.enableDeletionVectors=false', 'delta.enableChangeDataFeed=true'] },
  ].map(({ name, more }): DeltaCase => ({
    name,
    create: [
      table('id INT, v VARIANT, s STRUCT<k: INT, w: VARIANT>, l ARRAY<VARIANT>, m MAP<STRING, VARIANT>', properties(...more)),
      `INSERT INTO @ SELECT id, parse_json(j), named_struct('k', id, 'w', parse_json(j)), array(parse_json(j), NULL), map('k', parse_json(j)) FROM VALUES (1, '{"a": [1, "x", null, 1.50, 2e0], "b": {"c": 12345678901234567890}}'), (2, 'null'), (3, '300') AS t(id, j)`,
      `INSERT INTO @ SELECT id, v, named_struct('k', id, 'w', v), array(v), map('k', v) FROM VALUES (4, ${TYPED_VARIANT}), (5, CAST(1.5D AS VARIANT)), (6, NULL) AS t(id, v)`,
      'UPDATE @ SET id = id WHERE id = 5',
    ],
    questions: VARIANT_QUESTIONS,
    changes: more.includes('delta.enableChangeDataFeed=true'),
  })),
  { name: 'VACUUM protocol check', create: [table('id INT, note STRING', properties('delta.feature.vacuumProtocolCheck=supported')), ...ROWS] },
  { name: 'statistics of some columns', create: [table('id INT, a STRING, b STRING, c STRING', properties('delta.dataSkippingStatsColumns=id,b')), "INSERT INTO @ VALUES (1, 'a', 'b', 'c'), (2, 'a', 'b', 'c'), (3, 'a', 'b', 'c')", "INSERT INTO @ VALUES (4, 'd', 'd', 'd'), (5, NULL, NULL, NULL), (6, 'f', 'f', 'f')"], conditions: ["a = 'f'", "b = 'f'", "c = 'f'"] },
  { name: 'many commits', create: [table('id INT, note STRING'), ...ROWS, ...Array.from({ length: 21 }, (_, index) => `UPDATE @ SET note = 'n${index}' WHERE id = ${(index % 6) + 1}`)], conditions: ['id = 6', "note = 'n20'"] },
];
