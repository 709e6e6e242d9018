import type { Emission } from '../plan/expression.ts';
import { type DataType, isIntegral } from '../types/dataType.ts';

/** A Java format as DuckDB's printf takes it; `asText` tells which values it wants as text. Undefined where it has no equal. */
export function printfFormat(format: string, types: readonly DataType[]): { readonly format: string; readonly asText: readonly boolean[] } | undefined {
  const asText: boolean[] = [];
  let ok = true;
  const compiled = format.replace(/%(?:%|n|([-+ 0]*)(\d*)(?:\.(\d+))?([a-zA-Z])|(\d+)\$.*)/g, (whole, flags: string | undefined, width: string | undefined, precision: string | undefined, letter: string | undefined) => {
    if (whole === '%%') return '%%';
    if (whole === '%n') return '\n';
    const type = types[asText.length];
    if (letter === undefined || type === undefined) {
      ok = false;
      return whole;
    }
    const number = letter === 'd' || letter === 'x' || letter === 'X' || letter === 'o' ? isIntegral(type) : letter === 'f' || letter === 'e' ? type.kind === 'double' : false;
    const text = letter === 's';
    if (!number && !text) ok = false;
    asText.push(text);
    return `%${flags}${width}${precision === undefined ? '' : `.${precision}`}${letter}`;
  });
  return ok && asText.length === types.length ? { format: compiled, asText } : undefined;
}

/** `format_number(x, places)`: thousands in commas. */
export function formatNumberText(type: DataType, places: number): Emission {
  return ([x]) => {
    if (places < 0) return 'CAST(NULL AS VARCHAR)';
    if (isIntegral(type)) return places === 0 ? `format('{:,}', ${x})` : `(format('{:,}', ${x}) || '.${'0'.repeat(places)}')`;
    return `format('{:,.${places}f}', CAST(${x} AS DOUBLE))`;
  };
}

export interface NumberPattern {
  readonly whole: number;
  readonly scale: number;
  /** What a text has to look like to be read by the pattern. */
  readonly regex: string;
}

/** A pattern of `9`, `0`, a point and commas. */
export function numberPattern(pattern: string): NumberPattern | undefined {
  const parts = /^([90,]*)(?:[.D]([90]*))?$/.exec(pattern);
  if (parts === null) return undefined;
  const digits = parts[1]!.replaceAll(',', '');
  const scale = parts[2]?.length ?? 0;
  const nines = digits.replaceAll('0', '9').length;
  if (nines + scale === 0 || nines + scale > 38) return undefined;
  const body = parts[1]!.includes(',') ? `[0-9,]{0,${parts[1]!.length}}` : `[0-9]{0,${nines}}`;
  return { whole: nines, scale, regex: `${body}(\\.[0-9]{0,${scale}})?` };
}
