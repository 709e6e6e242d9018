import { CLAUSE_WORDS } from '../tokens.ts';

/** A name as a statement may write it: in backticks where it would not be read as a name. */
export function quoteName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !CLAUSE_WORDS.has(name.toUpperCase()) ? name : `\`${name.replaceAll('`', '``')}\``;
}
