import { sqlName } from '../types/dataType.ts';
import type { SortKey, TypedExpression } from './expression.ts';

/** Spark's text of a resolved expression, as generated column names and error messages show it. */
export function prettyText(expression: TypedExpression): string {
  switch (expression.kind) {
    case 'literal':
      return expression.pretty;
    case 'column':
      return expression.spelling;
    case 'call':
    case 'aggregate':
    case 'generator':
      return expression.pretty(expression.operands.map(prettyText));
    case 'cast':
      return expression.explicit ? `${expression.mode === 'try' ? 'TRY_CAST' : 'CAST'}(${prettyText(expression.operand)} AS ${sqlName(expression.type)})` : prettyText(expression.operand);
    case 'field':
      return `${prettyText(expression.base)}.${expression.name}`;
    case 'lambda':
      return `lambdafunction(${[expression.body].map(prettyText).concat(expression.parameters.map(() => 'namedlambdavariable()')).join(', ')})`;
    case 'variable':
      return 'namedlambdavariable()';
    case 'subquery':
      if (expression.form === 'scalar') return 'scalarsubquery()';
      if (expression.form === 'exists') return 'exists()';
      return expression.form === 'in' ? `(${expression.operands.map(prettyText).join(', ')} IN (listquery()))` : `(NOT (${expression.operands.map(prettyText).join(', ')} IN (listquery())))`;
    case 'window':
      return expression.pretty();
  }
}

export function prettySortKey(key: SortKey): string {
  return `${prettyText(key.value)} ${key.descending ? 'DESC' : 'ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
}

/** The name of an output column that has no alias. */
export function generatedName(expression: TypedExpression): string {
  // CAST of a column keeps the column's name.
  if (expression.kind === 'cast' && expression.operand.kind === 'column') return generatedName(expression.operand);
  return prettyText(expression);
}
