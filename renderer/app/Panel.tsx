import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { ViewContribution } from '../state/contribution.ts';
import { useServices, useWorkbench } from '../state/services.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { ViewBoundary } from './ViewBoundary.tsx';
import styles from './Panel.module.css';

export interface PanelProps {
  readonly views: readonly ViewContribution[];
  /** Pixels. */
  readonly height: number;
  /** The line that resizes it. */
  readonly splitter: ReactNode;
}

/** The views below the editors: log, query history. */
export function Panel({ views, height, splitter }: PanelProps) {
  const activeId = useWorkbench((state) => state.layout.activePanelView);
  const showView = useWorkbench((state) => state.showView);
  const updateLayout = useWorkbench((state) => state.updateLayout);
  const { commands } = useServices();
  const active = views.find((view) => view.id === activeId) ?? views[0];
  if (active === undefined) return null;
  return (
    <section aria-label="Panel" data-region="panel" className={styles['panel']} style={{ height }}>
      {splitter}
      <Tabs selectedKey={active.id} onSelectionChange={(key) => showView('panel', String(key))} className={styles['tabs'] ?? ''}>
        <header className={styles['header']}>
          <TabList aria-label="Panel views" className={styles['list'] ?? ''}>
            {views.map((view) => (
              <Tab key={view.id} id={view.id} className={styles['tab'] ?? ''}>
                {view.title}
              </Tab>
            ))}
          </TabList>
          {(active.actions ?? []).map(({ commandId, icon }) => (
            <IconButton key={commandId} icon={icon} label={commands.all.find((command) => command.id === commandId)?.title ?? commandId} onPress={() => commands.run(commandId)} />
          ))}
          <IconButton icon="close" label="Close Panel" keys={commands.keysText('view.togglePanel')} onPress={() => updateLayout({ panelVisible: false })} />
        </header>
        {views.map((view) => (
          <TabPanel key={view.id} id={view.id} data-view={view.id} className={styles['body'] ?? ''}>
            <ViewBoundary name={view.title}>
              <view.component />
            </ViewBoundary>
          </TabPanel>
        ))}
      </Tabs>
    </section>
  );
}
