import type { VariantBytes } from './variantReader.ts';
import { ByteBuffer, idOf, metadataOf, writeArrayHead, writeObjectHead } from './variantWriter.ts';

/**
 * Plain JSON straight into a variant, without a tree in between: what `parse_json` meets a million times. Undefined for all that
 * needs a second look (escapes, signs beyond ASCII, exponents, many digits, malformed texts): whoever asked reads it properly.
 */
export function parsePlainVariant(json: string): VariantBytes | undefined {
  return new PlainParser(json).parse();
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Deeper texts are read by who counts the depth. */
const DEPTH_MAX = 100;
/** So many digits are exact in a number. */
const DIGITS_MAX = 15;
const DECIMAL4_DIGITS = 9;
const WORDS: readonly (readonly [word: string, type: number])[] = [['null', 0], ['true', 1], ['false', 2]];

class PlainParser {
  readonly #json: string;
  readonly #names = new Map<string, number>();
  #at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  parse(): VariantBytes | undefined {
    const out = ByteBuffer.shared();
    return this.#value(out, 0) ? { value: out.copy(), metadata: metadataOf(this.#names) } : undefined;
  }

  /** Whether the value was plain, and is written. */
  #value(out: ByteBuffer, depth: number): boolean {
    const sign = this.#next();
    switch (sign) {
      case QUOTE:
        return this.#string(out);
      case OPEN_OBJECT:
        return depth < DEPTH_MAX && this.#object(out, depth + 1);
      case OPEN_LIST:
        return depth < DEPTH_MAX && this.#list(out, depth + 1);
      default:
        return sign === MINUS || (sign >= ZERO && sign <= NINE) ? this.#number(out) : this.#word(out);
    }
  }

  #object(out: ByteBuffer, depth: number): boolean {
    const start = out.length;
    const [names, ids, offsets]: [string[], number[], number[]] = [[], [], []];
    this.#at++;
    if (this.#next() === CLOSE_OBJECT) this.#at++;
    else {
      for (;;) {
        const name = this.#next() === QUOTE ? this.#text() : undefined;
        if (name === undefined || names.includes(name) || this.#next() !== COLON) return false;
        this.#at++;
        names.push(name);
        ids.push(idOf(name, this.#names));
        offsets.push(out.length - start);
        if (!this.#value(out, depth)) return false;
        const sign = this.#next();
        this.#at++;
        if (sign === CLOSE_OBJECT) break;
        if (sign !== COMMA) return false;
      }
    }
    writeObjectHead(out, start, { names, ids, offsets });
    return true;
  }

  #list(out: ByteBuffer, depth: number): boolean {
    const start = out.length;
    const offsets: number[] = [];
    this.#at++;
    if (this.#next() === CLOSE_LIST) this.#at++;
    else {
      for (;;) {
        offsets.push(out.length - start);
        if (!this.#value(out, depth)) return false;
        const sign = this.#next();
        this.#at++;
        if (sign === CLOSE_LIST) break;
        if (sign !== COMMA) return false;
      }
    }
    writeArrayHead(out, start, offsets);
    return true;
  }

  #string(out: ByteBuffer): boolean {
    const text = this.#text();
    if (text === undefined) return false;
    out.string(text.length, () => out.ascii(text));
    return true;
  }

  /** The text between two quotes; undefined unless it is plain ASCII. */
  #text(): string | undefined {
    const start = ++this.#at;
    for (;;) {
      const sign = this.#json.charCodeAt(this.#at);
      if (sign === QUOTE) return this.#json.slice(start, this.#at++);
      if (!(sign >= 32 && sign < 127) || sign === BACKSLASH) return undefined;
      this.#at++;
    }
  }

  #number(out: ByteBuffer): boolean {
    const isNegative = this.#json.charCodeAt(this.#at) === MINUS;
    if (isNegative) this.#at++;
    const first = this.#at;
    let [digits, point, value] = [0, -1, 0];
    for (; ; this.#at++) {
      const sign = this.#json.charCodeAt(this.#at);
      if (sign >= ZERO && sign <= NINE) {
        value = value * 10 + (sign - ZERO);
        digits++;
      } else if (sign === POINT && point < 0) point = this.#at;
      else break;
    }
    const scale = point < 0 ? 0 : this.#at - point - 1;
    const whole = digits - scale;
    if (!this.#ends() || digits > DIGITS_MAX || whole === 0 || (point >= 0 && scale === 0) || (whole > 1 && this.#json.charCodeAt(first) === ZERO)) return false;
    const signed = isNegative ? -value : value;
    if (point < 0) out.integer(signed);
    else if (scale <= DECIMAL4_DIGITS && value < 10 ** DECIMAL4_DIGITS) out.decimal4(signed, scale);
    else return false;
    return true;
  }

  #word(out: ByteBuffer): boolean {
    for (const [word, type] of WORDS) {
      if (!this.#json.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      out.header(type);
      return this.#ends();
    }
    return false;
  }

  /** Whether a number or word ends here: before white space, a sign of JSON's own, or at the end. */
  #ends(): boolean {
    const sign = this.#json.charCodeAt(this.#at);
    return Number.isNaN(sign) || sign === COMMA || sign === CLOSE_LIST || sign === CLOSE_OBJECT || isSpace(sign);
  }

  /** The next sign that is no white space; NaN at the end. */
  #next(): number {
    for (;;) {
      const sign = this.#json.charCodeAt(this.#at);
      if (!isSpace(sign)) return sign;
      this.#at++;
    }
  }
}

function isSpace(sign: number): boolean {
  return sign === 32 || sign === 10 || sign === 13 || sign === 9;
}
