const OVERVIEW = `lakebook: SQL over Delta tables, offline

  lakebook sql -c TEXT | -f FILE [--param NAME[:TYPE]=VALUE] [--workspace DIR] [--dialect spark|duckdb] [--attach] [--format F] [-o FILE]
      Runs statements. Tables are named by their path from the workspace (sales/orders is sales.orders; SHOW TABLES IN sales
      lists them), or as delta.\`PATH\`; read_files('x.csv', header => true) reads files. With --format events every
      thing that happens is a JSON value on a line: columns, row, notice, error, receipt; then --keep-going goes on after errors.
  lakebook parse -c TEXT | -f FILE
      The tree of each statement of a text, or of a JSON array of texts: one JSON value a line.
  lakebook format -c TEXT | -f FILE [--check | --write]
      Lays the statements of a text out: a clause a line. --check fails where that would change it, --write changes the file.
  lakebook run NOTEBOOK [-o OUT] [--workspace DIR] [--attach]
      Runs the SQL cells of a notebook in order and writes it with its outputs; in an .ipynb they begin with %%sql.
  lakebook table PATH [--version N | --timestamp T] QUESTION [--format F] [-o FILE]
      Reads one table. QUESTION is one of
        --rows [--columns NAMES] [--where SQL]   rows; NAMES is CSV, * means all, _row_id and _row_commit_version may be named
        --changes FROM..[TO]                     changes between two versions or timestamps, both inclusive
        --schema | --history | --files | --detail
  lakebook features [--functions] [--format F] [-o FILE]
      What is supported: table features, or SQL functions.

  --param N=V      the value of :N, a text; N:TYPE=V types it (--param year:INT=2024); may be given again
  --workspace DIR  the folder whose tables have names (default: the current folder)
  --attach         run in the host that has the workspace open
  --format F       table (default), csv, jsonl, parquet, arrow
  -o FILE          write there; the format may be told by its name
  --help, --version

Ctrl-C cancels what runs; a second one ends it at once.
Exit status: 0 done, 1 refused or failed (standard error begins with [CLASS] message), 2 wrong usage.
`;

const TOPICS: Readonly<Record<string, RegExp>> = {
  sql: / {2}lakebook sql[^]*?(?=\n {2}lakebook )/,
  parse: / {2}lakebook parse[^]*?(?=\n {2}lakebook )/,
  format: / {2}lakebook format[^]*?(?=\n {2}lakebook )/,
  run: / {2}lakebook run[^]*?(?=\n {2}lakebook )/,
  table: / {2}lakebook table[^]*?(?=\n {2}lakebook )/,
  features: / {2}lakebook features[^]*?(?=\n\n)/,
};

/** The help text, or the part about one command. */
export function helpText(topic: string | undefined): string {
  const part = topic === undefined ? undefined : TOPICS[topic]?.exec(OVERVIEW)?.[0];
  return part === undefined ? OVERVIEW : `${part}\n`;
}
