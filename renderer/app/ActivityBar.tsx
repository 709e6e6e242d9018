import { Button } from 'react-aria-components';
import type { ViewContribution } from '../state/contribution.ts';
import { useServices, useWorkbench } from '../state/services.ts';
import { Icon } from '../ui/Icon.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/menuEntry.ts';
import { Tooltip } from '../ui/Tooltip.tsx';
import { commandEntry } from './commandEntry.ts';
import styles from './ActivityBar.module.css';

/** The column of views at the window's edge; below it the menu of the window. */
export function ActivityBar({ views }: { readonly views: readonly ViewContribution[] }) {
  return (
    <nav aria-label="Activity bar" data-region="activityBar" className={styles['bar']}>
      <div className={styles['group']}>
        {views.map((view) => (
          <ViewButton key={view.id} view={view} />
        ))}
      </div>
      <div className={styles['group']}>
        <ManageMenu />
      </div>
    </nav>
  );
}

function ViewButton({ view }: { readonly view: ViewContribution }) {
  const shown = useWorkbench((state) => state.layout.sidebarVisible && state.layout.activeSidebarView === view.id);
  const showView = useWorkbench((state) => state.showView);
  const updateLayout = useWorkbench((state) => state.updateLayout);
  return (
    <Tooltip text={view.title} placement="right">
      <Button
        aria-label={view.title}
        aria-pressed={shown}
        className={styles['button'] ?? ''}
        onPress={() => (shown ? updateLayout({ sidebarVisible: false }) : showView('sidebar', view.id))}
      >
        <Icon name={view.icon} />
      </Button>
    </Tooltip>
  );
}

const MANAGE = ['palette.commands', 'palette.files', undefined, 'workspace.openFolder', 'workspace.openRecent', undefined, 'view.toggleSidebar', 'view.togglePanel', undefined] as const;
const THEMES = ['system', 'light', 'dark', 'hc-light', 'hc-dark'] as const;

function ManageMenu() {
  const services = useServices();
  const theme = services.settings.getState().theme;
  const entries: readonly MenuEntry[] = [
    ...MANAGE.map((id, index): MenuEntry => (id === undefined ? { kind: 'separator', id: `separator${index}` } : commandEntry(services, id))),
    ...THEMES.map((choice): MenuEntry => ({ ...commandEntry(services, `theme.${choice}`), checked: choice === theme })),
    { kind: 'separator', id: 'end' },
    commandEntry(services, 'help.about'),
  ];
  return (
    <MenuButton label="Manage" entries={entries} placement="right bottom">
      <Button aria-label="Manage" className={styles['button'] ?? ''}>
        <Icon name="settings-gear" />
      </Button>
    </MenuButton>
  );
}
