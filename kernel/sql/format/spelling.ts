import { CLAUSE_WORDS } from '../tokens.ts';
import type { Piece } from './fragments.ts';

/** Words of the grammar that are no clause words; most may also be names. */
const OTHER_WORDS = new Set([
  'ALL', 'ANTI', 'ANY', 'CAST', 'COMMENT', 'CREATE', 'CUBE', 'CURRENT', 'DECLARE', 'DEFAULT', 'DELETE', 'DESCRIBE', 'DISTINCT', 'DROP', 'EXISTS', 'EXPLAIN', 'EXTRACT', 'FALSE', 'FILTER', 'FIRST',
  'FOLLOWING', 'FOR', 'FUNCTION', 'GROUPING', 'IF', 'IGNORE', 'INTERVAL', 'LAST', 'MATCHED', 'MERGE', 'NULL', 'OF', 'ONLY', 'OUTER', 'OVER', 'OVERWRITE', 'PARTITION', 'PERCENT', 'PRECEDING', 'RANGE',
  'RECURSIVE', 'REPLACE', 'RESPECT', 'RETURN', 'RETURNS', 'ROLLUP', 'ROW', 'ROWS', 'SETS', 'SHOW', 'SOME', 'TABLE', 'TEMP', 'TEMPORARY', 'TIMESTAMP', 'DATE', 'TRUE', 'TRY_CAST', 'UNBOUNDED', 'UPDATE', 'USE', 'VAR',
  'VARIABLE', 'VERSION', 'VIEW', 'WITHIN',
]);

export type Spelling = 'all' | 'clauses' | 'asWritten';

/** A printer's way to write words: those of the grammar in capitals, names as they are. */
export function spellingOf(spelling: Spelling, pieces: readonly Piece[]): (piece: Piece) => string {
  if (spelling === 'asWritten') return ({ text }) => text;
  const names = new Set(pieces.filter((piece, index) => isName(pieces, index, piece)));
  const [first] = pieces;
  const heads = new Set(pieces.filter((piece, index) => isHead(piece, pieces[index - 1])));
  return (piece) => (piece.token === 'word' && (piece === first || heads.has(piece) || (!names.has(piece) && (CLAUSE_WORDS.has(piece.key) || (spelling === 'all' && OTHER_WORDS.has(piece.key))))) ? piece.text.toUpperCase() : piece.text);
}

/** Words that are the grammar's by what stands before them: actions of a MERGE, operators of a pipe. */
function isHead({ key, token }: Piece, before: Piece | undefined): boolean {
  if (token !== 'word' || before === undefined) return false;
  if (before.key === '|>') return true;
  return (before.key === 'THEN' && ['UPDATE', 'DELETE', 'INSERT'].includes(key)) || (key === 'MATCHED' && ['WHEN', 'NOT'].includes(before.key));
}

/** A word of the grammar that can only be a name where it stands: part of a dotted name, an argument, a function. */
function isName(pieces: readonly Piece[], index: number, piece: Piece): boolean {
  const [before, after] = [pieces[index - 1]?.key, pieces[index + 1]?.key];
  if (before === '.' || after === '.' || before === ':' || before === '@') return true;
  if (after === '(' && pieces[index + 1]?.spaced !== true && !['VALUES', 'IN', 'ON', 'AS', 'USING', 'OVER', 'EXISTS', 'CAST', 'TRY_CAST', 'EXTRACT', 'FILTER', 'AND', 'OR', 'NOT', 'CUBE', 'ROLLUP', 'SETS'].includes(piece.key)) return true;
  return (before === '(' || before === ',') && (after === ',' || after === ')') && piece.key !== 'NULL' && piece.key !== 'TRUE' && piece.key !== 'FALSE' && piece.key !== 'DEFAULT';
}
