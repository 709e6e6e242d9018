import type { TableDetail, TableField } from '../../../kernel/rpc/tables.ts';
import type { TreeRow } from '../../ui/treeNavigation.ts';
import { lineLabel, type LineCell } from './lineCell.ts';

/** A line of a schema's tree. */
export interface SchemaRow extends TreeRow {
  readonly field: TableField;
  readonly partition: boolean;
  readonly clustering: boolean;
}

/**
 * The schema's fields as lines. While there is a filter, fields that fit it show with those above them.
 * @param folded ids of structs whose fields are hidden
 */
export function buildSchemaRows({ fields, clusteringColumns }: Pick<TableDetail, 'fields' | 'clusteringColumns'>, folded: ReadonlySet<string>, filter: string): readonly SchemaRow[] {
  const word = filter.trim().toLowerCase();
  const clustering = new Set(clusteringColumns);
  const rows: SchemaRow[] = [];
  const visit = (siblings: readonly TableField[], parent: string, level: number): void => {
    const shown = word === '' ? siblings : siblings.filter((field) => fits(field, word));
    shown.forEach((field, index) => {
      const id = parent === '' ? field.name : `${parent}.${field.name}`;
      const expanded = field.fields.length === 0 ? undefined : word !== '' || !folded.has(id);
      const marks = { field, partition: field.partition, clustering: clustering.has(id) };
      rows.push({ ...marks, id: `${level}:${index}:${id}`, label: lineLabel(fieldCells(marks)), level, expanded, position: index + 1, siblings: shown.length });
      if (expanded === true) visit(field.fields, id, level + 1);
    });
  };
  visit(fields, '', 1);
  return rows;
}

/** A field's texts: name with its marks, type, whether it may be NULL, comment and metadata. */
export function fieldCells({ field, partition, clustering }: Pick<SchemaRow, 'field' | 'partition' | 'clustering'>): readonly LineCell[] {
  const { name, type, nullable, comment, metadata } = field;
  const note = [...(comment === undefined ? [] : [comment]), metadataText(metadata)].filter((text) => text !== '').join(' · ');
  return [
    { text: name, look: 'name', badges: [...(partition ? ['partition'] : []), ...(clustering ? ['clustering'] : [])] },
    { text: type, look: 'type' },
    { text: nullable ? '' : 'not null', look: 'muted' },
    { text: note, ...(comment === undefined ? { look: 'muted' } : {}) },
  ];
}

/** The dotted name behind a line's id. */
export function fieldPathOf(rowId: string): string {
  return rowId.replace(/^\d+:\d+:/, '');
}

export function countFields(fields: readonly TableField[]): number {
  return fields.reduce((sum, field) => sum + 1 + countFields(field.fields), 0);
}

/** A field's metadata in a few words, the best-known keys without their prefix. */
export function metadataText(metadata: TableField['metadata']): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key.replace(/^delta\./, '')}: ${unquote(value)}`)
    .join(' · ');
}

function unquote(json: string): string {
  return json.startsWith('"') && json.endsWith('"') ? json.slice(1, -1) : json;
}

function fits(field: TableField, word: string): boolean {
  return field.name.toLowerCase().includes(word) || field.type.toLowerCase().includes(word) || (field.comment ?? '').toLowerCase().includes(word) || field.fields.some((child) => fits(child, word));
}
