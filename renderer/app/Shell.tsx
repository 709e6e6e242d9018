import { useMemo } from 'react';
import { useWorkbench } from '../state/services.ts';
import { Splitter } from '../ui/Splitter.tsx';
import type { ViewContribution } from '../state/contribution.ts';
import { ActivityBar } from './ActivityBar.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import type { Workbench } from './createWorkbench.ts';
import { DialogHost } from './DialogHost.tsx';
import { EditorArea } from './EditorArea.tsx';
import { KernelBanner } from './KernelBanner.tsx';
import { Notifications } from './Notifications.tsx';
import { Panel } from './Panel.tsx';
import { Sidebar } from './Sidebar.tsx';
import { StatusBar } from './StatusBar.tsx';
import styles from './Shell.module.css';

const SIDEBAR_LIMITS = { min: 170, max: 640 };
const PANEL_LIMITS = { min: 100, max: 640 };
const SIDEBAR_WIDTH = 264;
const PANEL_HEIGHT = 220;

/** The window's parts around the editors. */
export function Shell({ workbench }: { readonly workbench: Workbench }) {
  const layout = useWorkbench((state) => state.layout);
  const updateLayout = useWorkbench((state) => state.updateLayout);
  const views = useMemo(() => viewsByPlace(workbench), [workbench]);
  const overlays = useMemo(() => workbench.features.flatMap((feature) => feature.overlays ?? []), [workbench]);

  return (
    <div className={styles['shell']}>
      <ConnectionBanner />
      <div className={styles['middle']}>
        <ActivityBar views={views.sidebar} />
        {layout.sidebarVisible ? (
          <Sidebar
            views={views.sidebar}
            width={layout.sidebarWidth}
            splitter={
              <Splitter
                label="Sidebar width"
                orientation="vertical"
                part="before"
                size={layout.sidebarWidth}
                limits={SIDEBAR_LIMITS}
                onResize={(sidebarWidth) => updateLayout({ sidebarWidth })}
                onReset={() => updateLayout({ sidebarWidth: SIDEBAR_WIDTH })}
              />
            }
          />
        ) : null}
        <div className={styles['center']}>
          <KernelBanner />
          <EditorArea workbench={workbench} />
          {layout.panelVisible ? (
            <Panel
              views={views.panel}
              height={layout.panelHeight}
              splitter={
                <Splitter
                  label="Panel height"
                  orientation="horizontal"
                  part="after"
                  size={layout.panelHeight}
                  limits={PANEL_LIMITS}
                  onResize={(panelHeight) => updateLayout({ panelHeight })}
                  onReset={() => updateLayout({ panelHeight: PANEL_HEIGHT })}
                />
              }
            />
          ) : null}
        </div>
      </div>
      <StatusBar features={workbench.features} />
      <DialogHost />
      {overlays.map((Overlay, index) => (
        <Overlay key={index} />
      ))}
      <Notifications />
    </div>
  );
}

function viewsByPlace(workbench: Workbench): Readonly<Record<'sidebar' | 'panel', readonly ViewContribution[]>> {
  const views = workbench.features.flatMap((feature) => feature.views ?? []);
  const at = (location: 'sidebar' | 'panel') => views.filter((view) => view.location === location).sort((one, other) => one.order - other.order);
  return { sidebar: at('sidebar'), panel: at('panel') };
}
