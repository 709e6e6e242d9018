/** Monaco's id of the two SQL dialects; a language of its own each, so that completion knows which parser to ask. */
export const SPARK_SQL = 'spark-sql';
export const DUCKDB_SQL = 'duckdb-sql';

const MONACO_LANGUAGES: Readonly<Record<string, string>> = {
  sql: SPARK_SQL,
  spark: SPARK_SQL,
  duckdb: DUCKDB_SQL,
  ts: 'typescript',
  py: 'python',
  md: 'markdown',
  sh: 'shell',
  bash: 'shell',
  yml: 'yaml',
  js: 'javascript',
  ipynb: 'json',
  jsonl: 'json',
};

/** The language that Monaco colours a cell's or a file's language as; unknown ones pass through and stay plain. */
export function monacoLanguage(language: string): string {
  return MONACO_LANGUAGES[language.toLowerCase()] ?? language.toLowerCase();
}

/** The kernel's dialect of a Monaco language, or undefined where it is not SQL. */
export function sqlDialect(languageId: string): 'spark' | 'duckdb' | undefined {
  if (languageId === SPARK_SQL) return 'spark';
  return languageId === DUCKDB_SQL ? 'duckdb' : undefined;
}
