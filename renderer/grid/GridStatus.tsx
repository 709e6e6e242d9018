import { Button as AriaButton } from 'react-aria-components';
import type { ExportFormat, ResultColumn } from '../../kernel/rpc/results.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/menuEntry.ts';
import { needsValue, type ViewQuery } from './filterOps.ts';
import { countText, EXPORT_TEXTS, OP_TEXTS } from './gridMessages.ts';
import type { RowsNotice } from './rowsNotice.ts';
import { cellCount, type Rectangle } from './selection.ts';
import styles from './grid.module.css';

export interface GridStatusProps {
  readonly notice: RowsNotice;
  readonly columns: readonly ResultColumn[];
  readonly query: ViewQuery;
  readonly area: Rectangle;
  /** What is under way (sorting, copying, exporting), with a way to stop it. */
  readonly activity: { readonly text: string; readonly onCancel: (() => void) | undefined } | undefined;
  readonly error: string | undefined;
  readonly onRetry: (() => void) | undefined;
  readonly copyEntries: readonly MenuEntry[];
  readonly onExport: (format: ExportFormat) => void;
  readonly onGoToRow: () => void;
  readonly onFilter: (column: number) => void;
  readonly onClearFilter: (column: number) => void;
}

/** The line below a grid: how many rows of how many, what filters them, and what can be done with them. */
export function GridStatus(props: GridStatusProps) {
  const { notice, query, area, activity, error, onRetry, copyEntries, onExport, onGoToRow } = props;
  const selected = cellCount(area);
  const exportEntries = (Object.keys(EXPORT_TEXTS) as ExportFormat[]).map((format): MenuEntry => ({ kind: 'item', id: format, label: EXPORT_TEXTS[format], run: () => onExport(format) }));
  return (
    <div className={styles['status']}>
      <span role="status" className={styles['rows']} data-tone={notice.tone}>
        {notice.tone !== 'plain' && <Icon name={notice.tone === 'busy' ? 'loading codicon-modifier-spin' : 'warning'} />}
        {notice.text}
      </span>
      {onRetry !== undefined && (
        <Button variant="quiet" onPress={onRetry}>
          Try again
        </Button>
      )}
      {activity !== undefined && (
        <span role="status" className={styles['activity']}>
          <Icon name="loading codicon-modifier-spin" />
          {activity.text}
          {activity.onCancel !== undefined && (
            <Button variant="quiet" onPress={activity.onCancel}>
              Cancel
            </Button>
          )}
        </span>
      )}
      {error !== undefined && (
        <span role="alert" className={styles['statusError']} title={error}>
          {error}
        </span>
      )}
      <span className={styles['chips']}>
        {query.filters.map((filter) => (
          <FilterChip key={filter.column} {...props} filter={filter} />
        ))}
      </span>
      {selected > 1 && <span className={styles['selected']}>{`${countText(area.rowTo - area.rowFrom)} × ${countText(area.columnTo - area.columnFrom)} selected`}</span>}
      <span className={styles['actions']}>
        <IconButton icon="list-ordered" label="Go to row" keys="Ctrl+G" onPress={onGoToRow} isDisabled={notice.rows === 0} />
        <MenuButton label="Copy" entries={copyEntries} placement="top end">
          <AriaButton className={styles['statusButton'] ?? ''} isDisabled={notice.rows === 0}>
            <Icon name="copy" /> Copy
          </AriaButton>
        </MenuButton>
        <MenuButton label="Export" entries={exportEntries} placement="top end">
          <AriaButton className={styles['statusButton'] ?? ''}>
            <Icon name="export" /> Export
          </AriaButton>
        </MenuButton>
      </span>
    </div>
  );
}

function FilterChip({ filter, columns, onFilter, onClearFilter }: GridStatusProps & { readonly filter: ViewQuery['filters'][number] }) {
  const name = columns[filter.column]?.name ?? '';
  const text = `${name} ${OP_TEXTS[filter.op]}${needsValue(filter.op) ? ` ${filter.value === '' ? '""' : filter.value}` : ''}`;
  return (
    <span className={styles['chip']}>
      <button type="button" className={styles['chipText']} onClick={() => onFilter(filter.column)} title={text}>
        {text}
      </button>
      <button type="button" className={styles['chipClear']} aria-label={`Clear filter on ${name}`} onClick={() => onClearFilter(filter.column)}>
        <Icon name="close" />
      </button>
    </span>
  );
}
