import type { Piece } from './fragments.ts';

const BINARY = new Set(['=', '==', '<=>', '<>', '!=', '<=', '>=', '||', '->', '=>', '|>', '/', '&', '|', '^']);
/** Between these and a neighbour nothing is put that was not there: signs of one operand, paths, parameters. */
const AS_WRITTEN = new Set(['+', '-', '*', '%', ':', '?', '@', '$', '!', '~', '{', '}']);
/** Words that a bracket follows with a space, since they are no function there. */
const BEFORE_BRACKET = new Set(['IN', 'AS', 'VALUES', 'ON', 'AND', 'OR', 'NOT', 'WHERE', 'FROM', 'JOIN', 'USING', 'OVER', 'BY', 'SELECT', 'WHEN', 'THEN', 'ELSE', 'BETWEEN', 'UNION', 'ALL', 'EXCEPT', 'INTERSECT', 'MINUS', 'LIKE', 'HAVING', 'QUALIFY', 'SET', 'LIMIT', 'OFFSET', 'PIVOT', 'UNPIVOT', 'FOR', 'LATERAL', 'DISTINCT', 'CUBE', 'ROLLUP', 'SETS', 'WITH', 'TABLESAMPLE', 'RETURN', 'IS', 'ESCAPE', 'CASE']);

/** What stands between two pieces on one line. */
export function gapBetween(before: Piece, after: Piece): '' | ' ' {
  const [left, right] = [before.key, after.key];
  if (right === ',' || right === ';' || right === ')' || right === ']' || left === '(' || left === '[') return '';
  if (left === '.' || right === '.' || left === '::' || right === '::') return after.spaced && (before.token === 'number' || after.token === 'number') ? ' ' : '';
  if (left === ',') return ' ';
  if (before.role === 'typeBracket' || after.role === 'typeBracket') return left.startsWith('>') && after.spaced ? ' ' : '';
  if (BINARY.has(left) || BINARY.has(right) || before.role === 'binary' || after.role === 'binary') return ' ';
  if (right === '[' || AS_WRITTEN.has(left) || AS_WRITTEN.has(right) || before.token === 'interpolation' || after.token === 'interpolation') return after.spaced ? ' ' : '';
  if (right === '(') return after.spaced || BEFORE_BRACKET.has(left) ? ' ' : '';
  return ' ';
}
