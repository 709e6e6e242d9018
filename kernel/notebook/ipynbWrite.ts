import type { Output } from '../rpc/notebooks.ts';
import { initialPositions } from './cellPosition.ts';
import { fileMetadataOf, fileSourceOf } from './cellLanguage.ts';
import { documentText, NEW_NOTEBOOK_TEXT, parseNotebook, type FileCell, type NotebookFile } from './ipynb.ts';
import { equalJson, type JsonObject, type JsonValue } from './json.ts';
import { detectFormat, formatJson, patchObject, replaceItems, spliceText, type JsonFormat } from './jsonFormat.ts';
import { findMember, locateMembers } from './jsonText.ts';
import { createCellId, SQL_CELL, type NotebookCell } from './notebookDocument.ts';
import { formatFileOutput, splitLines } from './outputs.ts';

/** Outputs that a run made, for a notebook that keeps them inline. */
export interface InlineOutputs {
  readonly outputs: readonly Output[];
  readonly executionCount: number | undefined;
}

export interface NotebookContent {
  readonly cells: readonly NotebookCell[];
  readonly metadata: JsonObject;
  /** By cell id; a cell that is not in here keeps what the file has. */
  readonly outputs: ReadonlyMap<string, InlineOutputs>;
}

/** A new notebook's text with one SQL cell. */
export function buildSqlNotebook(source: string, cellId = createCellId()): string {
  const file = parseNotebook(NEW_NOTEBOOK_TEXT);
  const [position = ''] = initialPositions(1);
  return writeNotebook(file, { cells: [{ ...SQL_CELL, id: cellId, position, source }], metadata: file.metadata, outputs: new Map() });
}

/** Depths in the file: the notebook's members, the cells, their members. */
const MEMBER_DEPTH = 1;
const CELL_DEPTH = 2;
const CELL_MEMBER_DEPTH = 3;

/**
 * The file's text with the content put into it. What did not change keeps its bytes, down to escapes and blanks; nothing
 * changed gives the same text. Cells get ids only where the format has them (4.5).
 */
export function writeNotebook(file: NotebookFile, content: NotebookContent): string {
  const format = detectFormat(file.text);
  const writer = { file, format, listSources: writesSourceLists(file), outputs: content.outputs };
  const before = new Map(file.cells.map((cell) => [cell.id, cell]));
  const texts = content.cells.map((cell) => writeCell(writer, before.get(cell.id), cell));
  const sameCells = content.cells.length === file.cells.length && content.cells.every(({ id }, index) => file.cells[index]?.id === id);
  const edits = sameCells
    ? file.cells.map(({ span }, index) => ({ span, text: texts[index] ?? '' }))
    : [replaceCells(file, texts, format)];
  const metadata = patchMetadata(file, content.metadata, format);
  return spliceText(file.text, { start: 0, end: file.text.length }, [...edits, ...metadata].sort((a, b) => a.span.start - b.span.start));
}

interface Writer {
  readonly file: NotebookFile;
  readonly format: JsonFormat;
  /** Sources of new cells are lists of lines, as the file's others (and Jupyter's) are. */
  readonly listSources: boolean;
  readonly outputs: ReadonlyMap<string, InlineOutputs>;
}

function replaceCells(file: NotebookFile, texts: readonly string[], format: JsonFormat): { span: { start: number; end: number }; text: string } {
  const start = file.cellsStart;
  const last = file.cells.at(-1)?.span.end ?? start + 1;
  const end = file.text.indexOf(']', last) + 1;
  return { span: { start, end }, text: replaceItems(file.text, start, texts, format, MEMBER_DEPTH) };
}

function patchMetadata(file: NotebookFile, metadata: JsonObject, format: JsonFormat): { span: { start: number; end: number }; text: string }[] {
  if (file.metadataStart === undefined || equalJson(file.metadata, metadata)) return [];
  const { end } = locateMembers(file.text, file.metadataStart);
  return [{ span: { start: file.metadataStart, end }, text: patchObject(file.text, file.metadataStart, memberChanges(file.metadata, metadata, format, MEMBER_DEPTH + 1), format, MEMBER_DEPTH) }];
}

function writeCell(writer: Writer, before: FileCell | undefined, cell: NotebookCell): string {
  if (before === undefined) return writeNewCell(writer, cell);
  const changes = cellChanges(writer, before, cell);
  if (changes.size === 0) return writer.file.text.slice(before.span.start, before.span.end);
  return patchObject(writer.file.text, before.span.start, changes, writer.format, CELL_DEPTH);
}

function cellChanges({ file, format, outputs }: Writer, before: FileCell, cell: NotebookCell): Map<string, string | undefined> {
  const changes = new Map<string, string | undefined>();
  const set = (key: string, value: JsonValue | undefined): void => void changes.set(key, value === undefined ? undefined : formatJson(value, format, CELL_MEMBER_DEPTH));
  const source = fileSourceOf(cell, file.defaultLanguage);
  if (source !== documentText(before.fileSource)) set('source', layoutSource(source, sourceStyle(file, before)));
  const metadata = fileMetadataOf(cell, file.defaultLanguage);
  if (!equalJson(metadata, before.content.metadata)) changes.set('metadata', patchCellMetadata(file, before, metadata, format));
  if (!equalJson(cell.attachments, before.content.attachments)) set('attachments', cell.attachments);
  if (cell.type !== before.content.type) {
    set('cell_type', cell.type);
    set('outputs', cell.type === 'code' ? [] : undefined);
    set('execution_count', cell.type === 'code' ? null : undefined);
  }
  const made = outputs.get(cell.id);
  if (made !== undefined && cell.type === 'code') {
    set('outputs', made.outputs.map(formatFileOutput));
    set('execution_count', made.executionCount ?? null);
  }
  return changes;
}

function writeNewCell({ file, format, listSources, outputs }: Writer, cell: NotebookCell): string {
  const made = outputs.get(cell.id);
  const members: Record<string, JsonValue> = {
    ...(cell.attachments === undefined ? {} : { attachments: cell.attachments }),
    cell_type: cell.type,
    ...(cell.type === 'code' ? { execution_count: made?.executionCount ?? null } : {}),
    ...(file.minor >= 5 ? { id: cell.id } : {}),
    metadata: fileMetadataOf(cell, file.defaultLanguage),
    ...(cell.type === 'code' ? { outputs: (made?.outputs ?? []).map(formatFileOutput) } : {}),
    source: layoutSource(fileSourceOf(cell, file.defaultLanguage), { list: listSources, carriageReturns: false }),
  };
  return formatJson(members, format, CELL_DEPTH);
}

function patchCellMetadata(file: NotebookFile, before: FileCell, metadata: JsonObject, format: JsonFormat): string {
  const member = cellMember(file, before, 'metadata');
  if (member === undefined || file.text[member.start] !== '{') return formatJson(metadata, format, CELL_MEMBER_DEPTH);
  return patchObject(file.text, member.start, memberChanges(before.content.metadata, metadata, format, CELL_MEMBER_DEPTH + 1), format, CELL_MEMBER_DEPTH);
}

function memberChanges(before: JsonObject, after: JsonObject, format: JsonFormat, depth: number): Map<string, string | undefined> {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys].filter((key) => !equalJson(before[key], after[key]));
  return new Map(changed.map((key) => {
    const value = after[key];
    return [key, value === undefined ? undefined : formatJson(value, format, depth)];
  }));
}

interface SourceStyle {
  readonly list: boolean;
  readonly carriageReturns: boolean;
}

function layoutSource(source: string, { list, carriageReturns }: SourceStyle): JsonValue {
  const text = carriageReturns ? source.replace(/\n/g, '\r\n') : source;
  return list ? splitLines(text) : text;
}

function sourceStyle(file: NotebookFile, cell: FileCell): SourceStyle {
  const member = cellMember(file, cell, 'source');
  return { list: member !== undefined && file.text[member.start] === '[', carriageReturns: cell.fileSource.includes('\r\n') };
}

function cellMember(file: NotebookFile, cell: FileCell, key: string): { readonly start: number; readonly end: number } | undefined {
  return findMember(locateMembers(file.text, cell.span.start).members, key)?.value;
}

/** Strings only where the file's own cells are strings; Jupyter writes lists. */
function writesSourceLists(file: NotebookFile): boolean {
  const [first] = file.cells;
  return first === undefined || sourceStyle(file, first).list;
}
