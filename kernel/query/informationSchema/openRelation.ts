import type { Predicate } from '../../delta/predicate.ts';
import type { Database } from '../../duckdb/database.ts';
import { createValuesTable, type ValuesColumn } from '../../duckdb/valuesTable.ts';
import { TIMESTAMP, type DataType } from '../../sql/types/dataType.ts';
import { quoteIdentifier, quoteString } from '../../sql/types/duckdbType.ts';
import type { CellValue, InformationRelation, RelationCells } from './relation.ts';
import type { WorkspaceObjects } from './workspaceObjects.ts';

export interface OpenedRelation {
  /** A SELECT of the columns that were wanted, in their order. */
  readonly relationSql: string;
  dispose(): Promise<void>;
}

/** The rows of a relation in DuckDB, until they are disposed. */
export async function openRelation(relation: InformationRelation, objects: WorkspaceObjects, wanted: { readonly columns?: readonly string[]; readonly predicate?: Predicate | undefined }, database: Database): Promise<OpenedRelation> {
  const names = wanted.columns ?? relation.columns.map(({ name }) => name);
  const cells = await relation.read(objects, { columns: names, predicate: wanted.predicate });
  const stored = cells.columns.filter(({ values }) => !isConstant(values));
  const rows: ValuesColumn = { name: 'row', type: 'BOOLEAN', values: Array.from({ length: cells.rowCount }, () => null) }; // where every column is constant, it counts them
  const table = await createValuesTable(database, [rows, ...stored.map(({ name, type, values }) => ({ name, type: carrierOf(type), values }))], cells.rowCount);
  return { relationSql: `SELECT ${items(cells)} FROM ${table.name}`, dispose: () => table.dispose() };
}

/** Many columns say the same in every row: those are no part of the table. */
function isConstant(values: readonly CellValue[]): boolean {
  return values.every((value) => value === values[0]);
}

function items({ columns, rowCount }: RelationCells): string {
  const each = columns.map(({ name, type, values }) => `${rowCount > 0 && !isConstant(values) ? reading(name, type) : constant(values[0] ?? null, type)} AS ${quoteIdentifier(name)}`);
  return each.length === 0 ? 'NULL' : each.join(', ');
}

function reading(name: string, type: DataType): string {
  return type === TIMESTAMP ? `make_timestamptz(${quoteIdentifier(name)})` : quoteIdentifier(name);
}

function constant(value: CellValue, type: DataType): string {
  const carrier = carrierOf(type);
  const text = value === null ? `CAST(NULL AS ${carrier})` : typeof value === 'string' ? quoteString(value) : `CAST(${value} AS ${carrier})`;
  return type === TIMESTAMP ? `make_timestamptz(${text})` : text;
}

function carrierOf(type: DataType): ValuesColumn['type'] {
  return type === TIMESTAMP ? 'BIGINT' : type.kind === 'int' ? 'INTEGER' : 'VARCHAR';
}
