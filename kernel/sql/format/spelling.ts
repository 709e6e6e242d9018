import { CLAUSE_WORDS } from '../tokens.ts';
import type { Piece } from './fragments.ts';

/** Words of the grammar that are no clause words; most may also be names. */
const OTHER_WORDS = new Set([
  'ALL', 'ANTI', 'ANY', 'CAST', 'COMMENT', 'CREATE', 'CUBE', 'CURRENT', 'DECLARE', 'DEFAULT', 'DELETE', 'DESCRIBE', 'DISTINCT', 'DROP', 'EXECUTE', 'EXISTS', 'EXPLAIN', 'EXTRACT', 'FALSE', 'FILTER', 'FIRST',
  'FOLLOWING', 'FOR', 'FUNCTION', 'GROUPING', 'IF', 'IGNORE', 'IMMEDIATE', 'INTERVAL', 'LAST', 'MATCHED', 'MERGE', 'NULL', 'OF', 'ONLY', 'OUTER', 'OVER', 'OVERWRITE', 'PARTITION', 'PERCENT', 'PRECEDING', 'RANGE',
  'RECURSIVE', 'REPLACE', 'RESPECT', 'RETURN', 'RETURNS', 'ROLLUP', 'ROW', 'ROWS', 'SETS', 'SHOW', 'SOME', 'TABLE', 'TEMP', 'TEMPORARY', 'TIMESTAMP', 'DATE', 'TRUE', 'TRY_CAST', 'UNBOUNDED', 'UPDATE', 'USE', 'VAR',
  'VARIABLE', 'VERSION', 'VIEW', 'WITHIN',
]);

/** Words of scripts. */
const SCRIPT_WORDS = new Set([
  'ATOMIC', 'BEGIN', 'CONDITION', 'CONTINUE', 'DIAGNOSTICS', 'ELSEIF', 'EXIT', 'FOUND', 'GET', 'HANDLER', 'ITERATE', 'LEAVE', 'LOOP', 'MESSAGE_TEXT', 'REPEAT', 'RESIGNAL', 'SIGNAL', 'SQLEXCEPTION', 'SQLSTATE',
  'UNTIL', 'VALUE', 'WHILE',
]);
/** What a statement of a script stands behind. */
const BEFORE_STATEMENT = new Set([';', 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT']);

export type Spelling = 'all' | 'clauses' | 'asWritten';

/** A printer's way to write words: those of the grammar in capitals, names as they are. */
export function spellingOf(spelling: Spelling, pieces: readonly Piece[]): (piece: Piece) => string {
  if (spelling === 'asWritten') return ({ text }) => text;
  const names = new Set(pieces.filter((piece, index) => isName(pieces, index, piece)));
  const [first] = pieces;
  const script = pieces.some(({ key }) => key === ';');
  const heads = new Set(pieces.filter((piece, index) => isHead(piece, pieces[index - 1]) || (script && isStatementStart(pieces, index))));
  const others = (key: string): boolean => OTHER_WORDS.has(key) || (script && SCRIPT_WORDS.has(key));
  return (piece) => (piece.token === 'word' && ((piece === first && !(script && isLabel(pieces, 0))) || heads.has(piece) || (!names.has(piece) && (CLAUSE_WORDS.has(piece.key) || (spelling === 'all' && others(piece.key))))) ? piece.text.toUpperCase() : piece.text);
}

function isStatementStart(pieces: readonly Piece[], index: number): boolean {
  const at = isLabel(pieces, index - 2) ? index - 2 : index;
  const [before, closing] = [pieces[at - 1]?.key, pieces[at - 2]?.key === 'END'];
  return pieces[index]!.token === 'word' && (before === undefined || (BEFORE_STATEMENT.has(before) && !closing)) && !isLabel(pieces, index);
}

function isLabel(pieces: readonly Piece[], index: number): boolean {
  return pieces[index + 1]?.key === ':';
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
