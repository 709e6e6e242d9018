import { useMemo, useState } from 'react';
import type { TableDetail } from '../../../kernel/rpc/tables.ts';
import { countText } from '../../grid/gridMessages.ts';
import { TextField } from '../../ui/TextField.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Tree } from '../../ui/Tree.tsx';
import { buildSchemaRows, countFields, fieldPathOf, metadataText, type SchemaRow } from './schemaRows.ts';
import styles from './tables.module.css';

/** The columns of a version with what is nested in them. */
export function SchemaTab({ detail }: { readonly detail: TableDetail }) {
  const [filter, setFilter] = useState('');
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [focusedId, setFocusedId] = useState<string>();
  const rows = useMemo(() => buildSchemaRows(detail, folded, filter), [detail, folded, filter]);
  const toggle = (id: string, expanded: boolean): void =>
    setFolded((before) => {
      const next = new Set(before);
      if (expanded) next.delete(fieldPathOf(id));
      else next.add(fieldPathOf(id));
      return next;
    });
  return (
    <div className={styles['tab']}>
      <div className={styles['tabBar']}>
        <div className={styles['tabFilter']}>
          <TextField label="Filter columns" labelHidden value={filter} onChange={setFilter} placeholder="Filter columns" />
        </div>
        <span className={styles['tabNote']}>{describeColumns(detail)}</span>
      </div>
      <div className={styles['schemaHead']} aria-hidden="true">
        <span>Column</span>
        <span>Type</span>
        <span>Null</span>
        <span>Comment and metadata</span>
      </div>
      {rows.length === 0 ? (
        <EmptyState icon="filter" title="No column fits the filter" />
      ) : (
        <Tree
          label="Columns"
          rows={rows}
          focusedId={focusedId}
          onFocus={setFocusedId}
          onToggle={toggle}
          onOpen={() => undefined}
          onContextMenu={() => undefined}
          renderRow={(row) => <FieldLine row={row} />}
        />
      )}
    </div>
  );
}

function FieldLine({ row }: { readonly row: SchemaRow }) {
  const { field, partition, clustering } = row;
  const metadata = metadataText(field.metadata);
  return (
    <span className={styles['schemaLine']} style={{ marginLeft: (1 - row.level) * 12 }}>
      <span className={styles['schemaName']} style={{ paddingLeft: (row.level - 1) * 12 }} title={field.name}>
        {field.name}
        {partition && <span className={styles['badge']}>partition</span>}
        {clustering && <span className={styles['badge']}>clustering</span>}
      </span>
      <span className={styles['schemaType']} title={field.type}>
        {field.type}
      </span>
      <span className={styles['schemaNull']}>{field.nullable ? '' : 'not null'}</span>
      <span className={styles['schemaNote']} title={[field.comment, metadata].filter((text) => text !== undefined && text !== '').join('\n')}>
        {field.comment}
        {field.comment !== undefined && metadata !== '' && ' · '}
        <span className={styles['schemaMetadata']}>{metadata}</span>
      </span>
    </span>
  );
}

function describeColumns({ fields, partitionColumns, clusteringColumns }: TableDetail): string {
  const all = countFields(fields);
  const nested = all > fields.length ? `, ${countText(all)} with nested ones` : '';
  const partition = partitionColumns.length > 0 ? ` · partitioned by ${partitionColumns.join(', ')}` : '';
  const clustering = clusteringColumns.length > 0 ? ` · clustered by ${clusteringColumns.join(', ')}` : '';
  return `${countText(fields.length)} ${fields.length === 1 ? 'column' : 'columns'}${nested}${partition}${clustering}`;
}
