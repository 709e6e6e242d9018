import { LakebookError } from '../../../base/errors.ts';
import { remembered } from './memo.ts';

/** Engines that a pattern of Java's can be written for. */
type Target = 'javascript' | 're2';

/** A pattern of Java's for another engine; `unsupported` says what that engine cannot do as Java does. */
export type Translation = { readonly kind: 'pattern'; readonly source: string; readonly flags: string } | { readonly kind: 'unsupported'; readonly what: string } | { readonly kind: 'invalid' };

const LINE_ENDS = String.raw`\n\r\u0085\u2028\u2029`;
const RE2_LINE_ENDS = String.raw`\n\r\x{85}\x{2028}\x{2029}`;
const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: String.raw`\x00-\x7F`, Alpha: 'a-zA-Z', Digit: '0-9', Alnum: 'a-zA-Z0-9', Punct: String.raw`\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E`, Graph: String.raw`\x21-\x7E`, Print: String.raw`\x20-\x7E`,
  Blank: String.raw`\x20\t`, Cntrl: String.raw`\x00-\x1F\x7F`, XDigit: '0-9a-fA-F', Space: String.raw`\x20\t\n\x0B\f\r`,
};
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', a: '\u0007', e: '\u001b' };

/** Ends a translation: the pattern is beyond the target, or no pattern of Java's. */
class Unsupported extends Error {}
class Invalid extends Error {}

/** Walks a pattern of java.util.regex and writes it for the target. */
class Translator {
  readonly #text: string;
  readonly #target: Target;
  #at = 0;
  #flags = new Set<string>();

  constructor(text: string, target: Target) {
    this.#text = text;
    this.#target = target;
  }

  translate(): Translation {
    const leading = /^\(\?([ims]+)\)/.exec(this.#text);
    if (leading !== null) {
      this.#flags = new Set(leading[1]);
      this.#at = leading[0].length;
    }
    let out = '';
    while (this.#at < this.#text.length) out += this.#next();
    if (this.#target === 're2') return { kind: 'pattern', source: this.#flags.has('i') ? `(?i)${out}` : out, flags: '' };
    return { kind: 'pattern', source: out, flags: `v${['i', 'm'].filter((flag) => this.#flags.has(flag)).join('')}` };
  }

  #next(): string {
    const char = this.#text[this.#at]!;
    switch (char) {
      case '\\':
        return this.#escape(false);
      case '[':
        return this.#class();
      case '(':
        return this.#open();
      case '.':
        this.#at++;
        return this.#flags.has('s') ? (this.#target === 're2' ? '(?s:.)' : String.raw`[\s\S]`) : this.#target === 're2' ? `[^${RE2_LINE_ENDS}]` : `[^${LINE_ENDS}]`;
      case '^':
        this.#at++;
        return this.#flags.has('m') ? this.#only('javascript', String.raw`(?<![\s\S])|(?<=[${LINE_ENDS}])(?![\n](?<=\r\n))(?=[\s\S])`, '^ over several lines', true) : this.#target === 're2' ? '^' : String.raw`(?<![\s\S])`;
      case '$':
        this.#at++;
        return this.#only('javascript', this.#flags.has('m') ? String.raw`(?=[${LINE_ENDS}]|(?![\s\S]))` : String.raw`(?=(?:\r\n|[${LINE_ENDS}])?(?![\s\S]))`, '$ before the last line end');
      case '*':
      case '+':
      case '?':
      case '}':
        return this.#quantifierEnd(char);
      default:
        this.#at++;
        return /[/]/.test(char) && this.#target === 'javascript' ? `\\${char}` : char;
    }
  }

  #only(target: Target, source: string, what: string, group = false): string {
    if (this.#target !== target) throw new Unsupported(what);
    return group ? `(?:${source})` : source;
  }

  /** Behind a quantifier a plus makes it possessive. */
  #quantifierEnd(char: string): string {
    this.#at++;
    if (this.#text[this.#at] === '+') throw new Unsupported('possessive quantifiers');
    return char;
  }

  #open(): string {
    const rest = this.#text.slice(this.#at);
    const special = /^\(\?(?:<([A-Za-z][A-Za-z0-9]*)>|([:=!>]|<[=!])|([a-zA-Z-]*)([:)]))/.exec(rest);
    if (special === null) {
      if (rest.startsWith('(?')) throw new Invalid();
      this.#at++;
      return '(';
    }
    this.#at += special[0].length;
    const [, name, look] = special;
    if (name !== undefined) return this.#target === 're2' ? `(?P<${name}>` : `(?<${name}>`;
    if (look === undefined) throw new Unsupported('flags inside of a pattern');
    if (look === '>') throw new Unsupported('atomic groups');
    return look === ':' ? '(?:' : this.#only('javascript', `(?${look}`, 'lookaround');
  }

  #escape(inClass: boolean): string {
    const rest = this.#text.slice(this.#at + 1);
    const char = rest[0];
    if (char === undefined) throw new Invalid();
    const take = (length: number, out: string): string => {
      this.#at += 1 + length;
      return out;
    };
    const code = /^(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|0([0-3]?[0-7]{1,2}))/.exec(rest);
    if (code !== null) return take(code[0].length, this.#code(code[4] === undefined ? Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16) : Number.parseInt(code[4], 8)));
    const property = /^([pP])(?:\{([^}]*)\}|(.))/.exec(rest);
    if (property !== null) return take(property[0].length, this.#property(property[1] === 'P', property[2] ?? property[3]!, inClass));
    if (char in CONTROLS) return take(1, this.#code(CONTROLS[char]!.charCodeAt(0)));
    switch (char) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
        return take(1, `\\${char}`);
      case 's':
        return take(1, inClass ? String.raw`\t-\r\x20` : String.raw`[\t-\r\x20]`);
      case 'S':
        if (inClass) throw new Unsupported('\\S in brackets');
        return take(1, String.raw`[^\t-\r\x20]`);
      case 'Q': {
        const end = rest.indexOf('\\E');
        const quoted = rest.slice(1, end < 0 ? undefined : end);
        return take(end < 0 ? rest.length : end + 2, Array.from(quoted, (each) => this.#code(each.codePointAt(0)!)).join(''));
      }
      default:
        break;
    }
    if (inClass) return /[A-Za-z0-9]/.test(char) ? this.#invalidEscape() : take(char.length, this.#code(rest.codePointAt(0)!, rest));
    switch (char) {
      case 'b':
      case 'B':
        return take(1, `\\${char}`);
      case 'A':
        return take(1, this.#target === 're2' ? '\\A' : String.raw`(?<![\s\S])`);
      case 'z':
        return take(1, this.#target === 're2' ? '\\z' : String.raw`(?![\s\S])`);
      case 'Z':
        return take(1, this.#only('javascript', String.raw`(?=(?:\r\n|[${LINE_ENDS}])?(?![\s\S]))`, '\\Z'));
      case 'k': {
        const name = /^k<([A-Za-z][A-Za-z0-9]*)>/.exec(rest);
        if (name === null) throw new Invalid();
        return take(name[0].length, this.#only('javascript', `\\k<${name[1]}>`, 'backreferences'));
      }
      case 'G':
      case 'X':
      case 'R':
      case 'h':
      case 'H':
      case 'v':
      case 'V':
      case 'N':
        throw new Unsupported(`\\${char}`);
      default:
        if (/[1-9]/.test(char)) return take(1, this.#only('javascript', `(?:\\${char})`, 'backreferences'));
        return /[A-Za-z]/.test(char) ? this.#invalidEscape() : take(0, this.#code(rest.codePointAt(0)!, rest));
    }
  }

  #invalidEscape(): never {
    throw new Invalid();
  }

  /** A character by its number. `taken` is where it was read from, and goes on behind it. */
  #code(code: number, taken?: string): string {
    if (taken !== undefined) this.#at += String.fromCodePoint(code).length + (this.#text[this.#at] === '\\' ? 1 : 0);
    const char = String.fromCodePoint(code);
    if (/[A-Za-z0-9]/.test(char)) return char;
    return this.#target === 're2' ? `\\x{${code.toString(16)}}` : `\\u{${code.toString(16)}}`;
  }

  #property(negated: boolean, name: string, inClass: boolean): string {
    const ascii = POSIX[name];
    if (ascii !== undefined) {
      if (inClass && negated) throw new Unsupported(`\\P{${name}} in brackets`);
      return inClass ? ascii : `[${negated ? '^' : ''}${ascii}]`;
    }
    const sign = negated ? 'P' : 'p';
    if (/^(?:L[ulmot]?|N[dlo]?|P[cdfieso]?|S[mcko]?|M[nce]?|Z[slp]?|C[cfs]?)$/.test(name)) return `\\${sign}{${name}}`;
    const script = /^(?:Is|script=|sc=)(Latin|Greek|Cyrillic|Han|Hiragana|Katakana|Arabic|Hebrew|Thai|Hangul)$/.exec(name);
    if (script !== null) return this.#target === 're2' ? `\\${sign}{${script[1]}}` : `\\${sign}{Script=${script[1]}}`;
    if (/^(?:Is|In|java|blk=|block=|gc=|general_category=)/.test(name)) throw new Unsupported(`\\${sign}{${name}}`);
    throw new Invalid();
  }

  /** Brackets, with what stands in brackets inside of them, and intersections. */
  #class(): string {
    this.#at++;
    let out = '[';
    if (this.#text[this.#at] === '^') {
      out += '^';
      this.#at++;
    }
    let first = true;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new Invalid();
      if (char === ']' && !first) {
        this.#at++;
        return `${out}]`;
      }
      first = false;
      if (char === '\\') out += this.#escape(true);
      else if (char === '[') {
        if (this.#target === 're2') throw new Unsupported('brackets in brackets');
        out += this.#class();
      } else if (this.#text.startsWith('&&', this.#at)) throw new Unsupported('intersections of brackets');
      else if (char === '-') {
        this.#at++;
        const range = (out.length > 1 && out !== '[^' && this.#text[this.#at] !== ']' && !out.endsWith('-'));
        out += range ? '-' : '\\-';
      } else {
        const code = this.#text.codePointAt(this.#at)!;
        this.#at += String.fromCodePoint(code).length;
        out += this.#code(code);
      }
    }
  }
}

/** A pattern of java.util.regex for RE2 or for JavaScript (with the `v` flag). */
export function translateRegex(pattern: string, target: Target): Translation {
  try {
    const translation = new Translator(pattern, target).translate();
    if (translation.kind === 'pattern') void new RegExp(target === 'javascript' ? translation.source : '', target === 'javascript' ? translation.flags : '');
    return translation;
  } catch (error) {
    if (error instanceof Unsupported) return { kind: 'unsupported', what: error.message };
    if (error instanceof Invalid || error instanceof SyntaxError) return { kind: 'invalid' };
    throw error;
  }
}

/**
 * Whether something is repeated that repeats or chooses itself, as in `(a+)+`: JavaScript's engine may then try as many ways as
 * there are, which takes for ever. RE2 never does.
 */
function nestsRepeats(pattern: string): boolean {
  const groups: boolean[] = [];
  let closed: boolean | undefined; // whether the group that just ended repeats or chooses
  let level = false;
  for (const [token] of pattern.matchAll(/\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|[^\]])*\]|\{\d+(?:,\d*)?\}|[^]/g)) {
    const unbounded = token === '*' || token === '+' || /^\{\d+,\}$/.test(token) || /^\{\d{3,}/.test(token);
    const often = unbounded || /\d\d\}$/.test(token); // `(.*,){10}` has as many ways as `(.*,)+` on the lines that there are
    if (often && closed === true) return true;
    if (token === '(') {
      groups.push(level);
      level = false;
    } else if (token === ')') {
      closed = level;
      level = (groups.pop() ?? false) || level;
      continue;
    } else if (unbounded || token === '|') level = true;
    closed = undefined;
  }
  return false;
}

const compiled = remembered((pattern) => {
  const translation = translateRegex(pattern, 'javascript');
  if (translation.kind === 'invalid') throw new LakebookError('INVALID_PARAMETER_VALUE.PATTERN', { function: 'regexp', pattern });
  if (translation.kind === 'unsupported') throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `The pattern '${pattern}'`, reason: `it uses what only Java has: ${translation.what}` });
  if (nestsRepeats(pattern)) throw new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `The pattern '${pattern}'`, reason: 'it repeats what repeats itself, which may take for ever' });
  return new RegExp(translation.source, `${translation.flags}g`);
});

/**
 * A pattern ready to search with. Few are kept.
 * @throws LakebookError INVALID_PARAMETER_VALUE.PATTERN, UNSUPPORTED_FEATURE.LOCAL_ENGINE
 */
export function compileRegex(pattern: string): RegExp {
  const regex = compiled(pattern);
  regex.lastIndex = 0;
  return regex;
}
