import { LakebookError } from '../../base/errors.ts';
import type { StructField } from '../../delta/schema.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import type { Database } from '../../duckdb/database.ts';
import { spanOf } from '../../sql/span.ts';
import type { Expression } from '../../sql/tree/expressions.ts';
import type { StatementOf } from '../../sql/tree/statements.ts';
import { STRING } from '../../sql/types/dataType.ts';
import type { InformationRows } from './rows.ts';

/** What a NULL is called in a folder's name. */
const NULL_NAME = '__HIVE_DEFAULT_PARTITION__';

/** What {@link showPartitions} needs. */
export interface PartitionsContext {
  readonly snapshot: Snapshot;
  /** Of the table, in its parts. */
  readonly name: readonly string[];
  /** What offsets point into. */
  readonly text: string;
  readonly database: Database;
  readonly signal: AbortSignal;
}

/**
 * `SHOW PARTITIONS t [PARTITION (c = v, …)]`: the partitions that hold files, as Spark names their folders, sorted.
 * @throws LakebookError INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY, PARTITIONS_NOT_FOUND, INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE
 */
export async function showPartitions(statement: StatementOf<'showPartitions'>, { snapshot, name, text, database, signal }: PartitionsContext): Promise<InformationRows> {
  const quoted = name.map((part) => `\`${part}\``).join('.');
  const span = spanOf(text, statement.table);
  if (snapshot.partitionColumns.length === 0) throw new LakebookError('INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY', { name: quoted }, { span });
  const columns = snapshot.partitionColumns.map((column) => snapshot.schema.fields.find((field) => field.name === column)!);
  const wanted = readSpecification(statement, columns, quoted, text);
  const { relationSql } = await snapshot.fileListing(signal);
  const found = await database.query(`SELECT DISTINCT "partitionValues"::VARCHAR AS values FROM (${relationSql})`, signal);
  const names = found.column('values').flatMap((json) => {
    const stored = JSON.parse(String(json)) as Readonly<Record<string, string | null>>;
    const values = columns.map((column) => shownValue(stored[physicalName(column)] ?? null, column));
    const matches = columns.every((column, index) => !wanted.has(column.name) || wanted.get(column.name) === values[index]);
    return matches ? [columns.map((column, index) => `${escapeName(column.name)}=${escapeName(values[index] ?? NULL_NAME)}`).join('/')] : [];
  });
  return { columns: [{ name: 'partition', type: STRING }], rows: [...new Set(names)].sort().map((partition) => [partition]) };
}

/** The values asked for, by the names of their columns. */
function readSpecification({ partition }: StatementOf<'showPartitions'>, columns: readonly StructField[], table: string, text: string): ReadonlyMap<string, string | null> {
  return new Map(
    partition.map(({ column, value }): [string, string | null] => {
      const written = column.map((part) => part.text).join('.');
      const span = spanOf(text, { start: column[0]!.start, end: value?.end ?? column.at(-1)!.end });
      const known = columns.find(({ name }) => name.toLowerCase() === written.toLowerCase());
      if (value === undefined) throw new LakebookError('INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE', { key: `\`${written}\`` }, { span });
      if (known === undefined) throw new LakebookError('PARTITIONS_NOT_FOUND', { partitions: `\`${written}\``, table }, { span });
      const constant = constantText(value);
      if (constant === undefined) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: 'A partition by an expression', reason: 'its value is a constant here' }, { span });
      return [known.name, constant === null || constant === '' ? null : constant];
    }),
  );
}

function constantText(value: Expression): string | null | undefined {
  switch (value.kind) {
    case 'null':
      return null;
    case 'string':
      return value.value;
    case 'number':
    case 'typed':
      return value.text;
    case 'boolean':
      return String(value.value);
    default:
      return undefined;
  }
}

/** A value as Spark shows it: an instant without its `T` and `Z`, and without zeros that end its fraction. */
function shownValue(stored: string | null, { type }: StructField): string | null {
  if (stored === null || stored === '') return null;
  if (type.kind !== 'timestamp' && type.kind !== 'timestamp_ntz') return stored;
  return stored.replace('T', ' ').replace(/Z$/, '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

function physicalName({ name, metadata }: StructField): string {
  const physical = metadata['delta.columnMapping.physicalName'];
  return typeof physical === 'string' ? physical : name;
}

/** Signs that Hive keeps out of names of folders. */
function escapeName(text: string): string {
  return text.replaceAll(/["#%'*/:=?\\{[\]^\p{Cc}]/gu, (sign) => (sign <= '\u007F' && sign !== '\0' ? `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : sign));
}
