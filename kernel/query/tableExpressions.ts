import { LakebookError } from '../base/errors.ts';
import type { StructType } from '../delta/schema.ts';
import { identifier } from '../delta/sqlText.ts';
import type { Expressions } from '../delta/write/expressions.ts';
import type { SessionSettings } from '../sql/catalog.ts';
import { emitValue } from '../sql/emit.ts';
import { parseStatement } from '../sql/parse.ts';
import { resolveQuery, type ResolvedQuery } from '../sql/resolve.ts';
import { toCatalogColumn } from './deltaColumns.ts';
import type { SqlPrelude } from './sqlPrelude.ts';

/** The name that the table has while one of its expressions is resolved. */
const TABLE = 'lakebook_table';

/** Understands the expressions that tables keep in their metadata as the session's own statements are understood. */
export function tableExpressions(settings: SessionSettings, prelude: SqlPrelude): Expressions {
  return {
    async compile(text, columns, alias) {
      const sql = emitValue(resolveTableExpression(text, columns, settings), (name) => `${alias}.${identifier(name)}`);
      await prelude.provideFor(sql);
      return sql;
    },
  };
}

/** Over the columns of a table alone: variables and functions of the session mean nothing to the table. */
export function resolveTableExpression(text: string, columns: StructType, { ansi, timeZone, nowMicros, currentCatalog, currentSchema, user }: SessionSettings): ResolvedQuery {
  const source = `SELECT (${text}\n) AS value${columns.fields.length === 0 ? '' : ` FROM ${TABLE}`}`;
  const statement = parseStatement(source);
  if (statement.kind !== 'query') throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `The expression ${text} of a table`, reason: 'it is none' });
  return resolveQuery(source, statement, { resolveTable: () => ({ name: [TABLE], columns: columns.fields.map(toCatalogColumn) }), nearTables: () => [] }, { ansi, timeZone, nowMicros, currentCatalog, currentSchema, user });
}
