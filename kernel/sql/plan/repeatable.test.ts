import { expect, it } from 'vitest';
import type { Catalog } from '../catalog.ts';
import { parseStatement } from '../parse.ts';
import { resolveQuery } from '../resolve.ts';
import { BIGINT, DOUBLE } from '../types/dataType.ts';
import { isRepeatable } from './repeatable.ts';

const CATALOG: Catalog = { resolveTable: () => ({ name: ['t'], columns: [{ name: 'id', type: BIGINT, nullable: true }, { name: 'f', type: DOUBLE, nullable: true }] }), nearTables: () => [] };

it.each([
  { text: 'SELECT id + 1 FROM t WHERE f > 0', same: true },
  { text: 'SELECT id FROM t WHERE EXISTS (SELECT 1 FROM t s WHERE s.id = t.id)', same: true },
  { text: 'SELECT a.id FROM t a JOIN (SELECT DISTINCT id FROM t) b ON a.id = b.id ORDER BY 1', same: true },
  { text: 'SELECT id, count(*), max(f), sum(id) FROM t GROUP BY id', same: true },
  { text: 'SELECT id, rank() OVER (ORDER BY f) FROM t', same: true },
  { text: 'WITH c AS (SELECT id FROM t) SELECT * FROM c UNION ALL SELECT 1 FROM c', same: true },
  { text: 'SELECT rand() FROM t', same: false },
  { text: "SELECT id FROM t WHERE uuid() > '5'", same: false },
  { text: 'SELECT id FROM t LIMIT 3', same: false },
  { text: 'SELECT id FROM t TABLESAMPLE (50 PERCENT)', same: false },
  { text: 'SELECT id, sum(f) FROM t GROUP BY id', same: false },
  { text: 'SELECT id, first(f) FROM t GROUP BY id', same: false },
  { text: 'SELECT id, row_number() OVER (ORDER BY f) FROM t', same: false },
  { text: 'SELECT id FROM t WHERE id IN (SELECT id FROM t LIMIT 1)', same: false },
  { text: 'WITH c AS (SELECT id FROM t LIMIT 1) SELECT * FROM c', same: false },
])('TXN-7: $text gives the same rows again: $same', ({ text, same }) => {
  const statement = parseStatement(text);
  if (statement.kind !== 'query') throw new TypeError('not a query');
  const settings = { ansi: true, timeZone: 'UTC', nowMicros: 0n, currentCatalog: 'workspace', currentSchema: 'default', user: 'me' };
  expect(isRepeatable(resolveQuery(text, statement, CATALOG, settings).plan)).toBe(same);
});
