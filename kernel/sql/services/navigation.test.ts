import { describe, expect, it } from 'vitest';
import { tokenize } from '../lexer.ts';
import { analyseStatement, readStatement } from './analysis.ts';
import { describeSymbol } from './describe.ts';
import { applyEdits, definitionAt, occurrenceAt, referencesAt, renameAt } from './navigation.ts';
import { semanticTokens } from './semanticTokens.ts';
import type { StatementModel } from './symbols.ts';
import { KNOWN_TABLES, marked, SETTINGS } from './testTables.ts';

function modelOf(text: string): StatementModel {
  return analyseStatement(readStatement(text), SETTINGS, KNOWN_TABLES);
}

function describedAt(model: StatementModel, offset: number): string {
  const found = occurrenceAt(model, offset);
  return found === undefined ? '' : describeSymbol(found.symbol);
}

describe('hover', () => {
  it.each([
    { name: 'a column', text: 'SELECT i|d FROM sales.orders', shows: ['id bigint', 'Column of `workspace.sales.orders`', "The order's number\\."] },
    { name: 'a column that is never NULL', text: 'SELECT `total am|ount` FROM sales.orders', shows: ['total amount decimal(10,2) NOT NULL'] },
    { name: 'a table', text: 'SELECT * FROM sales.or|ders', shows: ['workspace.sales.orders', 'version 12 · 1,204 rows · 3 files · 2.4 MB · partitioned by (day)', 'All orders\\.', 'customer_id int'] },
    { name: 'a table that is not there', text: 'SELECT * FROM nowhe|re', shows: ['was not found'] },
    { name: 'an alias of a table', text: 'SELECT o|.id FROM sales.orders o', shows: ['workspace.sales.orders AS o', 'customer_id int'] },
    { name: 'an alias', text: 'SELECT id + 1 AS next FROM t ORDER BY ne|xt', shows: ['next bigint', 'Named in this statement'] },
    { name: 'a common table expression', text: 'WITH c AS (SELECT id, st.x AS x FROM t) SELECT * FROM |c', shows: ['Common table expression', 'id bigint', 'x int'] },
    { name: 'a column out of one', text: 'WITH c AS (SELECT count(*) AS n FROM t) SELECT n| FROM c', shows: ['n bigint'] },
    { name: 'a field', text: 'SELECT st.inner.de|ep FROM t', shows: ['deep string'] },
    { name: 'a variable', text: 'SELECT transform(xs, x -> x| + 1) FROM t', shows: ['x int', 'Variable of a lambda'] },
    { name: 'an exact function', text: 'SELECT lp|ad(name, 3) FROM t', shows: ['lpad(value, length[, pad])', 'filled up on the left', 'String function · exact'] },
    { name: 'an approximate function', text: 'SELECT approx_count_dis|tinct(id) FROM t', shows: ['Aggregate function · approximate'] },
    { name: 'a refused function', text: 'SELECT java_me|thod("a", "b")', shows: ['java_method(class, method', 'on this engine'] },
    { name: 'a generated column', text: 'SELECT pos|, col FROM (SELECT posexplode(xs) FROM t)', shows: ['pos int'] },
    { name: 'in a broken statement', text: 'SELECT na|me, FROM t WHERE (', shows: ['name string'] },
    { name: 'a column of VALUES', text: 'SELECT a| FROM VALUES (1, 2) AS v(a, b)', shows: ['a int'] },
  ])('tells of $name', ({ text: withBar, shows }) => {
    const { text, offset } = marked(withBar);
    const contents = describedAt(modelOf(text), offset);
    for (const shown of shows) expect(contents).toContain(shown);
  });

  it('shows comments as they are', () => {
    const model = analyseStatement(readStatement('SELECT * FROM e'), SETTINGS, {
      table: () => ({ name: ['workspace', 'default', 'e'], columns: [], facts: { version: 1, rows: undefined, bytes: undefined, files: undefined, comment: '[x](command:y) <img src=z>', partitionColumns: [] } }),
    });
    expect(describedAt(model, 15)).toContain('\\[x\\]\\(command:y\\) \\<img src=z\\>');
  });
});

describe('definitions', () => {
  it.each([
    { name: 'a common table expression', text: 'WITH c AS (SELECT 1) SELECT * FROM |c', found: 'c@5' },
    { name: 'a table alias', text: 'SELECT |o.id FROM sales.orders o', found: 'o@30' },
    { name: 'an alias in ORDER BY', text: 'SELECT id AS k FROM t ORDER BY |k', found: 'k@13' },
    { name: 'a lateral alias', text: 'SELECT id AS k, |k + 1 FROM t', found: 'k@13' },
    { name: 'a column of a subquery', text: 'SELECT d.|k FROM (SELECT id AS k FROM t) d', found: 'k@30' },
    { name: 'a column of a renamed one', text: 'WITH c(a) AS (SELECT 1) SELECT |a FROM c', found: 'a@7' },
    { name: 'a variable', text: 'SELECT filter(xs, e -> |e > 1) FROM t', found: 'e@18' },
    { name: 'a window', text: 'SELECT sum(id) OVER |w FROM t WINDOW w AS (ORDER BY id)', found: 'w@36' },
    { name: 'the alias of an earlier pipe', text: 'FROM t |> EXTEND id AS k |> WHERE |k > 1', found: 'k@23' },
    { name: 'a stored column', text: 'SELECT |id FROM t', found: undefined },
    { name: 'a correlated alias', text: 'SELECT * FROM t a WHERE EXISTS (SELECT 1 FROM t b WHERE b.id = |a.id)', found: 'a@16' },
    { name: 'a recursive column', text: 'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT |n + 1 FROM r) SELECT * FROM r', found: 'n@33' },
  ])('finds $name', ({ text: withBar, found }) => {
    const { text, offset } = marked(withBar);
    const place = definitionAt(modelOf(text), offset);
    expect(place && `${text.slice(place.start, place.end)}@${place.start}`).toBe(found);
  });
});

describe('rename', () => {
  it.each([
    { name: 'a common table expression', text: 'WITH |c AS (SELECT 1 AS a) SELECT c.a FROM c', to: 'd', result: 'WITH d AS (SELECT 1 AS a) SELECT d.a FROM d' },
    { name: 'a table alias from a use', text: 'SELECT |o.id, o.day FROM sales.orders o', to: 'x', result: 'SELECT x.id, x.day FROM sales.orders x' },
    { name: 'an alias through a subquery', text: 'SELECT k FROM (SELECT id AS |k FROM t) WHERE k > 1 ORDER BY k', to: 'key', result: 'SELECT key FROM (SELECT id AS key FROM t) WHERE key > 1 ORDER BY key' },
    { name: 'and quotes an odd name', text: 'SELECT id AS |k FROM t ORDER BY k', to: 'my key', result: 'SELECT id AS `my key` FROM t ORDER BY `my key`' },
    { name: 'and keeps backticks', text: 'SELECT id AS |k FROM t ORDER BY k', to: '`a b`', result: 'SELECT id AS `a b` FROM t ORDER BY `a b`' },
    { name: 'a variable only in its lambda', text: 'SELECT transform(xs, |e -> e + 1), filter(xs, e -> e > 1) FROM t', to: 'y', result: 'SELECT transform(xs, y -> y + 1), filter(xs, e -> e > 1) FROM t' },
    { name: 'nothing that only looks alike', text: "SELECT id AS |k, 'k' FROM t GROUP BY k -- k", to: 'z', result: "SELECT id AS z, 'k' FROM t GROUP BY z -- k" },
    { name: 'a window', text: 'SELECT sum(id) OVER w FROM t WINDOW |w AS (ORDER BY id)', to: 'v', result: 'SELECT sum(id) OVER v FROM t WINDOW v AS (ORDER BY id)' },
  ])('renames $name', ({ text: withBar, to, result }) => {
    const { text, offset } = marked(withBar);
    const renaming = renameAt(readStatement(text), offset, to, SETTINGS, KNOWN_TABLES);
    expect(renaming.kind === 'edits' ? applyEdits(text, renaming.edits) : renaming.reason).toBe(result);
  });

  it.each([
    { name: 'a stored column', text: 'SELECT |id FROM t', to: 'x', reason: 'stored' },
    { name: 'a function', text: 'SELECT |sum(id) FROM t', to: 'x', reason: 'Only aliases' },
    { name: 'what would be captured by another alias', text: 'SELECT a.id, b.id FROM t |a JOIN t b ON a.id = b.id', to: 'b', reason: 'already means' },
    { name: 'a lateral alias under a column of the table', text: 'SELECT st AS |k, k FROM t', to: 'name', reason: 'already means' },
    { name: 'a variable under another', text: 'SELECT aggregate(xs, 0, (|a, e) -> a + e) FROM t', to: 'e', reason: 'already means' },
    { name: 'a USING column', text: 'SELECT * FROM (SELECT id AS |k FROM t) JOIN (SELECT id AS k FROM t) USING (k)', to: 'x', reason: 'USING' },
    { name: 'to nothing', text: 'SELECT id AS |k FROM t', to: ' ', reason: 'empty' },
  ])('refuses $name', ({ text: withBar, to, reason }) => {
    const { text, offset } = marked(withBar);
    expect(renameAt(readStatement(text), offset, to, SETTINGS, KNOWN_TABLES)).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  });
});

it('finds all references, and none of its namesakes', () => {
  const { text, offset } = marked('SELECT |k, (SELECT max(k) FROM (SELECT x AS k FROM VALUES (1) AS v(x))) FROM (SELECT id AS k FROM t) GROUP BY k');
  expect(referencesAt(modelOf(text), offset).map(({ start, role }) => `${role}@${start}`)).toEqual(['reference@7', 'definition@90', 'reference@109']);
});

it('colours names by what they are', () => {
  const text = 'WITH c AS (SELECT id AS k FROM t) SELECT lower(k), :p FROM c';
  expect(semanticTokens(modelOf(text)).map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`)).toEqual(['table c', 'column id', 'alias k', 'table t', 'function lower', 'alias k', 'parameter :p', 'table c']);
});

it('reads any statement without a throw, and every name only once', () => {
  const text = 'SELECT a.id, count(*) AS n FROM t a LEFT JOIN sales.orders o USING (id) WHERE o.day > DATE\'2024-01-01\' GROUP BY ALL HAVING n > 1 ORDER BY n';
  for (const token of tokenize(text)) {
    for (const broken of [text.slice(0, token.start), text.slice(token.end), text.slice(0, token.start) + text.slice(token.end), `${text.slice(0, token.end)} ( ${text.slice(token.end)}`]) {
      const { occurrences } = modelOf(broken);
      expect(new Set(occurrences.map(({ start }) => start)).size).toBe(occurrences.length);
      for (const { start } of occurrences) expect(occurrenceAt(modelOf(broken), start)).toBeDefined();
    }
  }
});
