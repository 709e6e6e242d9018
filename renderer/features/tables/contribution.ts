import { lazy } from 'react';
import type { Command, FeatureContribution } from '../../state/contribution.ts';
import { baseName } from '../../state/editorInput.ts';
import type { Services } from '../../state/services.ts';
import { TABLE_PAGE, type TablePageHandle } from './tablePageHandle.ts';
import { tablesOf } from './tables.ts';
import { TablesView } from './TablesView.tsx';

const onTable: NonNullable<Command['when']> = (context) => context.activeEditorKind === 'table';

function pageCommand(id: string, title: string, keys: readonly string[], run: (page: TablePageHandle) => void | Promise<void>): Command {
  return {
    id,
    title,
    category: 'Table',
    keys,
    when: onTable,
    run: ({ handles, workbench }) => {
      const page = handles.get(TABLE_PAGE, workbench.getState().activeEditorId);
      return page === undefined ? undefined : run(page);
    },
  };
}

/** The workspace's Delta tables: the list of them and a page for each. */
export const tablesContribution: FeatureContribution = {
  id: 'tables',
  views: [{ id: 'tables', location: 'sidebar', title: 'Tables', icon: 'database', order: 20, component: TablesView, actions: [{ commandId: 'tables.refresh', icon: 'refresh' }] }],
  editors: [
    {
      kind: 'table',
      title: (input) => baseName(input.path),
      icon: 'table',
      component: lazy(async () => ({ default: (await import('./TablePage.tsx')).TablePage })),
    },
  ],
  commands: [
    { id: 'tables.show', title: 'Show Tables', category: 'View', keys: ['Mod+Shift+D'], run: ({ workbench }) => workbench.getState().showView('sidebar', 'tables') },
    { id: 'tables.refresh', title: 'Look for Tables Again', category: 'Table', run: (services) => tablesOf(services).refresh() },
    { id: 'tables.open', title: 'Open Table…', category: 'Table', run: pickTable },
    pageCommand('tables.queryVersion', 'Query This Version', ['Mod+Alt+Q'], (page) => page.query()),
    pageCommand('tables.previousVersion', 'Previous Version', ['Alt+,'], (page) => page.step(-1)),
    pageCommand('tables.nextVersion', 'Next Version', ['Alt+.'], (page) => page.step(1)),
    pageCommand('tables.latestVersion', 'Latest Version', [], (page) => page.showLatest()),
  ],
};

async function pickTable(services: Services): Promise<void> {
  const { tables } = tablesOf(services).store.getState();
  const items = tables.map((table) => ({ value: table.path, label: table.name ?? table.relativePath, description: table.relativePath, icon: 'table' }));
  const path = await services.dialogs.getState().pick({ title: 'Open Table', placeholder: 'Name of a table', items });
  if (path !== undefined) services.openEditor({ kind: 'table', path });
}
