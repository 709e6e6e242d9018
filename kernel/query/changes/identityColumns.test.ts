import { describe, expect, it } from 'vitest';
import { useTestTable } from '../../../build/testing/query/testTable.ts';

const table = useTestTable();
const { run, rowsOf } = table;

const ALWAYS = "CREATE TABLE @ (id BIGINT GENERATED ALWAYS AS IDENTITY, v STRING); INSERT INTO @ (v) VALUES ('a'), ('b')";
const BY_DEFAULT = ALWAYS.replace('ALWAYS', 'BY DEFAULT');
const ROWS = [[1, 'a'], [2, 'b']];
const SOURCE = "USING (SELECT 2 AS id, 'new' AS v UNION ALL SELECT 9, 'more') s ON t.id = s.id";
const [UPDATE, INSERT] = ['DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED', 'DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED'];

describe('[WRITE-5] identity columns', () => {
  it.each([
    { make: ALWAYS, sql: 'UPDATE @ SET id = 7', code: UPDATE, guilty: 'id' },
    { make: BY_DEFAULT, sql: "UPDATE @ AS t SET v = 'x', t.ID = DEFAULT WHERE v = 'a'", code: UPDATE, guilty: 't.ID' },
    { make: ALWAYS, sql: `MERGE INTO @ t ${SOURCE} WHEN MATCHED THEN UPDATE SET id = s.id`, code: UPDATE, guilty: 'id' },
    { make: BY_DEFAULT, sql: `MERGE INTO @ t ${SOURCE} WHEN MATCHED THEN UPDATE SET *`, code: UPDATE, guilty: 'WHEN MATCHED THEN UPDATE SET *' },
    { make: BY_DEFAULT, sql: `MERGE WITH SCHEMA EVOLUTION INTO @ t ${SOURCE} WHEN MATCHED THEN UPDATE SET *`, code: UPDATE, guilty: 'WHEN MATCHED THEN UPDATE SET *' },
    { make: BY_DEFAULT, sql: `MERGE INTO @ t ${SOURCE} WHEN NOT MATCHED BY SOURCE THEN UPDATE SET id = 7`, code: UPDATE, guilty: 'id' },
    { make: ALWAYS, sql: `MERGE INTO @ t ${SOURCE} WHEN NOT MATCHED THEN INSERT *`, code: INSERT, guilty: 'WHEN NOT MATCHED THEN INSERT *' },
    { make: ALWAYS, sql: `MERGE INTO @ t ${SOURCE} WHEN NOT MATCHED THEN INSERT (v, id) VALUES (s.v, 12)`, code: INSERT, guilty: 'id' },
    { make: BY_DEFAULT, sql: `MERGE INTO @ t ${SOURCE} WHEN NOT MATCHED AND s.id > 5 THEN INSERT * WHEN NOT MATCHED THEN INSERT (v) VALUES (s.v)`, code: 'UNSUPPORTED_FEATURE.LOCAL_ENGINE', guilty: undefined },
    { make: ALWAYS, sql: 'INSERT INTO @ (id) VALUES (3)', code: INSERT, guilty: undefined },
  ])('refuse $sql', async ({ make, sql, code, guilty }) => {
    await run(make);
    const { code: found, span } = await table.failureOf(sql);
    expect(found).toBe(code);
    if (guilty !== undefined) expect(span && table.textOf(sql).slice(span.start, span.end)).toBe(guilty);
    expect(await rowsOf()).toEqual(ROWS);
  });

  it.each([
    { make: ALWAYS, sql: `MERGE INTO @ t ${SOURCE} WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (v) VALUES (s.v)`, rows: [[1, 'a'], [2, 'new'], [3, 'more']] },
    { make: ALWAYS, sql: "MERGE WITH SCHEMA EVOLUTION INTO @ t USING (SELECT 'b' AS v, 5 AS w UNION ALL SELECT 'c', 6) s ON t.v = s.v WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *", rows: [[1, 'a', null], [2, 'b', 5], [3, 'c', 6]] },
    { make: BY_DEFAULT, sql: `MERGE INTO @ t ${SOURCE} WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *`, rows: [[1, 'a'], [2, 'new'], [9, 'more']] },
    { make: BY_DEFAULT, sql: `MERGE INTO @ t ${SOURCE} WHEN NOT MATCHED THEN INSERT (id, v) VALUES (20, s.v)`, rows: [[1, 'a'], [2, 'b'], [20, 'more']] },
    { make: BY_DEFAULT, sql: "UPDATE @ SET v = concat(v, id)", rows: [[1, 'a1'], [2, 'b2']] },
  ])('allow $sql', async ({ make, sql, rows }) => {
    await run(make);
    await run(sql);
    expect(await rowsOf()).toEqual(rows);
  });
});
