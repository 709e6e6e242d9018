import type { CatalogColumn, SessionSettings, TableReference } from '../catalog.ts';
import { arrayOf, BIGINT, type DataType, DATE, decimal, field, INT, mapOf, STRING, structOf } from '../types/dataType.ts';
import type { KnownTable } from './symbols.ts';

/** The tables that tests of language services know. */
const TABLES: Readonly<Record<string, KnownTable>> = {
  t: table(['workspace', 'default', 't'], [column('id', BIGINT), column('name', STRING), column('st', structOf([field('x', INT), field('inner', structOf([field('deep', STRING)]))])), column('xs', arrayOf(INT)), column('m', mapOf(STRING, INT))]),
  orders: {
    ...table(['workspace', 'sales', 'orders'], [column('id', BIGINT, 'The order\'s number.'), { ...column('total amount', decimal(10, 2)), nullable: false }, column('customer_id', INT), column('day', DATE)]),
    facts: { version: 12, rows: 1204, bytes: 2_400_000, files: 3, comment: 'All orders.', partitionColumns: ['day'] },
  },
  customers: table(['workspace', 'sales', 'customers'], [column('customer_id', INT), column('name', STRING)]),
};

export const TABLE_NAMES = Object.values(TABLES).map(({ name }) => [name[0]!, name[1]!, name[2]!] as const);

export const KNOWN_TABLES = {
  table: ({ source }: TableReference): KnownTable | undefined => (source.kind === 'name' ? TABLES[source.parts.at(-1)!.toLowerCase()] : undefined),
};

export const SETTINGS: SessionSettings = { ansi: true, timeZone: 'UTC', nowMicros: 0n, currentCatalog: 'workspace', currentSchema: 'default', user: 'tester' };

/** A text without its `|`, and where that stood. A `|` that belongs to the text is written `||`. */
export function marked(text: string): { readonly text: string; readonly offset: number } {
  const offset = /(?<!\|)\|(?![|>])/.exec(text)?.index;
  if (offset === undefined) throw new TypeError(`no cursor in ${text}`);
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

function table(name: readonly string[], columns: readonly CatalogColumn[]): KnownTable {
  return { name, columns };
}

function column(name: string, type: DataType, comment?: string): CatalogColumn {
  return { name, type, nullable: true, ...(comment === undefined ? {} : { comment }) };
}
