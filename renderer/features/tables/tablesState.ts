import type { WorkspaceTable } from '../../../kernel/rpc/tables.ts';
import { countText } from '../../grid/gridMessages.ts';
import { baseName, parentPath } from '../../state/editorInput.ts';
import type { TreeRow } from '../../ui/treeNavigation.ts';

/** The workspace's tables as far as the search has come, and how the tree shows them. */
export interface TablesState {
  readonly tables: readonly WorkspaceTable[];
  /** The search has ended. */
  readonly complete: boolean;
  /** What the search has to say (it stopped at its bounds). */
  readonly note: string | undefined;
  readonly loaded: boolean;
  readonly filter: string;
  /** Schemas whose tables are hidden or shown against the rule of {@link isExpanded}. */
  readonly toggled: ReadonlySet<string>;
  readonly focusedId: string | undefined;
}

export const NO_TABLES: TablesState = { tables: [], complete: false, note: undefined, loaded: false, filter: '', toggled: new Set(), focusedId: undefined };

export type TablesRow = TreeRow & ({ readonly kind: 'schema'; readonly schema: string; readonly count: number } | { readonly kind: 'table'; readonly table: WorkspaceTable });

const DEFAULT_SCHEMA = 'default';
/** Schemas of a workspace with more tables than this begin folded. */
const FOLDED_FROM = 300;

/** The schema that a table's folder makes. */
function schemaOf({ relativePath }: WorkspaceTable): string {
  return parentPath(relativePath) === '' ? DEFAULT_SCHEMA : parentPath(relativePath);
}

/** The tables that the filter lets through, under their schemas, in order. While there is a filter everything is unfolded. */
export function buildTablesRows(state: TablesState): readonly TablesRow[] {
  const groups = [...groupBySchema(filterTables(state.tables, state.filter))].sort(([one], [other]) => compareNames(one, other));
  const shown = new Set<string>();
  // A table elsewhere may have several names: each has a row of its own.
  const idOf = ({ path, relativePath }: WorkspaceTable): string => (shown.size < shown.add(path).size ? path : `${path}#${relativePath}`);
  return groups.flatMap(([schema, tables], index) => {
    const expanded = isExpanded(state, schema);
    const head: TablesRow = { kind: 'schema', id: schemaId(schema), schema, count: tables.length, label: `${schema}, ${countText(tables.length)} ${tables.length === 1 ? 'table' : 'tables'}`, level: 1, expanded, position: index + 1, siblings: groups.length };
    return expanded ? [head, ...tables.map((table, at) => buildTableRow(table, { id: idOf(table), position: at + 1, siblings: tables.length }))] : [head];
  });
}

function isExpanded({ tables, filter, toggled }: TablesState, schema: string): boolean {
  if (filter.trim() !== '') return true;
  return tables.length > FOLDED_FROM ? toggled.has(schema) : !toggled.has(schema);
}

/** Every word of the filter has to stand in the table's path. */
export function filterTables(tables: readonly WorkspaceTable[], filter: string): readonly WorkspaceTable[] {
  const words = filter.toLowerCase().split(/[\s./]+/).filter((word) => word !== '');
  return words.length === 0 ? tables : tables.filter(({ relativePath }) => words.every((word) => relativePath.toLowerCase().includes(word)));
}

export function nextToggled(state: TablesState, schema: string, expanded: boolean): TablesState {
  if (isExpanded(state, schema) === expanded) return state;
  const toggled = new Set(state.toggled);
  if (!toggled.delete(schema)) toggled.add(schema);
  return { ...state, toggled };
}

function schemaId(schema: string): string {
  return `schema:${schema}`;
}

function buildTableRow(table: WorkspaceTable, place: Pick<TablesRow, 'id' | 'position' | 'siblings'>): TablesRow {
  const label = tableLabel(table) + (table.clash === undefined ? '' : ', shares its name');
  return { kind: 'table', table, label, level: 2, expanded: undefined, ...place };
}

/** The last part of the table's path. */
export function tableLabel({ relativePath, path }: WorkspaceTable): string {
  return baseName(relativePath) || baseName(path);
}

function groupBySchema(tables: readonly WorkspaceTable[]): ReadonlyMap<string, readonly WorkspaceTable[]> {
  const groups = new Map<string, WorkspaceTable[]>();
  for (const table of [...tables].sort((one, other) => compareNames(one.relativePath, other.relativePath))) {
    const group = groups.get(schemaOf(table));
    if (group === undefined) groups.set(schemaOf(table), [table]);
    else group.push(table);
  }
  return groups;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compareNames(one: string, other: string): number {
  return collator.compare(one, other);
}
