import type { ReactNode } from 'react';
import type { ViewContribution } from '../state/contribution.ts';
import { useServices, useWorkbench } from '../state/services.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { ViewBoundary } from './ViewBoundary.tsx';
import styles from './Sidebar.module.css';

export interface SidebarProps {
  readonly views: readonly ViewContribution[];
  /** Pixels. */
  readonly width: number;
  /** The line that resizes it. */
  readonly splitter: ReactNode;
}

/** The view chosen in the activity bar, under its title and buttons. */
export function Sidebar({ views, width, splitter }: SidebarProps) {
  const activeId = useWorkbench((state) => state.layout.activeSidebarView);
  const { commands } = useServices();
  const view = views.find((candidate) => candidate.id === activeId) ?? views[0];
  if (view === undefined) return null;
  const View = view.component;
  return (
    <aside aria-label={view.title} data-region="sidebar" data-view={view.id} className={styles['sidebar']} style={{ width }}>
      <div className={styles['content']}>
        <header className={styles['header']}>
          <h2 className={styles['title']}>{view.title}</h2>
          {(view.actions ?? []).map(({ commandId, icon }) => (
            <IconButton
              key={commandId}
              icon={icon}
              label={commands.all.find((command) => command.id === commandId)?.title ?? commandId}
              keys={commands.keysText(commandId)}
              onPress={() => commands.run(commandId)}
            />
          ))}
        </header>
        <div className={styles['body']}>
          <ViewBoundary key={view.id} name={view.title}>
            <View />
          </ViewBoundary>
        </div>
      </div>
      {splitter}
    </aside>
  );
}
