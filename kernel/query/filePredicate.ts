import type { Literal, Predicate } from '../delta/predicate.ts';
import type { PrimitiveType } from '../delta/schema.ts';
import type { DecimalType, SimpleKind } from '../sql/types/dataType.ts';
import type { ScanPredicate, TypedLiteral } from '../sql/plan/scan.ts';

/** What a statement asks of one table, as the log's reader understands it; what it does not is `unknown`. */
export function toFilePredicate(predicate: ScanPredicate): Predicate {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return { kind: predicate.kind, operands: predicate.terms.map(toFilePredicate) };
    case 'not':
      return { kind: 'not', operand: toFilePredicate(predicate.term) };
    case 'compare': {
      const literal = toLiteral(predicate.literal);
      return literal === undefined ? UNKNOWN : { kind: 'comparison', operator: predicate.operator, column: predicate.column, literal };
    }
    case 'in': {
      const literals = predicate.literals.map(toLiteral);
      return literals.includes(undefined) ? UNKNOWN : { kind: 'in', column: predicate.column, literals: literals as readonly Literal[] };
    }
    case 'isNull':
    case 'isNotNull':
    case 'startsWith':
      return predicate;
  }
}

const UNKNOWN: Predicate = { kind: 'unknown' };

const PRIMITIVE_KINDS: Readonly<Partial<Record<SimpleKind, Exclude<PrimitiveType['kind'], 'decimal'>>>> = {
  tinyint: 'byte',
  smallint: 'short',
  int: 'integer',
  bigint: 'long',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
  string: 'string',
  date: 'date',
  timestamp: 'timestamp',
  timestamp_ntz: 'timestamp_ntz',
};

function toLiteral({ type, value }: TypedLiteral): Literal | undefined {
  if (value instanceof Uint8Array) return undefined;
  if (type.kind === 'decimal') {
    const { precision, scale } = type;
    return { type: { kind: 'decimal', precision, scale }, value: typeof value === 'bigint' ? formatDecimal(value, type) : null };
  }
  const kind = PRIMITIVE_KINDS[type.kind as SimpleKind];
  if (kind === undefined) return undefined;
  const text = typeof value === 'bigint' ? formatBigint(kind, value) : value;
  return text === undefined ? undefined : { type: { kind }, value: text };
}

function formatDecimal(unscaled: bigint, { scale }: DecimalType): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const DAY_MS = 86_400_000n;

/** Dates and times as text; undefined for years that four digits cannot hold. */
function formatBigint(kind: PrimitiveType['kind'], value: bigint): bigint | string | undefined {
  if (kind === 'date') return formatUtc(value * DAY_MS * 1000n)?.slice(0, 10);
  if (kind === 'timestamp_ntz') return formatUtc(value);
  if (kind !== 'timestamp') return value;
  const text = formatUtc(value);
  return text === undefined ? undefined : `${text}+00`;
}

/** `2024-01-31 10:00:00.000000`. */
function formatUtc(micros: bigint): string | undefined {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((micros - fraction) / 1000n));
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}.${fraction.toString().padStart(6, '0')}`;
}
