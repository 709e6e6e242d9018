import type { ResultColumn, ResultFilter } from '../../kernel/rpc/results.ts';
import type { MenuEntry } from '../ui/menuEntry.ts';
import type { Cell } from './cellText.ts';
import type { CopyFormat } from './copyText.ts';
import { filterFamily, nextFilter, nextSort, withoutFilter, withoutSort, type ViewQuery } from './filterOps.ts';
import { COPY_TEXTS } from './gridMessages.ts';

export interface ColumnMenuOptions {
  readonly index: number;
  readonly column: ResultColumn;
  readonly query: ViewQuery;
  /** Why the order cannot change now; undefined where it can. */
  readonly locked: string | undefined;
  readonly onQuery: (query: ViewQuery) => void;
  readonly onFilter: () => void;
  readonly onSelect: () => void;
  readonly onAutoSize: () => void;
  readonly onCopyName: () => void;
}

/** What can be done with a column. */
export function buildColumnMenu({ index, column, query, locked, onQuery, onFilter, onSelect, onAutoSize, onCopyName }: ColumnMenuOptions): readonly MenuEntry[] {
  const own = query.sort.find((key) => key.column === index);
  const others = query.sort.some((key) => key.column !== index);
  const disabled = locked !== undefined;
  const sort = (descending: boolean, keepOthers: boolean): MenuEntry => ({
    kind: 'item',
    id: `${keepOthers ? 'then' : 'sort'}-${descending ? 'descending' : 'ascending'}`,
    label: `${keepOthers ? 'Then sort' : 'Sort'} ${descending ? 'descending' : 'ascending'}`,
    icon: descending ? 'arrow-down' : 'arrow-up',
    ...(own !== undefined && keepOthers === others && own.descending === descending ? { checked: true } : {}),
    disabled,
    run: () => onQuery(nextSort(query, { column: index, descending }, keepOthers)),
  });
  return [
    ...(locked === undefined ? [] : [{ kind: 'item', id: 'locked', label: locked, icon: 'info', disabled: true, run: () => undefined } satisfies MenuEntry]),
    sort(false, false),
    sort(true, false),
    ...(others ? [sort(false, true), sort(true, true)] : []),
    ...(own === undefined ? [] : [{ kind: 'item', id: 'unsort', label: 'Clear sort', disabled, run: () => onQuery(withoutSort(query, index)) } satisfies MenuEntry]),
    { kind: 'separator', id: 'filters' },
    { kind: 'item', id: 'filter', label: 'Filter…', icon: 'filter', disabled, run: onFilter },
    ...(query.filters.some((filter) => filter.column === index)
      ? [{ kind: 'item', id: 'unfilter', label: 'Clear filter', disabled, run: () => onQuery(withoutFilter(query, index)) } satisfies MenuEntry]
      : []),
    { kind: 'separator', id: 'column' },
    { kind: 'item', id: 'select', label: 'Select column', keys: 'Ctrl+Space', run: onSelect },
    { kind: 'item', id: 'fit', label: 'Fit width', icon: 'arrow-both', run: onAutoSize },
    { kind: 'item', id: 'copyName', label: `Copy name “${shorten(column.name)}”`, icon: 'copy', run: onCopyName },
  ];
}

const COPY_KEYS: Readonly<Partial<Record<CopyFormat, string>>> = { tsv: 'Ctrl+C', tsvWithHeader: 'Ctrl+Shift+C' };
const COPY_FORMATS: readonly CopyFormat[] = ['tsv', 'tsvWithHeader', 'csv', 'json', 'markdown'];

export function buildCopyMenu(onCopy: (format: CopyFormat) => void): readonly MenuEntry[] {
  return COPY_FORMATS.map((format) => ({ kind: 'item', id: format, label: COPY_TEXTS[format], icon: format === 'tsv' ? 'copy' : undefined, keys: COPY_KEYS[format], run: () => onCopy(format) }));
}

export interface CellMenuOptions {
  readonly index: number;
  readonly column: ResultColumn | undefined;
  /** Absent where the cell has not arrived. */
  readonly cell: Cell | undefined;
  readonly query: ViewQuery;
  readonly locked: string | undefined;
  readonly onQuery: (query: ViewQuery) => void;
  readonly onCopy: (format: CopyFormat) => void;
  readonly onInspect: () => void;
}

/** What can be done with the active cell and the selection around it. */
export function buildCellMenu({ index, column, cell, query, locked, onQuery, onCopy, onInspect }: CellMenuOptions): readonly MenuEntry[] {
  const filters = column === undefined || cell === undefined ? [] : cellFilters(index, column, cell);
  return [
    ...buildCopyMenu(onCopy),
    { kind: 'separator', id: 'cell' },
    { kind: 'item', id: 'inspect', label: 'Show whole value', icon: 'inspect', keys: 'Enter', run: onInspect },
    ...filters.map(
      ({ label, filter }): MenuEntry => ({ kind: 'item', id: label, label, icon: 'filter', disabled: locked !== undefined, run: () => onQuery(nextFilter(query, filter)) }),
    ),
  ];
}

const FILTER_VALUE_MAX = 1_000;

function cellFilters(index: number, { type }: ResultColumn, cell: Cell): readonly { readonly label: string; readonly filter: ResultFilter }[] {
  if (cell.kind === 'null') {
    return [
      { label: 'Only rows where it is NULL', filter: { column: index, op: 'isNull' } },
      { label: 'Only rows where it is not NULL', filter: { column: index, op: 'isNotNull' } },
    ];
  }
  const family = filterFamily(type);
  if (family === 'presence' || cell.text.length > FILTER_VALUE_MAX) return [];
  const only: ResultFilter = { column: index, op: 'eq', value: cell.text };
  if (family === 'boolean') return [{ label: 'Only rows with this value', filter: only }];
  return [
    { label: 'Only rows with this value', filter: only },
    { label: 'Only rows without this value', filter: { column: index, op: 'ne', value: cell.text } },
  ];
}

function shorten(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}
