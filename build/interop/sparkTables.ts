/** A table that Spark makes in a way of its own. `@` stands for it, `@-name` for another beside it. Lakebook reads it and writes on, or refuses by name. */
export interface SparkTable {
  readonly name: string;
  /** By Spark; `id` is 1 to 6 afterwards. */
  readonly create: readonly string[];
  /** Asked of both engines beside all rows. */
  readonly questions?: readonly { readonly spark: string; readonly lakebook: string }[];
  /** Columns that a copied row is given. */
  readonly given?: readonly string[];
  /** The classes of errors by which Lakebook refuses. */
  readonly refuses?: { readonly read?: string; readonly write?: string };
}

const SIX = "VALUES (1, 'a'), (2, 'b'), (3, NULL), (4, 'd'), (5, 'ü€😀'), (6, '')";
const made = (clauses: string, columns = 'id INT, note STRING'): string => `CREATE TABLE @ (${columns}) USING DELTA ${clauses}`;
const property = (...pairs: readonly string[]): string => `TBLPROPERTIES (${pairs.map((pair) => pair.split('=')).map(([key, value]) => `'${key}' = '${value}'`).join(', ')})`;
/** Statements under settings of the session. */
const under = (settings: Readonly<Record<string, string>>, ...statements: readonly string[]): readonly string[] => [
  ...Object.entries(settings).map(([key, value]) => `SET ${key}=${value}`), ...statements, ...Object.keys(settings).map((key) => `RESET ${key}`),
];
const both = (sql: string): { readonly spark: string; readonly lakebook: string } => ({ spark: sql, lakebook: sql });
const ROW_IDS = { spark: 'SELECT id, _metadata.row_id AS r, _metadata.row_commit_version AS v FROM @', lakebook: 'SELECT id, _row_id AS r, _row_commit_version AS v FROM @' };
const UNWRITTEN = { write: 'DELTA_UNSUPPORTED_FEATURES_FOR_WRITE' };
const UNREAD = { read: 'DELTA_UNSUPPORTED_FEATURES_FOR_READ', ...UNWRITTEN };
/** Spark asks for this also of the table that is not there yet. */
const NO_VECTORS = { 'spark.databricks.delta.properties.defaults.enableDeletionVectors': 'false' };
const TYPES = 'id INT, n DECIMAL(9,2), w DECIMAL(30,4), ts TIMESTAMP, l ARRAY<STRUCT<x: INT>>, m MAP<STRING, INT>';
const TYPED = "INSERT INTO @ SELECT id, CAST(id AS DECIMAL(9,2)) / 4, CAST(id AS DECIMAL(30,4)) / 8, TIMESTAMP'2024-01-01 00:00:00.123456', array(named_struct('x', id)), map('k', id) FROM VALUES (1), (2), (3), (4), (5), (6) AS v(id)";

/** Of a file with a deletion vector Spark 4.0 reads no variants. */
const WITHOUT_VECTORS = property('delta.enableDeletionVectors=false');

export const SPARK_TABLES: readonly SparkTable[] = [
  {
    name: 'row ids through UPDATE and MERGE',
    create: [made(property('delta.enableRowTracking=true')), `INSERT INTO @ ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2", "MERGE INTO @ t USING (SELECT 3 AS id UNION ALL SELECT 7) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET note = 'm' WHEN NOT MATCHED THEN INSERT (id, note) VALUES (s.id, 'n')", 'DELETE FROM @ WHERE id = 7'],
    questions: [ROW_IDS],
  },
  { name: 'row ids through OPTIMIZE, without vectors', create: [made(property('delta.enableRowTracking=true', 'delta.enableDeletionVectors=false')), `INSERT INTO @ ${SIX}`, "INSERT INTO @ VALUES (7, 'g'), (8, 'h')", "UPDATE @ SET note = 'x' WHERE id = 2", 'DELETE FROM @ WHERE id > 6', 'OPTIMIZE @'], questions: [ROW_IDS] },
  { name: 'row tracking turned on later', create: [made(''), `INSERT INTO @ ${SIX}`, "ALTER TABLE @ SET TBLPROPERTIES ('delta.enableRowTracking' = 'true')", "UPDATE @ SET note = 'x' WHERE id = 2"], questions: [ROW_IDS] },
  { name: 'column mapping turned on later', create: [made(''), `INSERT INTO @ ${SIX}`, "ALTER TABLE @ SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')", 'ALTER TABLE @ RENAME COLUMN note TO said', 'ALTER TABLE @ ADD COLUMNS (note STRING)', 'ALTER TABLE @ DROP COLUMN note'] },
  ...['parquet', 'json'].map((format): SparkTable => ({
    name: `V2 checkpoints with sidecars, ${format}`,
    create: under({ 'spark.databricks.delta.checkpointV2.topLevelFileFormat': format }, made(`PARTITIONED BY (note) ${property('delta.checkpointPolicy=v2', 'delta.checkpointInterval=2')}`), `INSERT INTO @ ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2", "UPDATE @ SET note = 'y' WHERE id = 4", "UPDATE @ SET note = 'z' WHERE id = 5"),
  })),
  { name: 'checkpoints of several parts', create: under({ 'spark.databricks.delta.checkpoint.partSize': '2' }, made(`PARTITIONED BY (note) ${property('delta.checkpointInterval=2')}`), `INSERT INTO @ ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2", "UPDATE @ SET note = 'y' WHERE id = 4") },
  { name: 'in-commit timestamps turned on later', create: [made(''), `INSERT INTO @ ${SIX}`, "ALTER TABLE @ SET TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true')", "UPDATE @ SET note = 'x' WHERE id = 2"], questions: [both('SELECT count(*) FROM @ VERSION AS OF 1')] },
  { name: 'DROP FEATURE deletionVectors', create: [made(property('delta.enableDeletionVectors=true')), `INSERT INTO @ ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2", 'ALTER TABLE @ DROP FEATURE deletionVectors'], questions: [both('SELECT * FROM @ VERSION AS OF 2')] },
  { name: 'DROP FEATURE of columnMapping', create: [made(property('delta.columnMapping.mode=name')), `INSERT INTO @ ${SIX}`, 'ALTER TABLE @ RENAME COLUMN note TO said', 'ALTER TABLE @ DROP FEATURE columnMapping'], questions: [both('SELECT * FROM @ VERSION AS OF 1')] },
  { name: 'DROP FEATURE of typeWidening', create: [made(property('delta.enableTypeWidening=true'), 'id INT, note STRING, a TINYINT'), 'INSERT INTO @ SELECT id, note, id FROM VALUES (1, \'a\'), (2, \'b\'), (3, NULL) AS v(id, note)', 'ALTER TABLE @ ALTER COLUMN a TYPE INT', "INSERT INTO @ VALUES (4, 'd', 100000), (5, 'e', 5), (6, '', NULL)", 'ALTER TABLE @ DROP FEATURE typeWidening'] },
  { name: 'widened in every way', create: [made(property('delta.enableTypeWidening=true', 'delta.feature.timestampNtz=supported'), 'id INT, a TINYINT, b SMALLINT, c INT, f FLOAT, n DECIMAL(5,2), d DATE, s STRUCT<x: TINYINT>, l ARRAY<SMALLINT>, m MAP<SMALLINT, FLOAT>'), "INSERT INTO @ SELECT id, id, id, id, 1.5, 2.25, DATE'2024-01-01', named_struct('x', CAST(id AS TINYINT)), array(CAST(id AS SMALLINT)), map(CAST(id AS SMALLINT), CAST(1.5 AS FLOAT)) FROM VALUES (1), (2), (3) AS v(id)", ...['a TYPE SMALLINT', 'a TYPE DOUBLE', 'b TYPE DECIMAL(10,0)', 'c TYPE BIGINT', 'f TYPE DOUBLE', 'n TYPE DECIMAL(10,4)', 'd TYPE TIMESTAMP_NTZ', 's.x TYPE INT', 'l.element TYPE INT', 'm.key TYPE BIGINT', 'm.value TYPE DOUBLE'].map((change) => `ALTER TABLE @ ALTER COLUMN ${change}`), "INSERT INTO @ SELECT id, 1e100, 1e9, 1e12, 1e100, 123456.1234, TIMESTAMP_NTZ'2024-01-01 10:00:00', named_struct('x', 100000), array(100000), map(CAST(1e12 AS BIGINT), 1e100) FROM VALUES (4), (5), (6) AS v(id)"] },
  { name: 'materialised partition columns', create: [made(`PARTITIONED BY (note) ${property('delta.feature.materializePartitionColumns=supported')}`), `INSERT INTO @ ${SIX}`] },
  { name: 'variants', create: [made(WITHOUT_VECTORS, 'id INT, v VARIANT'), "INSERT INTO @ SELECT id, parse_json(j) FROM VALUES (1, '1'), (2, '{\"a\": [1, null, \"x\"]}'), (3, NULL), (4, '\"text\"'), (5, '1.5'), (6, '{}') AS s(id, j)"] },
  // The last statement is one that Spark 4.0 refuses: it shreds, and reads no shredded column of a Delta table.
  { name: 'shredded variants', create: under({ 'spark.sql.variant.writeShredding.enabled': 'true', 'spark.sql.variant.forceShreddingSchemaForTest': 'a bigint, b string' }, made(property('delta.enableVariantShredding=true', 'delta.enableDeletionVectors=false'), 'id INT, v VARIANT'), "INSERT INTO @ SELECT id, parse_json(j) FROM VALUES (1, '{\"a\": 1, \"b\": \"x\"}'), (2, '{\"a\": \"not a number\", \"c\": [1]}'), (3, NULL), (4, '7'), (5, '{\"b\": null}'), (6, '{}') AS s(id, j)", 'SELECT to_json(v) FROM @') },
  { name: 'collations', create: [made('', 'id INT, note STRING COLLATE UTF8_LCASE'), `INSERT INTO @ ${SIX}`], questions: [both("SELECT id FROM @ WHERE note = 'A'")], refuses: UNWRITTEN },
  { name: 'a catalog orders commits', create: [made(property('delta.feature.catalogManaged=supported')), `INSERT INTO @ ${SIX}`], refuses: { read: 'DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED', write: 'DELTA_PATH_BASED_ACCESS_TO_CATALOG_MANAGED_TABLE_BLOCKED' } },
  { name: 'geometry', create: [made('', 'id INT, g GEOMETRY(4326)'), 'INSERT INTO @ SELECT id, NULL FROM VALUES (1), (2), (3), (4), (5), (6) AS v(id)'], refuses: UNREAD },
  { name: 'adaptive metadata', create: [made(property('delta.feature.adaptiveMetadata-preview=supported')), `INSERT INTO @ ${SIX}`], refuses: UNREAD },
  { name: 'times of day', create: [made('', 'id INT, t TIME(6)'), "INSERT INTO @ SELECT id, TIME'10:00:00' FROM VALUES (1), (2), (3), (4), (5), (6) AS v(id)"] },
  { name: 'void columns', create: ['CREATE TABLE @ USING DELTA AS SELECT CAST(id + 1 AS INT) AS id, NULL AS nothing FROM range(6)'] },
  ...['V1', 'V2'].map((version): SparkTable => ({ name: `Iceberg compatibility ${version}`, create: under(NO_VECTORS, made(`PARTITIONED BY (note) ${property(`delta.enableIcebergCompat${version}=true`, 'delta.columnMapping.mode=name')}`), `INSERT INTO @ ${SIX}`) })),
  { name: 'Iceberg compatibility V3', create: [made(property('delta.enableIcebergCompatV3=true', 'delta.columnMapping.mode=name', 'delta.enableDeletionVectors=false', 'delta.enableRowTracking=true')), `INSERT INTO @ ${SIX}`], refuses: UNWRITTEN },
  { name: 'Iceberg compatibility with collections', create: under(NO_VECTORS, made(property('delta.enableIcebergCompatV2=true', 'delta.columnMapping.mode=id'), TYPES), TYPED) },
  { name: 'clustered by OPTIMIZE FULL', create: [made('CLUSTER BY (note, id)'), `INSERT INTO @ ${SIX}`, "INSERT INTO @ VALUES (7, 'g'), (8, 'h')", 'OPTIMIZE @ FULL', 'DELETE FROM @ WHERE id > 6', 'ALTER TABLE @ CLUSTER BY (id)'] },
  { name: 'Z-ordered', create: [made(''), `INSERT INTO @ ${SIX}`, "INSERT INTO @ VALUES (7, 'g'), (8, 'h')", 'OPTIMIZE @ ZORDER BY (note)', 'DELETE FROM @ WHERE id > 6', 'REORG TABLE @ APPLY (PURGE)'] },
  { name: 'shallow clone', create: [made('').replace('@', '@-base'), `INSERT INTO @-base ${SIX}`, 'CREATE TABLE @ SHALLOW CLONE @-base', "UPDATE @ SET note = 'x' WHERE id = 2"] },
  { name: 'converted from Parquet', create: ['INSERT OVERWRITE DIRECTORY \'@path\' USING parquet SELECT CAST(id + 1 AS INT) AS id, concat(\'n\', id) AS note FROM range(6)', 'CONVERT TO DELTA parquet.`@path`', "UPDATE @ SET note = 'x' WHERE id = 2"] },
  { name: 'restored and truncated', create: [made(''), `INSERT INTO @ ${SIX}`, 'TRUNCATE TABLE @', 'RESTORE TABLE @ TO VERSION AS OF 1', 'ALTER TABLE @ ADD CONSTRAINT positive CHECK (id > 0)', 'ALTER TABLE @ DROP CONSTRAINT positive'] },
  { name: 'constraints in Spark’s functions', create: [made('', 'id INT, note STRING'), "ALTER TABLE @ ADD CONSTRAINT told CHECK (note RLIKE '^[^0-9]*$' OR length(regexp_replace(note, '[a-z]', '')) < 5 OR crc32(note) > 0 OR note IS NULL)", `INSERT INTO @ ${SIX}`] },
  { name: 'computed in Spark’s functions', create: [made('', "id INT, ts TIMESTAMP, month STRING GENERATED ALWAYS AS (date_format(ts, 'yyyy-MM')), hour INT GENERATED ALWAYS AS (HOUR(ts)), part STRING GENERATED ALWAYS AS (SUBSTRING(CAST(id AS STRING), 1, 1))"), "INSERT INTO @ (id, ts) SELECT id, TIMESTAMP'2024-01-01 10:00:00' + make_dt_interval(id * 20) FROM VALUES (1), (2), (3), (4), (5), (6) AS v(id)"], given: ['id', 'ts'] },
  { name: 'numbered from a given start', create: [made('', 'id INT, n BIGINT GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY -3), note STRING'), `INSERT INTO @ (id, note) ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2"], given: ['id', 'note'] },
  { name: 'defaults', create: [made(property('delta.feature.allowColumnDefaults=supported'), "id INT, note STRING DEFAULT upper('none'), at DATE DEFAULT DATE'2024-01-01' + 1"), 'INSERT INTO @ (id) VALUES (1), (2), (3), (4), (5), (6)'], given: ['id'] },
  ...['gzip', 'lz4', 'zstd', 'uncompressed'].map((codec): SparkTable => ({ name: `files packed by ${codec}`, create: under({ 'spark.sql.parquet.compression.codec': codec }, made('', TYPES), TYPED), ...(codec === 'lz4' ? { refuses: { read: 'DELTA_DATA_FILE_UNSUPPORTED', write: 'DELTA_DATA_FILE_UNSUPPORTED' } } : {}) })),
  { name: 'Parquet’s old shapes', create: under({ 'spark.sql.parquet.writeLegacyFormat': 'true', 'spark.sql.parquet.outputTimestampType': 'INT96' }, made('', TYPES), TYPED) },
  { name: 'Parquet’s second pages', create: under({ 'parquet.writer.version': 'PARQUET_2_0', 'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MILLIS' }, made('', TYPES), TYPED) },
  { name: 'no statistics', create: under({ 'spark.databricks.delta.stats.collect': 'false' }, made(''), `INSERT INTO @ ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2") },
  { name: 'VACUUM of everything old', create: under({ 'spark.databricks.delta.retentionDurationCheck.enabled': 'false' }, made('PARTITIONED BY (note)'), `INSERT INTO @ ${SIX}`, "UPDATE @ SET note = 'x' WHERE id = 2", 'VACUUM @ RETAIN 0 HOURS') },
  { name: 'settings of every statement', create: under({ 'spark.databricks.delta.properties.defaults.enableChangeDataFeed': 'true', 'spark.databricks.delta.properties.defaults.columnMapping.mode': 'name' }, made(''), `INSERT INTO @ ${SIX}`, "MERGE WITH SCHEMA EVOLUTION INTO @ t USING (SELECT 6 AS id, 'f' AS note, 1 AS more) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *") },
];
