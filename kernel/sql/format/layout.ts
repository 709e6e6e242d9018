import { type Clause, hasClauses, isQuery, splitClauses } from './clauses.ts';
import { type Comment, firstOf, type Group, lastOf, nest, type Node, type Piece } from './fragments.ts';
import type { ScriptLine } from './scriptLines.ts';
import { gapBetween } from './spacing.ts';

const WIDTH = 100;
/** A query that is shorter stays on its line if it was on one. */
const SHORT_QUERY = 60;
const INDENT = '  ';

/** Prints the nodes of one statement. @param spell how a word is written */
export function layOut(nodes: readonly Node[], spell: (piece: Piece) => string): string {
  const printer = new Printer(spell);
  printer.statement(nodes);
  return printer.text();
}

/** Prints a script: its statements indented by the blocks around them. */
export function layOutScript(lines: readonly ScriptLine[], spell: (piece: Piece) => string): string {
  const printer = new Printer(spell);
  for (const line of lines) printer.scriptLine(line);
  return printer.text();
}

class Printer {
  readonly #spell: (piece: Piece) => string;
  readonly #lines: string[] = [];
  #line = '';
  #indent = 0;
  #before: Piece | undefined;
  /** A comment to the line's end was written: what comes next begins a line. */
  #closed = false;

  constructor(spell: (piece: Piece) => string) {
    this.#spell = spell;
  }

  text(): string {
    return [...this.#lines, this.#line].map((line) => line.trimEnd()).join('\n');
  }

  scriptLine({ depth, pieces, kind }: ScriptLine): void {
    this.#indent = depth;
    const follows = this.#before !== undefined || this.#lines.length > 0;
    this.#newLine();
    const [first, ...rest] = pieces;
    if (follows && first!.blankBefore) this.#lines.push('');
    for (const comment of first!.comments) this.#comment(comment);
    const nodes = nest([{ ...first!, comments: [] }, ...rest]);
    if (kind === 'statement') this.statement(nodes);
    else this.#run(nodes);
  }

  statement(nodes: readonly Node[]): void {
    if (hasClauses(nodes)) this.#query(nodes);
    else this.#run(nodes);
  }

  #query(nodes: readonly Node[]): void {
    const flat = this.#flat(nodes);
    if (flat !== undefined && flat.length <= SHORT_QUERY && this.#fits(flat)) return this.#run(nodes);
    for (const [index, clause] of splitClauses(nodes).entries()) {
      if (index > 0) this.#newLine();
      this.#clause(clause);
    }
  }

  #clause(clause: Clause): void {
    const { style, head, body } = clause;
    const first = head[0] ?? body[0];
    if (first === undefined) return;
    const flat = this.#flat([...head, ...body]);
    const isWith = head[0] !== undefined && firstOf(head[0]).key === 'WITH';
    if (flat !== undefined && this.#fits(flat) && !isWith) return this.#run([...head, ...body]);
    this.#run(head);
    switch (style) {
      case 'list':
        return isWith ? this.#ctes(body) : this.#items(body);
      case 'condition':
        return this.#conditions(body);
      case 'relation':
        return this.#relation(body);
      case 'plain':
        return this.#run(body);
    }
  }

  /** `WITH a AS (…), b AS (…)`: each from the line's beginning. */
  #ctes(body: readonly Node[]): void {
    for (const [index, item] of splitAt(body, ',').entries()) {
      if (index > 0) this.#newLine();
      this.#run(item);
    }
  }

  /** Each item on a line of its own. */
  #items(body: readonly Node[]): void {
    this.#indent++;
    for (const item of splitAt(body, ',')) {
      this.#newLine();
      this.#run(item);
    }
    this.#indent--;
  }

  /** A line for each part that AND or OR joins. */
  #conditions(body: readonly Node[]): void {
    this.#indent++;
    for (const [index, part] of splitConditions(body).entries()) {
      if (index > 0) this.#newLine();
      this.#run(part);
    }
    this.#indent--;
  }

  /** A relation, and below it what it is joined on. */
  #relation(body: readonly Node[]): void {
    const items = splitAt(body, ',');
    if (items.length > 1) return this.#items(body);
    const at = body.findIndex((node) => node.kind === 'piece' && node.key === 'ON');
    if (at < 0) return this.#run(body);
    this.#run(body.slice(0, at));
    this.#indent++;
    this.#newLine();
    const condition = body.slice(at);
    const flat = this.#flat(condition);
    if (flat !== undefined && this.#fits(flat)) this.#run(condition);
    else this.#conditions(condition);
    this.#indent--;
  }

  /** Nodes one behind the other; groups that do not fit on the line are broken. */
  #run(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.kind === 'piece') this.#piece(node);
      else this.#group(node);
    }
  }

  #group(group: Group): void {
    const { open, nodes, close } = group;
    const flat = this.#flat([group]);
    const holdsQuery = open.key === '(' && isQuery(nodes);
    if (flat !== undefined && this.#fits(flat) && (!holdsQuery || flat.length <= SHORT_QUERY)) {
      this.#piece(open);
      this.#run(nodes);
      if (close !== undefined) this.#piece(close);
      return;
    }
    this.#piece(open);
    this.#indent++;
    if (open.key === 'CASE') this.#cases(nodes);
    else {
      this.#newLine();
      if (holdsQuery) this.#query(nodes);
      else this.#groupItems(nodes);
    }
    this.#indent--;
    if (close === undefined) return;
    this.#newLine();
    this.#piece(close);
  }

  /** Arguments; or the parts of a condition; or the clauses of a window. */
  #groupItems(nodes: readonly Node[]): void {
    const items = splitAt(nodes, ',');
    const clauses = splitClauses(nodes);
    if (clauses.length > 1 && clauses[0]!.head.length > 0) {
      for (const [index, clause] of clauses.entries()) {
        if (index > 0) this.#newLine();
        this.#clause(clause);
      }
      return;
    }
    const parts = items.length > 1 ? items : splitConditions(nodes);
    for (const [index, part] of parts.entries()) {
      if (index > 0) this.#newLine();
      this.#run(part);
    }
  }

  #cases(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.kind === 'piece' && (node.key === 'WHEN' || node.key === 'ELSE')) this.#newLine();
      this.#run([node]);
    }
  }

  #piece(piece: Piece): void {
    for (const comment of piece.comments) this.#comment(comment);
    if (this.#closed) this.#newLine();
    if (this.#line.trim() !== '' && this.#before !== undefined) this.#line += gapBetween(this.#before, piece);
    this.#line += this.#spell(piece);
    this.#before = piece;
    for (const { text, toLineEnd } of piece.trailing) {
      this.#line += ` ${text}`;
      this.#closed ||= toLineEnd;
    }
  }

  #comment({ text, ownLine, toLineEnd }: Comment): void {
    if ((ownLine || this.#closed) && this.#line.trim() !== '') this.#newLine();
    if (this.#line.trim() !== '') this.#line += ' ';
    this.#line += text;
    this.#closed = toLineEnd || ownLine;
    this.#before = undefined;
    if (!this.#closed) this.#line += ' ';
  }

  #newLine(): void {
    this.#closed = false;
    if (this.#line.trim() === '') {
      this.#line = INDENT.repeat(this.#indent);
      return;
    }
    this.#lines.push(this.#line);
    this.#line = INDENT.repeat(this.#indent);
    this.#before = undefined;
  }

  #fits(flat: string): boolean {
    return (this.#line.trim() === '' ? this.#indent * INDENT.length : this.#line.length + 1) + flat.length <= WIDTH;
  }

  /** The nodes on one line; undefined where a comment, a long text or a query forbids it. */
  #flat(nodes: readonly Node[]): string | undefined {
    let line = '';
    let before: Piece | undefined;
    const last = lastOf(nodes);
    const visit = (node: Node): boolean => {
      if (node.kind === 'piece') {
        if (endsLine(node, node === last)) return false;
        line += before === undefined ? '' : gapBetween(before, node);
        line += node.comments.map(({ text }) => `${text} `).join('') + this.#spell(node) + (node === last ? [] : node.trailing).map(({ text }) => ` ${text}`).join('');
        before = node;
        return line.length <= WIDTH;
      }
      const from = line.length;
      const whole = [node.open, ...node.nodes, ...(node.close === undefined ? [] : [node.close])].every(visit);
      return whole && !(node.open.key === '(' && isQuery(node.nodes) && line.length - from > SHORT_QUERY);
    };
    return nodes.every(visit) ? line : undefined;
  }
}

/** Whether something of a piece cannot stand in the middle of a line. */
function endsLine({ text, comments, trailing }: Piece, last: boolean): boolean {
  return text.includes('\n') || [...comments, ...(last ? [] : trailing)].some((comment) => comment.ownLine || comment.toLineEnd || comment.text.includes('\n'));
}

/** Parts between top-level commas; each comma stays with the part before it. */
function splitAt(nodes: readonly Node[], key: string): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    parts.at(-1)!.push(node);
    if (node.kind === 'piece' && node.key === key) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

/** Parts that begin with a top-level AND or OR; the AND of BETWEEN is none. */
function splitConditions(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  let ranges = 0;
  for (const node of nodes) {
    const key = node.kind === 'piece' ? node.key : '';
    if (key === 'BETWEEN') ranges++;
    else if (key === 'AND' && ranges > 0) ranges--;
    else if ((key === 'AND' || key === 'OR') && parts.at(-1)!.length > 0) parts.push([]);
    parts.at(-1)!.push(node);
  }
  return parts;
}
