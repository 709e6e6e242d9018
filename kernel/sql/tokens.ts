/** What the lexer tells apart. `invalid` is text that is no token (an unclosed string); the parser refuses it. */
export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'hint' | 'interpolation' | 'body' | 'invalid' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; for `quoted`, `string` and `body` the value without quotes and escapes. */
  readonly text: string;
  /** `text` in upper case where `kind` is `word`, else the text of a symbol, else ''. Grammar matches on this. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Literal prefix of a string: `R` (raw) or `X` (binary). */
  readonly prefix: string;
  /** White space or a comment stands before it. */
  readonly spaced: boolean;
}

/** Words that end a clause: never a bare alias or column name, unless in backticks. */
export const CLAUSE_WORDS: ReadonlySet<string> = new Set([
  'SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'QUALIFY', 'ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'OFFSET', 'UNION', 'EXCEPT',
  'INTERSECT', 'MINUS', 'ON', 'USING', 'JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'FULL', 'NATURAL', 'SEMI', 'ANTI', 'LATERAL', 'WINDOW',
  'WHEN', 'THEN', 'ELSE', 'END', 'AND', 'OR', 'NOT', 'AS', 'WITH', 'PIVOT', 'UNPIVOT', 'TABLESAMPLE', 'VALUES', 'SET', 'INTO', 'BETWEEN', 'IN', 'IS',
  'LIKE', 'ILIKE', 'RLIKE', 'REGEXP', 'ESCAPE', 'DESC', 'ASC', 'NULLS', 'CASE', 'BY', 'DO', 'INSERT',
]);
/** Clause words that may still stand as an operand (`SELECT offset FROM t`), because no clause of theirs can begin there. */
const USABLE_AS_OPERAND = new Set([
  'SET', 'VALUES', 'WINDOW', 'PIVOT', 'UNPIVOT', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'OFFSET', 'NULLS', 'ESCAPE', 'LEFT', 'RIGHT', 'DO', 'INSERT', 'ILIKE',
  'RLIKE', 'REGEXP', 'SEMI', 'ANTI', 'FULL', 'CROSS', 'INNER', 'MINUS', 'NATURAL', 'LATERAL', 'TABLESAMPLE', 'QUALIFY',
]);

/** Words that begin no operand when bare. */
export function startsNoOperand(key: string): boolean {
  return CLAUSE_WORDS.has(key) && !USABLE_AS_OPERAND.has(key);
}
