import { NEW_NOTEBOOK_TEXT, parseNotebook } from '../../../../kernel/notebook/ipynb.ts';
import { writeNotebook } from '../../../../kernel/notebook/ipynbWrite.ts';
import { createCellId, type CellContent } from '../../../../kernel/notebook/notebookDocument.ts';

/** Cells as the text of a small notebook: any notebook program, or a file, can take it from the clipboard. */
export function formatClipboard(contents: readonly CellContent[]): string {
  const file = parseNotebook(NEW_NOTEBOOK_TEXT);
  const cells = contents.map((content) => ({ ...content, id: createCellId(), position: '' }));
  return writeNotebook(file, { cells, metadata: file.metadata, outputs: new Map() });
}

/** The cells of a clipboard's text, or undefined where it is no notebook. */
export function parseClipboard(text: string): CellContent[] | undefined {
  if (!text.trimStart().startsWith('{') || !text.includes('"nbformat"')) return undefined;
  try {
    return parseNotebook(text).cells.map(({ content }) => content);
  } catch {
    return undefined; // some other JSON: not cells, so not ours to paste
  }
}
