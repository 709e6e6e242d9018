import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, expressionKey, findExpression } from '../plan/traverse.ts';
import type { Expression } from '../tree/expressions.ts';
import type { GroupBy, GroupingItem } from '../tree/queries.ts';
import { holds, sqlName } from '../types/dataType.ts';
import type { Grouping } from './aggregation.ts';
import type { Resolution } from './resolution.ts';

/** How a grouping expression is read: names of columns first, then output aliases. */
export interface GroupingReader {
  readonly resolution: Resolution;
  resolveKey(node: Expression): TypedExpression;
  /** The select list, for ordinals and GROUP BY ALL. */
  readonly items: readonly TypedExpression[];
  /** A star stands among them as it is written. */
  readonly hasStar: boolean;
}

/** GROUP BY as keys and grouping sets. */
export function resolveGrouping(reader: GroupingReader, groupBy: GroupBy): Grouping {
  if (groupBy.kind === 'all') return { keys: allKeys(reader), sets: undefined, explicit: true };
  const collected = new KeyList();
  const plainOnly = groupBy.kind === 'expressions' && groupBy.items.every((item) => item.kind === 'expression');
  if (plainOnly) {
    for (const item of groupBy.items) if (item.kind === 'expression') collected.add(keyOf(reader, item.value));
    return { keys: collected.keys, sets: undefined, explicit: true };
  }
  return { ...setsOf(reader, groupBy, collected), explicit: true };
}

class KeyList {
  readonly keys: TypedExpression[] = [];
  readonly #places = new Map<string, number>();

  add(key: TypedExpression): number {
    const text = expressionKey(key);
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.keys.length);
    return this.keys.push(key) - 1;
  }
}

function keyOf(reader: GroupingReader, node: Expression): TypedExpression {
  const place = placeOf(node);
  const key = place === undefined ? reader.resolveKey(node) : ordinal(reader, place, node);
  const window = findExpression(key, (each) => each.kind === 'window');
  const read = window && findExpression(window, (each) => each.kind === 'column');
  if (read !== undefined) return reader.resolution.fail(node, 'MISSING_AGGREGATION', { expression: prettyText(read) });
  const aggregate = findExpression(key, (each) => each.kind === 'aggregate' || each.kind === 'window');
  if (aggregate !== undefined) return reader.resolution.fail(node, 'GROUP_BY_AGGREGATE', { expression: prettyText(aggregate) });
  if (holds(key.type, 'variant')) return reader.resolution.fail(node, 'GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE', { expression: prettyText(key), type: sqlName(key.type) });
  return key;
}

/** The number that stands for an item of the select list. */
function placeOf(node: Expression): number | undefined {
  if (node.kind === 'unary' && node.operator === '-' && placeOf(node.operand) !== undefined) return -placeOf(node.operand)!;
  return node.kind === 'number' && /^-?\d+$/.test(node.text) && node.suffix === '' ? Number(node.text) : undefined;
}

function ordinal(reader: GroupingReader, index: number, node: Expression): TypedExpression {
  if (reader.hasStar) return reader.resolution.fail(node, 'STAR_GROUP_BY_POS', {});
  const item = reader.items[index - 1];
  if (item === undefined) return reader.resolution.fail(node, 'GROUP_BY_POS_OUT_OF_RANGE', { index, size: reader.items.length });
  if (contains(item, 'aggregate')) return reader.resolution.fail(node, 'GROUP_BY_POS_AGGREGATE', { index, expression: prettyText(item) });
  return item;
}

/** Every item without an aggregate. Without one, no item may have columns outside of its aggregates. */
function allKeys(reader: GroupingReader): TypedExpression[] {
  const keys = new KeyList();
  const window = reader.items.find((item) => contains(item, 'window') && !contains(item, 'aggregate'));
  if (window !== undefined) return reader.resolution.fail(window, 'UNSUPPORTED_EXPR_FOR_OPERATOR', { expressions: prettyText(window) });
  for (const item of reader.items) {
    if (!contains(item, 'aggregate') && item.kind !== 'literal') keys.add(item);
  }
  const stray = keys.keys.length > 0 ? undefined : reader.items.filter((item) => contains(item, 'aggregate')).flatMap(columnsOutside)[0];
  return stray === undefined ? keys.keys : reader.resolution.fail(stray, 'UNRESOLVED_ALL_IN_GROUP_BY', {});
}

function columnsOutside(expression: TypedExpression): TypedExpression[] {
  const found: TypedExpression[] = [];
  const walk = (each: TypedExpression): void => {
    if (each.kind === 'column') found.push(each);
    else if (each.kind === 'call') each.operands.forEach(walk);
    else if (each.kind === 'cast') walk(each.operand);
    else if (each.kind === 'field') walk(each.base);
  };
  walk(expression);
  return found;
}

function setsOf(reader: GroupingReader, groupBy: GroupBy, list: KeyList): Pick<Grouping, 'keys' | 'sets'> {
  if (groupBy.kind === 'cube' || groupBy.kind === 'rollup') {
    const all = groupBy.items.flatMap((item) => (item.kind === 'expression' ? [[list.add(keyOf(reader, item.value))]] : []));
    return { keys: list.keys, sets: groupBy.kind === 'cube' ? cube(all) : rollup(all) };
  }
  if (groupBy.kind === 'groupingSets') {
    // `GROUP BY a, b GROUPING SETS (…)`: the leading list only names the keys.
    for (const item of groupBy.items) if (item.kind === 'expression') list.add(keyOf(reader, item.value));
    const sets = groupBy.items.flatMap((item) => (item.kind === 'groupingSets' ? item.sets : []));
    return { keys: list.keys, sets: sets.map((set) => set.map((node) => list.add(keyOf(reader, node)))) };
  }
  const combined = groupBy.items.reduce<readonly (readonly number[])[]>((sets, item) => product(sets, itemSets(reader, item, list)), [[]]);
  return { keys: list.keys, sets: combined };
}

function itemSets(reader: GroupingReader, item: GroupingItem, list: KeyList): readonly (readonly number[])[] {
  if (item.kind === 'expression') return [[list.add(keyOf(reader, item.value))]];
  const sets = item.sets.map((set) => set.map((node) => list.add(keyOf(reader, node))));
  return item.kind === 'groupingSets' ? sets : item.kind === 'cube' ? cube(sets) : rollup(sets);
}

function cube(parts: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return parts.reduceRight<readonly (readonly number[])[]>((sets, part) => [...sets.map((set) => [...part, ...set]), ...sets], [[]]);
}

function rollup(parts: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return Array.from({ length: parts.length + 1 }, (_, index) => parts.slice(0, parts.length - index).flat());
}

function product(left: readonly (readonly number[])[], right: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return left.flatMap((a) => right.map((b) => [...new Set([...a, ...b])]));
}
