import type { CellType, SqlDialect } from '../../../../kernel/notebook/notebookDocument.ts';

/** What a cell can be made: its place in the language picker. */
export interface CellKind {
  readonly type: CellType;
  readonly language: string;
  readonly dialect?: SqlDialect | undefined;
}

export interface NamedCellKind extends CellKind {
  /** Stable within the picker. */
  readonly id: string;
  readonly label: string;
  /** As the cell's corner shows it. */
  readonly short: string;
  /** What runs it, where that is not part of Lakebook yet. */
  readonly waitsFor?: string;
}

export const CELL_KINDS: readonly NamedCellKind[] = [
  { id: 'sql', type: 'code', language: 'sql', label: 'SQL (Spark)', short: 'SQL' },
  { id: 'duckdb', type: 'code', language: 'sql', dialect: 'duckdb', label: 'SQL (DuckDB)', short: 'DuckDB' },
  { id: 'markdown', type: 'markdown', language: 'markdown', label: 'Markdown', short: 'Markdown' },
  { id: 'python', type: 'code', language: 'python', label: 'Python', short: 'Python', waitsFor: 'a Python (Jupyter) kernel' },
  { id: 'typescript', type: 'code', language: 'typescript', label: 'TypeScript', short: 'TypeScript', waitsFor: 'the TypeScript kernel' },
  { id: 'scala', type: 'code', language: 'scala', label: 'Scala', short: 'Scala', waitsFor: 'a Spark (Scala) kernel' },
  { id: 'r', type: 'code', language: 'r', label: 'R', short: 'R', waitsFor: 'an R (Jupyter) kernel' },
  { id: 'bash', type: 'code', language: 'bash', label: 'Shell', short: 'Shell', waitsFor: 'a shell kernel' },
  { id: 'raw', type: 'raw', language: 'raw', label: 'Raw', short: 'Raw' },
];

/** The kind of a cell; a language we do not know keeps its name. */
export function kindOf(cell: CellKind): NamedCellKind {
  const known = CELL_KINDS.find(({ type, language, dialect }) => type === cell.type && (type !== 'code' || (language === cell.language && dialect === cell.dialect)));
  if (known !== undefined) return known;
  const name = cell.language.charAt(0).toUpperCase() + cell.language.slice(1);
  return { ...cell, id: cell.language, label: name, short: name, waitsFor: `a ${name} kernel` };
}

/** The language the editor colours a cell in. */
export function editorLanguage(cell: CellKind): string {
  if (cell.type === 'raw') return 'plaintext';
  return cell.dialect === 'duckdb' ? 'duckdb' : cell.language;
}
