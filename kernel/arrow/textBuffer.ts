const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const ZERO = 0x30;
const MINUS = 0x2d;

/** JSON's short escapes, by character. */
const SHORT_ESCAPES = new Map([[0x08, 'b'], [0x09, 't'], [0x0a, 'n'], [0x0c, 'f'], [0x0d, 'r'], [QUOTE, '"'], [BACKSLASH, '\\']]);

/** UTF-8 text that grows at the end. Rows are written as bytes: a string per cell would leave most of the time to the collector. */
export class TextBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 4_096) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** A character of ASCII. */
  char(code: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = code;
  }

  /** A short text of ASCII characters alone. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.#length++] = text.charCodeAt(index);
  }

  /** Any text. */
  text(text: string): void {
    this.copy(encoder.encode(text), 0, undefined);
  }

  copy(source: Uint8Array, from: number, to: number | undefined): void {
    const end = to ?? source.byteLength;
    this.#reserve(end - from);
    const target = this.#bytes;
    let at = this.#length;
    if (end - from > 64) {
      target.set(source.subarray(from, end), at);
      at += end - from;
    } else {
      for (let index = from; index < end; index++) target[at++] = source[index]!;
    }
    this.#length = at;
  }

  /** A whole number that is exact as a double. */
  integer(value: number): void {
    if (value < 0) this.char(MINUS);
    const magnitude = Math.abs(value);
    if (magnitude < 1e9) this.#digits(magnitude, 1);
    else this.ascii(String(magnitude));
  }

  /** A whole number below 10^9, with zeros in front up to so many digits. */
  padded(value: number, digits: number): void {
    this.#digits(value, digits);
  }

  /** A JSON string of UTF-8 bytes. */
  jsonString(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from + 2);
    this.#bytes[this.#length++] = QUOTE;
    let start = from;
    for (let index = from; index < to; index++) {
      const byte = source[index]!;
      if (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) continue;
      this.copy(source, start, index);
      this.#escape(byte);
      start = index + 1;
    }
    this.copy(source, start, to);
    this.char(QUOTE);
  }

  /** A value that is JSON already, on one line: line breaks in JSON stand between its parts alone. */
  jsonValue(source: Uint8Array, from: number, to: number): void {
    const start = this.#length;
    this.copy(source, from, to);
    for (let index = start; index < this.#length; index++) if (this.#bytes[index]! < SPACE) this.#bytes[index] = SPACE;
  }

  /** Puts what was written since `from` into quotation marks, doubling those in it, where CSV (RFC 4180) demands it. */
  quoteCsv(from: number): void {
    if (!needsCsvQuotes(this.#bytes, from, this.#length)) return;
    const field = this.#bytes.slice(from, this.#length);
    this.#length = from;
    this.char(QUOTE);
    let start = 0;
    for (let index = field.indexOf(QUOTE); index >= 0; index = field.indexOf(QUOTE, index + 1)) {
      this.copy(field, start, index + 1);
      start = index;
    }
    this.copy(field, start, undefined);
    this.char(QUOTE);
  }

  /** The bytes so far; the buffer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** The text so far; the buffer is empty afterwards. */
  takeText(): string {
    const text = decoder.decode(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  #digits(value: number, least: number): void {
    let count = 1;
    for (let limit = 10; limit <= value; limit *= 10) count++;
    count = Math.max(count, least);
    this.#reserve(count);
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += count;
  }

  #escape(byte: number): void {
    this.char(BACKSLASH);
    const short = SHORT_ESCAPES.get(byte);
    this.ascii(short ?? `u${byte.toString(16).padStart(4, '0')}`);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.byteLength) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

const COMMA = 0x2c;

/** An empty field would be NULL; spaces at an end are lost on some readers. */
function needsCsvQuotes(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to || bytes[from]! <= SPACE || bytes[to - 1]! <= SPACE) return true;
  for (let index = from; index < to; index++) {
    const byte = bytes[index]!;
    if (byte === COMMA || byte === QUOTE || byte === 0x0a || byte === 0x0d) return true;
  }
  return false;
}
