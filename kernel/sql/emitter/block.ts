import type { Attribute } from '../plan/expression.ts';
import { quoteIdentifier } from '../types/duckdbType.ts';
import type { ColumnText } from './expressionEmitter.ts';

/** How far a SELECT is written: an operator may only be added behind those below it. */
export const STAGE = { from: 0, where: 1, group: 2, select: 3, distinct: 4, order: 5, limit: 6 } as const;

/** A SELECT under construction. Its list is open: `columns` holds the text of every attribute that may be asked for. */
export interface Block {
  readonly stage: number;
  /** The FROM clause without the word; '' where there is none. */
  readonly from: string;
  /** FROM is a single item, not a join. */
  readonly single: boolean;
  readonly where: readonly string[];
  readonly group: string | undefined;
  /** An aggregation over the whole input: a row even where nothing is selected. */
  readonly wholeAggregate: boolean;
  readonly having: readonly string[];
  readonly distinct: boolean;
  /** Sort keys: an attribute where it is one, else text; both with the direction. */
  readonly orderBy: readonly { readonly attributeId: number | undefined; readonly sql: string; readonly direction: string }[];
  readonly limit: string | undefined;
  readonly offset: string | undefined;
  readonly columns: ReadonlyMap<number, ColumnText>;
}

export function emptyBlock(from: string, columns: ReadonlyMap<number, ColumnText>, single = true): Block {
  return { stage: STAGE.from, from, single, where: [], group: undefined, wholeAggregate: false, having: [], distinct: false, orderBy: [], limit: undefined, offset: undefined, columns };
}

/** One output column of a written SELECT. */
export interface SelectColumn {
  readonly attributeId: number;
  readonly sql: string;
  readonly name: string;
}

/** The SELECT's text with these columns, in this order. */
export function writeSelect(block: Block, columns: readonly SelectColumn[]): string {
  const list = columns.length === 0 ? (block.wholeAggregate ? 'count(*)' : '1') : columns.map((column) => `${column.sql} AS ${quoteIdentifier(column.name)}`).join(', ');
  const parts = [`SELECT ${block.distinct ? 'DISTINCT ' : ''}${list}`];
  if (block.from !== '') parts.push(`FROM ${block.from}`);
  if (block.where.length > 0) parts.push(`WHERE ${block.where.join(' AND ')}`);
  if (block.group !== undefined) parts.push(`GROUP BY ${block.group}`);
  if (block.having.length > 0) parts.push(`HAVING ${block.having.join(' AND ')}`);
  if (block.orderBy.length > 0) {
    const keys = block.orderBy.map((key) => {
      const place = key.attributeId === undefined ? -1 : columns.findIndex((column) => column.attributeId === key.attributeId);
      return `${place >= 0 ? place + 1 : key.sql}${key.direction}`;
    });
    parts.push(`ORDER BY ${keys.join(', ')}`);
  }
  if (block.limit !== undefined) parts.push(`LIMIT ${block.limit}`);
  if (block.offset !== undefined) parts.push(`OFFSET ${block.offset}`);
  return parts.join(' ');
}

/** Names for the columns of an inner SELECT: their own where that is a plain word, else their number. */
export function innerNames(attributes: readonly Attribute[]): readonly string[] {
  return uniqueNames(attributes.map((attribute) => (/^\w{1,40}$/.test(attribute.name) ? attribute : { ...attribute, name: `c${attribute.id}` })));
}

/** Names for output columns that no other of them has, in any case; their own where that is free. */
export function uniqueNames(attributes: readonly Attribute[]): readonly string[] {
  const taken = new Set<string>();
  return attributes.map((attribute) => {
    let name = attribute.name === '' ? 'column' : attribute.name;
    for (let again = 2; taken.has(name.toLowerCase()); again++) name = `${attribute.name}:${again}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
