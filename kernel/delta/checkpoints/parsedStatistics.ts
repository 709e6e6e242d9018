import { hasLeafUnder, type ActionFiles } from '../checkpointSql.ts';
import { physicalNameOf } from '../columnMapping.ts';
import type { JsonShape } from '../commitSql.ts';
import { partitionValueSql } from '../partitionValues.ts';
import { findField, type DeltaType, type PrimitiveType } from '../schema.ts';
import { duckdbType, identifier, literal } from '../sqlText.ts';
import type { TableVersion } from '../tableVersion.ts';
import { statisticsColumns } from '../write/statistics.ts';
import { jsonField, jsonObject } from './actionShape.ts';

/** Columns of an add that hold as typed values what others hold as text. */
export interface ParsedColumns {
  readonly types: JsonShape;
  /** By column, over {@link over}. */
  readonly expressions: Readonly<Record<string, string>>;
  /** The adds with the statistics taken apart beside them. */
  over(adds: string): string;
}

/**
 * `stats_parsed` and `partitionValues_parsed` (PROTOCOL.md "Checkpoints"). A statistic that does not fit its column's type
 * is null there, as is one that is not exact any more.
 */
export function parsedColumns(at: TableVersion, options: { readonly withTightBounds: boolean }): ParsedColumns {
  const columns = statisticsColumns(at.schema, { ...at.metadata, mode: at.mode });
  const bounded = columns.flatMap(withBounds);
  const sides = [
    { side: 'minValues', tree: treeOf(bounded) },
    { side: 'maxValues', tree: treeOf(bounded) },
    { side: 'nullCount', tree: treeOf(counted(columns)) },
  ].filter(({ tree }) => tree.size > 0);
  const types: JsonShape = {
    numRecords: 'BIGINT', ...Object.fromEntries(sides.map(({ side, tree }) => [side, treeTypes(tree, duckdbType)])), ...(options.withTightBounds ? { tightBounds: 'BOOLEAN' } : {}),
  };
  const partitions = partitionColumnsOf(at);
  return {
    types: { ...(partitions.length === 0 ? {} : { partitionValues_parsed: Object.fromEntries(partitions.map(({ name, type }) => [name, duckdbType(type)])) }), stats_parsed: types },
    expressions: {
      partitionValues_parsed: `{${partitions.map(({ name, type }) => `${literal(name)}: ${partitionValueSql(`action."partitionValues"[${literal(name)}]`, type, 'TRY_CAST')}`).join(', ')}}`,
      stats_parsed: 'parsed',
    },
    // All in one go: a field taken out of a wide struct costs as much as the whole struct
    over: (adds) => `SELECT action, TRY(json_transform(${exactText(withoutZonelessBounds('valid', bounded), bounded)}, ${shapeLiteral(types)})) AS parsed
      FROM (SELECT action, CASE WHEN json_valid(action.stats) THEN action.stats END AS valid FROM (${adds}))`,
  };
}

/** The text of an add's statistics in Parquet files, put together from columns where the files have no texts. */
export function statsText(files: ActionFiles, columns: readonly StatisticsColumn[]): string {
  if (files.filled.has('add.stats')) return '"add".stats::VARCHAR';
  if (!files.filled.has('add.stats_parsed.numRecords')) return 'NULL::VARCHAR';
  if (columns.length > COLUMNS_MAX) return wholeText();
  const bounded = columns.flatMap(withBounds);
  const sides = [['minValues', bounded], ['maxValues', bounded], ['nullCount', counted(columns)]] as const;
  const fields = [
    jsonField('numRecords', leafText(['numRecords'], LONG)),
    ...sides.map(([side, of]) => treeText(treeOf(of), [side], files)).flatMap((json, index) => (json === undefined ? [] : [jsonField(sides[index]?.[0] ?? '', json)])),
    ...(files.leaves.has('add.stats_parsed.tightBounds') ? [jsonField('tightBounds', leafText(['tightBounds'], { kind: 'boolean' }))] : []),
  ];
  return `CASE WHEN ${structPath(['numRecords'])} IS NOT NULL THEN ${jsonObject(fields)} END`;
}

/** Of more columns than this the statistics are told in one go: a field taken out of a wide struct costs as much as all of it. */
const COLUMNS_MAX = 64;

/** As the engine writes them: times with a space, nulls named. Where a number is none that JSON knows, nothing is told. */
function wholeText(): string {
  const json = 'to_json("add"."stats_parsed")::VARCHAR';
  return `CASE WHEN NOT regexp_matches(${json}, ':-?(NaN|Inf|inf)') THEN ${json} END`;
}

/** A leaf of the schema, by its physical names from the root. */
export interface StatisticsColumn {
  readonly path: readonly string[];
  readonly type: DeltaType;
}

/** Every column that files may have statistics of, whatever the table wants now. */
export function possibleStatistics({ schema, metadata, mode }: TableVersion): readonly StatisticsColumn[] {
  return statisticsColumns(schema, { partitionColumns: metadata.partitionColumns, configuration: { 'delta.dataSkippingNumIndexedCols': '-1' }, mode });
}

interface CountedColumn {
  readonly path: readonly string[];
  readonly type: PrimitiveType;
}

/** A least and a greatest value are kept of these. */
function withBounds({ path, type }: StatisticsColumn): readonly CountedColumn[] {
  if (type.kind === 'struct' || type.kind === 'array' || type.kind === 'map') return [];
  return ['boolean', 'binary', 'variant', 'void'].includes(type.kind) ? [] : [{ path, type }];
}

/** Nulls are counted of any column. */
function counted(columns: readonly StatisticsColumn[]): readonly CountedColumn[] {
  return columns.map(({ path }) => ({ path, type: LONG }));
}

const LONG: PrimitiveType = { kind: 'long' };
/** More digits than these a double does not keep, and JSON's numbers pass through doubles. */
const EXACT_DIGITS = 15;

type Tree = ReadonlyMap<string, PrimitiveType | Tree>;

function treeOf(columns: readonly CountedColumn[]): Tree {
  const root = new Map<string, PrimitiveType | Tree>();
  for (const { path, type } of columns) {
    let node: Map<string, PrimitiveType | Tree> = root;
    for (const name of path.slice(0, -1)) {
      const inner = node.get(name);
      const next = inner instanceof Map ? inner : new Map<string, PrimitiveType | Tree>();
      node.set(name, next);
      node = next;
    }
    node.set(path.at(-1) ?? '', type);
  }
  return root;
}

function isTree(node: PrimitiveType | Tree): node is Tree {
  return node instanceof Map;
}

function treeTypes(tree: Tree, typeOf: (type: PrimitiveType) => string): JsonShape {
  return Object.fromEntries([...tree].map(([name, node]) => [name, isTree(node) ? treeTypes(node, typeOf) : typeOf(node)]));
}

/** A time without a zone was written in a zone that nobody knows: statistics with one lose their bounds. */
function withoutZonelessBounds(stats: string, bounded: readonly CountedColumn[]): string {
  const times = bounded.filter(({ type }) => type.kind === 'timestamp');
  if (times.length === 0) return stats;
  const texts = treeTypes(treeOf(times), () => 'VARCHAR');
  const zoneless = `regexp_matches(to_json(json_transform(${stats}, ${shapeLiteral({ minValues: texts, maxValues: texts })}))::VARCHAR, ':"[0-9]+-[0-9]{2}-[0-9]{2}([ T][0-9:.]*)?"')`;
  return `CASE WHEN ${zoneless} THEN json_merge_patch(${stats}, '{"minValues":null,"maxValues":null}')::VARCHAR ELSE ${stats} END`;
}

/**
 * JSON's numbers pass through doubles, and texts do not: where a column has more digits than a double, numbers are made
 * texts. What looks like a number within a text breaks the JSON by that, and such statistics are null.
 */
function exactText(stats: string, bounded: readonly CountedColumn[]): string {
  if (!bounded.some(({ type }) => isWideDecimal(type))) return stats;
  return `regexp_replace(${stats}, '([:,])(-?[0-9][0-9.eE+-]*)([,}])', '\\1"\\2"\\3', 'g')`;
}

function shapeLiteral(shape: JsonShape): string {
  return literal(JSON.stringify(shape));
}

function isWideDecimal(type: PrimitiveType): boolean {
  return type.kind === 'decimal' && type.precision > EXACT_DIGITS;
}

function partitionColumnsOf({ schema, metadata, mode }: TableVersion): readonly { readonly name: string; readonly type: PrimitiveType }[] {
  return metadata.partitionColumns.flatMap((column) => {
    const field = findField(schema, column);
    if (field === undefined || field.type.kind === 'struct' || field.type.kind === 'array' || field.type.kind === 'map') return [];
    return [{ name: physicalNameOf(field, mode), type: field.type }];
  });
}

function treeText(tree: Tree, path: readonly string[], files: ActionFiles): string | undefined {
  const fields = [...tree].flatMap(([name, node]) => {
    const inner = [...path, name];
    if (!hasLeafUnder(files, ['add', 'stats_parsed', ...inner].join('.'))) return [];
    const json = isTree(node) ? treeText(node, inner, files) : leafText(inner, node);
    return json === undefined ? [] : [jsonField(name, json)];
  });
  return fields.length === 0 ? undefined : jsonObject(fields);
}

/** A statistic as JSON, times to the millisecond as writers tell them. What JSON cannot say is left out. */
function leafText(path: readonly string[], { kind }: PrimitiveType): string {
  const value = structPath(path);
  switch (kind) {
    case 'float':
    case 'double':
      return `CASE WHEN isfinite(${value}::DOUBLE) THEN to_json(${value})::VARCHAR END`;
    case 'timestamp':
      return timeText(`TRY_CAST(${value} AS TIMESTAMPTZ)`, 'Z');
    case 'timestamp_ntz':
      return timeText(`TRY_CAST(${value} AS TIMESTAMP)`, '');
    default:
      return `to_json(${value})::VARCHAR`;
  }
}

function timeText(time: string, zone: string): string {
  return `CASE WHEN isfinite(${time}) THEN to_json(strftime(${time}, '%Y-%m-%dT%H:%M:%S.%g${zone}'))::VARCHAR END`;
}

function structPath(path: readonly string[]): string {
  return ['add', 'stats_parsed', ...path].map(identifier).join('.');
}
