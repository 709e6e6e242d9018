import { endOfBlockComment, endOfLineComment, tokenize } from '../lexer.ts';
import { CLAUSE_WORDS, type Token } from '../tokens.ts';

/** A comment as written, without the line's end. */
export interface Comment {
  readonly text: string;
  /** It stands on a line of its own. */
  readonly ownLine: boolean;
  /** `--`: nothing can follow it on its line. */
  readonly toLineEnd: boolean;
}

/** A token as it is printed, with the comments before it. */
export interface Piece {
  readonly kind: 'piece';
  readonly text: string;
  readonly key: string;
  readonly token: Token['kind'];
  /** A sign between two operands, a bracket of a type's arguments, or anything else. */
  readonly role: 'binary' | 'typeBracket' | 'other';
  /** White space or a comment stood before it. */
  readonly spaced: boolean;
  /** At least one empty line stood before it (and its comments). */
  readonly blankBefore: boolean;
  readonly comments: readonly Comment[];
  /** Comments behind it on its line. */
  readonly trailing: readonly Comment[];
  readonly start: number;
  readonly end: number;
}

/** What brackets, or CASE and END, hold together. */
export interface Group {
  readonly kind: 'group';
  readonly open: Piece;
  readonly nodes: readonly Node[];
  readonly close: Piece | undefined;
}
export type Node = Piece | Group;

/** The tokens of a text with the comments that the lexer passes over; the last one is the text's end. */
export function readPieces(text: string): readonly Piece[] {
  const tokens = tokenize(text);
  const gaps = tokens.map((token, index) => text.slice(tokens[index - 1]?.end ?? 0, token.start));
  const comments = gaps.map((gap, index) => splitComments(readComments(gap), index === 0));
  const roles = rolesOf(tokens);
  return tokens.map((token, index): Piece => ({
    kind: 'piece', token: token.kind, key: token.key, start: token.start, end: token.end,
    text: text.slice(token.start, token.end),
    role: roles[index]!,
    spaced: gaps[index] !== '',
    blankBefore: /\n[^\S\n]*\n/.test(gaps[index]!),
    comments: comments[index]!.own,
    trailing: comments[index + 1]?.behind ?? [],
  }));
}

/** The comments that belong to the token before a gap, and those that belong to the one after it. */
function splitComments(comments: readonly Comment[], first: boolean): { readonly behind: readonly Comment[]; readonly own: readonly Comment[] } {
  const at = first ? 0 : comments.findIndex(({ ownLine }) => ownLine);
  const count = at < 0 ? comments.length : at;
  return { behind: comments.slice(0, count), own: comments.slice(count) };
}

const SIGNS = new Set(['+', '-', '*', '%', '<', '>', '>>', '>>>', '<<']);
const TYPE_WORDS = new Set(['ARRAY', 'MAP', 'STRUCT']);
/** Words that no operand ends with, so that a sign behind them is the next operand's. */
const NO_OPERAND = new Set(['INTERVAL', 'DISTINCT', 'ALL', 'RETURN', 'DEFAULT', 'MATCHED']);

function rolesOf(tokens: readonly Token[]): readonly Piece['role'][] {
  let depth = 0;
  return tokens.map((token, index) => {
    const before = tokens[index - 1];
    if (!SIGNS.has(token.key) || before === undefined) return 'other';
    if (token.key === '<' && TYPE_WORDS.has(before.key) && !token.spaced) {
      depth++;
      return 'typeBracket';
    }
    if (depth > 0 && token.key.startsWith('>')) {
      depth -= token.key.length;
      return 'typeBracket';
    }
    return endsOperand(before) ? 'binary' : 'other';
  });
}

function endsOperand({ kind, key }: Token): boolean {
  if (kind === 'word') return (!CLAUSE_WORDS.has(key) || key === 'END') && !NO_OPERAND.has(key);
  return kind === 'number' || kind === 'string' || kind === 'quoted' || kind === 'interpolation' || key === ')' || key === ']' || key === '?';
}

function readComments(gap: string): readonly Comment[] {
  const comments: Comment[] = [];
  let ownLine = false;
  for (let at = 0; at < gap.length; ) {
    if (gap.startsWith('--', at)) {
      const end = endOfLineComment(gap, at);
      comments.push({ text: gap.slice(at, end).trimEnd(), ownLine, toLineEnd: true });
      at = end;
      ownLine = true;
    } else if (gap.startsWith('/*', at)) {
      const end = endOfBlockComment(gap, at) ?? gap.length;
      comments.push({ text: gap.slice(at, end), ownLine, toLineEnd: false });
      at = end;
      ownLine = false;
    } else {
      if (gap[at] === '\n') ownLine = true;
      at++;
    }
  }
  return comments;
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', CASE: 'END' };

/** Nests the pieces of one statement. Brackets that do not match end where the statement ends. */
export function nest(pieces: readonly Piece[]): readonly Node[] {
  let at = 0;
  const read = (closer: string | undefined): Node[] => {
    const nodes: Node[] = [];
    for (; at < pieces.length && pieces[at]!.key !== closer; at++) {
      const piece = pieces[at]!;
      const closes = opensGroup(pieces, at) ? CLOSERS[piece.key] : undefined;
      if (closes === undefined) {
        nodes.push(piece);
        continue;
      }
      at++;
      const inner = read(closes);
      nodes.push({ kind: 'group', open: piece, nodes: inner, close: pieces[at] });
    }
    return nodes;
  };
  return read(undefined);
}

/** `a.case` is a name. */
function opensGroup(pieces: readonly Piece[], at: number): boolean {
  const { key } = pieces[at]!;
  return key === '(' || key === '[' || (key === 'CASE' && pieces[at - 1]?.key !== '.' && pieces.slice(at).some((piece) => piece.key === 'END'));
}

/** The first piece of a node. */
export function firstOf(node: Node): Piece {
  return node.kind === 'piece' ? node : node.open;
}

/** The last piece of nodes; undefined of none. */
export function lastOf(nodes: readonly Node[]): Piece | undefined {
  const node = nodes.at(-1);
  if (node === undefined || node.kind === 'piece') return node;
  return node.close ?? lastOf(node.nodes) ?? node.open;
}
