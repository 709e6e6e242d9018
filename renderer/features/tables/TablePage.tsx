import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { countText } from '../../grid/gridMessages.ts';
import type { EditorProps } from '../../state/contribution.ts';
import { baseName } from '../../state/editorInput.ts';
import { useServices, useWorkbench } from '../../state/services.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { CommitScrubber } from './CommitScrubber.tsx';
import { ErrorPane } from './ErrorPane.tsx';
import { FilesTab } from './FilesTab.tsx';
import { HistoryTab } from './HistoryTab.tsx';
import { PreviewTab } from './PreviewTab.tsx';
import { PropertiesTab } from './PropertiesTab.tsx';
import { SchemaTab } from './SchemaTab.tsx';
import { copyText, nameInStatements, queryVersion } from './tableActions.ts';
import { TABLE_PAGE } from './tablePageHandle.ts';
import { tablesOf } from './tables.ts';
import { useTablePage, type TablePageModel } from './useTablePage.ts';
import styles from './tables.module.css';

const TABS = ['preview', 'schema', 'history', 'files', 'properties'] as const;
type TabId = (typeof TABS)[number];
const TAB_TEXTS: Readonly<Record<TabId, string>> = { preview: 'Preview', schema: 'Schema', history: 'History', files: 'Files', properties: 'Properties & protocol' };

/** One table: its versions along the scrubber, and rows, schema, history, files and properties of the chosen one. */
export function TablePage(props: EditorProps) {
  // asked for again, perhaps at another version: begins anew
  return <TableAt key={props.revision} {...props} />;
}

function TableAt({ editorId, input, active }: EditorProps) {
  const services = useServices();
  const { client, handles } = services;
  const { path } = input;
  const model = useTablePage(client, path, versionOption(input.options?.['version']), active);
  const [tab, setTab] = useState<TabId>(tabOption(input.options?.['tab']));
  const name = useStore(tablesOf(services).store, ({ tables }) => tables.find((table) => table.path === path)?.name);
  const setEditorOptions = useWorkbench((state) => state.setEditorOptions);
  const { selected, scrubbed, scrub } = model;
  useEffect(() => setEditorOptions(editorId, { version: selected ?? null, tab }), [setEditorOptions, editorId, selected, tab]);

  const query = (): void => {
    if (scrubbed !== undefined) void queryVersion(services, { name, path, version: scrubbed });
  };
  useEffect(() => {
    const step = (by: number): void => {
      if (scrubbed !== undefined) scrub(scrubbed + by, true);
    };
    const provided = handles.provide(TABLE_PAGE, editorId, { step, showLatest: model.showLatest, query: () => queryVersion(services, { name, path, version: scrubbed ?? 0 }) });
    return () => provided.dispose();
  }, [handles, services, editorId, scrub, scrubbed, model.showLatest, name, path]);

  return (
    <div className={styles['page']}>
      <PageHeader model={model} name={name} path={path} onQuery={query} />
      {model.timeline !== undefined && model.scrubbed !== undefined && (
        <CommitScrubber timeline={model.timeline} version={model.scrubbed} counts={model.counts} onScrub={model.scrub} onLatest={model.showLatest} />
      )}
      <Tabs className={styles['tabs'] ?? ''} selectedKey={tab} onSelectionChange={(key) => setTab(tabOption(key))}>
        <TabList aria-label="Table" className={styles['tabList'] ?? ''}>
          {TABS.map((id) => (
            <Tab key={id} id={id} className={styles['tabHead'] ?? ''}>
              {TAB_TEXTS[id]}
            </Tab>
          ))}
        </TabList>
        {TABS.map((id) => (
          <TabPanel key={id} id={id} className={styles['tabPanel'] ?? ''}>
            <TabContent id={id} model={model} path={path} />
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

function TabContent({ id, model, path }: { readonly id: TabId; readonly model: TablePageModel; readonly path: string }) {
  const { client } = useServices();
  const { detail, history, selected, timeline, scrubbed, scrub } = model;
  if (id === 'history') {
    if (history.error !== undefined) return <ErrorPane title="The history cannot be read" error={history.error} onRetry={history.retry} />;
    return history.value === undefined ? <Loading /> : <HistoryTab commits={history.value} version={scrubbed} onSelect={(version) => scrub(version, true)} />;
  }
  if (detail.error !== undefined) return <ErrorPane title="The table cannot be read" error={detail.error} onRetry={model.reload} />;
  const version = selected ?? timeline?.latest;
  if (detail.value === undefined || version === undefined) return <Loading />;
  switch (id) {
    case 'preview':
      return <PreviewTab client={client} path={path} version={version} detail={detail.current ? detail.value : undefined} />;
    case 'schema':
      return <SchemaTab detail={detail.value} />;
    case 'files':
      return <FilesTab client={client} path={path} version={version} />;
    case 'properties':
      return <PropertiesTab detail={detail.value} />;
  }
}

function Loading() {
  return <EmptyState icon="loading codicon-modifier-spin" title="Reading the log" />;
}

interface PageHeaderProps {
  readonly model: TablePageModel;
  readonly name: string | undefined;
  readonly path: string;
  readonly onQuery: () => void;
}

function PageHeader({ model, name, path, onQuery }: PageHeaderProps) {
  const services = useServices();
  const { detail, scrubbed, timeline } = model;
  const isLatest = scrubbed === timeline?.latest;
  return (
    <header className={styles['header']}>
      <div className={styles['titleLine']}>
        <Icon name="table" className={styles['titleIcon'] ?? ''} />
        <h1 className={styles['title']}>{name ?? baseName(path)}</h1>
        {scrubbed !== undefined && <span className={styles['versionBadge']} data-past={!isLatest || undefined}>{`version ${countText(scrubbed)}${isLatest ? ' · latest' : ''}`}</span>}
        <span className={styles['headerActions']}>
          <IconButton icon="refresh" label="Read the log again" onPress={model.reload} />
          <IconButton icon="copy" label="Copy name" onPress={() => copyText(services, nameInStatements({ name, path }))} />
          <IconButton icon="folder" label="Copy path" onPress={() => copyText(services, path)} />
          <Button variant="primary" icon="notebook" isDisabled={scrubbed === undefined} onPress={onQuery}>
            Query this version
          </Button>
        </span>
      </div>
      <p className={styles['headerFacts']}>
        <span className={styles['path']} title={path}>
          {path}
        </span>
        {detail.value !== undefined && (
          <>
            {detail.value.partitionColumns.length > 0 && <span>{`partitioned by ${detail.value.partitionColumns.join(', ')}`}</span>}
            {detail.value.clusteringColumns.length > 0 && <span>{`clustered by ${detail.value.clusteringColumns.join(', ')}`}</span>}
            {detail.value.description !== undefined && <span className={styles['description']}>{detail.value.description}</span>}
          </>
        )}
      </p>
    </header>
  );
}

function versionOption(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function tabOption(value: unknown): TabId {
  return TABS.find((id) => id === value) ?? 'preview';
}
