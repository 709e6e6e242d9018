import { equalJson, type JsonObject } from './json.ts';
import type { FileCell } from './ipynb.ts';
import {
  cellsOf, deleteCells, insertCell, moveCells, notebookMetadataOf, readCell, readCellIds, setCellKind, setCellMetadata, setCellSource, type NotebookCell, type NotebookDocument,
} from './notebookDocument.ts';

/** What is compared of a file's cell. */
type ComparedCell = Pick<FileCell, 'id' | 'ownId' | 'content'>;

/** Origin of changes that came from the file: no undo step of the user's. */
export const FILE_ORIGIN = 'file';

/**
 * Which of the document's cells each cell of a newly read file is, so that outputs, focus and other people's cursors stay
 * with their cells: the same id; where the file has no ids, the same source in order, then what is left pairwise.
 * @returns ids by the file's index; a cell that is new keeps the file's id
 */
export function matchCells(present: readonly NotebookCell[], file: readonly ComparedCell[]): string[] {
  const free = new Map(present.map((cell) => [cell.id, cell]));
  const ids = file.map(({ id }) => (free.delete(id) ? id : undefined));
  claim(free, file, ids, (cell, fileCell) => cell.source === fileCell.content.source && cell.type === fileCell.content.type);
  claim(free, file, ids, (cell, fileCell) => cell.type === fileCell.content.type && cell.language === fileCell.content.language);
  return ids.map((id, index) => id ?? file[index]?.id ?? '');
}

/** Makes the document say what the file says, by the least edits. Ids as {@link matchCells} gave them. */
export function applyFile(doc: NotebookDocument, file: { readonly cells: readonly ComparedCell[]; readonly metadata: JsonObject }, ids: readonly string[]): void {
  doc.transact(() => {
    const wanted = new Set(ids);
    deleteCells(doc, readCellIds(doc).filter((id) => !wanted.has(id)));
    let order = readCellIds(doc);
    for (const [index, { content }] of file.cells.entries()) {
      const id = ids[index] ?? '';
      if (order[index] !== id) {
        const place = index === 0 ? ({ at: 'start' } as const) : { after: ids[index - 1] ?? '' };
        if (order.includes(id)) moveCells(doc, [id], place);
        else insertCell(doc, place, content, id);
        order = readCellIds(doc);
      }
      applyContent(doc, id, content);
    }
    applyMetadata(doc, file.metadata);
  }, FILE_ORIGIN);
}

function claim(free: Map<string, NotebookCell>, file: readonly ComparedCell[], ids: (string | undefined)[], same: (cell: NotebookCell, fileCell: ComparedCell) => boolean): void {
  for (const [index, fileCell] of file.entries()) {
    if (ids[index] !== undefined || fileCell.ownId) continue;
    for (const [id, cell] of free) {
      if (!same(cell, fileCell)) continue;
      ids[index] = id;
      free.delete(id);
      break;
    }
  }
}

function applyContent(doc: NotebookDocument, id: string, content: ComparedCell['content']): void {
  const cell = cellsOf(doc).get(id);
  if (cell === undefined) return;
  setCellKind(doc, id, { type: content.type, language: content.language, ...(content.dialect === undefined ? {} : { dialect: content.dialect }) });
  setOptional(cell, 'magic', content.magic);
  setOptional(cell, 'attachments', content.attachments);
  setCellSource(doc, id, content.source);
  const metadata = readCell(doc, id)?.metadata ?? {};
  for (const key of new Set([...Object.keys(metadata), ...Object.keys(content.metadata)])) {
    if (!equalJson(metadata[key], content.metadata[key])) setCellMetadata(doc, id, key, content.metadata[key]);
  }
}

function setOptional(cell: { get(key: string): unknown; set(key: string, value: unknown): unknown; delete(key: string): void }, key: string, value: unknown): void {
  if (value === undefined) cell.delete(key);
  else if (JSON.stringify(cell.get(key)) !== JSON.stringify(value)) cell.set(key, value);
}

function applyMetadata(doc: NotebookDocument, metadata: JsonObject): void {
  const map = notebookMetadataOf(doc);
  for (const key of Array.from(map.keys())) if (!(key in metadata)) map.delete(key);
  for (const [key, value] of Object.entries(metadata)) if (!equalJson(map.get(key), value)) map.set(key, value);
}
