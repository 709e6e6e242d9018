import type { Chance } from '../testing/sql/randomSql.ts';
import type { DeltaRsStep } from './deltaRsProcess.ts';

type Value = number | string | null;
/** By column; every row has an `id` of its own. */
export type Row = Readonly<Record<string, Value>>;

/** What a table must hold. */
export interface TableModel {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Greater than every `id` that ever was. */
  readonly nextId: number;
  /** How many columns were added, dropped ones included. */
  readonly added: number;
  /** `v` is BIGINT by now. */
  readonly isWide: boolean;
}

/** What a table is made with. */
export interface TableShape {
  readonly features: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly clauses: string;
  readonly computed: boolean;
}

export type EngineName = 'Lakebook' | 'Spark' | 'delta-rs';

/** A statement in the words of the engines that can do it, and what becomes of the table. */
export interface Step {
  readonly kind: string;
  /** `@` stands for the table. Empty for a checkpoint by the log's own means. */
  readonly sql: string;
  readonly engines: readonly EngineName[];
  readonly deltaRs?: DeltaRsStep;
  readonly after: TableModel;
  /** No version before it can be gone back to. */
  readonly forgets?: boolean;
  /** The version whose rows keep their row ids: the latest one by default, `none` where all rows are new. */
  readonly base?: number | 'none';
}

const SQL_ENGINES: readonly EngineName[] = ['Lakebook', 'Spark'];
const ALL_ENGINES: readonly EngineName[] = ['Lakebook', 'Spark', 'delta-rs'];

/** Each with what it asks of the table. */
const FEATURES: readonly { readonly name: string; readonly properties?: Readonly<Record<string, string>>; readonly clauses?: string; readonly without?: string }[] = [
  { name: 'deletion vectors', properties: { 'delta.enableDeletionVectors': 'true' } },
  { name: 'change data feed', properties: { 'delta.enableChangeDataFeed': 'true' } },
  { name: 'mapping by name', properties: { 'delta.columnMapping.mode': 'name' } },
  { name: 'mapping by id', properties: { 'delta.columnMapping.mode': 'id' }, without: 'mapping by name' },
  { name: 'row tracking', properties: { 'delta.enableRowTracking': 'true' } },
  { name: 'in-commit timestamps', properties: { 'delta.enableInCommitTimestamps': 'true' } },
  { name: 'V2 checkpoints', properties: { 'delta.checkpointPolicy': 'v2' } },
  { name: 'frequent checkpoints', properties: { 'delta.checkpointInterval': '3' } },
  { name: 'struct statistics', properties: { 'delta.checkpoint.writeStatsAsStruct': 'true', 'delta.checkpoint.writeStatsAsJson': 'false' } },
  { name: 'type widening', properties: { 'delta.enableTypeWidening': 'true' } },
  { name: 'partitions', clauses: 'PARTITIONED BY (p)' },
  { name: 'clustering', clauses: 'CLUSTER BY (v)', without: 'partitions' },
  { name: 'computed column' },
];

export function randomShape(chance: Chance): TableShape {
  const chosen: typeof FEATURES[number][] = [];
  for (const feature of FEATURES) {
    if (chance.once(3) && !chosen.some(({ name }) => name === feature.without)) chosen.push(feature);
  }
  const properties = Object.assign({ 'delta.enableDeletionVectors': 'false' }, ...chosen.map((feature) => feature.properties ?? {})) as Readonly<Record<string, string>>;
  return { features: chosen.map(({ name }) => name), properties, clauses: chosen.map(({ clauses = '' }) => clauses).join(' '), computed: chosen.some(({ name }) => name === 'computed column') };
}

export const has = ({ features }: TableShape, name: string): boolean => features.some((feature) => feature.startsWith(name));

/** The statement that makes the table, and what it holds then. */
export function firstStep(shape: TableShape): Step {
  const properties = Object.entries(shape.properties).map(([key, value]) => `'${key}' = '${value}'`).join(', ');
  const columns = `id INT, v INT, note STRING, p INT${shape.computed ? ', twice BIGINT GENERATED ALWAYS AS (CAST(id AS BIGINT) * 2)' : ''}`;
  const after: TableModel = { columns: ['id', 'v', 'note', 'p', ...(shape.computed ? ['twice'] : [])], rows: [], nextId: 1, added: 0, isWide: false };
  return { kind: 'CREATE TABLE', sql: `CREATE TABLE @ (${columns}) USING DELTA ${shape.clauses} TBLPROPERTIES (${properties})`, engines: shape.computed ? ['Lakebook'] : SQL_ENGINES, after };
}

interface Condition {
  readonly sql: string;
  readonly holds: (row: Row) => boolean;
}

/** What it is true for; never unknown of a NULL. In the words of every engine. */
export function randomCondition(chance: Chance, { columns, nextId }: TableModel): Condition {
  const [of, rest, from, value] = [chance.below(3) + 2, chance.below(2), chance.below(nextId), chance.below(20)];
  const extra = columns.findLast((name) => name.startsWith('c'));
  return chance.pick<Condition>([
    { sql: `id % ${of} = ${rest}`, holds: ({ id }) => Number(id) % of === rest },
    { sql: `id >= ${from} AND id < ${from + 4}`, holds: ({ id }) => Number(id) >= from && Number(id) < from + 4 },
    { sql: `v > ${value}`, holds: ({ v }) => typeof v === 'number' && v > value },
    { sql: 'v IS NULL', holds: ({ v }) => v === null },
    { sql: `p = ${rest}`, holds: ({ p }) => p === rest },
    { sql: `note = 'n${of}'`, holds: ({ note }) => note === `n${of}` },
    ...(extra === undefined ? [] : [{ sql: `${extra} IS NULL`, holds: (row: Row) => row[extra] === null }, { sql: `${extra} >= ${value}`, holds: (row: Row) => Number(row[extra] ?? -1) >= value }]),
  ]);
}

/** A random statement over the table as it is; `past` has the versions that can be gone back to. */
export function randomStep(chance: Chance, model: TableModel, { shape, past }: { readonly shape: TableShape; readonly past: ReadonlyMap<number, TableModel> }): Step {
  const few = model.rows.length < 40;
  const extra = model.columns.findLast((name) => name.startsWith('c'));
  const mapped = has(shape, 'mapping');
  const makers: readonly (() => Step)[] = [
    ...(few ? [() => insertRows(chance, model), () => insertRows(chance, model), () => copyRows(chance, model)] : []),
    () => update(chance, model), () => update(chance, model),
    () => remove(chance, model),
    () => merge(chance, model), () => merge(chance, model),
    () => overwrite(chance, model),
    ...(model.added < 3 ? [() => addColumn(model)] : []),
    ...(mapped && extra !== undefined ? [() => alterColumn(chance, model, extra)] : []),
    ...(has(shape, 'type widening') && !model.isWide ? [() => ({ kind: 'ALTER COLUMN', sql: 'ALTER TABLE @ ALTER COLUMN v TYPE BIGINT', engines: SQL_ENGINES, after: { ...model, isWide: true } })] : []),
    () => ({ kind: 'OPTIMIZE', sql: 'OPTIMIZE @', engines: ['Spark', 'delta-rs'], deltaRs: { op: 'optimize' }, after: model }),
    ...(has(shape, 'deletion vectors') ? [() => ({ kind: 'REORG', sql: 'REORG TABLE @ APPLY (PURGE)', engines: ['Spark'], after: model }) as const] : []),
    ...(has(shape, 'deletion vectors') ? [() => ({ kind: 'SET TBLPROPERTIES', sql: `ALTER TABLE @ SET TBLPROPERTIES ('delta.enableDeletionVectors' = '${chance.once(2)}')`, engines: SQL_ENGINES, after: model })] : []),
    ...(chance.once(4) ? [() => ({ kind: 'VACUUM', sql: 'VACUUM @ RETAIN 0 HOURS', engines: ['Spark'], after: model, forgets: true }) as const] : []),
    ...(past.size > 1 ? [() => restore(chance, model, past)] : []),
    () => ({ kind: 'checkpoint', sql: '', engines: ['Spark', 'delta-rs'], deltaRs: { op: 'checkpoint' }, after: model }),
  ];
  return chance.pick(makers)();
}

/** Columns that statements give values to. */
const given = ({ columns }: TableModel): readonly string[] => columns.filter((name) => name !== 'twice');
const withComputed = ({ columns }: TableModel, row: Row): Row => (columns.includes('twice') ? { ...row, twice: Number(row['id']) * 2 } : row);
const literal = (value: Value): string => (value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`);
const castOf = (name: string, { isWide }: TableModel): string => (name === 'note' ? 'VARCHAR' : name === 'v' && isWide ? 'BIGINT' : 'INT');

function randomRow(chance: Chance, model: TableModel, id: number): Row {
  const value = (name: string): Value => {
    if (name === 'id') return id;
    if (chance.once(6)) return null;
    return name === 'note' ? `n${chance.below(8)}` : name === 'p' ? chance.below(3) : chance.below(30);
  };
  return withComputed(model, Object.fromEntries(given(model).map((name) => [name, value(name)])));
}

function freshRows(chance: Chance, model: TableModel): readonly Row[] {
  return Array.from({ length: chance.below(5) + 1 }, (_, index) => randomRow(chance, model, model.nextId + index));
}

const valuesOf = (model: TableModel, rows: readonly Row[]): string => rows.map((row) => `(${given(model).map((name) => literal(row[name] ?? null)).join(', ')})`).join(', ');
const castRows = (model: TableModel, rows: readonly Row[]): string =>
  rows.map((row) => `SELECT ${given(model).map((name) => `CAST(${literal(row[name] ?? null)} AS ${castOf(name, model)}) AS ${name}`).join(', ')}`).join(' UNION ALL ');

function insertRows(chance: Chance, model: TableModel): Step {
  const rows = freshRows(chance, model);
  return {
    kind: 'INSERT',
    sql: `INSERT INTO @ (${given(model).join(', ')}) VALUES ${valuesOf(model, rows)}`,
    engines: ALL_ENGINES,
    deltaRs: { op: 'insert', select: castRows(model, rows) },
    after: { ...model, rows: [...model.rows, ...rows], nextId: model.nextId + rows.length },
  };
}

function copyRows(chance: Chance, model: TableModel): Step {
  const { sql, holds } = randomCondition(chance, model);
  const columns = given(model);
  const copies = model.rows.filter(holds).map((row) => withComputed(model, { ...row, id: Number(row['id']) + model.nextId }));
  const select = (from: string): string => `SELECT ${columns.map((name) => (name === 'id' ? `CAST(id + ${model.nextId} AS INT) AS id` : name)).join(', ')} FROM ${from} WHERE ${sql}`;
  return {
    kind: 'INSERT SELECT',
    sql: `INSERT INTO @ (${columns.join(', ')}) ${select('@')}`,
    engines: ALL_ENGINES,
    deltaRs: { op: 'insert', select: select('t') },
    after: { ...model, rows: [...model.rows, ...copies], nextId: model.nextId * 2 },
  };
}

function update(chance: Chance, model: TableModel): Step {
  const { sql, holds } = randomCondition(chance, model);
  const by = chance.below(9) + 1;
  const change = chance.pick<{ readonly set: Readonly<Record<string, string>>; readonly to: (row: Row) => Row }>([
    { set: { v: `v + ${by}` }, to: (row) => ({ ...row, v: row['v'] === null ? null : Number(row['v']) + by }) },
    { set: { v: 'NULL', note: `'n${by}'` }, to: (row) => ({ ...row, v: null, note: `n${by}` }) },
    { set: { p: `${by % 3}` }, to: (row) => ({ ...row, p: by % 3 }) },
    ...model.columns.filter((name) => name.startsWith('c')).map((name) => ({ set: { [name]: 'id % 7' }, to: (row: Row): Row => ({ ...row, [name]: Number(row['id']) % 7 }) })),
  ]);
  return {
    kind: 'UPDATE',
    sql: `UPDATE @ SET ${Object.entries(change.set).map(([name, value]) => `${name} = ${value}`).join(', ')} WHERE ${sql}`,
    engines: ALL_ENGINES,
    deltaRs: { op: 'update', set: change.set, where: sql },
    after: { ...model, rows: model.rows.map((row) => (holds(row) ? change.to(row) : row)) },
  };
}

function remove(chance: Chance, model: TableModel): Step {
  const { sql, holds } = randomCondition(chance, model);
  return { kind: 'DELETE', sql: `DELETE FROM @ WHERE ${sql}`, engines: ALL_ENGINES, deltaRs: { op: 'delete', where: sql }, after: { ...model, rows: model.rows.filter((row) => !holds(row)) } };
}

/** Rows that are there are updated, or deleted where the source says a negative number; others are put in; some that the source lacks go. */
function merge(chance: Chance, model: TableModel): Step {
  const known = model.rows.filter(() => chance.once(4)).map(({ id }) => Number(id));
  const fresh = Array.from({ length: chance.below(3) + (known.length === 0 ? 1 : 0) }, (_, index) => model.nextId + index);
  const source = new Map([...known, ...fresh].map((id) => [id, chance.below(30) - 6]));
  const bySource = chance.once(2) ? randomCondition(chance, model) : undefined;
  const inserted = (id: number, v: number): Row => withComputed(model, { ...Object.fromEntries(model.columns.map((name) => [name, null])), id, v, note: 'm', p: id % 3 });
  const kept = model.rows.flatMap((row): readonly Row[] => {
    const v = source.get(Number(row['id']));
    if (v === undefined) return bySource?.holds(row) === true ? [] : [row];
    return v < 0 ? [] : [{ ...row, v, note: 'm' }];
  });
  const insert = { id: 's.id', v: 's.v', note: "'m'", p: 's.id % 3' };
  const qualified = bySource?.sql.replaceAll(/\b(id|v|p|note|c\d+)\b/g, 't.$1').replaceAll(/'t\.(\w+)'/g, "'$1'");
  return {
    kind: 'MERGE',
    sql: `MERGE INTO @ t USING (SELECT * FROM VALUES ${[...source].map(([id, v]) => `(${id}, ${v})`).join(', ')} AS s(id, v)) s ON t.id = s.id `
      + `WHEN MATCHED AND s.v < 0 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v, note = 'm' WHEN NOT MATCHED THEN INSERT (${Object.keys(insert).join(', ')}) VALUES (${Object.values(insert).join(', ')})`
      + (qualified === undefined ? '' : ` WHEN NOT MATCHED BY SOURCE AND ${qualified} THEN DELETE`),
    engines: qualified === undefined ? ALL_ENGINES : SQL_ENGINES,
    deltaRs: {
      op: 'mergeRows',
      select: [...source].map(([id, v]) => `SELECT CAST(${id} AS INT) AS id, CAST(${v} AS ${castOf('v', model)}) AS v`).join(' UNION ALL '),
      on: 't.id = s.id',
      deleteWhere: 's.v < 0',
      set: { v: 's.v', note: "'m'" },
      insert,
    },
    after: { ...model, rows: [...kept, ...fresh.map((id) => inserted(id, source.get(id) ?? 0))], nextId: model.nextId + fresh.length },
  };
}

function overwrite(chance: Chance, model: TableModel): Step {
  const rows = freshRows(chance, model);
  const columns = given(model).join(', ');
  const nextId = model.nextId + rows.length;
  if (chance.once(3) || model.columns.includes('twice')) return { kind: 'INSERT OVERWRITE', sql: `INSERT OVERWRITE @ (${columns}) VALUES ${valuesOf(model, rows)}`, engines: SQL_ENGINES, after: { ...model, rows, nextId }, base: 'none' };
  const p = chance.below(3);
  const placed = rows.map((row) => ({ ...row, p }));
  return {
    kind: 'REPLACE WHERE',
    sql: `INSERT INTO @ REPLACE WHERE p = ${p} SELECT * FROM VALUES ${valuesOf(model, placed)} AS s(${columns})`,
    engines: SQL_ENGINES,
    after: { ...model, rows: [...model.rows.filter((row) => row['p'] !== p), ...placed], nextId },
  };
}

function addColumn(model: TableModel): Step {
  const name = `c${model.added}`;
  return {
    kind: 'ADD COLUMN',
    sql: `ALTER TABLE @ ADD COLUMNS (${name} INT)`,
    engines: SQL_ENGINES,
    after: { ...model, columns: [...model.columns, name], rows: model.rows.map((row) => ({ ...row, [name]: null })), added: model.added + 1 },
  };
}

function alterColumn(chance: Chance, model: TableModel, name: string): Step {
  if (chance.once(2)) {
    const without = ({ [name]: _dropped, ...row }: Row): Row => row;
    return { kind: 'DROP COLUMN', sql: `ALTER TABLE @ DROP COLUMN ${name}`, engines: SQL_ENGINES, after: { ...model, columns: model.columns.filter((each) => each !== name), rows: model.rows.map(without) } };
  }
  const to = `c${model.added}`;
  const renamed = (each: string): string => (each === name ? to : each);
  const rows = model.rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [renamed(key), value])));
  return { kind: 'RENAME COLUMN', sql: `ALTER TABLE @ RENAME COLUMN ${name} TO ${to}`, engines: SQL_ENGINES, after: { ...model, columns: model.columns.map(renamed), rows, added: model.added + 1 } };
}

function restore(chance: Chance, model: TableModel, past: ReadonlyMap<number, TableModel>): Step {
  const [version, then] = chance.pick([...past]);
  return {
    kind: 'RESTORE',
    sql: `RESTORE TABLE @ TO VERSION AS OF ${version}`,
    engines: SQL_ENGINES,
    after: { ...then, nextId: model.nextId, added: model.added },
    base: version,
  };
}
