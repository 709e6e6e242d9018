import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreparedDifference } from './tableDifference.ts';
import { TestWorkspace } from './testWorkspace.ts';

const NO_SIGNAL = new AbortController().signal;
let workspace: TestWorkspace;
let made = 0;
beforeAll(async () => {
  workspace = await TestWorkspace.create();
});
afterAll(() => workspace.dispose());

interface Told {
  readonly rows: readonly string[];
  readonly counts: PreparedDifference['counts'];
  readonly by: string;
  readonly columns: string;
}

/** Runs statements on a table of its own (`@`), and tells what lies between two versions of it; by default, what the last one did. */
async function differenceOf(statements: readonly string[], range?: { readonly from: number | undefined; readonly to: number }): Promise<Told> {
  made += 1;
  const name = `d${made}`;
  for (const statement of statements) await workspace.run(statement.replaceAll('@', name));
  const path = (await workspace.catalog.lookup([name], workspace.session))!.path;
  const last = Number((await workspace.run(`DESCRIBE HISTORY ${name}`)).rows[0]![0]);
  const prepared = await workspace.engine.prepareDifference({ path, ...(range ?? { from: last === 0 ? undefined : last - 1, to: last }) }, workspace.session, NO_SIGNAL);
  try {
    const { columns, counts, columnChanges: { added, dropped, renamed }, matching, source } = prepared;
    const rows = (await workspace.database.query(`SELECT * FROM (${prepared.sql}) LIMIT 9`)).rows().map((row) => row.map((value, index) => `${index === 0 ? '' : `${columns[index]!.name}=`}${String(value)}`).join(' '));
    return { rows, counts, by: `${source} ${matching.kind === 'columns' ? matching.names.join('+') : matching.kind}`, columns: [...added.map((column) => `+${column}`), ...dropped.map((column) => `-${column}`), ...renamed.map(({ from, to }) => `${from}>${to}`)].join(' ') };
  } finally {
    await prepared.dispose();
  }
}

const ROWS = "AS SELECT id, concat('n', id % 2) AS name, id * 10 AS v FROM range(4)";
const MARKS = `CREATE TABLE @ ${ROWS}`;
const COPIES = `CREATE TABLE @ TBLPROPERTIES ('delta.enableDeletionVectors' = 'false') ${ROWS}`;
const FEED = `CREATE TABLE @ TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true') ${ROWS}`;
const TRACKED = `CREATE TABLE @ TBLPROPERTIES ('delta.enableRowTracking' = 'true') ${ROWS}`;
const UPDATE = 'UPDATE @ SET v = v + 1 WHERE id >= 2';
const UPDATED = ['update changed=v id=2 name=n0 v (before)=20 v=21', 'update changed=v id=3 name=n1 v (before)=30 v=31'];
const MERGE = "MERGE INTO @ t USING (VALUES (0, 'x'), (1, 'y'), (9, 'z')) s(id, name) ON t.id = s.id WHEN MATCHED AND s.id = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET t.name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)";
const MERGED = ['update changed=name id=1 name (before)=n1 name=y v=10', 'delete changed=null id=0 name (before)=n0 name=null v=0', 'insert changed=null id=9 name (before)=null name=z v=null'];

describe('the difference of two versions', () => {
  it.each([
    { name: 'rows that an INSERT brought', run: [MARKS, "INSERT INTO @ VALUES (7, 'n', 1)"], rows: ['insert id=7 name=n v=1'], by: 'files none' },
    { name: 'rows that a DELETE marked', run: [MARKS, 'DELETE FROM @ WHERE id = 1'], rows: ['delete id=1 name=n1 v=10'], by: 'files none' },
    { name: 'rows that a DELETE left out of a file written again', run: [COPIES, 'DELETE FROM @ WHERE id = 1'], rows: ['delete id=1 name=n1 v=10'], by: 'files none' },
    { name: 'a table that was made', run: [`${MARKS} WHERE id < 1`], rows: ['insert id=0 name=n0 v=0'], by: 'files none' },
    { name: 'an UPDATE, rows marked', run: [MARKS, UPDATE], rows: UPDATED, by: 'files id' },
    { name: 'an UPDATE, files written again', run: [COPIES, UPDATE], rows: UPDATED, by: 'files id' },
    { name: 'an UPDATE that the feed recorded', run: [FEED, UPDATE], rows: UPDATED, by: 'feed id' },
    { name: 'an UPDATE of tracked rows', run: [TRACKED, UPDATE], rows: UPDATED, by: 'files rowIds' },
    { name: 'a MERGE, rows marked', run: [MARKS, MERGE], rows: MERGED, by: 'files id' },
    { name: 'a MERGE that the feed recorded', run: [FEED, MERGE], rows: MERGED, by: 'feed id' },
    { name: 'a MERGE of tracked rows', run: [TRACKED, MERGE], rows: MERGED, by: 'files rowIds' },
    { name: 'an UPDATE of the key itself: what stayed the same tells', run: [MARKS, 'UPDATE @ SET id = id + 1 WHERE id >= 2'], rows: ['update changed=id id (before)=2 id=3 name=n0 v=20', 'update changed=id id (before)=3 id=4 name=n1 v=30'], by: 'files name' },
    { name: 'an UPDATE of equal rows', run: ["CREATE TABLE @ AS SELECT 'a' AS k, 1 AS v FROM range(2)", 'UPDATE @ SET v = 2'], rows: ['update changed=v k=a v (before)=1 v=2', 'update changed=v k=a v (before)=1 v=2'], by: 'files k' },
    { name: 'an UPDATE of every value: nothing tells', run: ['CREATE TABLE @ AS SELECT 1 AS v', 'UPDATE @ SET v = 2'], rows: ['delete v=1', 'insert v=2'], by: 'files none' },
    { name: 'an UPDATE of every value that the feed recorded', run: ["CREATE TABLE @ TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true') AS SELECT 1 AS v", 'UPDATE @ SET v = 2'], rows: ['update_preimage changed=null v=1', 'update_postimage changed=null v=2'], by: 'feed none' },
    { name: 'an UPDATE to the same values', run: [MARKS, 'UPDATE @ SET v = v WHERE id = 2'], rows: [], by: 'files none' },
    { name: 'NULL is a value', run: [MARKS, 'UPDATE @ SET v = NULL WHERE id = 2'], rows: ['update changed=v id=2 name=n0 v (before)=20 v=null'], by: 'files id' },
    { name: 'INSERT OVERWRITE of some rows as they were', run: [MARKS, "INSERT OVERWRITE @ VALUES (0, 'n0', 0), (1, 'new', 10)"], rows: ['update changed=name id=1 name (before)=n1 name=new v=10', 'delete changed=null id=2 name (before)=n0 name=null v=20', 'delete changed=null id=3 name (before)=n1 name=null v=30'], by: 'files id' },
    { name: 'a column that came, rows as they were', run: [MARKS, 'ALTER TABLE @ ADD COLUMN w INT'], rows: [], by: 'files none' },
    { name: 'values by partition', run: ['CREATE TABLE @ PARTITIONED BY (p) AS SELECT id, id % 2 AS p FROM range(4)', 'UPDATE @ SET p = 5 WHERE id = 1'], rows: ['update changed=p id=1 p (before)=1 p=5'], by: 'files id' },
    { name: 'nested values', run: ["CREATE TABLE @ AS SELECT 1 AS id, array(1, 2) AS a, map('k', 1) AS m, named_struct('x', 1) AS s", "UPDATE @ SET s = named_struct('x', 2)"], rows: ["update changed=s id=1 a=[1, 2] m={'k': 1} s (before)={'x': 1} s={'x': 2}"], by: 'files id' },
  ])('$name', async ({ run, rows, by }) => {
    expect(await differenceOf(run)).toMatchObject({ rows, by });
  });

  it.each([
    { change: 'ALTER TABLE @ ADD COLUMNS (w INT, x INT)', columns: '+w +x' },
    { change: 'ALTER TABLE @ DROP COLUMN v', columns: '-v' },
    { change: 'ALTER TABLE @ RENAME COLUMN v TO w', columns: 'v>w' },
    { change: 'DELETE FROM @', columns: '' },
  ])('tells columns that came, went or have another name: $change', async ({ change, columns }) => {
    const told = await differenceOf([`CREATE TABLE @ TBLPROPERTIES ('delta.columnMapping.mode' = 'name') ${ROWS}`, change]);
    expect(told.columns).toBe(columns);
  });

  it('several commits come to one difference, in either direction', async () => {
    const run = [MARKS, "INSERT INTO @ VALUES (7, 'n', 1)", 'UPDATE @ SET v = 5 WHERE id = 7', 'DELETE FROM @ WHERE id = 0'];
    expect(await differenceOf(run, { from: 0, to: 3 })).toMatchObject({ rows: ['delete id=0 name=n0 v=0', 'insert id=7 name=n v=5'], counts: { inserted: 1, deleted: 1, updated: 0 } });
    expect(await differenceOf(run, { from: 3, to: 0 })).toMatchObject({ rows: ['delete id=7 name=n v=5', 'insert id=0 name=n0 v=0'] });
  });

  it('counts a million changed rows where they are', async () => {
    const told = await differenceOf(['CREATE TABLE @ AS SELECT id, id % 7 AS v FROM range(1000000)', 'UPDATE @ SET v = v + 1']);
    expect(told.counts).toEqual({ inserted: 0, deleted: 0, updated: 1_000_000 });
  }, 60_000);
});
