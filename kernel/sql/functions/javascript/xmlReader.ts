/** A node of an XML document, numbered in document order. Elements and the document have children; the others a value. */
export interface XmlNode {
  readonly kind: 'document' | 'element' | 'text' | 'comment' | 'instruction' | 'attribute';
  readonly name: string;
  readonly value: string;
  readonly order: number;
  readonly parent: XmlNode | undefined;
  readonly attributes: readonly XmlNode[];
  readonly children: readonly XmlNode[];
}

/** No well-formed document. */
export class MalformedXml extends Error {}
/** Well-formed perhaps, but read by Java in a way that is not followed here. */
export class UnreadXml extends Error {}

const NAME = /[\p{L}_:][\p{L}\p{N}_:.\u00b7-]*/uy;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const DEPTH_MAX = 500;

interface OpenNode extends XmlNode {
  readonly attributes: XmlNode[];
  readonly children: XmlNode[];
}

class Reader {
  readonly #text: string;
  #at = 0;
  #order = 0;

  constructor(text: string) {
    this.#text = text.replace(/\r\n?/g, '\n');
  }

  document(): XmlNode {
    const document = this.#node('document', '', undefined);
    if (this.#text.startsWith('<?xml ')) this.#until('?>');
    this.#misc(document);
    if (this.#ahead('<!DOCTYPE')) throw new UnreadXml('a document type');
    if (!this.#ahead('<')) throw new MalformedXml();
    this.#element(document, 0);
    this.#misc(document);
    if (this.#at < this.#text.length) throw new MalformedXml();
    return document;
  }

  #node(kind: XmlNode['kind'], name: string, parent: OpenNode | undefined, value = ''): OpenNode {
    const node: OpenNode = { kind, name, value, order: this.#order++, parent, attributes: [], children: [] };
    if (kind !== 'attribute') parent?.children.push(node);
    return node;
  }

  #ahead(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #spaces(): boolean {
    const from = this.#at;
    while (/[ \t\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#at > from;
  }

  #until(end: string): string {
    const place = this.#text.indexOf(end, this.#at);
    if (place < 0) throw new MalformedXml();
    const passed = this.#text.slice(this.#at, place);
    this.#at = place + end.length;
    return passed;
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const match = NAME.exec(this.#text);
    if (match === null) throw new MalformedXml();
    this.#at += match[0].length;
    return match[0];
  }

  /** Comments and instructions around the root. */
  #misc(parent: OpenNode): void {
    for (;;) {
      this.#spaces();
      if (!this.#ahead('<!--') && !this.#ahead('<?')) return;
      this.#markup(parent);
    }
  }

  #markup(parent: OpenNode): void {
    if (this.#ahead('<!--')) {
      this.#at += 4;
      const text = this.#until('-->');
      if (text.includes('--') || text.endsWith('-')) throw new MalformedXml();
      this.#node('comment', '', parent, text);
      return;
    }
    this.#at += 2;
    const [name = '', ...rest] = this.#until('?>').split(/\s+/);
    if (name === '' || name.toLowerCase() === 'xml') throw new MalformedXml();
    this.#node('instruction', name, parent, rest.join(' '));
  }

  #element(parent: OpenNode, depth: number): void {
    if (depth > DEPTH_MAX) throw new UnreadXml('a document this deep');
    this.#at++;
    const element = this.#node('element', this.#name(), parent);
    if (this.#attributes(element)) return;
    for (;;) {
      if (this.#at >= this.#text.length) throw new MalformedXml();
      if (this.#ahead('</')) break;
      if (this.#ahead('<!--') || this.#ahead('<?')) this.#markup(element);
      else if (this.#ahead('<![CDATA[')) this.#characterData(element);
      else if (this.#ahead('<')) this.#element(element, depth + 1);
      else this.#characters(element);
    }
    this.#at += 2;
    if (this.#name() !== element.name) throw new MalformedXml();
    this.#spaces();
    if (this.#until('>') !== '') throw new MalformedXml();
  }

  /** True where the element ends with them. */
  #attributes(element: OpenNode): boolean {
    const values = new Map<string, string>();
    for (;;) {
      const apart = this.#spaces();
      if (this.#ahead('/>') || this.#ahead('>')) break;
      if (!apart) throw new MalformedXml();
      const name = this.#name();
      this.#spaces();
      if (this.#text[this.#at++] !== '=') throw new MalformedXml();
      this.#spaces();
      const quote = this.#text[this.#at++];
      if ((quote !== '"' && quote !== "'") || values.has(name)) throw new MalformedXml();
      const written = this.#until(quote);
      if (written.includes('<')) throw new MalformedXml();
      values.set(name, plainText(written.replace(/[\t\n]/g, ' ')));
    }
    for (const [name, value] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) element.attributes.push(this.#node('attribute', name, element, value));
    }
    const closed = this.#ahead('/>');
    this.#at += closed ? 2 : 1;
    return closed;
  }

  #characters(element: OpenNode): void {
    const end = this.#text.indexOf('<', this.#at);
    if (end < 0) throw new MalformedXml();
    const written = this.#text.slice(this.#at, end);
    if (written.includes(']]>')) throw new MalformedXml();
    this.#at = end;
    this.#addText(element, plainText(written));
  }

  #characterData(element: OpenNode): void {
    this.#at += '<![CDATA['.length;
    this.#addText(element, this.#until(']]>'));
  }

  #addText(element: OpenNode, value: string): void {
    if (element.children.at(-1)?.kind === 'text') throw new UnreadXml('character data beside a text');
    if (value !== '') this.#node('text', '', element, value);
  }
}

/** A text with its entities read. */
function plainText(written: string): string {
  if (Array.from(written).some((letter) => letter < ' ' && !'\t\n\r'.includes(letter))) throw new MalformedXml();
  return written.replace(/&([^;&]*;?)/g, (_, entity: string) => {
    if (!entity.endsWith(';')) throw new MalformedXml();
    const name = entity.slice(0, -1);
    const code = /^#(\d+)$/.exec(name)?.[1] ?? /^#x([0-9a-f]+)$/i.exec(name)?.[1];
    if (code === undefined) return ENTITIES[name] ?? malformed();
    const point = Number.parseInt(code, name.startsWith('#x') ? 16 : 10);
    return point > 0 && point <= 0x10_ffff && !(point >= 0xd800 && point < 0xe000) ? String.fromCodePoint(point) : malformed();
  });
}

function malformed(): never {
  throw new MalformedXml();
}

/**
 * @throws MalformedXml
 * @throws UnreadXml for document types and other rare things
 */
export function readXml(text: string): XmlNode {
  return new Reader(text).document();
}
