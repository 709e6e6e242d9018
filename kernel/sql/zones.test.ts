import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitQuery } from './emit.ts';
import { parseStatement } from './parse.ts';
import { preludeStatements } from './prelude/prelude.ts';
import { resolveQuery } from './resolve.ts';

/** The engine's own zone stays UTC: the session's is in the emitted text. Days on which the clocks change are 23 hours long. */
describe('the zone of the session', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    for (const macro of preludeStatements()) await connection.run(macro);
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  it.each([
    { zone: 'Europe/Berlin', expression: "CAST(TIMESTAMP'2024-07-01 12:00:00Z' AS STRING)", answer: '2024-07-01 14:00:00' },
    { zone: 'Europe/Berlin', expression: "hour(TIMESTAMP'2024-01-01 12:00:00Z')", answer: '13' },
    { zone: 'Europe/Berlin', expression: "unix_timestamp('2024-07-01 00:00:00')", answer: '1719784800' },
    { zone: 'Europe/Berlin', expression: "CAST(TIMESTAMP'2023-12-31 23:30:00Z' AS DATE)", answer: '2024-01-01' },
    { zone: 'America/New_York', expression: "CAST(DATE'2024-03-10' AS TIMESTAMP) + INTERVAL 1 DAY = TIMESTAMP'2024-03-11 04:00:00Z'", answer: 'true' },
    { zone: 'America/New_York', expression: "CAST('2024-03-10 03:30:00' AS TIMESTAMP) - CAST('2024-03-10 01:30:00' AS TIMESTAMP) = INTERVAL 2 HOURS", answer: 'true' },
    { zone: 'America/New_York', expression: 'from_unixtime(0)', answer: '1969-12-31 19:00:00' },
    { zone: '+05:30', expression: "date_format(TIMESTAMP'2024-01-01 00:00:00Z', 'HH:mm')", answer: '05:30' },
    { zone: '-03:00', expression: "CAST('2024-01-01 00:00:00' AS TIMESTAMP) = TIMESTAMP'2024-01-01 03:00:00Z'", answer: 'true' },
  ])('$zone: $expression', async ({ zone, expression, answer }) => {
    const text = `SELECT ${expression}`;
    const statement = parseStatement(text);
    if (statement.kind !== 'query') throw new Error('not a query');
    const settings = { ansi: true, timeZone: zone, nowMicros: 0n, currentCatalog: 'c', currentSchema: 's', user: 'u' };
    const query = resolveQuery(text, statement, { resolveTable: () => undefined, nearTables: () => [] }, settings);
    const result = await connection.runAndReadAll(emitQuery(query, () => '').sql);
    expect(String(result.getRows()[0]![0])).toBe(answer);
  });
});
