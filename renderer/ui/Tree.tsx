import { useEffect, useId, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { VList, type VListHandle } from 'virtua';
import { findTyped, nextTreeMove, type TreeRow } from './treeNavigation.ts';
import { Icon } from './Icon.tsx';
import styles from './Tree.module.css';

export interface TreePoint {
  readonly x: number;
  readonly y: number;
}

export interface TreeProps<Row extends TreeRow> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly focusedId: string | undefined;
  /** The line that is shown elsewhere (the open file). */
  readonly selectedId?: string | undefined;
  readonly onFocus: (id: string) => void;
  readonly onToggle: (id: string, expanded: boolean) => void;
  /** A click on a leaf, or a key; with Enter the focus is meant to follow. */
  readonly onOpen: (id: string, how: 'click' | 'enter' | 'space') => void;
  /** Right click, the menu key or Shift+F10; `id` undefined: beside the lines. Viewport pixels. */
  readonly onContextMenu: (id: string | undefined, at: TreePoint) => void;
  readonly renderRow: (row: Row) => ReactNode;
}

const TYPE_AHEAD_MS = 700;
const INDENT_PX = 12;

/** A tree of any length: only visible lines exist. One focus stop; the arrow keys move inside. */
export function Tree<Row extends TreeRow>({ label, rows, focusedId, selectedId, onFocus, onToggle, onOpen, onContextMenu, renderRow }: TreeProps<Row>) {
  const list = useRef<VListHandle>(null);
  const container = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', atMs: 0 });
  const prefix = useId();
  const focusedIndex = rows.findIndex((row) => row.id === focusedId);

  useEffect(() => {
    if (focusedIndex >= 0) list.current?.scrollToIndex(focusedIndex, { align: 'nearest' });
  }, [focusedIndex]);

  const openOrToggle = (row: Row, how: 'click' | 'enter' | 'space'): void => (row.expanded === undefined || row.openable === true ? onOpen(row.id, how) : onToggle(row.id, !row.expanded));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = nextTreeMove(rows, focusedId, event.key);
    const focused = rows[focusedIndex];
    if (move.kind === 'focus') onFocus(move.id);
    else if (move.kind === 'toggle') onToggle(move.id, move.expanded);
    else if ((event.key === 'Enter' || event.key === ' ') && focused !== undefined) openOrToggle(focused, event.key === 'Enter' ? 'enter' : 'space');
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && focused !== undefined) onContextMenu(focused.id, pointOfRow(container.current, rowId(prefix, focused.id)));
    else if (!typeAhead(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const typeAhead = (key: string): boolean => {
    if (key.length !== 1 || key === ' ') return false;
    const now = Date.now();
    typed.current = { text: now - typed.current.atMs < TYPE_AHEAD_MS ? typed.current.text + key : key, atMs: now };
    const found = findTyped(rows, focusedId, typed.current.text);
    if (found !== undefined) onFocus(found);
    return true;
  };

  const openMenu = (event: MouseEvent, id: string | undefined): void => {
    event.preventDefault();
    event.stopPropagation();
    if (id !== undefined) onFocus(id);
    onContextMenu(id, { x: event.clientX, y: event.clientY });
  };

  return (
    <div
      ref={container}
      role="tree"
      aria-label={label}
      tabIndex={0}
      data-main
      aria-activedescendant={focusedIndex >= 0 ? rowId(prefix, focusedId) : undefined}
      className={styles['tree']}
      onKeyDown={onKeyDown}
      onFocus={() => {
        const first = rows[0];
        if (focusedIndex < 0 && first !== undefined) onFocus(first.id);
      }}
      onContextMenu={(event) => openMenu(event, undefined)}
    >
      <VList ref={list} className={styles['list'] ?? ''} {...(focusedIndex >= 0 ? { keepMounted: [focusedIndex] } : {})}>
        {rows.map((row) => (
          <div
            key={row.id}
            id={rowId(prefix, row.id)}
            role="treeitem"
            aria-label={row.label}
            aria-level={row.level}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            aria-expanded={row.expanded}
            aria-selected={row.id === selectedId}
            className={`${styles['row']} ${row.id === focusedId ? styles['focused'] : ''} ${row.id === selectedId ? styles['selected'] : ''}`}
            style={{ paddingLeft: 4 + (row.level - 1) * INDENT_PX }}
            onClick={() => {
              onFocus(row.id);
              openOrToggle(row, 'click');
            }}
            onContextMenu={(event) => openMenu(event, row.id)}
          >
            <Twisty expanded={row.expanded} onToggle={(expanded) => onToggle(row.id, expanded)} />
            {renderRow(row)}
          </div>
        ))}
      </VList>
    </div>
  );
}

/** The arrow of a line; the keyboard has its own ways, so it is hidden from assistive technology. */
function Twisty({ expanded, onToggle }: { readonly expanded: boolean | undefined; readonly onToggle: (expanded: boolean) => void }) {
  if (expanded === undefined) return <span className={styles['twisty']} />;
  return (
    <span
      aria-hidden="true"
      className={styles['twisty']}
      onClick={(event) => {
        event.stopPropagation();
        onToggle(!expanded);
      }}
    >
      <Icon name={expanded ? 'chevron-down' : 'chevron-right'} />
    </span>
  );
}

function rowId(prefix: string, id: string | undefined): string {
  return `${prefix}${encodeURIComponent(id ?? '')}`;
}

function pointOfRow(container: HTMLElement | null, id: string): TreePoint {
  const bounds = (document.getElementById(id) ?? container)?.getBoundingClientRect();
  return bounds === undefined ? { x: 0, y: 0 } : { x: bounds.left + 24, y: bounds.bottom };
}
