/** A JSON value as its text has it: numbers keep their digits, objects their order and repeated keys. */
export type JsonNode =
  | { readonly kind: 'null' | 'true' | 'false' }
  | { readonly kind: 'string' | 'integer' | 'fraction'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonNode])[] };

/** What Spark's reader takes beyond JSON, by the names of its options. */
export interface JsonDialect {
  readonly allowComments: boolean;
  readonly allowSingleQuotes: boolean;
  readonly allowUnquotedFieldNames: boolean;
  readonly allowNumericLeadingZeros: boolean;
  readonly allowNonNumericNumbers: boolean;
  readonly allowBackslashEscapingAnyCharacter: boolean;
  readonly allowUnquotedControlChars: boolean;
}

/** What is read where no option says otherwise. */
export const SPARK_JSON: JsonDialect = {
  allowComments: false, allowSingleQuotes: true, allowUnquotedFieldNames: false, allowNumericLeadingZeros: false, allowNonNumericNumbers: true,
  allowBackslashEscapingAnyCharacter: false, allowUnquotedControlChars: false,
};

class MalformedJson extends Error {}

const NON_NUMBERS: Readonly<Record<string, string>> = { NaN: 'NaN', Infinity: 'Infinity', INF: 'Infinity', '+Infinity': 'Infinity', '+INF': 'Infinity', '-Infinity': '-Infinity', '-INF': '-Infinity' };
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', '/': '/', '\\': '\\' };
const DEPTH_MAX = 1000;

class Reader {
  #at = 0;
  readonly #text: string;
  readonly #dialect: JsonDialect;

  constructor(text: string, dialect: JsonDialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  /** Whether only white space is left. */
  atEnd(): boolean {
    this.#space();
    return this.#at >= this.#text.length;
  }

  value(depth: number): JsonNode {
    this.#space();
    const char = this.#text[this.#at];
    if (char === undefined || depth > DEPTH_MAX) throw new MalformedJson();
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"' || (char === "'" && this.#dialect.allowSingleQuotes)) return { kind: 'string', text: this.#string() };
    return this.#word();
  }

  #object(depth: number): JsonNode {
    const entries: [string, JsonNode][] = [];
    this.#at++;
    if (this.#take('}')) return { kind: 'object', entries };
    do {
      const name = this.#name();
      if (!this.#take(':')) throw new MalformedJson();
      entries.push([name, this.value(depth + 1)]);
    } while (this.#take(','));
    if (!this.#take('}')) throw new MalformedJson();
    return { kind: 'object', entries };
  }

  #array(depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#at++;
    if (this.#take(']')) return { kind: 'array', items };
    do items.push(this.value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw new MalformedJson();
    return { kind: 'array', items };
  }

  #name(): string {
    this.#space();
    const char = this.#text[this.#at];
    if (char === '"' || (char === "'" && this.#dialect.allowSingleQuotes)) return this.#string();
    const name = this.#dialect.allowUnquotedFieldNames ? this.#match(/[\p{L}\p{N}_$@#*+-]+/uy) : undefined;
    if (name === undefined) throw new MalformedJson();
    return name;
  }

  #string(): string {
    const quote = this.#text[this.#at++]!;
    let out = '';
    for (;;) {
      const char = this.#text[this.#at++];
      if (char === undefined) throw new MalformedJson();
      if (char === quote) return out;
      if (char === '\\') out += this.#escape();
      else if (char < ' ' && !this.#dialect.allowUnquotedControlChars) throw new MalformedJson();
      else out += char;
    }
  }

  #escape(): string {
    const char = this.#text[this.#at++];
    if (char === undefined) throw new MalformedJson();
    if (char === 'u') {
      const digits = this.#match(/[0-9a-fA-F]{4}/y);
      if (digits === undefined) throw new MalformedJson();
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const plain = ESCAPES[char] ?? (char === "'" && this.#dialect.allowSingleQuotes ? char : undefined);
    if (plain !== undefined) return plain;
    if (this.#dialect.allowBackslashEscapingAnyCharacter) return char;
    throw new MalformedJson();
  }

  #word(): JsonNode {
    const word = this.#match(/[^\s,:[\]{}"'/]+/y) ?? '';
    if (word === 'true' || word === 'false' || word === 'null') return { kind: word };
    const other = NON_NUMBERS[word];
    if (other !== undefined && this.#dialect.allowNonNumericNumbers) return { kind: 'fraction', text: other };
    const number = /^-?(\d+)(\.\d+)?([eE][+-]?\d+)?$/.exec(word);
    if (number === null || (/^0\d/.test(number[1]!) && !this.#dialect.allowNumericLeadingZeros)) throw new MalformedJson();
    const text = word.replace(/^(-?)0+(?=\d)/, '$1');
    return { kind: number[2] === undefined && number[3] === undefined ? 'integer' : 'fraction', text };
  }

  #take(char: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    this.#match(this.#dialect.allowComments ? /(?:[ \t\r\n]|\/\*[^]*?\*\/|\/\/[^\n]*)+/y : /[ \t\r\n]+/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

/** The first value of a text; what stands behind it is not looked at. `empty` where there is none, undefined where it is malformed. */
export function readJson(text: string, dialect: JsonDialect): JsonNode | 'empty' | undefined {
  const reader = new Reader(text, dialect);
  if (reader.atEnd()) return 'empty';
  try {
    return reader.value(0);
  } catch (error) {
    if (error instanceof MalformedJson) return undefined;
    throw error;
  }
}


/** The value as Spark copies it into a text: without white space, fractions as doubles. */
export function writeJson(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return quoteJson(node.text);
    case 'integer':
      return node.text;
    case 'fraction':
      return /^[-+]?[NI]/.test(node.text) ? `"${node.text}"` : javaDouble(Number(node.text));
    case 'array':
      return `[${node.items.map(writeJson).join(',')}]`;
    case 'object':
      return `{${node.entries.map(([name, value]) => `${quoteJson(name)}:${writeJson(value)}`).join(',')}}`;
    default:
      return node.kind;
  }
}

/** A JSON string: quotes, backslashes and control characters escaped, all else as it is. */
export function quoteJson(text: string): string {
  return JSON.stringify(text).replace(/\\(?:u[0-9a-f]{4}|.)/g, (escape) => (escape[1] === 'u' ? `\\u${escape.slice(2).toUpperCase()}` : escape));
}

/** A double as Java prints it: plain in [1e-3, 1e7), else with an exponent. */
export function javaDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits, exponent] = value.toExponential().split('e');
  return `${digits!.includes('.') ? digits! : `${digits!}.0`}E${Number(exponent)}`;
}
