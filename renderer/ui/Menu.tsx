import { useRef, type ReactElement } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator, type PopoverProps } from 'react-aria-components';
import { Icon } from './Icon.tsx';
import { Keys } from './Keys.tsx';
import type { MenuEntry } from './menuEntry.ts';
import styles from './Menu.module.css';

export interface MenuButtonProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly placement?: PopoverProps['placement'];
  /** The button: a part of react-aria-components. */
  readonly children: ReactElement;
}

/** A button that opens a menu below itself. */
export function MenuButton({ label, entries, placement = 'bottom start', children }: MenuButtonProps) {
  return (
    <MenuTrigger>
      {children}
      <Popover placement={placement} offset={2} className={styles['popover'] ?? ''}>
        <MenuEntries label={label} entries={entries} />
      </Popover>
    </MenuTrigger>
  );
}

export interface ContextMenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Viewport pixels; undefined: closed. */
  readonly at: { readonly x: number; readonly y: number } | undefined;
  readonly onClose: () => void;
}

/** A menu at a point of the window. */
export function ContextMenu({ label, entries, at, onClose }: ContextMenuProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  if (at === undefined) return null;
  return (
    <>
      <span ref={anchor} className={styles['anchor']} style={{ left: at.x, top: at.y }} />
      <Popover isOpen onOpenChange={(open) => (open ? undefined : onClose())} triggerRef={anchor} placement="bottom start" offset={0} className={styles['popover'] ?? ''} aria-label={label}>
        <MenuEntries label={label} entries={entries} onClose={onClose} />
      </Popover>
    </>
  );
}

function MenuEntries({ label, entries, onClose }: { readonly label: string; readonly entries: readonly MenuEntry[]; readonly onClose?: () => void }) {
  return (
    <AriaMenu aria-label={label} autoFocus="first" className={styles['menu'] ?? ''} {...(onClose === undefined ? {} : { onClose })}>
      {entries.map((entry) => (entry.kind === 'separator' ? <Separator key={entry.id} className={styles['separator'] ?? ''} /> : <Entry key={entry.id} entry={entry} />))}
    </AriaMenu>
  );
}

function Entry({ entry }: { readonly entry: Extract<MenuEntry, { kind: 'item' }> }) {
  const icon = entry.checked === undefined ? entry.icon : entry.checked ? 'check' : undefined;
  return (
    <MenuItem
      id={entry.id}
      textValue={entry.label}
      isDisabled={entry.disabled ?? false}
      onAction={entry.run}
      className={`${styles['item']} ${entry.danger === true ? styles['danger'] : ''}`}
    >
      <span className={styles['icon']}>{icon === undefined ? null : <Icon name={icon} />}</span>
      <span className={styles['label']}>{entry.label}</span>
      {entry.keys === undefined ? null : <Keys text={entry.keys} />}
    </MenuItem>
  );
}
