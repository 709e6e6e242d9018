/** The log of a table with very many files, made by DuckDB: a checkpoint of adds with statistics, and commits on top of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../kernel/duckdb/database.ts';

export interface ManyFiles {
  readonly folder: string;
  readonly files: number;
  /** `multipart`: classic, statistics as JSON. `v2`: sidecars, statistics as JSON and as columns. */
  readonly form: 'multipart' | 'v2';
}

/** The range of ids that a DELETE is about, and the partition that it lies in: the only files that are really there. */
export interface RealRows {
  readonly day: string;
  readonly fromId: number;
  readonly toId: number;
}

const PART_ROWS = 1_000_000;
export const FILES_PER_DAY = 10_000;
export const CHECKPOINT_VERSION = 1_000;
const COMMITS = 10;
const REAL_FILES = 5;
/** Ids of neighbouring files overlap by a third, as those of late rows do. */
const [IDS_PER_FILE, ROWS_PER_FILE] = [1_000, 1_500];
const BASE_MS = 1_767_225_600_000;

const FIELDS = [['id', 'long'], ['ts', 'timestamp'], ['category', 'string'], ['amount', 'double'], ['qty', 'integer'], ['name', 'string'], ['dt', 'date']] as const;
const SCHEMA = JSON.stringify({ type: 'struct', fields: FIELDS.map(([name, type]) => ({ name, type, nullable: true, metadata: {} })) });

/** Writes the log, and the data files of {@link RealRows}. Everything about a file follows from its number. */
export async function generateManyFiles(database: Database, { folder, files, form }: ManyFiles): Promise<void> {
  const log = join(folder, '_delta_log');
  mkdirSync(join(log, '_sidecars'), { recursive: true });
  const parts = Math.ceil(files / PART_ROWS);
  const padded = (part: number): string => String(part).padStart(10, '0');
  const prefix = String(CHECKPOINT_VERSION).padStart(20, '0');
  const names: string[] = [];
  for (let part = 0; part < parts; part += 1) {
    const [from, to] = [part * PART_ROWS, Math.min(files, (part + 1) * PART_ROWS)];
    const name = form === 'v2' ? `part-${padded(part)}.parquet` : `${prefix}.checkpoint.${padded(part + 1)}.${padded(parts)}.parquet`;
    names.push(name);
    const head = part > 0 || form === 'v2' ? '' : `UNION ALL BY NAME ${tableRows(form)}`;
    const dead = part > 0 ? '' : `UNION ALL BY NAME SELECT ${removeSql()} AS remove FROM (SELECT range AS i FROM range(${files}, ${files + Math.ceil(files / 100)}))`;
    await database.run(`COPY (SELECT ${addSql(form)} AS "add" FROM (SELECT range AS i FROM range(${from}, ${to})) ${dead} ${head}) TO '${join(log, form === 'v2' ? '_sidecars' : '', name)}' (FORMAT parquet, COMPRESSION zstd)`);
  }
  if (form === 'v2') {
    const sidecars = names.map((name) => `UNION ALL BY NAME SELECT {'path': '${name}', 'sizeInBytes': 0::BIGINT, 'modificationTime': ${BASE_MS}::BIGINT} AS sidecar`);
    const id = '00000000-0000-4000-8000-000000000500';
    await database.run(`COPY (SELECT {'version': ${CHECKPOINT_VERSION}::BIGINT} AS "checkpointMetadata" UNION ALL BY NAME ${tableRows(form)} ${sidecars.join(' ')}) TO '${join(log, `${prefix}.checkpoint.${id}.parquet`)}' (FORMAT parquet)`);
  }
  writeFileSync(join(log, '_last_checkpoint'), JSON.stringify({ version: CHECKPOINT_VERSION, size: files, ...(form === 'v2' ? {} : { parts }) }));
  await writeCommits(database, log, files);
  await writeRealFiles(database, folder, files);
}

/** The rows in the middle of the table. */
export function realRows(files: number): RealRows {
  const first = Math.floor(files / 2);
  return { day: dayOf(first), fromId: first * IDS_PER_FILE + 600, toId: (first + REAL_FILES) * IDS_PER_FILE - 1_000 };
}

function dayOf(file: number): string {
  return new Date(Date.UTC(2024, 0, 1 + Math.floor(file / FILES_PER_DAY))).toISOString().slice(0, 10);
}

const DAY = `(DATE '2024-01-01' + (i // ${FILES_PER_DAY})::INTEGER)`;
const PATH = `format('dt={}/part-{:05d}-{}.c000.snappy.parquet', ${DAY}, i % 100000, uuid(i))`.replace('uuid(i)', `(md5(i::VARCHAR)[1:8] || '-' || md5(i::VARCHAR)[9:12] || '-4' || md5(i::VARCHAR)[14:16] || '-8' || md5(i::VARCHAR)[18:20] || '-' || md5(i::VARCHAR)[21:32])`);
const SIZE = '(20000 + hash(i) % 180000)::BIGINT';
const VALUES = `MAP {'dt': ${DAY}::VARCHAR}`;
const TIME = `(TIMESTAMP '2024-01-01' + to_seconds(i))`;

/** `[column, minimum, maximum]` as SQL over the number `i`. */
const BOUNDS: readonly (readonly [string, string, string])[] = [
  ['id', `i * ${IDS_PER_FILE}`, `i * ${IDS_PER_FILE} + ${ROWS_PER_FILE - 1}`],
  ['ts', TIME, `(${TIME} + INTERVAL 119 SECOND)`],
  ['category', `format('cat-{:05d}', hash(i, 1) % 5000)`, `format('cat-{:05d}', hash(i, 1) % 5000 + 40)`],
  ['amount', '(hash(i, 2) % 900000 / 100.0)::DOUBLE', '(hash(i, 2) % 900000 / 100.0 + 1000.5)::DOUBLE'],
  ['qty', '(hash(i, 3) % 50)::INTEGER', '(hash(i, 3) % 50 + 50)::INTEGER'],
  ['name', `format('name-{:06d}-alpha', hash(i, 4) % 100000)`, `format('name-{:06d}-omega', hash(i, 4) % 99999 + 900000)`],
];

function sideSql(side: 1 | 2): string {
  return `{${BOUNDS.map((bounds) => `'${bounds[0]}': ${bounds[side]}`).join(', ')}}`;
}

function jsonSide(side: 1 | 2): string {
  const fields = BOUNDS.map((bounds) => {
    const value = bounds[0] === 'ts' ? `'"' || strftime(${bounds[side]}, '%Y-%m-%dT%H:%M:%S.%gZ') || '"'` : bounds[0] === 'category' || bounds[0] === 'name' ? `'"' || ${bounds[side]} || '"'` : `(${bounds[side]})::VARCHAR`;
    return `'"${bounds[0]}":' || ${value}`;
  });
  return `'{' || ${fields.join(` || ',' || `)} || '}'`;
}

const NULLS = BOUNDS.map(([name], index) => [name, `(hash(i, ${10 + index}) % 20)::BIGINT`] as const);
const STATS = `'{"numRecords":${ROWS_PER_FILE},"minValues":' || ${jsonSide(1)} || ',"maxValues":' || ${jsonSide(2)} || ',"nullCount":{' || ${NULLS.map(([name, count]) => `'"${name}":' || ${count}`).join(` || ',' || `)} || '}}'`;

function addSql(form: ManyFiles['form']): string {
  const parsed = `, 'stats_parsed': {'numRecords': ${ROWS_PER_FILE}::BIGINT, 'minValues': ${sideSql(1)}, 'maxValues': ${sideSql(2)}, 'nullCount': {${NULLS.map(([name, count]) => `'${name}': ${count}`).join(', ')}}}`;
  return `{'path': ${PATH}, 'partitionValues': ${VALUES}, 'size': ${SIZE}, 'modificationTime': ${BASE_MS} + i, 'dataChange': false, 'stats': ${STATS}${form === 'v2' ? parsed : ''}}`;
}

function removeSql(): string {
  return `{'path': ${PATH}, 'deletionTimestamp': ${Date.now()}::BIGINT, 'dataChange': false, 'extendedFileMetadata': true, 'partitionValues': ${VALUES}, 'size': ${SIZE}}`;
}

function tableRows(form: ManyFiles['form']): string {
  const features = form === 'v2' ? `, 'readerFeatures': ['v2Checkpoint'], 'writerFeatures': ['v2Checkpoint', 'appendOnly', 'invariants']` : '';
  const protocol = `{'minReaderVersion': ${form === 'v2' ? 3 : 1}::INTEGER, 'minWriterVersion': ${form === 'v2' ? 7 : 2}::INTEGER${features}}`;
  const configuration = form === 'v2' ? `MAP {'delta.checkpointPolicy': 'v2'}` : 'MAP {}::MAP(VARCHAR, VARCHAR)';
  const metaData = `{'id': '00000000-0000-4000-8000-000000000007', 'format': {'provider': 'parquet', 'options': MAP {}::MAP(VARCHAR, VARCHAR)}, 'schemaString': '${SCHEMA}', 'partitionColumns': ['dt'], 'configuration': ${configuration}, 'createdTime': ${BASE_MS}::BIGINT}`;
  return `SELECT ${protocol} AS protocol UNION ALL BY NAME SELECT ${metaData} AS "metaData"`;
}

/** Five files come with each commit, and two of the checkpoint's go. */
async function writeCommits(database: Database, log: string, files: number): Promise<void> {
  const name = (version: number): string => join(log, `${String(version).padStart(20, '0')}.json`);
  const info = (version: number): string => JSON.stringify({ commitInfo: { timestamp: BASE_MS + version * 1_000, operation: 'WRITE', operationParameters: {}, engineInfo: 'bench' } });
  writeFileSync(name(CHECKPOINT_VERSION), `${info(CHECKPOINT_VERSION)}\n`);
  for (let commit = 1; commit <= COMMITS; commit += 1) {
    const first = files * 2 + commit * 5;
    const adds = `SELECT to_json({'add': ${addSql('multipart')}})::VARCHAR AS line FROM (SELECT range AS i FROM range(${first}, ${first + 5}))`;
    const removes = `SELECT to_json({'remove': ${removeSql()}})::VARCHAR FROM (SELECT unnest([${commit * 17}, ${files - commit * 31}]) AS i)`;
    const lines = (await database.query(`${adds} UNION ALL ${removes}`)).column('line');
    writeFileSync(name(CHECKPOINT_VERSION + commit), `${[info(CHECKPOINT_VERSION + commit), ...lines].join('\n')}\n`);
  }
}

async function writeRealFiles(database: Database, folder: string, files: number): Promise<void> {
  const first = Math.floor(files / 2);
  mkdirSync(join(folder, `dt=${dayOf(first)}`), { recursive: true });
  for (let file = first - 1; file <= first + REAL_FILES; file += 1) {
    const path = (await database.query(`SELECT ${PATH} AS path FROM (SELECT ${file}::BIGINT AS i)`)).column('path')[0];
    mkdirSync(join(folder, `dt=${dayOf(file)}`), { recursive: true });
    await database.run(`COPY (SELECT i * ${IDS_PER_FILE} + row AS id, ${TIME}::TIMESTAMPTZ AS ts, ${BOUNDS[2]?.[1]} AS category, ${BOUNDS[3]?.[1]} AS amount, ${BOUNDS[4]?.[1]} AS qty, ${BOUNDS[5]?.[1]} AS name
      FROM (SELECT ${file}::BIGINT AS i, range AS row FROM range(${ROWS_PER_FILE}))) TO '${join(folder, String(path))}' (FORMAT parquet)`);
  }
}
