import { expect, it } from 'vitest';
import type { DeltaType, StructType } from '../schema.ts';
import { statisticsColumns, statisticsText } from './statistics.ts';

const LONG = 'a'.repeat(31);

it.each<{ type: DeltaType; min: string; max: string; low?: unknown; high?: unknown; nan?: boolean }>([
  { type: { kind: 'long' }, min: '-9223372036854775808', max: '9223372036854775807', low: '-9223372036854775808', high: '9223372036854775807' },
  { type: { kind: 'decimal', precision: 38, scale: 3 }, min: '0.100', max: '123456789012345678901234567890.123', low: '0.100', high: '123456789012345678901234567890.123' },
  { type: { kind: 'double' }, min: '-0.5', max: '1e+300', low: '-0.5', high: '1e+300' },
  { type: { kind: 'double' }, min: '1.0', max: '2.0', nan: true },
  { type: { kind: 'float' }, min: '-inf', max: '1.5', high: '1.5' },
  { type: { kind: 'date' }, min: '2024-02-29', max: '10000-01-01', low: '"2024-02-29"' },
  { type: { kind: 'timestamp' }, min: '2024-01-01 00:00:00+00', max: '2024-01-01 00:00:00.123999+00', low: '"2024-01-01T00:00:00.000Z"', high: '"2024-01-01T00:00:00.123Z"' },
  { type: { kind: 'timestamp_ntz' }, min: '2024-01-01 00:00:00', max: '2024-01-01 00:00:00.5', low: '"2024-01-01T00:00:00.000"', high: '"2024-01-01T00:00:00.500"' },
  { type: { kind: 'string' }, min: `${LONG}bcd`, max: `${LONG}bcd`, low: `"${LONG}b"`, high: `"${LONG}b\u007f"` },
  { type: { kind: 'string' }, min: `${LONG}😀é`, max: `${LONG}😀é`, low: `"${LONG}😀"`, high: `"${LONG}😀\u{10FFFF}"` },
  { type: { kind: 'boolean' }, min: '0', max: '1' },
  { type: { kind: 'binary' }, min: '00', max: 'ff' },
])('WRITE-12: bounds of $type.kind $min to $max', ({ type, min, max, low, high, nan }) => {
  const schema: StructType = { kind: 'struct', fields: [{ name: 'c', type, nullable: true, metadata: {} }] };
  const columns = statisticsColumns(schema, { partitionColumns: [], configuration: {}, mode: 'none' });
  const measured = new Map([['min', min], ['max', max], ['null_count', '2'], ...(nan === true ? [['has_nan', 'true'] as const] : [])]);
  const text = statisticsText({ rowCount: 5, statistics: new Map([['"c"', measured]]) }, columns, { tightBounds: undefined });
  const side = (value: unknown): string => (typeof value === 'string' ? `{"c":${value}}` : '{}');
  expect(text).toBe(`{"numRecords":5,"minValues":${side(low)},"maxValues":${side(high)},"nullCount":{"c":2}}`);
});

const NESTED: StructType = {
  kind: 'struct',
  fields: [
    { name: 'p', type: { kind: 'long' }, nullable: true, metadata: {} },
    { name: 's', type: { kind: 'struct', fields: [{ name: 'a', type: { kind: 'long' }, nullable: true, metadata: {} }, { name: 'b c', type: { kind: 'long' }, nullable: true, metadata: {} }] }, nullable: true, metadata: {} },
    { name: 'x', type: { kind: 'long' }, nullable: true, metadata: {} },
  ],
};

it.each([
  { name: 'all but partitions', configuration: {}, paths: ['s.a', 's.b c', 'x'] },
  { name: 'the first two leaves', configuration: { 'delta.dataSkippingNumIndexedCols': '2' }, paths: ['s.a', 's.b c'] },
  { name: 'every one', configuration: { 'delta.dataSkippingNumIndexedCols': '-1' }, paths: ['s.a', 's.b c', 'x'] },
  { name: 'those that are named', configuration: { 'delta.dataSkippingStatsColumns': 'x, s.`b c`' }, paths: ['s.b c', 'x'] },
  { name: 'all of a struct', configuration: { 'delta.dataSkippingStatsColumns': 'S' }, paths: ['s.a', 's.b c'] },
])('keeps statistics of $name', ({ configuration, paths }) => {
  expect(statisticsColumns(NESTED, { partitionColumns: ['p'], configuration, mode: 'none' }).map(({ path }) => path.join('.'))).toEqual(paths);
});
