import type { languages } from 'monaco-editor/editor';

const KEYWORDS =
  'add all alter analyze and anti any array as asc at between bigint binary boolean both by cache cascade case cast catalog catalogs change char clear cluster clustered ' +
  'codegen collate column columns comment commit compute constraint convert copy cost create cross cube current current_date current_timestamp current_user data ' +
  'database databases date day days decimal dec deep default delete delta desc describe detail distinct distribute div double drop else end escape except exchange exclude ' +
  'exists explain export extended external extract false filter first float following for format formatted from full function functions generate generated grant group ' +
  'grouping having history hour if ilike in inner input insert int integer intersect interval into is items join json keys lateral left like limit location map ' +
  'matched materialized merge minus minute month natural no not null nulls of offset on only optimize option or order outer over overlay overwrite parquet partition ' +
  'partitioned partitions percent pivot position preceding primary properties qualify range recursive refresh rename replace reset restore restrict revoke right rlike ' +
  'rollup row rows schema schemas second select semi set sets shallow show smallint some sort string struct sync system system_time system_version table tables ' +
  'tablesample tblproperties temp temporary then timestamp timestamp_ltz timestamp_ntz tinyint to trailing true truncate try_cast type unbounded uncache union unique unpivot ' +
  'update use user using vacuum values variant version view views void when where window with within year zorder';

/** Spark SQL (and DuckDB SQL, near enough) for colouring; what a name means is the kernel's business. */
export const SQL_TOKENS: languages.IMonarchLanguage = {
  ignoreCase: true,
  keywords: KEYWORDS.split(' '),
  tokenizer: {
    root: [
      [/--.*$/, 'comment'],
      [/\/\*/, 'comment', '@comment'],
      [/`/, 'identifier.quote', '@quoted'],
      [/[rx]?'/, 'string', '@single'],
      [/r?"/, 'string', '@double'],
      [/[@]v\d+\b/, 'number.version'], // `@name` alone would be Monarch's own
      [/\d+(\.\d*)?(e[+-]?\d+)?(bd|[lsydf])?\b/, 'number'],
      [/\.\d+(e[+-]?\d+)?(bd|[df])?\b/, 'number'],
      [/\$\{[^}]*\}|:[a-z_]\w*/, 'variable.parameter'],
      [/[a-z_]\w*(?=\s*\()/, { cases: { '@keywords': 'keyword', '@default': 'function' } }],
      [/[a-z_]\w*/, { cases: { '@keywords': 'keyword', '@default': 'identifier' } }],
      [/[<>=!~%&*+\-/|^]+/, 'operator'],
      [/[()[\]{},.;]/, 'delimiter'],
    ],
    comment: [
      [/[^*/]+/, 'comment'],
      [/\/\*/, 'comment', '@push'],
      [/\*\//, 'comment', '@pop'],
      [/./, 'comment'],
    ],
    quoted: [
      [/[^`]+/, 'identifier.quote'],
      [/``/, 'identifier.quote'],
      [/`/, 'identifier.quote', '@pop'],
    ],
    single: [
      [/[^\\']+/, 'string'],
      [/\\.|''/, 'string.escape'],
      [/'/, 'string', '@pop'],
      [/\\$/, 'string'],
    ],
    double: [
      [/[^\\"]+/, 'string'],
      [/\\.|""/, 'string.escape'],
      [/"/, 'string', '@pop'],
      [/\\$/, 'string'],
    ],
  },
};

export const SQL_CONFIGURATION: languages.LanguageConfiguration = {
  comments: { lineComment: '--', blockComment: ['/*', '*/'] },
  brackets: [['(', ')'], ['[', ']'], ['{', '}']],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: '{', close: '}' },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
    { open: '`', close: '`', notIn: ['string', 'comment'] },
  ],
  surroundingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: "'", close: "'" },
    { open: '"', close: '"' },
    { open: '`', close: '`' },
  ],
  wordPattern: /[A-Za-z_][\w$]*/g,
};
