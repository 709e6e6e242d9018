import { LakebookError } from '../base/errors.ts';
import { defaultLanguageOf, detectLanguage } from './cellLanguage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { findMember, locateItems, locateMembers, skipBlank, type TextSpan } from './jsonText.ts';
import type { CellContent, CellType } from './notebookDocument.ts';

/** A cell as its file has it. */
export interface FileCell {
  /** The file's own id, or one made from the source that stays the same as long as the source does. */
  readonly id: string;
  /** The id stands in the file. */
  readonly ownId: boolean;
  readonly content: CellContent;
  /** nbformat outputs of a code cell. */
  readonly outputs: readonly JsonValue[];
  readonly executionCount: number | undefined;
  /** The source as it stands in the file, lists joined. */
  readonly fileSource: string;
  /** The cell's object in the text. */
  readonly span: TextSpan;
}

/** A notebook file that was read, with where everything stands in its text. */
export interface NotebookFile {
  readonly text: string;
  readonly minor: number;
  readonly metadata: JsonObject;
  readonly defaultLanguage: string;
  readonly cells: readonly FileCell[];
  /** Offset of the array of cells and of the metadata's value in `text`. */
  readonly cellsStart: number;
  readonly metadataStart: number | undefined;
}

/** What a new notebook's file starts with. Python is the language that Jupyter runs it in; SQL cells say `%%sql`. */
export const NEW_NOTEBOOK_TEXT = `{
 "cells": [],
 "metadata": {
  "kernelspec": {
   "display_name": "Python 3 (ipykernel)",
   "language": "python",
   "name": "python3"
  },
  "language_info": {
   "name": "python"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

/**
 * Reads a notebook of nbformat 4. An empty file is an empty notebook.
 * @param ids cell ids by index that were given before, for formats below 4.5 where the file has none
 * @throws LakebookError NOTEBOOK_NOT_JSON, NOTEBOOK_CONFLICT_MARKERS, NOTEBOOK_INVALID, NOTEBOOK_VERSION_UNSUPPORTED
 */
export function parseNotebook(fileText: string, ids: readonly string[] = []): NotebookFile {
  const text = fileText.trim() === '' ? NEW_NOTEBOOK_TEXT : fileText;
  const root = parseJson(text);
  if (!isJsonObject(root)) throw new LakebookError('NOTEBOOK_INVALID', { detail: 'it is not an object' });
  const minor = checkVersion(root);
  const cells = root['cells'];
  if (!Array.isArray(cells)) throw new LakebookError('NOTEBOOK_INVALID', { detail: 'it has no list of cells' });
  const { members } = locateMembers(text, skipBlank(text, text.startsWith('\uFEFF') ? 1 : 0));
  const cellsStart = findMember(members, 'cells')?.value.start ?? 0;
  const spans = locateItems(text, cellsStart).items;
  const metadata = isJsonObject(root['metadata']) ? root['metadata'] : {};
  const defaultLanguage = defaultLanguageOf(metadata);
  const seen = new Set<string>();
  return {
    text,
    minor,
    metadata,
    defaultLanguage,
    cells: (cells as readonly JsonValue[]).map((cell, index) => parseCell(cell, { index, span: spans[index] ?? { start: 0, end: 0 }, knownId: ids[index], defaultLanguage, seen })),
    cellsStart,
    metadataStart: findMember(members, 'metadata')?.value.start,
  };
}

/** True where a cell of the file carries outputs: such notebooks keep theirs inline. */
export function hasInlineOutputs(file: NotebookFile): boolean {
  return file.cells.some(({ outputs }) => outputs.length > 0);
}

/** Text with `\n` line ends and no half surrogate pairs, as the document holds it. */
export function documentText(fileSource: string): string {
  return replaceLoneSurrogates(fileSource.replace(/\r\n?/g, '\n'));
}

interface CellPlace {
  readonly index: number;
  readonly span: TextSpan;
  readonly knownId: string | undefined;
  readonly defaultLanguage: string;
  readonly seen: Set<string>;
}

function parseCell(cell: JsonValue, place: CellPlace): FileCell {
  const name = `cell ${place.index + 1}`;
  if (!isJsonObject(cell)) throw new LakebookError('NOTEBOOK_INVALID', { detail: `${name} is not an object` });
  const type = cell['cell_type'];
  if (type !== 'code' && type !== 'markdown' && type !== 'raw') throw new LakebookError('NOTEBOOK_INVALID', { detail: `${name} has the type ${JSON.stringify(type ?? null)}` });
  const fileSource = joinLines(cell['source']);
  if (fileSource === undefined) throw new LakebookError('NOTEBOOK_INVALID', { detail: `${name} has no source` });
  const outputs = cell['outputs'];
  const executionCount = cell['execution_count'];
  return {
    id: cellId(cell['id'], fileSource, place),
    ownId: typeof cell['id'] === 'string',
    content: parseContent(type, fileSource, cell, place.defaultLanguage),
    outputs: type === 'code' && Array.isArray(outputs) ? outputs : [],
    executionCount: typeof executionCount === 'number' ? executionCount : undefined,
    fileSource,
    span: place.span,
  };
}

function parseContent(type: CellType, fileSource: string, cell: JsonObject, defaultLanguage: string): CellContent {
  const metadata = isJsonObject(cell['metadata']) ? cell['metadata'] : {};
  const attachments = cell['attachments'];
  return { type, metadata, ...detectLanguage(type, documentText(fileSource), metadata, defaultLanguage), ...(attachments === undefined ? {} : { attachments }) };
}

/** The text of a string or a list of lines, as nbformat has its multi-line strings. */
export function joinLines(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('') : undefined;
}

function cellId(own: JsonValue | undefined, fileSource: string, { knownId, seen }: CellPlace): string {
  const base = typeof own === 'string' && own !== '' ? own : (knownId ?? `s${hashText(fileSource)}`);
  let id = base;
  for (let copy = 2; seen.has(id); copy++) id = `${base}-${copy}`;
  seen.add(id);
  return id;
}

function checkVersion(root: JsonObject): number {
  const major = root['nbformat'];
  const minor = root['nbformat_minor'];
  if (typeof major !== 'number') throw new LakebookError('NOTEBOOK_INVALID', { detail: 'it does not say its format ("nbformat")' });
  if (major !== 4) throw new LakebookError('NOTEBOOK_VERSION_UNSUPPORTED', { version: `${major}.${typeof minor === 'number' ? minor : 0}` });
  return typeof minor === 'number' ? minor : 0;
}

function parseJson(text: string): JsonValue {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(body) as JsonValue;
  } catch (error) {
    const marker = /^(?:<{7}|={7}|>{7})/m.exec(body);
    if (marker !== null) throw new LakebookError('NOTEBOOK_CONFLICT_MARKERS', { line: body.slice(0, marker.index).split('\n').length }, { cause: error });
    const withoutBareNumbers = body.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => (token.startsWith('"') ? token : 'null'));
    if (withoutBareNumbers !== body) return parseJsonStrictly(withoutBareNumbers);
    throw notJson(error);
  }
}

function parseJsonStrictly(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw notJson(error);
  }
}

function notJson(error: unknown): LakebookError {
  return new LakebookError('NOTEBOOK_NOT_JSON', { detail: error instanceof Error ? error.message : String(error) }, { cause: error });
}

function replaceLoneSurrogates(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\uFFFD') : text;
}

/** FNV-1a over UTF-16 units, twice with different seeds: 64 bits as 13 digits, enough to tell a notebook's cells apart. */
function hashText(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) + index;
  }
  return `${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}`;
}
