import { quoteNamePart } from '../../catalog/tableName.ts';
import type { TemporaryView } from '../../sql/temporaries.ts';
import { BOOLEAN, STRING, type DataType, type StructField } from '../../sql/types/dataType.ts';
import { toCatalogColumn } from '../deltaColumns.ts';
import type { TableMetadata } from '../informationSchema/tableMetadata.ts';
import type { RelationObject } from '../informationSchema/workspaceObjects.ts';
import type { InformationRows } from './rows.ts';
import { tableTypeOf } from './tableType.ts';

/** A table, and what its log tells if it can be read. */
export interface ExtendedTable {
  readonly table: RelationObject;
  readonly metadata: TableMetadata | undefined;
}

/** `SHOW TABLE EXTENDED [IN s] LIKE p`, in Spark's lines; what a workspace does not record is left out, and so is the schema of a view: whether its columns hold NULL is not worked out. */
export function showTableExtended(catalog: string, tables: readonly ExtendedTable[], views: readonly TemporaryView[]): InformationRows {
  return {
    columns: [{ name: 'namespace', type: STRING }, { name: 'tableName', type: STRING }, { name: 'isTemporary', type: BOOLEAN }, { name: 'information', type: STRING }],
    rows: [
      ...tables.map((each) => [each.table.schema, each.table.name, false, lines(tableFacts(catalog, each), each.metadata?.schema.fields.map(toCatalogColumn))]),
      ...views.map((view) => [view.name.length > 1 ? view.name[0]! : '', view.name.at(-1)!, true, lines(viewFacts(catalog, view), undefined)]),
    ],
  };
}

type Fact = readonly [name: string, value: string];

function tableFacts(catalog: string, { table, metadata }: ExtendedTable): readonly Fact[] {
  const properties = Object.entries(metadata?.configuration ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  const partitions = metadata?.partitionColumns ?? [];
  return [
    ['Catalog', catalog],
    ['Database', table.schema],
    ['Table', table.name],
    ...(metadata?.createdAtMs === undefined ? [] : [['Created Time', instantText(metadata.createdAtMs)] as const]),
    ['Last Access', 'UNKNOWN'],
    ['Type', tableTypeOf(table)],
    ['Provider', 'delta'],
    ...(metadata?.comment === undefined ? [] : [['Comment', metadata.comment] as const]),
    ...(properties.length === 0 ? [] : [['Table Properties', `[${properties.map(([key, value]) => `${key}=${value}`).join(', ')}]`] as const]),
    ['Location', `file:${table.path}`],
    ...(partitions.length === 0 ? [] : [['Partition Columns', backticked(partitions)] as const]),
  ];
}

function viewFacts(catalog: string, { name, comment, source, columns, conditions }: TemporaryView): readonly Fact[] {
  return [
    ['Table', name.at(-1)!],
    ['Last Access', 'UNKNOWN'],
    ['Type', 'VIEW'],
    ...(comment === undefined ? [] : [['Comment', comment] as const]),
    ['View Text', source],
    ['View Schema Mode', 'BINDING'],
    ['View Catalog and Namespace', [catalog, conditions.schema].map(quoteNamePart).join('.')],
    ['View Query Output Columns', backticked(columns.map((column) => column.source))],
  ];
}

function lines(facts: readonly Fact[], fields: readonly StructField[] | undefined): string {
  const told = facts.map(([name, value]) => `${name}: ${value}\n`).join('');
  return fields === undefined ? `${told}\n` : `${told}Schema: root\n${fields.map((field) => fieldTree(field, '')).join('')}\n`;
}

function backticked(names: readonly string[]): string {
  return `[${names.map((name) => `\`${name}\``).join(', ')}]`;
}

/** `Sun Nov 29 17:27:01 UTC 2026`. */
function instantText(ms: number): string {
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

function fieldTree({ name, type, nullable }: StructField, indent: string): string {
  return ` |${indent}-- ${name}: ${treeName(type)} (nullable = ${nullable})\n${inner(type, `${indent}    |`)}`;
}

/** What is inside of a type, a line each. */
function inner(type: DataType, indent: string): string {
  switch (type.kind) {
    case 'struct':
      return type.fields.map((field) => fieldTree(field, indent)).join('');
    case 'array':
      return ` |${indent}-- element: ${treeName(type.element)} (containsNull = ${type.containsNull})\n${inner(type.element, `${indent}    |`)}`;
    case 'map':
      return ` |${indent}-- key: ${treeName(type.key)}\n${inner(type.key, `${indent}    |`)} |${indent}-- value: ${treeName(type.value)} (valueContainsNull = ${type.valueContainsNull})\n${inner(type.value, `${indent}    |`)}`;
    default:
      return '';
  }
}

const TREE_NAMES: Readonly<Record<string, string>> = { int: 'integer', bigint: 'long', smallint: 'short', tinyint: 'byte' };

function treeName(type: DataType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  return type.kind === 'interval' ? `interval ${type.from === type.to ? type.from : `${type.from} to ${type.to}`}`.toLowerCase() : (TREE_NAMES[type.kind] ?? type.kind);
}
