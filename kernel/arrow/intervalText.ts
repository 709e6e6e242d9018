const DAY = 86_400_000_000n;
const HOUR = 3_600_000_000n;
const MINUTE = 60_000_000n;
const SECOND = 1_000_000n;

/**
 * An interval as Spark casts it to a text, `INTERVAL '1 02:03:04.5' DAY TO SECOND`.
 * @param sparkType says the first and the last field; where it does not, all of them are written
 */
export function formatInterval(months: number, micros: bigint, sparkType: string): string {
  const [, first = months === 0 ? 'day' : 'year', last = first] = /^interval (\w+)(?: to (\w+))?$/.exec(sparkType) ?? [undefined, undefined, months === 0 ? 'second' : 'month'];
  const isYearMonth = first === 'year' || first === 'month';
  const sign = months < 0 || micros < 0n ? '-' : '';
  const value = isYearMonth ? yearMonthText(Math.abs(months), first, last) : dayTimeText(micros < 0n ? -micros : micros, first, last);
  const unit = first === last ? first : `${first} to ${last}`;
  return `INTERVAL '${sign}${value}' ${unit.toUpperCase()}`;
}

function yearMonthText(months: number, first: string, last: string): string {
  if (first === 'month') return String(months);
  const years = String(Math.floor(months / 12));
  return last === 'year' ? years : `${years}-${months % 12}`;
}

const FIELDS = [
  { name: 'day', micros: DAY, digits: 1, before: '' },
  { name: 'hour', micros: HOUR, digits: 2, before: ' ' },
  { name: 'minute', micros: MINUTE, digits: 2, before: ':' },
  { name: 'second', micros: SECOND, digits: 2, before: ':' },
] as const;

/** The first field takes what larger ones would have held. */
function dayTimeText(micros: bigint, first: string, last: string): string {
  const names = FIELDS.map(({ name }) => name as string);
  const fields = FIELDS.slice(names.indexOf(first), names.indexOf(last) + 1);
  let rest = micros;
  let text = '';
  for (const [index, { micros: unit, digits, before }] of fields.entries()) {
    text += `${index === 0 ? '' : before}${String(rest / unit).padStart(digits, '0')}`;
    rest %= unit;
  }
  const fraction = last === 'second' ? String(rest).padStart(6, '0').replace(/0+$/, '') : '';
  return fraction === '' ? text : `${text}.${fraction}`;
}
