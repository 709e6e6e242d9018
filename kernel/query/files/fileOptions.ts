import { LakebookError } from '../../base/errors.ts';
import type { FileFormat } from '../../sql/catalog.ts';
import { parseSchemaText } from '../../sql/parse.ts';
import type { StructType } from '../../sql/types/dataType.ts';

/** Spark's options of reading files, as far as they are honoured; every other one is refused by name. */
export interface FileOptions {
  readonly schema: StructType | undefined;
  /** CSV: types are found by looking at all values; off, all columns are strings. */
  readonly inferSchema: boolean;
  readonly header: boolean;
  readonly separator: string;
  readonly quote: string;
  readonly escape: string | undefined;
  readonly comment: string | undefined;
  readonly nullValue: string;
  readonly multiLine: boolean;
  /** A value that does not fit its type ends the statement; else it is NULL. */
  readonly failFast: boolean;
}

const KNOWN: Readonly<Record<'csv' | 'json' | 'parquet', readonly string[]>> = {
  csv: ['schema', 'inferschema', 'header', 'sep', 'delimiter', 'quote', 'escape', 'comment', 'nullvalue', 'multiline', 'mode', 'encoding', 'charset'],
  json: ['schema', 'multiline', 'mode', 'encoding', 'charset'],
  parquet: ['schema'],
};

/**
 * @param call whether the files are named by `read_files`, which looks for a header and types, or by `` csv.`…` ``, which
 * gives Spark's plain strings
 * @throws LakebookError UNSUPPORTED_FEATURE.LOCAL_ENGINE, INVALID_PARAMETER_VALUE.OPTION, PARSE_SYNTAX_ERROR
 */
export function parseFileOptions(format: keyof typeof KNOWN, written: Readonly<Record<string, string>>, call: boolean): FileOptions {
  const unknown = Object.keys(written).find((name) => name !== 'format' && !KNOWN[format].includes(name));
  if (unknown !== undefined) throw refuseOption(unknown, format);
  const encoding = written['encoding'] ?? written['charset'] ?? 'utf-8';
  if (!/^(utf-?8|us-ascii)$/i.test(encoding)) throw refuseOption(`encoding ${encoding}`, format);
  const mode = (written['mode'] ?? 'PERMISSIVE').toUpperCase();
  if (mode !== 'PERMISSIVE' && mode !== 'FAILFAST') throw refuseOption(`mode ${mode}`, format);
  return {
    schema: written['schema'] === undefined ? undefined : parseSchema(written['schema']),
    inferSchema: parseFlag('inferSchema', written['inferschema'], call),
    header: parseFlag('header', written['header'], call),
    separator: written['sep'] ?? written['delimiter'] ?? ',',
    quote: written['quote'] ?? '"',
    escape: written['escape'],
    comment: written['comment'],
    nullValue: written['nullvalue'] ?? '',
    multiLine: parseFlag('multiLine', written['multiline'], false),
    failFast: mode === 'FAILFAST',
  };
}

function parseFlag(option: string, text: string | undefined, fallback: boolean): boolean {
  const value = text?.trim().toLowerCase();
  if (value === undefined) return fallback;
  if (value !== 'true' && value !== 'false') throw new LakebookError('INVALID_FILE_OPTION', { option, value: text ?? '', expected: 'true or false' });
  return value === 'true';
}

function parseSchema(text: string): StructType {
  const type = parseSchemaText(text);
  if (type.kind !== 'struct') throw new LakebookError('INVALID_FILE_OPTION', { option: 'schema', value: text, expected: 'a list of columns such as "id INT, name STRING"' });
  return type;
}

function refuseOption(option: string, format: FileFormat): LakebookError {
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `The option ${option} of ${format} files`, reason: 'its effect is not known here' });
}
