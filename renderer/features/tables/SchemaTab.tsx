import { useMemo, useState } from 'react';
import type { TableDetail } from '../../../kernel/rpc/tables.ts';
import { countText } from '../../grid/gridMessages.ts';
import { TextField } from '../../ui/TextField.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Tree } from '../../ui/Tree.tsx';
import { LineCells } from './LineCells.tsx';
import { buildSchemaRows, countFields, fieldCells, fieldPathOf, type SchemaRow } from './schemaRows.ts';
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

/** Nested names stand further in, all other columns where they always do. */
function FieldLine({ row }: { readonly row: SchemaRow }) {
  const indent = (row.level - 1) * INDENT_PX;
  return (
    <span className={styles['fieldLine']} style={{ marginLeft: -indent, ['--indent' as string]: `${indent}px` }}>
      <LineCells className={styles['schemaLine']} cells={fieldCells(row)} />
    </span>
  );
}

const INDENT_PX = 12;

function describeColumns({ fields, partitionColumns, clusteringColumns }: TableDetail): string {
  const all = countFields(fields);
  const nested = all > fields.length ? `, ${countText(all)} with nested ones` : '';
  const partition = partitionColumns.length > 0 ? ` · partitioned by ${partitionColumns.join(', ')}` : '';
  const clustering = clusteringColumns.length > 0 ? ` · clustered by ${clusteringColumns.join(', ')}` : '';
  return `${countText(fields.length)} ${fields.length === 1 ? 'column' : 'columns'}${nested}${partition}${clustering}`;
}
