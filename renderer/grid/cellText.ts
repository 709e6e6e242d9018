import { formatDay, formatDayTime, formatDecimal, formatDouble, formatFloat, formatHex, formatTicks, formatTimeOfDay, formatYearMonth } from './exactText.ts';
import type { ValueShape } from './valueShape.ts';

/** How a value looks: NULL, the empty text and NaN are kinds of their own, so that none passes for another. */
export type CellKind = 'null' | 'empty' | 'special' | 'text' | 'number' | 'boolean' | 'time' | 'interval' | 'binary' | 'nested';

export interface Cell {
  readonly kind: CellKind;
  /** Exact; line breaks as in the value. */
  readonly text: string;
}

export const NULL_CELL: Cell = { kind: 'null', text: 'NULL' };

const KINDS: Readonly<Record<ValueShape['kind'], CellKind>> = {
  text: 'text',
  null: 'null',
  boolean: 'boolean',
  integer: 'number',
  float: 'number',
  decimal: 'number',
  binary: 'binary',
  date: 'time',
  time: 'time',
  timestamp: 'time',
  duration: 'interval',
  interval: 'interval',
  list: 'nested',
  struct: 'nested',
  map: 'nested',
};

/** True for values that stand at the right edge of their column. */
export function isAlignedRight({ kind }: ValueShape): boolean {
  return KINDS[kind] === 'number' || KINDS[kind] === 'interval';
}

/** A value of an Arrow column (64-bit integers, ticks and unscaled decimals as bigints) as it is shown and copied. */
export function formatCell(value: unknown, shape: ValueShape): Cell {
  if (value === null || value === undefined) return NULL_CELL;
  if (value === '') return { kind: 'empty', text: '' };
  if (shape.kind === 'float' && !Number.isFinite(value)) return { kind: 'special', text: plainText(value) };
  return { kind: KINDS[shape.kind], text: formatValue(value, shape) };
}

const MS_PER_DAY = 86_400_000;
const NANOS_PER_DAY = 86_400_000_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;

function formatValue(value: unknown, shape: ValueShape): string {
  switch (shape.kind) {
    case 'text':
    case 'null':
    case 'boolean':
    case 'integer':
      return plainText(value);
    case 'float':
      return shape.single ? formatFloat(Number(value)) : formatDouble(Number(value));
    case 'decimal':
      return formatDecimal(toBigint(value), shape.scale);
    case 'binary':
      return formatHex(value as Uint8Array);
    case 'date':
      return formatDay(Math.floor(Number(value) / MS_PER_DAY));
    case 'time':
      return formatTimeOfDay(toBigint(value), shape.perSecond);
    case 'timestamp':
      return formatTicks(toBigint(value), shape.perSecond) + (shape.zoned ? 'Z' : '');
    case 'duration':
      return formatDayTime(toBigint(value), shape.perSecond);
    case 'interval':
      return formatInterval(value, shape.unit);
    case 'list':
    case 'struct':
    case 'map':
      return formatNested(value, shape);
  }
}

function formatInterval(value: unknown, unit: 'yearMonth' | 'dayTime' | 'monthDayNano'): string {
  if (unit === 'yearMonth') return formatYearMonth(Number(value));
  const [first = 0, second = 0, third = 0] = [...(value as Iterable<number>)];
  return unit === 'dayTime' ? formatDayTime(BigInt(first) * 86_400_000n + BigInt(second), 1_000n) : formatMonthDayNano(first, second, BigInt(third));
}

/** An Arrow month-day-nano interval; the two halves that Spark keeps apart stand side by side where both are there. */
export function formatMonthDayNano(months: number, days: number, nanos: bigint): string {
  const dayTime = BigInt(days) * NANOS_PER_DAY + nanos;
  if (months === 0) return formatDayTime(dayTime, NANOS_PER_SECOND);
  return dayTime === 0n ? formatYearMonth(months) : `${formatYearMonth(months)} ${formatDayTime(dayTime, NANOS_PER_SECOND)}`;
}

/** `[1, 2]`, `{name: "a", qty: 1}`, `{"k" → 1}`: texts inside are quoted, so that nothing runs together. */
function formatNested(value: unknown, shape: ValueShape): string {
  if (value === null || value === undefined) return 'NULL';
  if (shape.kind === 'list') return `[${elementsOf(value).map((element) => formatNested(element, shape.item)).join(', ')}]`;
  if (shape.kind === 'struct') return `{${shape.fields.map((field) => `${field.name}: ${formatNested(fieldOf(value, field.name), field.shape)}`).join(', ')}}`;
  if (shape.kind === 'map') return `{${entriesOf(value).map(([key, item]) => `${formatNested(key, shape.key)} → ${formatNested(item, shape.item)}`).join(', ')}}`;
  return shape.kind === 'text' ? JSON.stringify(value) : formatValue(value, shape);
}

/** The value as JSON that loses nothing: decimals and integers outside ±2^53 as texts, NaN and infinities too. */
export function formatJson(value: unknown, shape: ValueShape): string {
  return JSON.stringify(toJson(value, shape));
}

/** The value for reading: nested ones as JSON over several lines. */
export function formatPretty(value: unknown, shape: ValueShape): string {
  return KINDS[shape.kind] === 'nested' ? JSON.stringify(toJson(value, shape), undefined, 2) : formatCell(value, shape).text;
}

function toJson(value: unknown, shape: ValueShape): unknown {
  if (value === null || value === undefined) return null;
  switch (shape.kind) {
    case 'text':
    case 'null':
    case 'boolean':
      return value;
    case 'integer':
      return Number.isSafeInteger(Number(value)) ? Number(value) : plainText(value);
    case 'float':
      if (!Number.isFinite(value)) return plainText(value);
      return shape.single ? Number(formatFloat(Number(value))) : value;
    case 'list':
      return elementsOf(value).map((element) => toJson(element, shape.item));
    case 'struct':
      return Object.fromEntries(shape.fields.map((field) => [field.name, toJson(fieldOf(value, field.name), field.shape)]));
    case 'map': {
      const entries = entriesOf(value).map(([key, item]): [unknown, unknown] => [toJson(key, shape.key), toJson(item, shape.item)]);
      return shape.key.kind === 'text' ? Object.fromEntries(entries) : entries;
    }
    case 'binary':
    case 'decimal':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'duration':
    case 'interval':
      return formatValue(value, shape);
  }
}

function elementsOf(value: unknown): readonly unknown[] {
  return Array.from(value as ArrayLike<unknown>);
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] {
  return [...(value as Iterable<readonly [unknown, unknown]>)];
}

function fieldOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}

function toBigint(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value));
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean' ? value.toString() : JSON.stringify(value);
}
