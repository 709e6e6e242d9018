import type { Cell } from './cellText.ts';

export type CopyFormat = 'tsv' | 'tsvWithHeader' | 'csv' | 'json' | 'markdown';

/** A selected cell: what it shows, and the same as JSON. */
export interface CopyCell {
  readonly cell: Cell;
  readonly json: string;
}

/** The clipboard's text for rows of cells. NULL is an empty field in TSV and CSV, where the empty text is `""` in CSV. */
export function buildCopyText(format: CopyFormat, names: readonly string[], rows: readonly (readonly CopyCell[])[]): string {
  switch (format) {
    case 'tsv':
      return rows.map((row) => row.map(({ cell }) => tsvField(plainText(cell))).join('\t')).join('\n');
    case 'tsvWithHeader':
      return [names.map(tsvField).join('\t'), ...rows.map((row) => row.map(({ cell }) => tsvField(plainText(cell))).join('\t'))].join('\n');
    case 'csv':
      return [names.map(csvField).join(','), ...rows.map((row) => row.map(({ cell }) => (cell.kind === 'null' ? '' : csvField(cell.text))).join(','))].join('\n') + '\n';
    case 'json':
      return `[${rows.map((row) => `\n  {${row.map(({ json }, column) => `${JSON.stringify(names[column])}: ${json}`).join(', ')}}`).join(',')}\n]`;
    case 'markdown':
      return buildMarkdown(names, rows);
  }
}

function buildMarkdown(names: readonly string[], rows: readonly (readonly CopyCell[])[]): string {
  const numeric = names.map((_, column) => rows.length > 0 && rows.every((row) => isNumberLike(row[column])));
  const line = (fields: readonly string[]): string => `| ${fields.join(' | ')} |`;
  return [
    line(names.map(markdownField)),
    line(numeric.map((right) => (right ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(({ cell }) => (cell.kind === 'null' ? '*NULL*' : markdownField(cell.text))))),
  ].join('\n');
}

function isNumberLike(cell: CopyCell | undefined): boolean {
  return cell !== undefined && ['number', 'special', 'null'].includes(cell.cell.kind);
}

function plainText(cell: Cell): string {
  return cell.kind === 'null' ? '' : cell.text;
}

/** A field with a tab, line break or quote is quoted, as spreadsheets read it. */
function tsvField(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvField(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdownField(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\r?\n/g, '<br>');
}
