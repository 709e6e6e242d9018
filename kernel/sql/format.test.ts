import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFiles, readCorpus } from '../../build/testing/sql/corpus.ts';
import { formatSql } from './format.ts';
import { parseScript } from './parse.ts';
import { withoutPlaces } from './tree/withoutPlaces.ts';

function keepsMeaning(sql: string): boolean {
  const { text } = formatSql(sql);
  const meaning = (of: string): string => JSON.stringify(parseScript(of).statements.map(({ statement }) => withoutPlaces(statement)));
  return meaning(text) === meaning(sql) && formatSql(text).text === text;
}

describe('laying SQL out', () => {
  it.each([
    { name: 'a short query stays on its line', text: 'select  1', shown: ['SELECT 1'] },
    { name: 'a clause a line', text: 'select a, b , count(*) n from sales.orders where a=1 and b in (1,2) group by a,b having count(*)>1 order by n desc limit 10', shown: ['SELECT a, b, count(*) n', 'FROM sales.orders', 'WHERE a = 1 AND b IN (1, 2)', 'GROUP BY a, b', 'HAVING count(*) > 1', 'ORDER BY n DESC', 'LIMIT 10'] },
    { name: 'a long list an item a line', text: `SELECT ${['first', 'second', 'third'].map((name) => `coalesce(${name}_column_of_the_table, 0) AS ${name}`).join(',')} FROM t`, shown: ['SELECT', '  coalesce(first_column_of_the_table, 0) AS first,', '  coalesce(second_column_of_the_table, 0) AS second,', '  coalesce(third_column_of_the_table, 0) AS third', 'FROM t'] },
    { name: 'a long condition a part a line', text: "SELECT * FROM t WHERE some_long_column_name = 'some long value' AND x BETWEEN 1 AND 2 OR another_long_column_name IS NULL", shown: ['SELECT *', 'FROM t', "WHERE some_long_column_name = 'some long value'", '  AND x BETWEEN 1 AND 2', '  OR another_long_column_name IS NULL'] },
    { name: 'joins with what they are on', text: 'select * from orders o left outer join customers c on o.customer_id=c.id cross join dates using (d)', shown: ['SELECT *', 'FROM orders o', 'LEFT OUTER JOIN customers c ON o.customer_id = c.id', 'CROSS JOIN dates USING (d)'] },
    { name: 'queries inside of queries', text: 'with recent as (select id, max(at) as at from events where at > current_date() - 7 group by id) select * from recent', shown: ['WITH recent AS (', '  SELECT id, max(at) AS at', '  FROM events', '  WHERE at > current_date() - 7', '  GROUP BY id', ')', 'SELECT *', 'FROM recent'] },
    { name: 'names that are words of the grammar', text: 'select t.from, left(a, 1), date, first, `Order` from t', shown: ['SELECT t.from, left(a, 1), date, first, `Order` FROM t'] },
    { name: 'signs, types, paths and lambdas', text: "select -1, a-1, a*-b, cast(x as array<struct<a:int>>), raw:owner.name, m['k'], transform(l,x->x+1), :p, b::int, 1.5 from t", shown: ["SELECT", "  -1,", "  a - 1,", "  a * -b,", "  CAST(x AS array<struct<a:int>>),", "  raw:owner.name,", "  m['k'],", "  transform(l, x -> x + 1),", "  :p,", "  b::int,", "  1.5", "FROM t"] },
    { name: 'comments where they were', text: '-- head\nselect a, -- the a\n  b\n/* all */ from t -- end\n;\n\n-- next\nselect 2', shown: ['-- head', 'SELECT', '  a, -- the a', '  b', '/* all */', 'FROM t; -- end', '', '-- next', 'SELECT 2'] },
    { name: 'a MERGE', text: "merge into target t using source s on t.id=s.id when matched and s.gone then delete when matched then update set * when not matched then insert *", shown: ['MERGE INTO target t', 'USING source s ON t.id = s.id', 'WHEN MATCHED AND s.gone THEN DELETE', 'WHEN MATCHED THEN UPDATE SET *', 'WHEN NOT MATCHED THEN INSERT *'] },
    { name: 'a pipe', text: 'from sales.orders |> where amount > 100 |> aggregate sum(amount) as total group by region', shown: ['FROM sales.orders', '|> WHERE amount > 100', '|> AGGREGATE sum(amount) AS total GROUP BY region'] },
    { name: 'what does not parse as it is', text: 'select  from;  select  2', shown: ['select  from;', 'SELECT 2'] },
    { name: 'the inside of strings', text: "select 'a  b', r'\\d', \"it's\"", shown: ["SELECT 'a  b', r'\\d', \"it's\""] },
    { name: 'nothing', text: '  \n', shown: [''] },
  ])('$name', ({ text, shown }) => {
    expect(formatSql(text).text.split('\n')).toEqual(shown);
    expect(formatSql(shown.join('\n')).text.split('\n')).toEqual(shown);
  });

  it('indents a script by its blocks', () => {
    const shown = `-- head
BEGIN
  DECLARE a int DEFAULT 1;
  DECLARE b, c string; -- the b

  DECLARE too_many CONDITION FOR SQLSTATE '45001';
  DECLARE EXIT HANDLER FOR divide_by_zero
  BEGIN
    SELECT 'x';
  END;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET a = 3;
  DECLARE EXIT HANDLER FOR too_many, SQLSTATE '45000'
    INSERT INTO target_table_of_some_schema
    SELECT a, b, c
    FROM some_other_table
    WHERE a > 10;
  outer_loop: WHILE a < 10 DO
    IF a = 3 THEN
      ITERATE outer_loop;
    ELSEIF a > 5 AND b = 'x' THEN
      LEAVE outer_loop;
    ELSE
      SELECT a; /* c */
      -- all
      SELECT CASE WHEN a THEN 2 END;
    END IF;
    CASE a
      WHEN 1 THEN
        SELECT 1;
      WHEN 2 THEN
        SELECT 2;
      ELSE
        SELECT 4;
    END CASE;
  END WHILE outer_loop;

  REPEAT
    SET a = a - 1;
  UNTIL a < 0
  END REPEAT;
  l: LOOP
    LEAVE l;
  END LOOP l;
  FOR r AS SELECT 1 AS x DO
    SELECT r.x;
  END FOR;
  FOR
    SELECT a, b, c, d
    FROM some_other_table_with_a_long_name
    WHERE a > 10 AND b < 20
  DO
    SELECT x;
  END FOR;
  BEGIN NOT ATOMIC
  END;
  SIGNAL too_many SET MESSAGE_TEXT = 'x';
  GET DIAGNOSTICS CONDITION 1 b = MESSAGE_TEXT;
  SET VAR (a, b) = (SELECT 1, 'x');
  EXECUTE IMMEDIATE 'select ?' INTO a USING 1;
END;
SELECT 1`;
    const squeezed = shown.replaceAll(/^ +/gm, '').replaceAll(/;\n(?=[A-Z])/g, '; ').replaceAll(/\b(?:BEGIN|WHILE|THEN|CONDITION|DECLARE|LOOP|END)\b/g, (word) => word.toLowerCase());
    expect(formatSql(squeezed).text.split('\n')).toEqual(shown.split('\n'));
    expect(formatSql(shown).text).toBe(shown);
  });

  it('leaves a statement that nests too deep to be compared as it is', () => {
    const text = `select 'a'${" || 'a'".repeat(10_000)}`;
    expect(formatSql(text).text).toBe(text);
  });

  it('keeps the last line end, and says what does not parse', () => {
    expect(formatSql('select 1\n').text).toBe('SELECT 1\n');
    expect(formatSql('select 1; selec 2').errors.map(({ code }) => code)).toEqual(['PARSE_SYNTAX_ERROR']);
  });

  const scripts = readFileSync(path.join(import.meta.dirname, '../query/scriptingAnswers.jsonl'), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { readonly sql: string }).sql);
  it('every script that Spark answered means the same afterwards, and is laid out already the second time', () => {
    expect(scripts.filter((sql) => !keepsMeaning(sql))).toEqual([]);
  });

  it.each(corpusFiles().map((file) => ({ name: file.replace(/^.*[\\/]/, ''), file })))('every statement of $name means the same afterwards, and is laid out already the second time', ({ file }) => {
    const wrong = readCorpus(file).map(({ sql }) => sql).filter((sql) => !keepsMeaning(sql));
    expect(wrong).toEqual([]);
  });
});
