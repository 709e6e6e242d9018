import { createCellWriter } from '../arrow/cellWriters.ts';
import { TextBuffer } from '../arrow/textBuffer.ts';
import type { PlainValue } from '../duckdb/queryRows.ts';
import type { Query } from '../sql/tree/queries.ts';
import type { Expression } from '../sql/tree/expressions.ts';
import { type DataType, isYearMonth } from '../sql/types/dataType.ts';
import { quoteIdentifier, quoteString, toDuckDbType } from '../sql/types/duckdbType.ts';
import type { BoundValue } from '../sql/variables.ts';
import { runWithFallback } from './fallbackRun.ts';
import type { PreparedStatement, TableRead } from './queryEngine.ts';
import { openQuery, prepareSelect, type StatementScope } from './selectStatement.ts';

/** What an evaluation found, and what it read to find it. */
export interface Evaluated<Value> {
  readonly value: Value;
  readonly tables: readonly TableRead[];
  readonly files: readonly string[];
}

/**
 * The value of an expression that depends on no row.
 * @throws LakebookError as a query of this expression would
 */
export async function evaluateExpression(expression: Expression, scope: StatementScope): Promise<Evaluated<BoundValue>> {
  const { value, tables, files } = await evaluateRows(queryOf(expression), scope, 1);
  return { value: value[0]![0]!, tables, files };
}

/** At most `limit` rows of a query, as values. */
export async function evaluateRows(query: Query, scope: StatementScope, limit: number): Promise<Evaluated<readonly (readonly BoundValue[])[]>> {
  const prepared = await prepareValues(query, scope);
  const { dependencies, signal } = scope;
  const read = async (sql: string): Promise<readonly (readonly BoundValue[])[]> => {
    const { columns, rowCount } = await dependencies.database.query(`${textsSql(prepared.types, sql)} LIMIT ${limit}`, signal);
    return Array.from({ length: rowCount }, (_, row) => columns.map((column, index) => parseValue(prepared.types[index]!, textOf(column[row]))));
  };
  try {
    return { value: await runWithFallback(prepared, read), tables: prepared.tables, files: prepared.files };
  } catch (error) {
    throw prepared.mapError(error);
  } finally {
    await prepared.dispose();
  }
}

function textOf(value: PlainValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A query's rows as texts, from which {@link parseValue} makes the values again. */
function textsSql(types: readonly DataType[], sql: string): string {
  const names = types.map((_, index) => `c${index}`);
  return `SELECT ${types.map((type, index) => `${valueText(type, names[index]!)} AS ${names[index]!}`).join(', ')} FROM (${sql}) AS t(${names.join(', ')})`;
}

/** A query up to running, for {@link streamValues}. The caller disposes it. */
export async function prepareValues(query: Query, scope: StatementScope): Promise<PreparedValues> {
  const opened = openQuery(query, scope);
  try {
    return await prepareSelect(opened.query, opened.context, { shown: false });
  } catch (error) {
    await opened.context.pinned.dispose();
    throw opened.context.placeError(opened.context.pinned.explainError(error));
  }
}
type PreparedValues = PreparedStatement & { readonly types: readonly DataType[] };

/** The rows of a prepared query as values, a batch at a time. */
export async function* streamValues(prepared: PreparedValues, { dependencies, signal }: StatementScope): AsyncGenerator<readonly (readonly BoundValue[])[]> {
  const { types } = prepared;
  let sql: string | undefined = prepared.sql;
  let told = false;
  while (sql !== undefined) {
    const current: string = sql;
    sql = undefined;
    try {
      for await (const batch of await dependencies.database.stream(textsSql(types, current), { signal })) {
        told = true;
        const out = new TextBuffer();
        const writers = batch.columns.map((column, index) => createCellWriter(batch.schema.fields[index]!, column, 'text'));
        yield Array.from({ length: batch.rows }, (_, row) => writers.map((write, index) => parseValue(types[index]!, write(out, row) ? out.takeText() : undefined)));
      }
    } catch (error) {
      sql = told ? undefined : await prepared.fallback(error);
      if (sql === undefined || sql === current) throw prepared.mapError(error);
    }
  }
}

/** `SELECT expression`, at the expression's place. */
function queryOf(value: Expression): Query {
  const { start, end } = value;
  const located = { start, end };
  const body = {
    kind: 'select', hints: [], distinct: false, items: [{ value, alias: undefined, aliases: [], ...located }], from: [], lateralViews: [], where: undefined,
    groupBy: undefined, having: undefined, qualify: undefined, windows: [], ...located,
  } as const;
  return { kind: 'query', recursive: false, ctes: [], body, orderBy: [], sortBy: [], distributeBy: [], limit: undefined, offset: undefined, pipes: [], ...located };
}

/** DuckDB text of a value's text, from which {@link parseValue} makes the value again. NULL stays NULL. */
function valueText(type: DataType, sql: string): string {
  switch (type.kind) {
    case 'binary':
      return `hex(${sql})`;
    case 'date':
      return `CAST((${sql} - DATE '1970-01-01') AS VARCHAR)`;
    case 'timestamp':
    case 'timestamp_ntz':
      return `CAST(epoch_us(${sql}) AS VARCHAR)`;
    case 'interval':
      return isYearMonth(type) ? `CAST(datepart('year', ${sql}) * 12 + datepart('month', ${sql}) AS VARCHAR)` : `CAST(epoch_us(${sql}) AS VARCHAR)`;
    case 'array':
    case 'map':
    case 'struct':
    case 'variant':
      return `CASE WHEN ${sql} IS NOT NULL THEN ${literalSql(type, sql, 0)} END`;
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

/** DuckDB text that writes a value as a DuckDB literal; texts go as bytes, so that nothing in them is read as SQL. */
function literalSql(type: DataType, sql: string, depth: number): string {
  const otherwise = `'CAST(NULL AS ${toDuckDbType(type).replaceAll("'", "''")})'`;
  return `CASE WHEN ${sql} IS NULL THEN ${otherwise} ELSE ${presentLiteralSql(type, sql, depth)} END`;
}

function presentLiteralSql(type: DataType, sql: string, depth: number): string {
  const item = `x${depth}`;
  switch (type.kind) {
    case 'array':
      return `'[' || array_to_string(list_transform(${sql}, lambda ${item}: ${literalSql(type.element, item, depth + 1)}), ', ') || ']::' || ${quoteString(toDuckDbType(type))}`;
    case 'map':
      return `'MAP {' || array_to_string(list_transform(map_entries(${sql}), lambda ${item}: ${literalSql(type.key, `${item}.key`, depth + 1)} || ': ' || ${literalSql(type.value, `${item}.value`, depth + 1)}), ', ') || '}::' || ${quoteString(toDuckDbType(type))}`;
    case 'struct': {
      const fields = type.fields.map(({ name, type: of }) => `${quoteString(`${quoteIdentifier(name)} := `)} || ${literalSql(of, `${sql}.${quoteIdentifier(name)}`, depth + 1)}`);
      return `'struct_pack(' || ${fields.join(` || ', ' || `)} || ')'`;
    }
    case 'string':
      return `'decode(unhex(''' || hex(encode(CAST(${sql} AS VARCHAR))) || '''))'`;
    case 'variant':
      return `'{''value'': unhex(''' || hex((${sql})."value") || '''), ''metadata'': unhex(''' || hex((${sql}).metadata) || ''')}'`;
    case 'binary':
      return `'unhex(''' || hex(${sql}) || ''')'`;
    default:
      return `'CAST(''' || CAST(${sql} AS VARCHAR) || ''' AS ${toDuckDbType(type)})'`;
  }
}

function parseValue(type: DataType, text: string | undefined): BoundValue {
  if (text === undefined) return { kind: 'plain', type, value: null };
  switch (type.kind) {
    case 'array':
    case 'map':
    case 'struct':
    case 'variant':
      return { kind: 'nested', type, sql: `(${text})` };
    case 'boolean':
      return { kind: 'plain', type, value: text === 'true' };
    case 'float':
    case 'double':
      return { kind: 'plain', type, value: parseFloating(text) };
    case 'decimal':
      return { kind: 'plain', type, value: BigInt(text.replace('.', '')) };
    case 'binary':
      return { kind: 'plain', type, value: Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16)) };
    case 'string':
    case 'void':
      return { kind: 'plain', type, value: text };
    default:
      return { kind: 'plain', type, value: BigInt(text) };
  }
}

function parseFloating(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text === 'nan' ? 'NaN' : text);
}
