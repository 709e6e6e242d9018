import type { Offer } from './completionOffer.ts';
import type { CompletionSite } from './completionSite.ts';

/** Keywords that never come alone. */
const PAIRS: Readonly<Record<string, string>> = { GROUP: 'GROUP BY', ORDER: 'ORDER BY', PARTITION: 'PARTITION BY', SORT: 'SORT BY', CLUSTER: 'CLUSTER BY', DISTRIBUTE: 'DISTRIBUTE BY' };

/** What the grammar allows beside these without asking for each by name. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  expression: ['NOT', 'CASE', 'CAST', 'TRY_CAST', 'NULL', 'TRUE', 'FALSE', 'EXISTS', 'INTERVAL', 'DATE', 'TIMESTAMP'],
  'data type': ['INT', 'BIGINT', 'STRING', 'DOUBLE', 'FLOAT', 'DECIMAL', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'BINARY', 'SMALLINT', 'TINYINT', 'ARRAY', 'MAP', 'STRUCT', 'VARIANT', 'INTERVAL'],
  TABLESAMPLE: ['PIVOT', 'UNPIVOT'],
  HAVING: ['QUALIFY', 'WINDOW'],
};
const STATEMENTS = ['INSERT', 'MERGE', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'OPTIMIZE', 'VACUUM', 'RESTORE', 'BEGIN'];

function wordsBehind({ before }: CompletionSite): readonly string[] {
  if (before.length === 0) return STATEMENTS;
  const [last, previous] = [before.at(-1)?.key, before.at(-2)?.key];
  if (last !== 'BY') return [];
  return previous === 'GROUP' ? ['ALL', 'ROLLUP', 'CUBE', 'GROUPING SETS'] : previous === 'ORDER' ? ['ALL'] : [];
}

/** Keywords that the grammar allows at the site, in the case that the user writes. */
export function keywordOffers(site: CompletionSite): readonly Offer[] {
  const words = [...new Set([...site.expected.filter((key) => /^[A-Z][A-Z_]*$/.test(key)), ...site.expected.flatMap((key) => IMPLIED[key] ?? []), ...wordsBehind(site)])].sort();
  const small = writesSmall(site);
  return words.map((word) => {
    const label = cased(PAIRS[word] ?? word, small);
    return { label, kind: 'keyword', insertText: label, rank: site.prefix === '' ? 2 : 4 };
  });
}

/** Whether the user writes keywords in lower case: in the word being typed, or where the statement began. */
function writesSmall({ prefix, before }: CompletionSite): boolean {
  if (prefix !== '') return prefix === prefix.toLowerCase() && /[a-z]/.test(prefix) && (before.length === 0 || beginsSmall(before));
  return beginsSmall(before);
}

function beginsSmall(before: CompletionSite['before']): boolean {
  const first = before.find((token) => token.kind === 'word');
  return first !== undefined && first.text === first.text.toLowerCase();
}

function cased(text: string, small: boolean): string {
  return small ? text.toLowerCase() : text;
}

interface Snippet {
  readonly label: string;
  readonly detail: string;
  readonly text: string;
  /** Where it may stand: a key that must be possible, and one that must have come before (or none at all). */
  readonly where: 'statement' | 'operand';
}

const SNIPPETS: readonly Snippet[] = [
  { label: 'SELECT … FROM', detail: 'query', text: 'SELECT ${2:*}\nFROM ${1:table}$0', where: 'statement' },
  { label: 'WITH … AS', detail: 'query with a common table expression', text: 'WITH ${1:name} AS (\n  SELECT ${2:*}\n  FROM ${3:table}\n)\nSELECT *\nFROM ${1:name}$0', where: 'statement' },
  { label: 'FROM … |> …', detail: 'query in pipe syntax', text: 'FROM ${1:table}\n|> WHERE ${2:condition}\n|> AGGREGATE count(*) AS ${3:n} GROUP BY ${4:key}$0', where: 'statement' },
  { label: 'CASE WHEN … END', detail: 'choice', text: 'CASE WHEN ${1:condition} THEN ${2:value} ELSE ${3:other} END$0', where: 'operand' },
  { label: 'row_number() OVER …', detail: 'number of the row', text: 'row_number() OVER (PARTITION BY ${1:key} ORDER BY ${2:order})$0', where: 'operand' },
];

export function snippetOffers(site: CompletionSite): readonly Offer[] {
  const where = site.before.length === 0 ? 'statement' : site.expected.includes('expression') ? 'operand' : undefined;
  const small = writesSmall(site);
  return SNIPPETS.filter((snippet) => snippet.where === where).map(({ label, detail, text }) => ({ label: cased(label, small), kind: 'snippet', detail, insertText: cased(text, small), snippet: true, rank: 5 }));
}
