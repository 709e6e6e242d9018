/** A part of a pattern of `to_number` and `to_char`. Digits come in groups, with whether a group must be full. */
type PatternPart =
  | { readonly kind: 'digits'; readonly groups: readonly DigitGroup[] }
  | { readonly kind: 'point' | 'dollar' | 'sign' | 'minus' | 'open' | 'close' };
interface DigitGroup {
  readonly length: number;
  readonly full: boolean;
}

/** A number pattern of Spark's: `S$9,990.99PR` and the like. */
export interface NumberPattern {
  readonly parts: readonly PatternPart[];
  readonly precision: number;
  readonly scale: number;
}
/** The rule that a pattern breaks, as an error class. */
export type PatternFault = 'INVALID_FORMAT.EMPTY' | 'INVALID_FORMAT.WRONG_NUM_DIGIT' | 'INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT' | 'INVALID_FORMAT.CUR_MUST_BEFORE_DEC' | 'INVALID_FORMAT.CONT_THOUSANDS_SEPS' | 'INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC' | 'INVALID_FORMAT.WRONG_NUM_TOKEN' | 'INVALID_FORMAT.UNEXPECTED_TOKEN';

type Token = { readonly kind: 'digits'; readonly length: number; readonly full: boolean } | { readonly kind: 'separator' | 'point' | 'dollar' | 'sign' | 'minus' | 'open' | 'close' | 'unknown' };

const TOKEN = /[09]+|[.D]|[,G]|\$|S|MI|PR|[^]/g;
const KINDS: Readonly<Record<string, 'point' | 'separator' | 'dollar' | 'sign' | 'minus'>> = { '.': 'point', D: 'point', ',': 'separator', G: 'separator', $: 'dollar', S: 'sign', MI: 'minus' };

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  let behindPoint = false;
  for (const [text] of pattern.matchAll(TOKEN)) {
    if (/^[09]/.test(text)) tokens.push({ kind: 'digits', length: text.length, full: text.startsWith('0') && !behindPoint });
    else if (text === 'PR') {
      tokens.unshift({ kind: 'open' });
      tokens.push({ kind: 'close' });
    } else tokens.push({ kind: KINDS[text] ?? 'unknown' });
    behindPoint ||= KINDS[text] === 'point';
  }
  return tokens;
}

/** The pattern of a text, or what is wrong with it. */
export function parseNumberPattern(pattern: string): NumberPattern | PatternFault {
  if (pattern === '') return 'INVALID_FORMAT.EMPTY';
  const tokens = tokenize(pattern);
  const runs = groupRuns(tokens);
  const fault = faultOf(runs);
  if (fault !== undefined) return fault;
  const parts = runs.map((run): PatternPart => (run.kind === 'digits' ? { kind: 'digits', groups: run.tokens.flatMap((token) => (token.kind === 'digits' ? [token] : [])) } : { kind: run.kind as 'point' }));
  const count = (some: readonly PatternPart[]): number => some.reduce((sum, part) => sum + (part.kind === 'digits' ? part.groups.reduce((all, group) => all + group.length, 0) : 0), 0);
  const point = parts.findIndex(({ kind }) => kind === 'point');
  return { parts, precision: count(parts), scale: point < 0 ? 0 : count(parts.slice(point)) };
}

type Run = { readonly kind: 'digits'; readonly tokens: readonly Token[] } | { readonly kind: Exclude<Token['kind'], 'digits' | 'separator'> };

/** Digits and separators that stand together are one run. */
function groupRuns(tokens: readonly Token[]): readonly Run[] {
  const runs: (Run | { kind: 'digits'; tokens: Token[] })[] = [];
  for (const token of tokens) {
    const last = runs.at(-1);
    if (token.kind !== 'digits' && token.kind !== 'separator') runs.push({ kind: token.kind });
    else if (last?.kind === 'digits') (last.tokens as Token[]).push(token);
    else runs.push({ kind: 'digits', tokens: [token] });
  }
  return runs;
}

/** In the order in which Spark looks. */
function faultOf(runs: readonly Run[]): PatternFault | undefined {
  const first = (kind: Run['kind']): number => runs.findIndex((run) => run.kind === kind);
  const [digits, dollar, point] = [first('digits'), first('dollar'), first('point')];
  if (digits < 0) return 'INVALID_FORMAT.WRONG_NUM_DIGIT';
  if (digits < dollar) return 'INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT';
  if (point >= 0 && point < dollar) return 'INVALID_FORMAT.CUR_MUST_BEFORE_DEC';
  for (const [place, run] of runs.entries()) {
    if (run.kind !== 'digits') continue;
    const separators = run.tokens.flatMap(({ kind }, index) => (kind === 'separator' ? [index] : []));
    if (point < 0 || place < point) {
      if (separators.some((index) => index === 0 || index === run.tokens.length - 1 || run.tokens[index - 1]?.kind === 'separator')) return 'INVALID_FORMAT.CONT_THOUSANDS_SEPS';
    } else if (separators.length > 0) return 'INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC';
  }
  for (const kind of ['point', 'sign', 'minus', 'dollar', 'close'] as const) if (runs.filter((run) => run.kind === kind).length > 1) return 'INVALID_FORMAT.WRONG_NUM_TOKEN';
  return followsOrder(runs) ? undefined : 'INVALID_FORMAT.UNEXPECTED_TOKEN';
}

/** `[PR] [MI|S] [$] digits [. digits] [$] [MI|S|PR]`. */
const ORDER: readonly (readonly Run['kind'][])[] = [['open'], ['minus', 'sign'], ['dollar'], ['digits'], ['point'], ['digits'], ['dollar'], ['minus', 'sign', 'close']];

function followsOrder(runs: readonly Run[]): boolean {
  let at = 0;
  for (const allowed of ORDER) {
    const run = runs[at];
    if (run !== undefined && allowed.includes(run.kind)) at++;
  }
  return at === runs.length;
}

/** The digits of a text that follows the pattern, with sign and point; undefined where it does not. */
export function readByPattern(text: string, { parts, scale }: NumberPattern): string | undefined {
  let at = 0;
  let [before, after] = ['', ''];
  let [behindPoint, opened, closed, negative] = [false, false, false, false];
  for (const part of parts) {
    const char = text[at];
    switch (part.kind) {
      case 'digits': {
        const run = /^[\s\d,]*/.exec(text.slice(at))![0];
        at += run.length;
        const sizes = run.split(',').map((group) => group.replace(/\s/g, '').length).reverse();
        if (!fits(sizes, [...part.groups].reverse())) return undefined;
        const digits = run.replace(/[\s,]/g, '');
        if (behindPoint) after += digits;
        else before += digits;
        break;
      }
      case 'point':
        if (char === '.') [behindPoint, at] = [true, at + 1];
        break;
      case 'dollar':
        if (char !== undefined && char !== '$') return undefined;
        if (char === '$') at++;
        break;
      case 'sign':
      case 'minus':
        if (char === '-') negative = !negative;
        if (char === '-' || (char === '+' && part.kind === 'sign')) at++;
        break;
      case 'open':
        if (char === '<') [opened, at] = [true, at + 1];
        break;
      case 'close':
        if (char !== '>') break;
        if (!opened) return undefined;
        [closed, negative, at] = [true, !negative, at + 1];
        break;
    }
  }
  if (at < text.length || opened !== closed) return undefined;
  const fraction = after.padEnd(scale, '0');
  return `${negative ? '-' : ''}${before === '' ? '0' : before}${fraction === '' ? '' : `.${fraction}`}`;
}

function fits(sizes: readonly number[], groups: readonly DigitGroup[]): boolean {
  if (sizes.length > groups.length) return false;
  return groups.every(({ length, full }, index) => (full ? (sizes[index] ?? 0) === length : (sizes[index] ?? 0) <= length));
}

/** A number, in plain digits, by a pattern; digits that do not fit are all `#`. */
export function writeByPattern(number: string, { parts }: NumberPattern): string {
  const negative = number.startsWith('-') && /[1-9]/.test(number);
  const places = digitPlaces(parts);
  const [whole = '', rest = ''] = number.replace(/^-/, '').split('.');
  let [before, after] = [whole.replace(/^0+/, ''), rest.replace(/0+$/, '')];
  if (before.length > places.before || after.length > places.after) [before, after] = ['#'.repeat(places.before), '#'.repeat(places.after)];
  [before, after] = [before.padStart(places.before, ' '), after.padEnd(places.after, '0')];
  const out = new PatternText();
  let behindPoint = false;
  for (const part of parts) {
    if (part.kind === 'digits') {
      for (const [index, { length, full }] of part.groups.entries()) {
        if (index > 0) out.separator();
        const digits = behindPoint ? after : before;
        for (const digit of digits.slice(0, length)) out.digit(digit, full);
        if (behindPoint) after = digits.slice(length);
        else before = digits.slice(length);
      }
    } else {
      behindPoint ||= part.kind === 'point';
      out.mark(part.kind, negative);
    }
  }
  return out.finish();
}

function digitPlaces(parts: readonly PatternPart[]): { readonly before: number; readonly after: number } {
  let [before, after, behindPoint] = [0, 0, false];
  for (const part of parts) {
    if (part.kind === 'point') behindPoint = true;
    else if (part.kind === 'digits') for (const { length } of part.groups) [before, after] = behindPoint ? [before, after + length] : [before + length, after];
  }
  return { before, after };
}

/** Signs keep to the digits: spaces that pad a number go before them. */
class PatternText {
  #text: string[] = [];

  digit(digit: string, full: boolean): void {
    if (digit !== ' ') this.#text.push(digit);
    else if (full) this.#text.push('0');
    else this.#space();
  }

  separator(): void {
    if (/\d/.test(this.#text.at(-1) ?? '')) this.#text.push(',');
    else this.#space();
  }

  mark(kind: Exclude<PatternPart['kind'], 'digits'>, negative: boolean): void {
    switch (kind) {
      case 'point':
        if (this.#text.at(-1) === ' ') this.#text[this.#text.length - 1] = '0';
        this.#text.push('.');
        return;
      case 'dollar':
        this.#text.push('$');
        return;
      case 'sign':
        this.#dropLonePoint();
        return this.#behindDigits(negative ? '-' : '+');
      case 'minus':
        if (!negative) return void this.#text.push(' ');
        this.#dropLonePoint();
        return this.#behindDigits('-');
      case 'open':
        if (negative) this.#text.push('<');
        return;
      case 'close':
        this.#dropLonePoint();
        if (negative) this.#behindDigits('>');
        else this.#text.push(' ', ' ');
    }
  }

  finish(): string {
    this.#dropLonePoint();
    const text = this.#text.join('');
    return text === '' || text === '+' || text === '-' ? '0' : text;
  }

  #space(): void {
    let at = this.#text.length;
    while (at > 0 && '+-<'.includes(this.#text[at - 1]!)) at--;
    this.#text.splice(at, 0, ' ');
  }

  #behindDigits(sign: string): void {
    let at = this.#text.length;
    while (at > 0 && this.#text[at - 1] === ' ') at--;
    this.#text.splice(at, 0, sign);
  }

  #dropLonePoint(): void {
    const at = this.#text.indexOf('.');
    if (at >= 0 && (at === this.#text.length - 1 || this.#text[at + 1] === ' ')) this.#text[at] = ' ';
  }
}
