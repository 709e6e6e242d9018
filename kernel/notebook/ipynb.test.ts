import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { hasCode } from '../base/errors.ts';
import type { Output } from '../rpc/notebooks.ts';
import { hasInlineOutputs, NEW_NOTEBOOK_TEXT, parseNotebook, type NotebookFile } from './ipynb.ts';
import { writeNotebook, type InlineOutputs } from './ipynbWrite.ts';
import type { JsonValue } from './json.ts';
import {
  cellSource, createNotebookDocument, deleteCells, fillDocument, insertCell, MARKDOWN_CELL, moveCell, readCells, readNotebookMetadata,
  setCellKind, setCellMetadata, setCellSource, setNotebookMetadata, SQL_CELL, type NotebookDocument,
} from './notebookDocument.ts';
import { createUndo } from './notebookUndo.ts';
import { formatFileOutput, parseFileOutput } from './outputs.ts';

/** Hundreds of notebooks each, on machines that do other things too. */
describe('open and save', { timeout: 120_000 }, () => {
  it('changes no byte of 600 generated notebooks of nbformat 4.0 to 4.5', () => {
    fc.assert(fc.property(notebookText(), (text) => {
      const file = parseNotebook(text);
      expect(writeDocument(file, loadDocument(file))).toBe(text);
    }), { numRuns: 600 });
  });

  it('changes nothing but the edited cell, whatever the layout', () => {
    fc.assert(fc.property(notebookText(), fc.nat(), fc.string(), (text, pick, source) => {
      const file = parseNotebook(text);
      const cell = file.cells[pick % Math.max(1, file.cells.length)];
      if (cell === undefined) return;
      const doc = loadDocument(file);
      setCellSource(doc, cell.id, `edited ${source.toWellFormed().replace(/\r/g, '')}`);
      const written = writeDocument(file, doc);
      expect([written.slice(0, cell.span.start), written.slice(written.length - (text.length - cell.span.end))]).toEqual([text.slice(0, cell.span.start), text.slice(cell.span.end)]);
      expect(readCells(loadDocument(parseNotebook(written, file.cells.map(({ id }) => id)))).map((each) => each.source)).toEqual(readCells(doc).map((each) => each.source));
    }), { numRuns: 200 });
  });

  it('gives the first bytes back when an edit is undone', () => {
    fc.assert(fc.property(notebookText(), (text) => {
      const file = parseNotebook(text);
      const doc = loadDocument(file);
      const undo = createUndo(doc);
      deleteCells(doc, file.cells.slice(0, 2).map(({ id }) => id));
      insertCell(doc, { at: 'end' }, SQL_CELL);
      setNotebookMetadata(doc, 'lakebook', { pinned: true });
      while (undo.canUndo) undo.undo();
      expect(writeDocument(file, doc)).toBe(text);
    }), { numRuns: 100 });
  });
});

const TWO_CELLS = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "one",
   "metadata": {"tags": ["a"]},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": ["h\\u00e9"]}],
   "source": ["select 1\\n", "from t"]
  },
  {
   "cell_type": "markdown",
   "id": "two",
   "metadata": {},
   "source": "# Two"
  }
 ],
 "metadata": {"kernelspec": {"name": "python3"}, "x": 1.0},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe('edits keep the layout', () => {
  it.each<{ name: string; edit: (doc: NotebookDocument) => void; from: string; to: string }>([
    { name: 'a list stays a list', edit: (doc) => cellSource(doc, 'one')!.insert(0, '--\n'), from: '["select 1\\n", "from t"]', to: '[\n    "--\\n",\n    "select 1\\n",\n    "from t"\n   ]' },
    { name: 'a string stays a string', edit: (doc) => setCellSource(doc, 'two', '# Zwei\nä'), from: '"# Two"', to: '"# Zwei\\n\\u00e4"' },
    { name: 'a metadata key is added', edit: (doc) => setCellMetadata(doc, 'one', 'z', true), from: '{"tags": ["a"]}', to: '{"tags": ["a"],"z": true}' },
    { name: 'a metadata key goes', edit: (doc) => setCellMetadata(doc, 'one', 'tags', undefined), from: '{"tags": ["a"]}', to: '{}' },
    { name: 'notebook metadata keeps numbers as written', edit: (doc) => setNotebookMetadata(doc, 'kernelspec', { name: 'k' }), from: '{"name": "python3"}', to: '{\n   "name": "k"\n  }' },
    { name: 'a cell becomes code', edit: (doc) => setCellKind(doc, 'two', { type: 'code', language: 'python' }), from: '"cell_type": "markdown",\n   "id": "two",\n   "metadata": {},', to: '"cell_type": "code",\n   "execution_count": null,\n   "id": "two",\n   "metadata": {},\n   "outputs": [],' },
  ])('$name', ({ edit, from, to }) => {
    const file = parseNotebook(TWO_CELLS);
    const doc = loadDocument(file);
    edit(doc);
    expect(writeDocument(file, doc)).toBe(TWO_CELLS.replace(from, () => to));
  });

  it('adds, moves and deletes cells and leaves the bytes of the others', () => {
    const file = parseNotebook(TWO_CELLS);
    const doc = loadDocument(file);
    insertCell(doc, { after: 'one' }, { ...SQL_CELL, source: 'select 2' }, 'new');
    moveCell(doc, 'two', 'up');
    const [one, two] = file.cells.map(({ span }) => TWO_CELLS.slice(span.start, span.end));
    const added = '{\n   "cell_type": "code",\n   "execution_count": null,\n   "id": "new",\n   "metadata": {},\n   "outputs": [],\n   "source": [\n    "%%sql\\n",\n    "select 2"\n   ]\n  }';
    expect(writeDocument(file, doc)).toBe(TWO_CELLS.replace(`${one},\n  ${two}`, () => [one, two, added].join(',\n  ')));
    deleteCells(doc, ['one', 'two', 'new']);
    expect(JSON.parse(writeDocument(file, doc))).toMatchObject({ cells: [] });
  });

  it('gives no ids to formats without them', () => {
    const file = parseNotebook(TWO_CELLS.replace('"nbformat_minor": 5', '"nbformat_minor": 4').replaceAll(/ {3}"id": .*\n/g, ''));
    const doc = loadDocument(file);
    insertCell(doc, { at: 'end' }, MARKDOWN_CELL);
    expect(writeDocument(file, doc)).not.toContain('"id"');
  });

  it('puts made outputs inline and reads them back', () => {
    const outputs: Output[] = [
      { kind: 'result', resultId: 'r1', columns: [{ name: 'a', type: 'int' }], rows: 2, state: 'complete' },
      { kind: 'error', error: { code: 'DIVIDE_BY_ZERO', kind: 'input', message: 'Division by zero.' } },
      { kind: 'stream', name: 'stderr', text: 'a\nb' },
      { kind: 'display', data: { 'text/html': '<b>x</b>', 'application/json': '{"a":1}' } },
    ];
    const file = parseNotebook(TWO_CELLS);
    const written = writeDocument(file, loadDocument(file), new Map([['one', { outputs, executionCount: 4 }]]));
    const again = parseNotebook(written).cells[0]!;
    expect([again.executionCount, again.outputs.map(parseFileOutput)]).toEqual([4, outputs]);
    expect(hasInlineOutputs(parseNotebook(written))).toBe(true);
  });

  it('keeps a foreign error through both directions', () => {
    const error = { ename: 'ValueError', evalue: 'no', output_type: 'error', traceback: ['line 1', 'line 2'] };
    expect(formatFileOutput(parseFileOutput(error)!)).toEqual(error);
  });
});

describe('languages', () => {
  const inPython = { language_info: { name: 'python' } };
  it.each<{ name: string; source: string; cell?: JsonValue; notebook?: JsonValue; is: object }>([
    { name: 'the notebook says it', source: 'x', notebook: { kernelspec: { language: 'scala' } }, is: { language: 'scala', source: 'x' } },
    { name: 'python where nothing says', source: 'x', notebook: {}, is: { language: 'python', source: 'x' } },
    { name: '%%sql', source: '%%sql\nselect 1', is: { language: 'sql', magic: '%%sql\n', source: 'select 1' } },
    { name: '%%sql with arguments', source: '%%sql out <<\nselect 1', is: { language: 'sql', magic: '%%sql out <<\n', source: 'select 1' } },
    { name: '%%sql alone', source: '%%sql', is: { language: 'sql', magic: '%%sql', source: '' } },
    { name: "Databricks' %sql", source: '%sql\nselect 1\nfrom t', is: { language: 'sql', magic: '%sql\n', source: 'select 1\nfrom t' } },
    { name: '%sql before a one-line statement', source: '%sql select 1', is: { language: 'sql', magic: '%sql ', source: 'select 1' } },
    { name: 'a %sql line among Python stays Python', source: '%sql select 1\nprint(1)', is: { language: 'python', source: '%sql select 1\nprint(1)' } },
    { name: "VS Code's language id", source: 'select 1', cell: { vscode: { languageId: 'sql' } }, is: { language: 'sql', source: 'select 1' } },
    { name: 'the DuckDB dialect', source: '%%sql\nfrom t', cell: { lakebook: { dialect: 'duckdb' } }, is: { language: 'sql', dialect: 'duckdb', magic: '%%sql\n', source: 'from t' } },
    { name: 'another magic keeps its line', source: '%%bash\nls', is: { language: 'bash', source: '%%bash\nls' } },
  ])('$name', ({ source, cell = {}, notebook = inPython, is }) => {
    const text = JSON.stringify({ cells: [{ cell_type: 'code', metadata: cell, source, outputs: [], execution_count: null }], metadata: notebook, nbformat: 4, nbformat_minor: 4 });
    const file = parseNotebook(text);
    expect(file.cells[0]!.content).toEqual({ type: 'code', metadata: cell, ...is });
    expect(writeDocument(file, loadDocument(file))).toBe(text);
  });

  it.each<{ name: string; edit: (doc: NotebookDocument) => void; source: string; metadata: object }>([
    { name: 'SQL to DuckDB SQL', edit: (doc) => setCellKind(doc, 'c', { type: 'code', language: 'sql', dialect: 'duckdb' }), source: '%%sql\nx', metadata: { lakebook: { dialect: 'duckdb' } } },
    { name: 'SQL to the default language', edit: (doc) => setCellKind(doc, 'c', { type: 'code', language: 'python' }), source: 'x', metadata: {} },
    { name: 'SQL to a third language', edit: (doc) => setCellKind(doc, 'c', { type: 'code', language: 'typescript' }), source: 'x', metadata: { vscode: { languageId: 'typescript' } } },
  ])('$name comes back from the file', ({ edit, source, metadata }) => {
    const text = JSON.stringify({ cells: [{ cell_type: 'code', id: 'c', metadata: {}, source: '%%sql\nx', outputs: [], execution_count: null }], metadata: inPython, nbformat: 4, nbformat_minor: 5 });
    const file = parseNotebook(text);
    const doc = loadDocument(file);
    edit(doc);
    const again = writeDocument(file, doc);
    expect((JSON.parse(again) as { cells: unknown[] }).cells[0]).toMatchObject({ source, metadata });
    const [before, after] = [readCells(doc)[0]!, readCells(loadDocument(parseNotebook(again)))[0]!];
    expect([after.language, after.dialect, after.source]).toEqual([before.language, before.dialect, before.source]);
  });
});

describe('what is no notebook is refused by name', () => {
  it.each([
    { name: 'no JSON', text: '{"cells": [', code: 'NOTEBOOK_NOT_JSON' },
    { name: 'binary', text: '\u0000\u0001PK', code: 'NOTEBOOK_NOT_JSON' },
    { name: 'conflict markers', text: NEW_NOTEBOOK_TEXT.replace(' "metadata"', '<<<<<<< HEAD\n "metadata"'), code: 'NOTEBOOK_CONFLICT_MARKERS' },
    { name: 'a list', text: '[]', code: 'NOTEBOOK_INVALID' },
    { name: 'no cells', text: '{"nbformat": 4, "nbformat_minor": 5}', code: 'NOTEBOOK_INVALID' },
    { name: 'no format', text: '{"cells": []}', code: 'NOTEBOOK_INVALID' },
    { name: 'a broken cell', text: '{"nbformat": 4, "cells": [{"cell_type": "code"}]}', code: 'NOTEBOOK_INVALID' },
    { name: 'an unknown cell type', text: '{"nbformat": 4, "cells": [{"cell_type": "heading", "source": ""}]}', code: 'NOTEBOOK_INVALID' },
    { name: 'nbformat 3', text: '{"nbformat": 3, "worksheets": [], "cells": []}', code: 'NOTEBOOK_VERSION_UNSUPPORTED' },
  ] as const)('$name', ({ text, code }) => {
    let error: unknown;
    try {
      parseNotebook(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(hasCode(error, code)).toBe(true);
  });

  it('an empty file is an empty notebook', () => {
    expect(parseNotebook('').cells).toEqual([]);
  });
  it("Python's NaN and a byte order mark are read", () => {
    const text = `\uFEFF${TWO_CELLS.replace('1.0', 'NaN')}`;
    const file = parseNotebook(text);
    expect(writeDocument(file, loadDocument(file))).toBe(text);
  });
});

/** Through an encoded update, as between host and window. */
function loadDocument(file: NotebookFile): NotebookDocument {
  const loaded = createNotebookDocument();
  fillDocument(loaded, file.cells.map(({ id, content }) => ({ ...content, id })), file.metadata);
  const doc = createNotebookDocument();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(loaded));
  return doc;
}

function writeDocument(file: NotebookFile, doc: NotebookDocument, outputs: ReadonlyMap<string, InlineOutputs> = new Map()): string {
  return writeNotebook(file, { cells: readCells(doc), metadata: readNotebookMetadata(doc), outputs });
}

/** Notebook files as other tools leave them: any layout, key order, escapes, unknown fields, odd but valid values. */
function notebookText(): fc.Arbitrary<string> {
  const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.constantFrom('', '%%sql\nselect 1', '# T\r\n\r\nx', 'a\n', '\n', '%sql', 'é\u2028"\\'));
  const source = fc.tuple(text, fc.boolean()).map(([value, list]) => (list ? value.split(/(?<=\n)/).filter((line) => line !== '') : value));
  const metadata = fc.dictionary(fc.string().filter((key) => key !== '__proto__'), json, { maxKeys: 3 });
  const output = fc.oneof(
    fc.record({ output_type: fc.constant('stream'), name: fc.constantFrom('stdout', 'stderr'), text: source }),
    fc.record({ output_type: fc.constantFrom('display_data', 'execute_result'), data: fc.dictionary(fc.constantFrom('text/plain', 'image/png', 'application/json', 'x/y'), json), metadata }),
    fc.record({ output_type: fc.constant('error'), ename: text, evalue: text, traceback: fc.array(text, { maxLength: 2 }) }),
  );
  const extra = fc.dictionary(fc.constantFrom('x-unknown', 'zzz', 'collapsed'), json, { maxKeys: 2 });
  const code = fc.record({ cell_type: fc.constant('code'), execution_count: fc.option(fc.nat()), metadata, outputs: fc.array(output, { maxLength: 2 }), source });
  const prose = fc.record({ cell_type: fc.constantFrom('markdown', 'raw'), metadata, source, attachments: metadata }, { requiredKeys: ['cell_type', 'metadata', 'source'] });
  const cell = fc.tuple(fc.oneof(code, prose), extra, fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/)).map(([body, more, id]) => ({ body: { ...body, ...more }, id }));
  const layout = fc.record({ indent: fc.constantFrom(undefined, 1, 2, 4, '\t'), ascii: fc.boolean(), crlf: fc.boolean(), end: fc.constantFrom('', '\n'), reverse: fc.boolean() });
  return fc.tuple(fc.array(cell, { maxLength: 5 }), metadata, fc.nat({ max: 5 }), extra, layout).map(([cells, notebookMetadata, minor, more, how]) => {
    const notebook = { cells: cells.map(({ body, id }) => (minor >= 5 ? { ...body, id } : body)), metadata: notebookMetadata, nbformat: 4, nbformat_minor: minor, ...more };
    let out = JSON.stringify(how.reverse ? reverseKeys(notebook) : notebook, undefined, how.indent);
    if (how.ascii) out = out.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return (how.crlf ? out.replaceAll('\n', '\r\n') : out) + how.end;
  });
}

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reverseKeys(member)])) : value;
}
