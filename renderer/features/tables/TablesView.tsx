import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { WorkspaceTable } from '../../../kernel/rpc/tables.ts';
import { countText } from '../../grid/gridMessages.ts';
import { useServices, useWorkbench } from '../../state/services.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FileIcon } from '../../ui/FileIcon.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ContextMenu } from '../../ui/Menu.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { Tree, type TreePoint } from '../../ui/Tree.tsx';
import { buildTableMenu } from './tableActions.ts';
import { tablesOf, type Tables } from './tables.ts';
import { buildTablesRows, tableLabel, type TablesRow, type TablesState } from './tablesState.ts';
import styles from './tables.module.css';

/** The workspace's Delta tables by schema. */
export function TablesView() {
  const services = useServices();
  const tables = tablesOf(services);
  const state = useStore(tables.store);
  const rows = useMemo(() => buildTablesRows(state), [state]);
  const openPath = useWorkbench(({ editors, activeEditorId }) => editors.find((editor) => editor.id === activeEditorId && editor.input.kind === 'table')?.input.path);
  const [menu, setMenu] = useState<{ readonly table: WorkspaceTable; readonly at: TreePoint }>();
  const rowOf = (id: string | undefined): TablesRow | undefined => rows.find((row) => row.id === id);

  return (
    <div className={styles['sidebar']}>
      <div className={styles['filter']}>
        <TextField label="Filter tables" labelHidden value={state.filter} onChange={tables.setFilter} placeholder="Filter tables" />
      </div>
      {rows.length === 0 ? (
        <NoTables state={state} tables={tables} />
      ) : (
        <Tree
          label="Tables"
          rows={rows}
          focusedId={state.focusedId}
          selectedId={openPath}
          onFocus={tables.focus}
          onToggle={(id, expanded) => {
            const row = rowOf(id);
            if (row?.kind === 'schema') tables.toggle(row.schema, expanded);
          }}
          onOpen={(id) => {
            const row = rowOf(id);
            if (row?.kind === 'table') tables.open(row.table);
          }}
          onContextMenu={(id, at) => {
            const row = rowOf(id);
            if (row?.kind === 'table') setMenu({ table: row.table, at });
          }}
          renderRow={(row) => (row.kind === 'schema' ? <SchemaLine row={row} /> : <TableLine table={row.table} />)}
        />
      )}
      <p className={styles['searchState']} role="status">
        {describeSearch(state)}
      </p>
      <ContextMenu label="Table actions" at={menu?.at} entries={menu === undefined ? [] : buildTableMenu(services, menu.table)} onClose={() => setMenu(undefined)} />
    </div>
  );
}

function SchemaLine({ row }: { readonly row: Extract<TablesRow, { kind: 'schema' }> }) {
  return (
    <span className={styles['line']}>
      <Icon name="symbol-namespace" className={styles['schemaIcon'] ?? ''} />
      <span className={styles['lineName']}>{row.schema}</span>{' '}
      <span className={styles['lineCount']}>{countText(row.count)}</span>
    </span>
  );
}

function TableLine({ table }: { readonly table: WorkspaceTable }) {
  const label = tableLabel(table);
  return (
    <span className={styles['line']}>
      <FileIcon name={label} kind="table" />
      <span className={styles['lineName']}>{label}</span>
      {table.isExternal === true && (
        <span className={styles['lineCount']} title={`Its files are in ${table.path}; dropping it leaves them there.`}>
          external
        </span>
      )}
      {table.clash !== undefined && (
        <span className={styles['clash']} title={`The same name as ${table.clash.join(', ')}: statements have to name it by its path.`}>
          <Icon name="warning" />
        </span>
      )}
    </span>
  );
}

function NoTables({ state, tables }: { readonly state: TablesState; readonly tables: Tables }) {
  if (state.tables.length > 0) return <EmptyState icon="filter" title="No table fits the filter" />;
  if (!state.loaded || !state.complete) return <EmptyState icon="loading codicon-modifier-spin" title="Looking for tables" />;
  return (
    <EmptyState icon="database" title="No Delta tables here" hint="A table is a folder with a _delta_log in it. Tables that appear later are found by themselves.">
      <Button onPress={() => void tables.refresh()}>Look again</Button>
    </EmptyState>
  );
}

function describeSearch({ tables, complete, loaded, note }: TablesState): string {
  if (!loaded) return '';
  const found = `${countText(tables.length)} ${tables.length === 1 ? 'table' : 'tables'}`;
  return [complete ? found : `${found} so far, still looking`, ...(note === undefined ? [] : [note])].join('. ');
}

