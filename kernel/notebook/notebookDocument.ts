import * as Y from 'yjs';
import { initialPositions, positionBetween, type CellPosition } from './cellPosition.ts';
import type { JsonObject, JsonValue } from './json.ts';

/**
 * A notebook as one shared Yjs document, the same in host and window:
 * `cells` is a map of cells by id, each a map of `pos`, `type`, `language`, `source` (text), `metadata` (a map) and the
 * optional `dialect`, `magic`, `attachments`; `notebook` holds the notebook's own metadata by top-level key.
 * The order of cells is the order of (`pos`, id). An undone delete makes new Yjs objects: hold on to cell ids, never to them.
 * Outputs and runs are not in here; the host keys them by cell id.
 */
export type NotebookDocument = Y.Doc;

export type CellType = 'code' | 'markdown' | 'raw';
export type SqlDialect = 'spark' | 'duckdb';

/** A cell's content, as it is inserted, copied and pasted. */
export interface CellContent {
  readonly type: CellType;
  /** `sql`, `python`, `typescript`, `markdown`, `raw`…, in lower case. */
  readonly language: string;
  /** Of an SQL cell; absent means `spark`. */
  readonly dialect?: SqlDialect | undefined;
  /** The line that names the language in the file (`%%sql`), with its line end; not part of the source. */
  readonly magic?: string | undefined;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly attachments?: JsonValue | undefined;
}

/** A cell at one moment. */
export interface NotebookCell extends CellContent {
  readonly id: string;
  readonly position: CellPosition;
}

/** Where a cell goes: at an end, or right behind another cell. */
export type Place = { readonly at: 'start' | 'end' } | { readonly after: string };

/** Origin of changes the user made to structure; one undo step each. */
export const USER_ORIGIN = 'user';
/** Origin of the user's typing; steps are cut at word borders by the editor ({@link NotebookUndo.cut}). */
export const TYPING_ORIGIN = 'typing';

export const SQL_CELL: CellContent = { type: 'code', language: 'sql', source: '', metadata: {} };
export const MARKDOWN_CELL: CellContent = { type: 'markdown', language: 'markdown', source: '', metadata: {} };

type CellMap = Y.Map<unknown>;

export function createNotebookDocument(): NotebookDocument {
  return new Y.Doc();
}

/** The map of cells, for observers (`observeDeep`). Write through the functions below. */
export function cellsOf(doc: NotebookDocument): Y.Map<CellMap> {
  return doc.getMap<CellMap>('cells');
}

/** The notebook's metadata, for observers. */
export function notebookMetadataOf(doc: NotebookDocument): Y.Map<JsonValue> {
  return doc.getMap<JsonValue>('notebook');
}

/** Every cell in order. */
export function readCells(doc: NotebookDocument): NotebookCell[] {
  return [...cellsOf(doc)].map(([id, cell]) => readCellMap(id, cell)).sort(compareCells);
}

/** Ids in order, without reading sources. */
export function readCellIds(doc: NotebookDocument): string[] {
  return orderedPositions(doc).map(({ id }) => id);
}

export function readCell(doc: NotebookDocument, cellId: string): NotebookCell | undefined {
  const cell = cellsOf(doc).get(cellId);
  return cell === undefined ? undefined : readCellMap(cellId, cell);
}

/** The live text of a cell; a new object after an undone delete. */
export function cellSource(doc: NotebookDocument, cellId: string): Y.Text | undefined {
  const source = cellsOf(doc).get(cellId)?.get('source');
  return source instanceof Y.Text ? source : undefined;
}

/** Fills an empty document, as a file is loaded: no undo step. */
export function fillDocument(doc: NotebookDocument, cells: readonly (CellContent & { readonly id: string })[], metadata: JsonObject): void {
  doc.transact(() => {
    const positions = initialPositions(cells.length);
    for (const [index, cell] of cells.entries()) cellsOf(doc).set(cell.id, createCellMap(cell, positions[index] ?? ''));
    for (const [key, value] of Object.entries(metadata)) notebookMetadataOf(doc).set(key, value);
  }, 'load');
}

/** @returns the new cell's id: `cellId`, or one of its own making */
export function insertCell(doc: NotebookDocument, place: Place, content: CellContent, cellId = createCellId()): string {
  insertCells(doc, place, [{ ...content, id: cellId }]);
  return cellId;
}

export function deleteCells(doc: NotebookDocument, cellIds: readonly string[]): void {
  doc.transact(() => {
    for (const cellId of cellIds) cellsOf(doc).delete(cellId);
  }, USER_ORIGIN);
}

/** Moves cells, in their present order, to a place that is none of them. */
export function moveCells(doc: NotebookDocument, cellIds: readonly string[], place: Place): void {
  const moving = new Set(cellIds);
  const ordered = readCellIds(doc).filter((cellId) => moving.has(cellId));
  doc.transact(() => {
    const positions = positionsAt(doc, place, ordered.length, moving);
    for (const [index, cellId] of ordered.entries()) cellsOf(doc).get(cellId)?.set('pos', positions[index]);
  }, USER_ORIGIN);
}

/** One place up or down; nothing happens at the ends. */
export function moveCell(doc: NotebookDocument, cellId: string, direction: 'up' | 'down'): void {
  const ids = readCellIds(doc);
  const index = ids.indexOf(cellId);
  const target = direction === 'up' ? index - 2 : index + 1;
  if (index < 0 || (direction === 'up' ? index === 0 : index === ids.length - 1)) return;
  const after = ids[target];
  moveCells(doc, [cellId], after === undefined ? { at: 'start' } : { after });
}

/** Cells in document order as values for the clipboard. */
export function copyCells(doc: NotebookDocument, cellIds: readonly string[]): CellContent[] {
  const wanted = new Set(cellIds);
  return readCells(doc).filter(({ id }) => wanted.has(id)).map(({ id: _id, position: _position, ...content }) => content);
}

/** One undo step. @returns the new cells' ids in order */
export function pasteCells(doc: NotebookDocument, place: Place, contents: readonly CellContent[]): string[] {
  const cells = contents.map((content) => ({ ...content, id: createCellId() }));
  insertCells(doc, place, cells);
  return cells.map(({ id }) => id);
}

/** Cuts a cell in two at a UTF-16 offset; the second half is a new cell behind it. @returns its id */
export function splitCell(doc: NotebookDocument, cellId: string, offset: number): string | undefined {
  const cell = readCell(doc, cellId);
  if (cell === undefined) return undefined;
  const { id: _id, position: _position, ...content } = cell;
  const newId = createCellId();
  doc.transact(() => {
    cellSource(doc, cellId)?.delete(offset, cell.source.length - offset);
    insertCells(doc, { after: cellId }, [{ ...content, source: cell.source.slice(offset), id: newId }]);
  }, USER_ORIGIN);
  return newId;
}

/** Joins the sources of cells into the first of them, a line end between; the others go. One undo step. */
export function mergeCells(doc: NotebookDocument, cellIds: readonly string[]): void {
  const wanted = new Set(cellIds);
  const [first, ...rest] = readCells(doc).filter(({ id }) => wanted.has(id));
  if (first === undefined || rest.length === 0) return;
  doc.transact(() => {
    cellSource(doc, first.id)?.insert(first.source.length, rest.map(({ source }) => `\n${source}`).join(''));
    for (const { id } of rest) cellsOf(doc).delete(id);
  }, USER_ORIGIN);
}

/** Replaces the whole source by the least edit that makes it so. */
export function setCellSource(doc: NotebookDocument, cellId: string, source: string, origin: string = USER_ORIGIN): void {
  const text = cellSource(doc, cellId);
  if (text === undefined) return;
  const before = text.toJSON();
  if (before === source) return;
  const { start, deleted, inserted } = diffTexts(before, source);
  doc.transact(() => {
    text.delete(start, deleted);
    text.insert(start, inserted);
  }, origin);
}

/** Makes a cell a code cell in some language, Markdown or raw. The source stays. */
export function setCellKind(doc: NotebookDocument, cellId: string, kind: { readonly type: CellType; readonly language: string; readonly dialect?: SqlDialect }): void {
  const cell = cellsOf(doc).get(cellId);
  if (cell === undefined) return;
  doc.transact(() => {
    if (cell.get('language') !== kind.language) cell.delete('magic');
    const dialect = kind.language === 'sql' && kind.dialect === 'duckdb' ? kind.dialect : undefined;
    for (const [key, value] of Object.entries({ type: kind.type, language: kind.language, dialect })) {
      if (value === undefined) cell.delete(key);
      else if (cell.get(key) !== value) cell.set(key, value);
    }
  }, USER_ORIGIN);
}

/** Sets one top-level key of a cell's metadata; undefined removes it. */
export function setCellMetadata(doc: NotebookDocument, cellId: string, key: string, value: JsonValue | undefined): void {
  const metadata = cellsOf(doc).get(cellId)?.get('metadata');
  if (!(metadata instanceof Y.Map)) return;
  doc.transact(() => {
    if (value === undefined) metadata.delete(key);
    else metadata.set(key, value);
  }, USER_ORIGIN);
}

/** Sets one top-level key of the notebook's metadata; undefined removes it. */
export function setNotebookMetadata(doc: NotebookDocument, key: string, value: JsonValue | undefined): void {
  doc.transact(() => {
    if (value === undefined) notebookMetadataOf(doc).delete(key);
    else notebookMetadataOf(doc).set(key, value);
  }, USER_ORIGIN);
}

export function readNotebookMetadata(doc: NotebookDocument): JsonObject {
  return Object.fromEntries(notebookMetadataOf(doc).entries());
}

/** An id as nbformat 4.5 wants it: 1–64 of `[a-zA-Z0-9-_]`. */
export function createCellId(): string {
  const digits = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 12 }, () => digits.charAt(Math.floor(Math.random() * digits.length))).join('');
}

function insertCells(doc: NotebookDocument, place: Place, cells: readonly (CellContent & { readonly id: string })[]): void {
  doc.transact(() => {
    const positions = positionsAt(doc, place, cells.length, new Set());
    for (const [index, cell] of cells.entries()) cellsOf(doc).set(cell.id, createCellMap(cell, positions[index] ?? ''));
  }, USER_ORIGIN);
}

/** `count` ascending positions at `place`, as if the cells in `without` were gone. Runs inside a transaction. */
function positionsAt(doc: NotebookDocument, place: Place, count: number, without: ReadonlySet<string>): CellPosition[] {
  const others = orderedPositions(doc).filter(({ id }) => !without.has(id));
  const index = 'after' in place ? others.findIndex(({ id }) => id === place.after) + 1 : place.at === 'start' ? 0 : others.length;
  const below = others[index - 1]?.position;
  const above = others[index]?.position;
  if (below !== undefined && above !== undefined && below >= above) {
    spreadPositions(doc, others.map(({ id }) => id));
    return positionsAt(doc, place, count, without);
  }
  const positions: CellPosition[] = [];
  for (let made = 0; made < count; made++) positions.push(positionBetween(positions.at(-1) ?? below, above));
  return positions;
}

/** Two windows that insert at one place at the same time make equal positions: number everything anew. */
function spreadPositions(doc: NotebookDocument, cellIds: readonly string[]): void {
  const positions = initialPositions(cellIds.length);
  for (const [index, cellId] of cellIds.entries()) cellsOf(doc).get(cellId)?.set('pos', positions[index]);
}

function orderedPositions(doc: NotebookDocument): { readonly id: string; readonly position: CellPosition }[] {
  return [...cellsOf(doc)].map(([id, cell]) => ({ id, position: String(cell.get('pos')) })).sort(compareCells);
}

function compareCells(left: { readonly id: string; readonly position: CellPosition }, right: { readonly id: string; readonly position: CellPosition }): number {
  if (left.position !== right.position) return left.position < right.position ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}

function createCellMap(content: CellContent, position: CellPosition): CellMap {
  const cell: CellMap = new Y.Map();
  cell.set('pos', position);
  cell.set('type', content.type);
  cell.set('language', content.language);
  if (content.dialect !== undefined) cell.set('dialect', content.dialect);
  if (content.magic !== undefined) cell.set('magic', content.magic);
  if (content.attachments !== undefined) cell.set('attachments', content.attachments);
  cell.set('source', new Y.Text(content.source));
  cell.set('metadata', new Y.Map(Object.entries(content.metadata)));
  return cell;
}

function readCellMap(id: string, cell: CellMap): NotebookCell {
  const metadata = cell.get('metadata');
  const type = cell.get('type');
  return {
    id,
    position: String(cell.get('pos')),
    type: type === 'markdown' || type === 'raw' ? type : 'code',
    language: String(cell.get('language')),
    ...(cell.get('dialect') === 'duckdb' ? { dialect: 'duckdb' } : {}),
    ...(typeof cell.get('magic') === 'string' ? { magic: String(cell.get('magic')) } : {}),
    source: String(cell.get('source')),
    metadata: metadata instanceof Y.Map ? Object.fromEntries((metadata as Y.Map<JsonValue>).entries()) : {},
    ...(cell.has('attachments') ? { attachments: cell.get('attachments') as JsonValue } : {}),
  };
}

/** The one replaced range that turns `before` into `after`; never between the halves of a surrogate pair. */
function diffTexts(before: string, after: string): { readonly start: number; readonly deleted: number; readonly inserted: string } {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start--;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end--;
  return { start, deleted: before.length - end - start, inserted: after.slice(start, after.length - end) };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
