import { describe, expect, it } from 'vitest';
import { simpleString } from '../types/dataType.ts';
import { declarationsAt, readDeclarations } from './declarations.ts';

/** Names in sight at the bar, the nearest first. */
function inSight(withBar: string): readonly string[] {
  const offset = withBar.indexOf('|');
  return declarationsAt(readDeclarations(withBar.replace('|', '')), offset).map(({ kind, name, label, type }) => [kind, label, name, type && simpleString(type)].filter((part) => part !== undefined).join(' '));
}

describe('declarations of a text', () => {
  it.each([
    { name: 'of the session, several at once', text: 'DECLARE OR REPLACE VARIABLE a, system.session.b ARRAY<INT> DEFAULT array(1); |', found: ['session b array<int>', 'session a array<int>'] },
    { name: 'without a type', text: 'DECLARE a = 1; |', found: ['session a'] },
    { name: 'of a block with a label', text: 'l: BEGIN DECLARE a INT; | END', found: ['local l a int'] },
    { name: 'of a block that is over', text: 'BEGIN BEGIN DECLARE a INT; END; | END', found: [] },
    { name: 'behind an expression that ends', text: 'BEGIN DECLARE a INT; SELECT CASE WHEN a THEN 1 END; | END', found: ['local a int'] },
    { name: 'behind blocks of other kinds', text: 'BEGIN DECLARE a INT; IF a THEN SELECT 1; END IF; WHILE a DO SELECT 1; END WHILE; CASE a WHEN 1 THEN SELECT 1; END CASE; | END', found: ['local a int'] },
    { name: 'a row inside of its loop', text: 'BEGIN FOR r AS SELECT 1 DO | END FOR; END', found: ['row r'] },
    { name: 'a row behind its loop', text: 'BEGIN FOR r AS SELECT 1 DO SELECT 2; END FOR; | END', found: [] },
    { name: 'no conditions and handlers', text: "BEGIN DECLARE c CONDITION FOR SQLSTATE '45000'; DECLARE EXIT HANDLER FOR c SELECT 1; | END", found: [] },
    { name: 'in a script that is not finished', text: 'BEGIN DECLARE a INT; DECLARE b STRING; IF a > |', found: ['local b string', 'local a int'] },
    { name: 'widgets', text: "CREATE WIDGET DROPDOWN day DEFAULT '1' CHOICES ('1'); |", found: ['widget day'] },
    { name: 'in the middle of one', text: 'DECLARE |', found: [] },
    { name: 'without its end', text: 'DECLARE a ARRAY<|', found: ['session a'] },
    { name: 'of types with quoted words', text: "DECLARE a STRUCT<x: INT> DEFAULT named_struct('x', 1) |", found: ['session a struct<x:int>'] },
  ])('$name', ({ text, found }) => {
    expect(inSight(text)).toEqual(found);
  });
});
