import { groupThousands, readDigits, roundDigits } from './decimalText.ts';

/** How a value came: Java prints integers of different widths differently, and refuses others. */
export type FormatKind = 'byte' | 'short' | 'int' | 'long' | 'double' | 'decimal' | 'boolean' | 'string';
export interface FormatValue {
  readonly kind: FormatKind;
  /** As a text, of doubles as Java prints them; null for NULL. */
  readonly text: string | null;
}

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;
const BITS: Readonly<Record<string, bigint>> = { byte: 8n, short: 16n, int: 32n, long: 64n };

interface Specifier {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** What a constant format asks for that is not printed here as Java prints it; undefined where all of it is. */
export function unsupportedFormat(format: string, kinds: readonly FormatKind[]): string | undefined {
  if (format.replace(SPECIFIER, '').includes('%')) return 'it is no format of Java\'s';
  let next = 0;
  for (const [, index, flags, , , conversion] of format.matchAll(SPECIFIER)) {
    if (conversion === '%' || conversion === 'n') continue;
    const kind = kinds[index === undefined ? next++ : Number(index) - 1];
    if (kind === undefined) return 'it asks for a value that is not there';
    if (flags!.includes('#') || !isPrintable(conversion!, kind)) return `%${conversion} of such a value is Java's alone`;
  }
  return undefined;
}

function isPrintable(conversion: string, kind: FormatKind): boolean {
  switch (conversion) {
    case 's':
    case 'S':
    case 'b':
    case 'B':
      return true;
    case 'd':
    case 'x':
    case 'X':
    case 'o':
      return kind in BITS;
    case 'c':
      return kind === 'int' || kind === 'short' || kind === 'byte';
    case 'f':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return kind === 'double' || kind === 'decimal';
    default:
      return false;
  }
}

/** java.util.Formatter, for what {@link unsupportedFormat} lets through. */
export function formatJava(format: string, values: readonly FormatValue[]): string {
  let next = 0;
  return format.replace(SPECIFIER, (_, index: string | undefined, flags: string, width: string | undefined, precision: string | undefined, conversion: string) => {
    const specifier: Specifier = { flags, width: Number(width ?? 0), precision: precision === undefined ? undefined : Number(precision), conversion };
    if (conversion === 'n') return '\n';
    if (conversion === '%') return pad('%', specifier);
    return one(values[index === undefined ? next++ : Number(index) - 1]!, specifier);
  });
}

function one({ kind, text }: FormatValue, specifier: Specifier): string {
  const { conversion, precision } = specifier;
  const upper = conversion !== conversion.toLowerCase();
  const cut = (shown: string): string => pad((upper ? shown.toUpperCase() : shown).slice(0, precision ?? shown.length + 8), specifier);
  if (conversion.toLowerCase() === 'b') return cut(String(kind === 'boolean' ? text === 'true' : text !== null));
  if (text === null || conversion.toLowerCase() === 's') return cut(text ?? 'null');
  switch (conversion.toLowerCase()) {
    case 'c':
      return pad(String.fromCodePoint(Number(text)), specifier);
    case 'd':
      return signed(text.replace('-', ''), text.startsWith('-'), specifier);
    case 'x':
    case 'o': {
      const unsigned = BigInt.asUintN(Number(BITS[kind]), BigInt(text)).toString(conversion === 'o' ? 8 : 16);
      const filled = specifier.flags.includes('0') ? unsigned.padStart(specifier.width, '0') : unsigned;
      return pad(upper ? filled.toUpperCase() : filled, specifier);
    }
    default:
      return fractional(text, specifier, upper);
  }
}

function fractional(text: string, specifier: Specifier, upper: boolean): string {
  if (/NaN|Infinity/.test(text)) {
    const plus = specifier.flags.includes('+') && text === 'Infinity' ? '+' : specifier.flags.includes(' ') && text === 'Infinity' ? ' ' : '';
    const shown = text === '-Infinity' && specifier.flags.includes('(') ? '(Infinity)' : plus + text;
    return pad(upper ? shown.toUpperCase() : shown, specifier);
  }
  const digits = readDigits(text);
  const body = numberBody(digits, specifier);
  return signed(upper ? body.toUpperCase() : body, text.startsWith('-'), specifier);
}

function numberBody(digits: ReturnType<typeof readDigits>, { conversion, precision = 6 }: Specifier): string {
  const fixed = (places: number): string => {
    const { whole, fraction } = roundDigits(digits, places, 'up');
    return fraction === '' ? whole : `${whole}.${fraction}`;
  };
  switch (conversion.toLowerCase()) {
    case 'f':
      return fixed(precision);
    case 'e':
      return scientific(digits, precision);
    default: {
      const significant = precision === 0 ? 1 : precision;
      if (digits.digits === '') return fixed(significant - 1);
      // rounded first: what is 10^precision then is printed with an exponent
      const { whole } = roundDigits({ ...digits, exponent: significant }, 0, 'up');
      const exponent = digits.exponent + (whole.length > significant ? 1 : 0);
      return exponent >= -3 && exponent <= significant ? fixed(significant - exponent) : scientific(digits, significant - 1);
    }
  }
}

function scientific(digits: ReturnType<typeof readDigits>, places: number): string {
  const { whole, fraction } = roundDigits({ ...digits, exponent: 1 }, places, 'up');
  const carried = whole.length > 1;
  const power = digits.digits === '' ? 0 : digits.exponent - 1 + (carried ? 1 : 0);
  const mantissa = carried ? { whole: '1', fraction: '0'.repeat(places) } : { whole, fraction };
  return `${mantissa.whole}${places === 0 ? '' : `.${mantissa.fraction}`}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Sign, thousands and zeros around the digits of a number. */
function signed(magnitude: string, negative: boolean, specifier: Specifier): string {
  const { flags, width } = specifier;
  const [whole = '', ...rest] = magnitude.split('.');
  const body = [flags.includes(',') ? groupThousands(whole) : whole, ...rest].join('.');
  const [open, close] = negative ? (flags.includes('(') ? ['(', ')'] : ['-', '']) : [flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '', ''];
  const filled = flags.includes('0') ? body.padStart(width - open.length - close.length, '0') : body;
  return pad(`${open}${filled}${close}`, specifier);
}

function pad(text: string, { flags, width }: Specifier): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}
