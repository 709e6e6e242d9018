import { quoteNamePart } from '../../catalog/tableName.ts';
import type { Snapshot } from '../../delta/snapshot.ts';
import { STRING } from '../../sql/types/dataType.ts';
import { clusteringColumnsOf } from './clustering.ts';
import { columnDefinition, quoteText } from './declaredColumns.ts';
import type { InformationRows } from './rows.ts';
import type { TableType } from './tableType.ts';
import { tableProperties } from './tableProperties.ts';

/** `SHOW CREATE TABLE t`. @param name in its parts */
export function showCreateTable(name: readonly string[], type: TableType, snapshot: Snapshot): InformationRows {
  const { schema, partitionColumns, metadata, tablePath } = snapshot;
  const clustered = clusteringColumnsOf(snapshot).map((path) => path.map(quoteNamePart).join('.'));
  const clauses = [
    `CREATE TABLE ${name.map(quoteNamePart).join('.')} (`,
    `${schema.fields.map((field) => `  ${columnDefinition(field)}`).join(',\n')})`,
    'USING delta',
    ...(partitionColumns.length === 0 ? [] : [`PARTITIONED BY (${partitionColumns.map(quoteNamePart).join(', ')})`]),
    ...(clustered.length === 0 ? [] : [`CLUSTER BY (${clustered.join(', ')})`]),
    ...(metadata.description === undefined ? [] : [`COMMENT ${quoteText(metadata.description)}`]),
    ...(type === 'MANAGED' ? [] : [`LOCATION ${quoteText(`file:${tablePath}`)}`]),
    'TBLPROPERTIES (',
    `${tableProperties(snapshot).map(([key, value]) => `  ${quoteText(key)} = ${quoteText(value)}`).join(',\n')})`,
  ];
  return { columns: [{ name: 'createtab_stmt', type: STRING }], rows: [[`${clauses.join('\n')}\n`]] };
}
