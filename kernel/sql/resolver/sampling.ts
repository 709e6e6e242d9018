import type { TypedExpression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { prettyText } from '../plan/pretty.ts';
import { isConstant } from '../plan/traverse.ts';
import type { Expression } from '../tree/expressions.ts';
import type { TableSample } from '../tree/queries.ts';
import { sqlName } from '../types/dataType.ts';
import type { ScopeColumn } from './scope.ts';
import type { ExpressionReader } from './windows.ts';

/** A number of rows, of LIMIT, OFFSET or a sample: a constant that is not negative. */
export function limitValue(reader: ExpressionReader, node: Expression, name: 'limit' | 'offset', columns: readonly ScopeColumn[]): TypedExpression {
  const { resolution } = reader;
  const value = reader.resolve(node, { columns, outer: undefined, ctes: undefined });
  const expression = prettyText(value);
  if (!isConstant(value)) return resolution.fail(node, 'INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE', { name, expression });
  if (value.type.kind !== 'int') return resolution.fail(node, 'INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE', { name, expression, type: sqlName(value.type) });
  if (value.kind === 'literal' && typeof value.value === 'bigint' && value.value < 0n) return resolution.fail(node, 'INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE', { name, expression, value: value.value });
  if (value.kind === 'cast' && value.operand.kind === 'literal' && value.operand.value === null) return resolution.fail(node, 'INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL', { name, expression });
  return value;
}

/**
 * The rows that TABLESAMPLE keeps. A bucket is a fraction of the rows at random, as in Spark. A seed has no effect where all
 * rows, none or the first ones are kept; else its random numbers are Spark's own.
 */
export function planSample(reader: ExpressionReader, input: Plan, sample: TableSample): Plan {
  const { resolution } = reader;
  if (sample.kind === 'rows') return { kind: 'limit', input, limit: limitValue(reader, sample.rows, 'limit', []), offset: undefined };
  if (sample.kind === 'bucket' && sample.on !== undefined) return resolution.refuse(sample, 'TABLESAMPLE (BUCKET … ON …)', 'Spark knows buckets of all rows alone');
  const percent = sample.kind === 'bucket' ? (100 * sample.bucket) / sample.of : percentOf(reader, sample.percent);
  if (!(percent >= 0 && percent <= 100)) return resolution.refuse(sample, 'TABLESAMPLE', 'the fraction is a constant from 0 to 1');
  if (sample.seed !== undefined && percent > 0 && percent < 100) return resolution.refuse(sample, 'TABLESAMPLE … REPEATABLE', "its random numbers are Spark's own");
  return { kind: 'sample', input, clause: `BERNOULLI(${percent}%)` };
}

function percentOf(reader: ExpressionReader, node: Expression): number {
  const percent = reader.resolve(node, { columns: [], outer: undefined, ctes: undefined });
  return percent.kind === 'literal' && percent.value !== null ? Number(percent.pretty) : Number.NaN;
}
