import { expect, it } from 'vitest';
import { simpleString } from '../sql/types/dataType.ts';
import { fromDuckDbType } from './duckdbColumns.ts';

it.each([
  ['INTEGER', 'int'],
  ['DECIMAL(18,3)', 'decimal(18,3)'],
  ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
  ['TIMESTAMP_NS', 'timestamp_ntz'],
  ['TIME WITH TIME ZONE', 'string'],
  ['UBIGINT', 'decimal(20,0)'],
  ['HUGEINT', 'decimal(38,0)'],
  ['JSON', 'variant'],
  ['"NULL"', 'void'],
  ["ENUM('a', 'b)', 'it''s')", 'string'],
  ["ENUM('a')[]", 'array<string>'],
  ['INTEGER[3][]', 'array<array<int>>'],
  ['MAP(VARCHAR, STRUCT(a BIGINT[], "b ""c, d" DECIMAL(9,2)))', 'map<string,struct<a:array<bigint>,b "c, d:decimal(9,2)>>'],
  ['STRUCT(a INTEGER, s STRUCT(t TIMESTAMP, e ENUM(\'x\')))', 'struct<a:int,s:struct<t:timestamp_ntz,e:string>>'],
  ['UNION(num INTEGER, str VARCHAR)', 'string'],
  ['"NULL"[]', 'array<void>'],
])('%s is %s', (duckdb, spark) => {
  expect(simpleString(fromDuckDbType(duckdb))).toBe(spark);
});
