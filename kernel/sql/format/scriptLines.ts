import type { Located } from '../tree/expressions.ts';
import type { BlockNode, HandlerDeclaration, ScriptBranch, ScriptNode } from '../tree/script.ts';
import type { Piece } from './fragments.ts';

/** A piece of a script that begins a line: a statement, or words around statements. */
export interface ScriptLine {
  readonly depth: number;
  readonly pieces: readonly Piece[];
  readonly kind: 'statement' | 'words';
}

/** A query or a statement that is shorter stays on the line of the words around it. */
const SHORT = 60;

/** The lines of a script, in order; together they hold all of its pieces. */
export function scriptLines(block: BlockNode, pieces: readonly Piece[]): readonly ScriptLine[] {
  const cutter = new Cutter(pieces);
  cutter.node(block, 0);
  return cutter.lines();
}

class Cutter {
  readonly #pieces: readonly Piece[];
  readonly #cuts = new Map<Piece, Omit<ScriptLine, 'pieces'>>();

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  lines(): readonly ScriptLine[] {
    const lines: (Omit<ScriptLine, 'pieces'> & { readonly pieces: Piece[] })[] = [];
    for (const piece of this.#pieces) {
      const cut = this.#cuts.get(piece);
      if (cut !== undefined || lines.length === 0) lines.push({ depth: 0, kind: 'words', ...cut, pieces: [] });
      lines.at(-1)!.pieces.push(piece);
    }
    return lines;
  }

  node(node: ScriptNode, depth: number): void {
    this.#cut(this.#from(node.start), depth, node.kind === 'statement' ? 'statement' : 'words');
    switch (node.kind) {
      case 'block':
        return this.#block(node, depth);
      case 'if':
        this.#branches(node.branches, { before: depth, inside: depth + 1 });
        return this.#closing(node, node.branches, node.otherwise, depth, depth + 1);
      case 'case':
        this.#branches(node.branches, { before: depth + 1, inside: depth + 2 });
        return this.#closing(node, node.branches, node.otherwise, depth + 1, depth + 2, depth);
      case 'while':
      case 'loop':
        return this.#loop(node, depth);
      case 'repeat':
        this.#nodes(node.body, depth + 1);
        this.#cut(this.#before(node.until.start), depth);
        return this.#end(node, node.until.end, depth);
      case 'for':
        if (!this.#isShort(node.query)) {
          this.#cut(this.#from(node.query.start), depth + 1, 'statement');
          this.#cut(this.#from(node.query.end), depth);
        }
        return this.#loop(node, depth);
      default:
    }
  }

  #block(block: BlockNode, depth: number): void {
    for (const declaration of [...block.variables, ...block.conditions]) this.#cut(this.#from(declaration.start), depth + 1);
    for (const handler of block.handlers) this.#handler(handler, depth + 1);
    this.#nodes(block.body, depth + 1);
    this.#end(block, lastEnd([...block.variables, ...block.conditions, ...block.handlers, ...block.body], block.start), depth);
  }

  #handler({ start, body }: HandlerDeclaration, depth: number): void {
    this.#cut(this.#from(start), depth);
    if (body.kind !== 'statement' || !this.#isShort({ start, end: body.end })) this.node(body, body.kind === 'block' ? depth : depth + 1);
  }

  #branches(branches: readonly ScriptBranch[], depths: { readonly before: number; readonly inside: number }): void {
    for (const { when, body } of branches) {
      this.#cut(this.#before(when.start), depths.before);
      this.#nodes(body, depths.inside);
    }
  }

  #closing(node: ScriptNode, branches: readonly ScriptBranch[], otherwise: readonly ScriptNode[], elseDepth: number, inside: number, depth = elseDepth): void {
    const last = branches.at(-1)!;
    const behind = lastEnd(last.body, last.when.end);
    this.#nodes(otherwise, inside);
    const word = this.#words(behind, node.end).find(({ key }) => key === 'ELSE');
    if (word !== undefined) this.#cut(word, elseDepth);
    this.#end(node, lastEnd(otherwise, behind), depth);
  }

  #loop(node: Extract<ScriptNode, { readonly kind: 'while' | 'loop' | 'for' }>, depth: number): void {
    this.#nodes(node.body, depth + 1);
    this.#end(node, lastEnd(node.body, node.kind === 'while' ? node.condition.end : node.kind === 'for' ? node.query.end : node.start), depth);
  }

  #nodes(nodes: readonly ScriptNode[], depth: number): void {
    for (const node of nodes) this.node(node, depth);
  }

  #end(node: Located, behind: number, depth: number): void {
    this.#cut(this.#words(behind, node.end).find(({ key }) => key === 'END'), depth);
  }

  #cut(piece: Piece | undefined, depth: number, kind: ScriptLine['kind'] = 'words'): void {
    if (piece !== undefined) this.#cuts.set(piece, { depth, kind });
  }

  #from(offset: number): Piece | undefined {
    return this.#pieces.find(({ start }) => start >= offset);
  }

  #before(offset: number): Piece | undefined {
    return this.#pieces.filter(({ start }) => start < offset).at(-1);
  }

  #words(from: number, to: number): readonly Piece[] {
    return this.#pieces.filter(({ start, end }) => start >= from && end <= to);
  }

  #isShort({ start, end }: Located): boolean {
    const words = this.#words(start, end);
    return words.reduce((width, { text }) => width + text.length + 1, 0) <= SHORT && words.every(({ comments, trailing }) => comments.length + trailing.length === 0);
  }
}

function lastEnd(nodes: readonly Located[], before: number): number {
  return Math.max(before, ...nodes.map(({ end }) => end));
}
