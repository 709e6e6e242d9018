import { LakebookError } from '../../base/errors.ts';
import type { Metadata } from '../actions.ts';
import type { StructType } from '../schema.ts';
import { constraintsOf, isNamedIn } from './constraints.ts';
import type { ColumnPath } from './schemaEdits.ts';

/**
 * Refuses to change a column that rules of the table speak of.
 * @throws LakebookError DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE, DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE
 */
export function checkDependents(metadata: Metadata, schema: StructType, path: ColumnPath, { operation, table }: { readonly operation: string; readonly table: string }): void {
  const all = constraintsOf(metadata, schema);
  const columnName = path.join('.');
  const checks = all.flatMap((rule) => (rule.kind === 'check' && isNamedIn(rule.expression, path) ? [`${rule.name} -> ${rule.expression}`] : []));
  if (checks.length > 0) throw new LakebookError('DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE', { table, operation, columnName, constraints: checks.join(', ') });
  const generated = all.flatMap((rule) => (rule.kind === 'generated' && isNamedIn(rule.expression, path) ? [`${rule.column} -> ${rule.expression}`] : []));
  if (generated.length > 0) throw new LakebookError('DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE', { table, operation, columnName, generatedColumns: generated.join(', ') });
}
