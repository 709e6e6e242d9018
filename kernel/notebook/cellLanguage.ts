import { isJsonObject, type JsonObject } from './json.ts';
import type { CellContent, CellType, SqlDialect } from './notebookDocument.ts';

/** What a cell of the file is written in: its language, and the magic line that says so (not part of the source). */
export interface DetectedLanguage {
  readonly language: string;
  readonly dialect?: SqlDialect;
  readonly magic?: string;
  readonly source: string;
}

/** `%%sql` with whatever follows it on its line; `%sql` alone on its line, or before a statement of one line. */
const SQL_MAGIC = /^(?:%%sql(?:[ \t][^\n]*)?(?:\n|$)|%sql[ \t]*(?:\n|$)|%sql[ \t]+(?=[^\n]+$))/;
/** Cell magics of Jupyter and Databricks whose line stays in the source: we show the cell and run it nowhere yet. */
const OTHER_MAGIC = /^%%?(python3?|pyspark|scala|r|R|bash|sh|javascript|js|html|markdown|md|typescript)\b/;
const MAGIC_LANGUAGES: Readonly<Record<string, string>> = { python3: 'python', pyspark: 'python', R: 'r', sh: 'bash', js: 'javascript', md: 'markdown' };

/** The language of a notebook's code cells where they say nothing themselves. */
export function defaultLanguageOf(metadata: JsonObject): string {
  const databricks = metadata['application/vnd.databricks.v1+notebook'];
  const candidates = [memberText(metadata['language_info'], 'name'), memberText(metadata['kernelspec'], 'language'), memberText(databricks, 'language')];
  const name = candidates.find((candidate) => candidate !== undefined)?.toLowerCase() ?? 'python';
  return name.startsWith('ipython') || name === 'python3' ? 'python' : name;
}

/**
 * Reads a cell's language: a magic line counts first (Jupyter and Databricks run by it), then VS Code's
 * `metadata.vscode.languageId`, then the notebook's language. `metadata.lakebook.dialect` names the SQL dialect.
 */
export function detectLanguage(type: CellType, fileSource: string, metadata: JsonObject, defaultLanguage: string): DetectedLanguage {
  if (type !== 'code') return { language: type, source: fileSource };
  const magic = SQL_MAGIC.exec(fileSource)?.[0];
  const language = magic !== undefined ? 'sql' : (otherMagic(fileSource) ?? memberText(metadata['vscode'], 'languageId') ?? defaultLanguage);
  return {
    language,
    ...(language === 'sql' && memberText(metadata['lakebook'], 'dialect') === 'duckdb' ? { dialect: 'duckdb' } : {}),
    ...(magic === undefined ? {} : { magic }),
    source: fileSource.slice(magic?.length ?? 0),
  };
}

/** A cell's source as the file has it: with its magic line. SQL in a notebook of another language gets `%%sql`. */
export function fileSourceOf(cell: CellContent, defaultLanguage: string): string {
  if (cell.type !== 'code' || cell.language !== 'sql') return cell.source;
  if (cell.magic !== undefined) return joinMagic(cell.magic, cell.source);
  const named = defaultLanguage === 'sql' || memberText(cell.metadata['vscode'], 'languageId') === 'sql';
  return named ? cell.source : `%%sql\n${cell.source}`;
}

/** A cell's metadata as the file has it: with its language and dialect where the source does not tell them. */
export function fileMetadataOf(cell: CellContent, defaultLanguage: string): JsonObject {
  const detected = detectLanguage(cell.type, fileSourceOf(cell, defaultLanguage), cell.metadata, defaultLanguage);
  let metadata = cell.metadata;
  if (detected.language !== cell.language) metadata = { ...metadata, vscode: { ...objectOf(metadata['vscode']), languageId: cell.language } };
  const storedDialect = memberText(metadata['lakebook'], 'dialect');
  if (cell.dialect === storedDialect || (cell.dialect === undefined && storedDialect === undefined)) return metadata;
  return withDialect(metadata, cell.dialect);
}

/** `%sql select 1` stays on its line while it is one; any other source goes below its magic. */
function joinMagic(magic: string, source: string): string {
  const sameLine = /^%sql[ \t]+$/.test(magic) && !source.includes('\n');
  return magic.endsWith('\n') || source === '' || sameLine ? magic + source : `${magic.trimEnd()}\n${source}`;
}

function withDialect(metadata: JsonObject, dialect: SqlDialect | undefined): JsonObject {
  const { dialect: _old, ...settings } = objectOf(metadata['lakebook']);
  const { lakebook: _settings, ...rest } = metadata;
  const lakebook = dialect === undefined ? settings : { ...settings, dialect };
  return Object.keys(lakebook).length === 0 ? rest : { ...rest, lakebook };
}

function otherMagic(source: string): string | undefined {
  const name = OTHER_MAGIC.exec(source)?.[1];
  return name === undefined ? undefined : (MAGIC_LANGUAGES[name] ?? name);
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function memberText(value: JsonObject[string] | undefined, key: string): string | undefined {
  const member = objectOf(value)[key];
  return typeof member === 'string' ? member : undefined;
}
