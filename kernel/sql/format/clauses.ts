import { firstOf, type Node } from './fragments.ts';

/** How a clause's text is broken where it is too long for a line. */
type ClauseStyle = 'list' | 'condition' | 'relation' | 'plain';

export interface Clause {
  readonly style: ClauseStyle;
  /** `GROUP BY`, `LEFT OUTER JOIN`; may be empty for what stands before the first clause. */
  readonly head: readonly Node[];
  readonly body: readonly Node[];
}

/** What begins a clause, longest first; each word stands at the same bracket depth as the query. */
const STARTS: readonly { readonly words: readonly string[]; readonly style: ClauseStyle }[] = [
  ...['NATURAL', ''].flatMap((natural) => ['LEFT OUTER', 'RIGHT OUTER', 'FULL OUTER', 'LEFT SEMI', 'LEFT ANTI', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'SEMI', 'ANTI', ''].map((kind) => start(`${natural} ${kind} JOIN`, 'relation'))),
  start('LATERAL VIEW', 'plain'), start('GROUP BY', 'list'), start('ORDER BY', 'list'), start('SORT BY', 'list'), start('CLUSTER BY', 'list'), start('DISTRIBUTE BY', 'list'), start('PARTITION BY', 'list'),
  start('UNION', 'plain'), start('EXCEPT', 'plain'), start('INTERSECT', 'plain'), start('MINUS', 'plain'),
  start('WITH RECURSIVE', 'list'), start('WITH', 'list'), start('SELECT DISTINCT', 'list'), start('SELECT ALL', 'list'), start('SELECT', 'list'), start('FROM', 'relation'),
  start('WHERE', 'condition'), start('HAVING', 'condition'), start('QUALIFY', 'condition'), start('WINDOW', 'list'), start('LIMIT', 'plain'), start('OFFSET', 'plain'),
  start('VALUES', 'list'), start('PIVOT', 'plain'), start('UNPIVOT', 'plain'), start('|>', 'plain'),
  start('INSERT INTO', 'plain'), start('INSERT OVERWRITE', 'plain'), start('UPDATE', 'plain'), start('DELETE FROM', 'plain'), start('MERGE INTO', 'plain'), start('USING', 'relation'),
  start('WHEN MATCHED', 'plain'), start('WHEN NOT MATCHED', 'plain'), start('SET', 'list'),
];

function start(words: string, style: ClauseStyle): { readonly words: readonly string[]; readonly style: ClauseStyle } {
  return { words: words.trim().split(/ +/), style };
}

/** Words that stand before a clause word that is none: `IS DISTINCT FROM`, `* EXCEPT (a)`, `t.from`, `ROWS BETWEEN … `. */
const NO_START_AFTER = new Set(['.', 'DISTINCT', '*', ',', '->', '=>', ':', '@', 'AS', '=']);
/** The beginnings of texts that are split into clauses. */
const QUERY_WORDS = new Set(['SELECT', 'WITH', 'FROM', 'VALUES', 'TABLE']);
const STATEMENT_WORDS = new Set([...QUERY_WORDS, 'INSERT', 'MERGE', 'UPDATE', 'DELETE', 'EXPLAIN']);

export function isQuery(nodes: readonly Node[]): boolean {
  const [first] = nodes;
  return first !== undefined && ((first.kind === 'piece' && first.token === 'word' && QUERY_WORDS.has(first.key) && nodes.length > 1) || (first.kind === 'group' && first.open.key === '(' && isQuery(first.nodes)));
}

/** A statement's text that is made of clauses. */
export function hasClauses(nodes: readonly Node[]): boolean {
  return isQuery(nodes) || (nodes[0] !== undefined && STATEMENT_WORDS.has(firstOf(nodes[0]).key));
}

/** The clauses of a query or statement, in order. */
export function splitClauses(nodes: readonly Node[]): readonly Clause[] {
  const clauses: { style: ClauseStyle; head: readonly Node[]; body: Node[] }[] = [];
  const statement = nodes[0] === undefined ? '' : firstOf(nodes[0]).key;
  const piped = (): boolean => clauses.at(-1)?.head[0] !== undefined && firstOf(clauses.at(-1)!.head[0]!).key === '|>';
  for (let at = 0; at < nodes.length; ) {
    const found = startAt(nodes, at, statement, clauses.at(-1)?.head);
    // behind `|>` clause words are the pipe's
    if (found === undefined || (piped() && found.words[0] !== '|>')) {
      if (clauses.length === 0) clauses.push({ style: 'plain', head: [], body: [] });
      clauses.at(-1)!.body.push(nodes[at]!);
      at++;
      continue;
    }
    clauses.push({ style: found.style, head: nodes.slice(at, at + found.words.length), body: [] });
    at += found.words.length;
  }
  return clauses;
}

function startAt(nodes: readonly Node[], at: number, statement: string, head: readonly Node[] | undefined): (typeof STARTS)[number] | undefined {
  const before = nodes[at - 1];
  if (before !== undefined && NO_START_AFTER.has(firstOf(before).key) && !(firstOf(before).key === '*' && keyOf(nodes, at) !== 'EXCEPT')) return undefined;
  const found = STARTS.find(({ words }) => words.every((word, index) => keyOf(nodes, at + index) === word));
  if (found === undefined) return undefined;
  const [word] = found.words;
  if (word === 'FROM' && before?.kind === 'piece' && before.key === 'DELETE') return undefined;
  // JOIN … USING (c) belongs to its join, `UPDATE t SET`, `UPDATE SET *` of a MERGE to its WHEN
  if (word === 'USING' && statement !== 'MERGE') return undefined;
  if (word === 'SET' && statement !== 'UPDATE') return undefined;
  if (word === 'WHEN' && statement !== 'MERGE') return undefined;
  const inWhen = head?.[0] !== undefined && firstOf(head[0]).key === 'WHEN';
  if (inWhen && word !== 'WHEN') return undefined;
  if (word === 'PARTITION' && at > 0) return undefined;
  // a function or a name: left(x, 1), values.a
  const next = nodes[at + found.words.length];
  if (next !== undefined && next.kind === 'piece' && next.key === '.') return undefined;
  if ((word === 'LEFT' || word === 'RIGHT') && found.words.length === 1) return undefined;
  return found;
}

function keyOf(nodes: readonly Node[], at: number): string | undefined {
  const node = nodes[at];
  return node?.kind === 'piece' ? node.key : undefined;
}
