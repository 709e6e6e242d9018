import type { WrittenFile } from '../engine.ts';
import { physicalNameOf, type ColumnMappingMode } from '../columnMapping.ts';
import type { DeltaType, StructType } from '../schema.ts';
import { RawJson, toJson } from './jsonText.ts';

/** A column whose values are told per file, by its physical names from the root. */
interface StatisticsColumn {
  readonly path: readonly string[];
  /** The same path by logical names. */
  readonly logical: readonly string[];
  readonly type: DeltaType;
}

const INDEXED_COLUMNS = 'delta.dataSkippingNumIndexedCols';
export const STATISTICS_COLUMNS = 'delta.dataSkippingStatsColumns';
const INDEXED_COLUMNS_DEFAULT = 32;
/** Longer strings are cut, as Spark does. */
const STRING_SIGNS_MAX = 32;

/** The columns that a table keeps statistics of: the first 32 leaves, or as its properties say. Pure. */
export function statisticsColumns(schema: StructType, table: { readonly partitionColumns: readonly string[]; readonly configuration: Readonly<Record<string, string>>; readonly mode: ColumnMappingMode }): readonly StatisticsColumn[] {
  const partitions = new Set(table.partitionColumns.map((name) => name.toLowerCase()));
  const data: StructType = { kind: 'struct', fields: schema.fields.filter(({ name }) => !partitions.has(name.toLowerCase())) };
  const leaves = leavesOf(data, table.mode);
  const named = table.configuration[STATISTICS_COLUMNS];
  if (named !== undefined) {
    const wanted = splitNames(named).map((name) => name.toLowerCase());
    return leaves.filter(({ logical }) => logical.some((_, depth) => wanted.includes(logical.slice(0, depth + 1).join('.').toLowerCase())));
  }
  const limit = Number(table.configuration[INDEXED_COLUMNS] ?? INDEXED_COLUMNS_DEFAULT);
  return limit < 0 ? leaves : leaves.slice(0, limit);
}

function leavesOf(struct: StructType, mode: ColumnMappingMode, above: Pick<StatisticsColumn, 'path' | 'logical'> = { path: [], logical: [] }): readonly StatisticsColumn[] {
  return struct.fields.flatMap((field): readonly StatisticsColumn[] => {
    const [path, logical] = [[...above.path, physicalNameOf(field, mode)], [...above.logical, field.name]];
    return field.type.kind === 'struct' ? leavesOf(field.type, mode, { path, logical }) : [{ path, logical, type: field.type }];
  });
}

/** `` a, `b.c`.d `` as `a`, `b.c.d`. */
export function splitNames(text: string): readonly string[] {
  return [...text.matchAll(/(?:`(?:[^`]|``)*`|[^,`])+/g)].map(([name]) => name.trim().replace(/`((?:[^`]|``)*)`/g, (_, inner: string) => inner.replaceAll('``', '`'))).filter((name) => name !== '');
}

/**
 * The statistics of a written file as the log keeps them (PROTOCOL.md "Per-file Statistics"). What the engine cannot tell
 * faithfully is left out, and then leaves no file out of a scan.
 */
export function statisticsText(file: Pick<WrittenFile, 'rowCount' | 'statistics'>, columns: readonly Omit<StatisticsColumn, 'logical'>[], { tightBounds }: { readonly tightBounds: boolean | undefined }): string {
  const [minValues, maxValues, nullCount]: Nested[] = [{}, {}, {}];
  for (const { path, type } of columns) {
    const measured = file.statistics.get(path.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'));
    if (measured === undefined) continue;
    const nulls = measured.get('null_count');
    if (nulls !== undefined) place(nullCount, path, BigInt(nulls));
    const [min, max] = [measured.get('min'), measured.get('max')];
    if (min === undefined || max === undefined || measured.get('has_nan') === 'true') continue;
    const [low, high] = [boundJson(min, type, 'min'), boundJson(max, type, 'max')];
    if (low !== undefined) place(minValues, path, low);
    if (high !== undefined) place(maxValues, path, high);
  }
  return toJson({ numRecords: file.rowCount, minValues, maxValues, nullCount, tightBounds });
}

interface Nested {
  [name: string]: unknown;
}

function place(root: Nested | undefined, path: readonly string[], value: unknown): void {
  let node = root ?? {};
  for (const name of path.slice(0, -1)) node = (node[name] ??= {}) as Nested;
  const last = path.at(-1);
  if (last !== undefined) node[last] = value;
}

const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:\+00)?$/;

function boundJson(text: string, type: DeltaType, side: 'min' | 'max'): unknown {
  switch (type.kind) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return BigInt(text);
    case 'decimal':
      return new RawJson(text);
    case 'float':
    case 'double':
      return Number.isFinite(Number(text)) ? new RawJson(text.replace(/^(-?)\./, '$10.').replace(/\.$/, '')) : undefined;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
    case 'timestamp':
    case 'timestamp_ntz': {
      const [, date, time, fraction = ''] = TIME.exec(text) ?? [];
      return date === undefined ? undefined : `${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${type.kind === 'timestamp' ? 'Z' : ''}`;
    }
    case 'string':
      return side === 'min' ? Array.from(text).slice(0, STRING_SIGNS_MAX).join('') : roundedUp(text);
    default:
      return undefined;
  }
}

/** A prefix that sorts behind every string that begins with it: a sign above any other is put behind the cut. */
function roundedUp(text: string): string {
  const signs = Array.from(text);
  if (signs.length <= STRING_SIGNS_MAX) return text;
  const next = signs[STRING_SIGNS_MAX] ?? '';
  return `${signs.slice(0, STRING_SIGNS_MAX).join('')}${next < '\u007f' ? '\u007f' : '\u{10FFFF}'}`;
}
