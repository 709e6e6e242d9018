import type { LakebookError } from '../base/errors.ts';
import { nest, type Piece, readPieces } from './format/fragments.ts';
import { layOut, layOutScript } from './format/layout.ts';
import { scriptLines } from './format/scriptLines.ts';
import { type Spelling, spellingOf } from './format/spelling.ts';
import { parseScript, type ScriptPart } from './parse.ts';
import { meaningOf } from './tree/withoutPlaces.ts';

export interface FormattedSql {
  readonly text: string;
  /** Why statements stayed as they were. */
  readonly errors: readonly LakebookError[];
}

/**
 * Spark SQL laid out: a clause a line, lists that are too long for a line an item a line, words of the grammar in capitals.
 * Names, literals and comments stay as they are. A script's statements are indented by the blocks around them. A statement that
 * does not parse, or would not mean the same afterwards, stays as it is.
 */
export function formatSql(text: string): FormattedSql {
  const pieces = readPieces(text);
  const { parts, errors } = parseScript(text);
  const out: string[] = [];
  let at = 0;
  for (const part of parts) {
    const first = pieces.findIndex((piece, index) => index >= at && piece.start >= part.start);
    const end = pieces.findIndex((piece, index) => index >= first && (piece.token === 'end' || piece.start >= part.end));
    out.push(leadIn(pieces[first]!, out.length > 0));
    out.push(formatPart(text, part, pieces.slice(first, end)));
    at = end;
    while (pieces[at]?.key === ';') at++;
    out.push(at > end ? ';' : '', leadOut(pieces[end - 1]!, pieces.slice(end, at)));
  }
  const rest = pieces.at(-1)!;
  const ending = rest.comments.length === 0 ? '' : leadIn(rest, out.length > 0);
  const formatted = `${out.join('')}${ending}`.trimEnd();
  return { text: formatted === '' ? '' : `${formatted}${text.endsWith('\n') ? '\n' : ''}`, errors };
}

/** What stands before a statement: the line's end, comments of its own, and an empty line where there was one. */
function leadIn({ comments, blankBefore }: Piece, follows: boolean): string {
  return `${follows ? (blankBefore ? '\n\n' : '\n') : ''}${comments.map(({ text }) => `${text}\n`).join('')}`;
}

/** Comments behind a statement's last word, and those around the `;` behind it. */
function leadOut(last: Piece, semicolons: readonly Piece[]): string {
  const comments = [...last.trailing, ...semicolons.flatMap((piece) => [...piece.comments, ...piece.trailing])];
  return comments.map(({ text, ownLine }, index) => `${ownLine || comments[index - 1]?.toLineEnd === true ? '\n' : ' '}${text}`).join('');
}

function formatPart(text: string, part: ScriptPart, pieces: readonly Piece[]): string {
  const source = text.slice(part.start, part.end);
  if (part.kind === 'error') return source;
  const { statement } = part;
  const meaning = meaningOf(statement);
  if (meaning === undefined) return source;
  const bare = pieces.map((piece, index) => ({ ...piece, ...(index === 0 ? { comments: [] } : {}), ...(index === pieces.length - 1 ? { trailing: [] } : {}) }));
  const spellings: readonly Spelling[] = statement.kind === 'refused' ? ['clauses', 'asWritten'] : ['all', 'clauses', 'asWritten'];
  for (const spelling of spellings) {
    const spell = spellingOf(spelling, bare);
    const candidate = statement.kind === 'script' ? layOutScript(scriptLines(statement.block, bare), spell) : layOut(nest(bare), spell);
    const { statements, errors } = parseScript(candidate);
    if (errors.length === 0 && statements.length === 1 && meaningOf(statements[0]!.statement) === meaning && sameWords(bare, candidate)) return candidate;
  }
  return source;
}

/** Whether a text has the same tokens and comments, whatever the case of its words. */
function sameWords(pieces: readonly Piece[], candidate: string): boolean {
  const words = (list: readonly Piece[]): string => list.flatMap(({ comments, trailing, token, key, text }) => [...comments.map((comment) => comment.text), token === 'word' ? key : text, ...trailing.map((comment) => comment.text)]).join('\n');
  return words(pieces) === words(readPieces(candidate).slice(0, -1));
}
