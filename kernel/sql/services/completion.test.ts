import { describe, expect, it } from 'vitest';
import { completeAt } from './completion.ts';
import type { Completion } from './completionOffer.ts';
import { findSite } from './completionSite.ts';
import { spanAround } from './statementText.ts';
import { KNOWN_TABLES, marked, SETTINGS, TABLE_NAMES } from './testTables.ts';

/** Completions at the bar of a text. */
function at(withBar: string): readonly Completion[] {
  const { text, offset } = marked(withBar);
  const { start, end } = spanAround(text, offset);
  const site = findSite(text.slice(start, end), offset - start);
  if (site === undefined) return [];
  const used = new Set(text.toLowerCase().match(/\w+/g) ?? []);
  return completeAt(site, { tables: KNOWN_TABLES, tableNames: TABLE_NAMES, views: [], routines: [], settings: SETTINGS, parameters: ['from_day'], used }).items;
}

const shown = ({ kind, label }: Completion): string => `${kind} ${label}`;

describe('completion', () => {
  it.each([
    // columns of the scope
    { text: 'SELECT i| FROM t', holds: ['column id', 'function instr', 'function if'] },
    { text: 'SELECT custid| FROM sales.orders', holds: ['column customer_id'] },
    { text: 'SELECT cust| FROM sales.orders', holds: ['column customer_id'], lacks: ['function cume_dist'] },
    { text: 'SELECT | FROM sales.orders', holds: ['column id', 'column total amount', 'table orders'] },
    { text: 'SELECT a.| FROM sales.orders a', holds: ['column total amount', 'column id'], only: ['column'] },
    { text: 'SELECT * FROM t WHERE |', holds: ['column id', 'keyword NOT'] },
    { text: 'SELECT id FROM t WHERE ( AND st.|', holds: ['field x', 'field inner'], only: ['field'] },
    { text: 'SELECT st.inner.| FROM t', holds: ['field deep'], only: ['field'] },
    { text: 'SELECT t.st.| FROM t', holds: ['field x'], only: ['field'] },
    { text: 'SELECT named_struct("p", 1, "q", id).| FROM t', holds: ['field p', 'field q'], only: ['field'] },
    { text: 'SELECT * FROM t JOIN sales.orders o ON |', holds: ['column t.id', 'column o.id', 'column name', 'snippet t.id = o.id'] },
    { text: 'SELECT * FROM sales.orders JOIN sales.customers USING (|)', holds: ['column customer_id'], lacks: ['column day', 'column name'] },
    { text: 'SELECT id + 1 AS next, n| FROM t', holds: ['alias next', 'column name'] },
    { text: 'SELECT name AS label, count(*) FROM t GROUP BY |', holds: ['alias label', 'column name'] },
    { text: 'SELECT name AS label FROM t ORDER BY l|', holds: ['alias label'] },
    { text: 'SELECT * FROM (SELECT id AS key, name FROM t) d WHERE d.|', holds: ['alias key', 'column name'], only: ['alias', 'column'] },
    { text: 'WITH c AS (SELECT id * 2 AS twice FROM t) SELECT | FROM c', holds: ['alias twice', 'table c'], lacks: ['column name'] },
    { text: 'WITH c(a, b) AS (SELECT 1, 2) SELECT c.| FROM c', holds: ['alias a', 'alias b'] },
    { text: 'SELECT * FROM t WHERE EXISTS (SELECT 1 FROM sales.orders o WHERE o.id = t.|)', holds: ['column id', 'column name'], only: ['column'] },
    { text: 'SELECT * FROM t WHERE id IN (SELECT | FROM sales.customers)', holds: ['column customer_id', 'column id'] },
    { text: 'SELECT transform(xs, x -> |) FROM t', holds: ['variable x', 'column id'] },
    { text: 'SELECT sum(|) FROM t', holds: ['column id'] },
    { text: 'SELECT sum(id) OVER (PARTITION BY |) FROM t', holds: ['column name'] },
    { text: 'SELECT CASE WHEN id > 1 THEN | FROM t', holds: ['column name'] },
    { text: 'SELECT * EXCEPT (|) FROM t', holds: ['column id'], only: ['column'] },
    { text: 'SELECT key, v| FROM t LATERAL VIEW explode(m) e AS key, value', holds: ['alias value'] },
    { text: 'SELECT 1; SELECT * FROM t WHERE i|', holds: ['column id'] },
    { text: 'SELECT i| FROM t; SELECT broken FROM (', holds: ['column id'] },
    { text: 'SELECT id, | name FROM t WHERE )', holds: ['column st'] },
    { text: 'UPDATE t SET n|', holds: ['column name'] },
    { text: 'DELETE FROM sales.orders WHERE d|', holds: ['column day'] },
    { text: 'SELECT * FROM (VALUES (1, 2)) v(a, b) WHERE |', holds: ['alias a', 'alias b'] },
    // tables
    { text: 'SELECT * FROM |', holds: ['table t', 'table sales.orders', 'schema sales', 'schema workspace', 'function range'] },
    { text: 'SELECT * FROM ord|', holds: ['table sales.orders'] },
    { text: 'SELECT * FROM sales.|', holds: ['table orders', 'table customers'], only: ['table', 'schema'] },
    { text: 'SELECT * FROM workspace.|', holds: ['schema sales', 'schema default'], only: ['schema'] },
    { text: 'SELECT * FROM workspace.sales.o|', holds: ['table orders'], only: ['table'] },
    { text: 'SELECT * FROM t JOIN |', holds: ['table sales.orders'] },
    { text: 'SELECT * FROM t, |', holds: ['table sales.orders'] },
    { text: 'WITH c AS (SELECT 1) SELECT * FROM |', holds: ['table c'] },
    { text: 'DESCRIBE |', holds: ['keyword HISTORY', 'table t'] },
    { text: 'OPTIMIZE |', holds: ['table t'] },
    // keywords
    { text: 'SEL|', holds: ['keyword SELECT'] },
    { text: 'sel|', holds: ['keyword select'] },
    { text: '|', holds: ['keyword SELECT', 'snippet SELECT … FROM'] },
    { text: 'SELECT * FROM t ORDER |', holds: ['keyword BY'] },
    { text: 'SELECT * FROM t |', holds: ['keyword WHERE', 'keyword GROUP BY', 'keyword JOIN'], lacks: ['column id'] },
    { text: 'select * from t wh|', holds: ['keyword where'] },
    { text: 'SELECT * FROM t GROUP BY |', holds: ['keyword ROLLUP', 'keyword CASE'] },
    { text: 'SELECT CAST(id AS |', holds: ['keyword BIGINT'], only: ['keyword'] },
    { text: 'SELECT sum(id) OVER (|', holds: ['keyword PARTITION BY', 'keyword ROWS'] },
    { text: 'VACUUM t RETAIN 5 |', holds: ['keyword HOURS'] },
    { text: 'FROM t |> |', holds: ['keyword WHERE', 'keyword AGGREGATE', 'keyword EXTEND'] },
    { text: 'FROM t |> EXTEND id + 1 AS more |> WHERE m|', holds: ['alias more', 'column m'] },
    { text: 'FROM t |> AGGREGATE sum(id) AS total GROUP BY name |> ORDER BY |', holds: ['alias total', 'column name'], lacks: ['column id'] },
    { text: 'FROM t |> DROP |', holds: ['column id'], only: ['column'] },
    // parameters
    { text: 'SELECT * FROM t WHERE name = :f|', holds: ['parameter from_day'], only: ['parameter'] },
  ])('$text', ({ text, holds, lacks = [], only }: { text: string; holds: string[]; lacks?: string[]; only?: string[] }) => {
    const found = at(text);
    const labels = found.map(shown);
    expect(labels).toEqual(expect.arrayContaining(holds));
    for (const lacking of lacks) expect(labels).not.toContain(lacking);
    if (only !== undefined) expect([...new Set(found.map(({ kind }) => kind))].filter((kind) => !only.includes(kind))).toEqual([]);
  });

  it.each([
    { name: 'in a text', text: "SELECT 'ab|c' FROM t" },
    { name: 'in a number', text: 'SELECT 12| FROM t' },
    { name: 'in a line comment', text: 'SELECT id -- na|\nFROM t' },
    { name: 'in a block comment', text: 'SELECT id /* na| */ FROM t' },
    { name: 'what is refused', text: 'SELECT java_meth| FROM t' },
  ])('offers nothing $name', ({ text }) => {
    expect(at(text)).toEqual([]);
  });

  it.each([
    { name: 'odd names in backticks', text: 'SELECT a.to| FROM sales.orders a', label: 'total amount', insertText: '`total amount`' },
    { name: 'open backticks closed', text: 'SELECT a.`to| FROM sales.orders a', label: 'total amount', insertText: '`total amount`' },
    { name: 'a call with its brackets', text: 'SELECT lpa| FROM t', label: 'lpad', insertText: 'lpad($1)' },
    { name: 'a call whose brackets are there', text: 'SELECT lpa|(name) FROM t', label: 'lpad', insertText: 'lpad' },
    { name: 'a call without arguments', text: 'SELECT current_da| FROM t', label: 'current_date', insertText: 'current_date()' },
  ])('inserts $name', ({ text, label, insertText }) => {
    expect(at(text).find((item) => item.label === label)?.insertText).toBe(insertText);
  });

  it.each([
    { name: 'columns before functions before keywords', text: 'SELECT na| FROM t', first: ['column name', 'function nanvl'] },
    { name: 'what is used before what is not', text: 'SELECT name, | FROM t WHERE name > 1', first: ['column name', 'column id'] },
    { name: 'the same case first', text: 'SELECT xs AS Xy, xs AS xz, X| FROM t', first: ['alias Xy'] },
  ])('ranks $name', ({ text, first }) => {
    expect(at(text).slice(0, first.length).map(shown)).toEqual(first);
  });

  it('replaces what is typed', () => {
    const { text, offset } = marked('SELECT a.to| FROM sales.orders a');
    expect(findSite(text, offset)).toMatchObject({ start: 9, end: 11, prefix: 'to' });
  });

  it('tells of types and documents', () => {
    expect(at('SELECT cust| FROM sales.orders')[0]).toMatchObject({ label: 'customer_id', detail: 'int', documentation: expect.stringContaining('Column of `workspace.sales.orders`') });
  });
});
