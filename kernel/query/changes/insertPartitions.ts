import { LakebookError } from '../../base/errors.ts';
import type { TargetColumn } from '../../sql/changes/changeQuery.ts';
import { allOf, item, nameOf, selectQuery } from '../../sql/changes/treeParts.ts';
import { spanOf } from '../../sql/span.ts';
import type { Expression } from '../../sql/tree/expressions.ts';
import type { Query, TableRelation } from '../../sql/tree/queries.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import type { ChangedTable } from './changedTable.ts';

/** `PARTITION (p = v)`: a column that all rows of a statement have the same value in. */
export interface StaticPartition {
  readonly column: TargetColumn;
  readonly value: Expression;
}

/** @throws LakebookError NON_PARTITION_COLUMN; UNSUPPORTED_FEATURE.LOCAL_ENGINE for IF NOT EXISTS */
export function staticPartitions({ partition, ifNotExists, target }: StatementOf<'insert'>, { columns, open }: ChangedTable, text: string): readonly StaticPartition[] {
  if (ifNotExists) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'INSERT … PARTITION … IF NOT EXISTS', reason: 'Delta tables have no such insert' }, { span: spanOf(text, target) });
  const partitions = (open.base?.metadata.partitionColumns ?? []).map((name) => name.toLowerCase());
  return partition.flatMap(({ column: parts, value }) => {
    const name = parts.map((part) => part.text).join('.');
    const column = columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (column === undefined || !partitions.includes(name.toLowerCase())) throw new LakebookError('NON_PARTITION_COLUMN', { columnName: `\`${name}\`` }, { span: spanOf(text, parts[0]!) });
    return value === undefined ? [] : [{ column, value }];
  });
}

/** The rows of a query with those columns behind its own. */
export function withPartitions(query: Query, statics: readonly StaticPartition[]): Query {
  if (statics.length === 0) return query;
  const { start, end } = query;
  const star: Expression = { kind: 'star', qualifier: [], except: [], replace: [], start, end };
  return selectQuery({
    items: [{ value: star, alias: undefined, aliases: [], start, end }, ...statics.map(({ column, value }) => item(value, column.name))],
    from: [{ kind: 'derived', query, lateral: false, alias: undefined, sample: undefined, start, end }],
    where: undefined,
  }, query);
}

/** Whether a row of the table is of those partitions; undefined where none is named. */
export function partitionCondition(statics: readonly StaticPartition[], target: TableRelation): Expression | undefined {
  return allOf(statics.map(({ column, value }): Expression => ({ kind: 'binary', operator: '<=>', left: nameOf([...target.name.map((part) => part.text), column.name], target), right: value, start: value.start, end: value.end })));
}
