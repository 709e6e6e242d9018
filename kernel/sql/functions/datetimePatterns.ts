import { quoteString } from '../types/duckdbType.ts';

/** A piece of a compiled pattern: constant text, a strftime format, or an expression over the value `$x`. */
type Piece = { readonly kind: 'text' | 'format' | 'sql'; readonly text: string; readonly far?: string };

export interface DatetimePattern {
  readonly pieces: readonly Piece[];
  /** For parsing: strptime's format and the texts that Java's strict parser takes; undefined where it only prints. */
  readonly parse: { readonly format: string; readonly regex: string; readonly hasZone: boolean } | undefined;
}

interface Letter {
  readonly format?: string;
  /** With a format: for years of more than four digits, which carry a sign. */
  readonly sql?: string;
  /** strptime's format where it can be read, and the digits or letters it takes. */
  readonly parse?: readonly [format: string, regex: string];
}

const NAMES = { MMM: 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec', MMMM: 'January|February|March|April|May|June|July|August|September|October|November|December' };

/** Java's pattern letters by run, as strftime and strptime write them. `$x` is a local TIMESTAMP. */
const LETTERS: Readonly<Record<string, Letter>> = {
  y: { format: '%Y', parse: ['%Y', '\\d{4}'] },
  yy: { format: '%y', parse: ['%y', '\\d{2}'] },
  yyyy: { format: '%Y', sql: "format('{}{:04d}', CASE WHEN year($x) > 9999 THEN '+' WHEN year($x) < 0 THEN '-' ELSE '' END, abs(year($x)))", parse: ['%Y', '\\d{4}'] },
  uuuu: { format: '%Y', parse: ['%Y', '\\d{4}'] },
  M: { format: '%-m', parse: ['%m', '\\d{1,2}'] },
  MM: { format: '%m', parse: ['%m', '\\d{2}'] },
  MMM: { format: '%b', parse: ['%b', `(?i:${NAMES.MMM})`] },
  MMMM: { format: '%B', parse: ['%B', `(?i:${NAMES.MMMM})`] },
  L: { format: '%-m' },
  LL: { format: '%m' },
  d: { format: '%-d', parse: ['%d', '\\d{1,2}'] },
  dd: { format: '%d', parse: ['%d', '\\d{2}'] },
  D: { sql: 'CAST(dayofyear($x) AS VARCHAR)' },
  DDD: { format: '%j' },
  E: { format: '%a' },
  EE: { format: '%a' },
  EEE: { format: '%a' },
  EEEE: { format: '%A' },
  Q: { sql: 'CAST(quarter($x) AS VARCHAR)' },
  QQ: { sql: "('0' || quarter($x))" },
  QQQ: { sql: "('Q' || quarter($x))" },
  q: { sql: 'CAST(quarter($x) AS VARCHAR)' },
  H: { format: '%-H', parse: ['%H', '\\d{1,2}'] },
  HH: { format: '%H', parse: ['%H', '\\d{2}'] },
  h: { format: '%-I', parse: ['%I', '\\d{1,2}'] },
  hh: { format: '%I', parse: ['%I', '\\d{2}'] },
  k: { sql: 'CAST(CASE WHEN hour($x) = 0 THEN 24 ELSE hour($x) END AS VARCHAR)' },
  kk: { sql: "lpad(CAST(CASE WHEN hour($x) = 0 THEN 24 ELSE hour($x) END AS VARCHAR), 2, '0')" },
  K: { sql: 'CAST(hour($x) % 12 AS VARCHAR)' },
  KK: { sql: "lpad(CAST(hour($x) % 12 AS VARCHAR), 2, '0')" },
  m: { format: '%-M', parse: ['%M', '\\d{1,2}'] },
  mm: { format: '%M', parse: ['%M', '\\d{2}'] },
  s: { format: '%-S', parse: ['%S', '\\d{1,2}'] },
  ss: { format: '%S', parse: ['%S', '\\d{2}'] },
  S: { sql: "left(strftime($x, '%f'), 1)" },
  SS: { sql: "left(strftime($x, '%f'), 2)" },
  SSS: { format: '%g', parse: ['%g', '\\d{3}'] },
  SSSSSS: { format: '%f', parse: ['%f', '\\d{6}'] },
  a: { format: '%p', parse: ['%p', '(?i:am|pm)'] },
};
/** Zones print only where the session's zone is UTC. */
const UTC_ZONES: Readonly<Record<string, string>> = { X: 'Z', XX: 'Z', XXX: 'Z', x: '+00', xx: '+0000', xxx: '+00:00', Z: '+0000', ZZ: '+0000', ZZZ: '+0000', VV: 'UTC', z: 'UTC', zz: 'UTC', zzz: 'UTC', O: 'GMT' };

/** Compiles a constant Java pattern. Undefined where a letter has no equal here. */
export function compilePattern(pattern: string, utc: boolean): DatetimePattern | undefined {
  const pieces: Piece[] = [];
  let parse: { format: string; regex: string; hasZone: boolean } | undefined = { format: '', regex: '', hasZone: false };
  const text = (constant: string): void => {
    pieces.push({ kind: 'text', text: constant });
    if (parse !== undefined) parse = { ...parse, format: parse.format + constant.replaceAll('%', '%%'), regex: parse.regex + constant.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&') };
  };
  for (const [run, quoted] of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g)) {
    if (run === "'") return undefined;
    if (run.startsWith("'")) {
      text(run === "''" ? "'" : quoted!.replaceAll("''", "'"));
      continue;
    }
    if (!/^[A-Za-z]/.test(run)) {
      if (/[[\]{}#]/.test(run)) return undefined;
      text(run);
      continue;
    }
    const zone = UTC_ZONES[run];
    if (zone !== undefined) {
      if (!utc) return undefined;
      pieces.push({ kind: 'text', text: zone });
      parse = undefined;
      continue;
    }
    const letter = LETTERS[run];
    if (letter === undefined) return undefined;
    pieces.push(letter.format === undefined ? { kind: 'sql', text: letter.sql! } : { kind: 'format', text: letter.format, ...(letter.sql === undefined ? {} : { far: letter.sql }) });
    parse = letter.parse === undefined || parse === undefined ? undefined : { ...parse, format: parse.format + letter.parse[0], regex: `${parse.regex}(?:${letter.parse[1]})` };
  }
  return { pieces, parse };
}

const ISO = compilePattern("yyyy-MM-dd'T'HH:mm:ss.SSS", true)!;

/** The text of a local TIMESTAMP in a pattern. */
export function formatText({ pieces }: DatetimePattern, value: string): string {
  const text = piecesText(pieces, value);
  const far = pieces.map((piece): Piece => (piece.far === undefined ? piece : { kind: 'sql', text: piece.far }));
  return pieces.some((piece) => piece.far !== undefined) ? `CASE WHEN year(${value}) BETWEEN 0 AND 9999 THEN ${text} ELSE ${piecesText(far, value)} END` : text;
}

/** A local TIMESTAMP as JSON and CSV have it, in milliseconds. */
export function isoText(value: string): string {
  return formatText(ISO, value);
}

function piecesText(pieces: readonly Piece[], value: string): string {
  const groups: string[] = [];
  let format = '';
  const flush = (): void => {
    if (format !== '') groups.push(`strftime(${value}, ${quoteString(format)})`);
    format = '';
  };
  for (const piece of pieces) {
    if (piece.kind === 'sql') {
      flush();
      groups.push(piece.text.replaceAll('$x', value));
    } else format += piece.kind === 'text' ? piece.text.replaceAll('%', '%%') : piece.text;
  }
  flush();
  if (groups.length === 0) return `CASE WHEN ${value} IS NOT NULL THEN '' END`;
  return groups.length === 1 ? groups[0]! : `(${groups.join(' || ')})`;
}
