import type { JavaScriptFunction } from '../../scalarFunctions.ts';

const decoder = new TextDecoder('utf-8');

/** `to_char(12.5, '99.99')`: digits in the pattern's places; what does not fit is all `#`. */
export function formatByPattern(number: string, pattern: string): string {
  const [whole = '', fraction = ''] = pattern.toUpperCase().replace('D', '.').split('.');
  const negative = number.startsWith('-');
  const [digits = '', places = ''] = number.replace('-', '').split('.');
  const slots = whole.replaceAll(',', '').length;
  const significant = digits.replace(/^0+(?=\d)/, '');
  const scaled = places.padEnd(fraction.length, '0');
  if ((significant === '0' ? 0 : significant.length) > slots || scaled.slice(fraction.length).replace(/0+$/, '') !== '') return '#'.repeat(pattern.length);
  const zeros = whole.indexOf('0');
  let rest = (significant === '0' ? '' : significant).padStart(zeros < 0 ? 0 : whole.slice(zeros).replaceAll(',', '').length, '0');
  let out = '';
  for (const slot of [...whole].reverse()) {
    if (slot === ',') out = (rest === '' ? ' ' : ',') + out;
    else {
      out = (rest === '' ? ' ' : rest.at(-1)!) + out;
      rest = rest.slice(0, -1);
    }
  }
  const body = fraction === '' ? out : `${out}.${scaled.slice(0, fraction.length)}`;
  return negative ? body.replace(/(\s*)(\S)/, (_, space: string, first: string) => `${space.slice(1)}-${first}`) : body;
}

export const textFunctions: readonly JavaScriptFunction[] = [
  /** Bytes as text, with U+FFFD for what is no UTF-8. */
  { name: 'js_utf8', parameters: ['BLOB'], returns: 'VARCHAR', evaluate: (value) => decoder.decode(value as Uint8Array) },
  { name: 'js_to_char', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (number, pattern) => formatByPattern(number as string, pattern as string) },
];
