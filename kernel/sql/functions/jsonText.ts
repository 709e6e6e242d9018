import { arrayOf, BIGINT, BOOLEAN, type DataType, decimal, DOUBLE, field, STRING, structOf } from '../types/dataType.ts';
import { commonType } from '../types/coercion.ts';

/** Spark's JSON path as DuckDB writes it; undefined for texts that Spark takes for no path, which give NULL. */
export function jsonPath(path: string): { readonly text: string; readonly wildcard: boolean } | undefined {
  if (!path.startsWith('$')) return undefined;
  let text = '$';
  let wildcard = false;
  let at = 1;
  while (at < path.length) {
    const step = /^(?:\.\*|\[\*\]|\[(\d+)\]|\['([^']*)'\]|\.([^.[]+))/.exec(path.slice(at));
    if (step === null) return undefined;
    const [whole, index, quoted, name] = step;
    if (whole === '.*' || whole === '[*]') {
      text += '[*]';
      wildcard = true;
    } else text += index === undefined ? `."${(quoted ?? name!).replaceAll('"', '\\"')}"` : `[${index}]`;
    at += whole.length;
  }
  return { text, wildcard };
}

/** The type that Spark infers from a JSON text; undefined where it is no JSON. */
export function schemaOfJson(text: string): DataType | undefined {
  try {
    return typeOf(JSON.parse(text, keepNumberText) as unknown);
  } catch {
    return undefined;
  }
}

/** Numbers keep whether they were written with a fraction. */
function keepNumberText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source ?? String(value);
  return { number: source };
}

function typeOf(value: unknown): DataType {
  if (value === null || typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOLEAN;
  if (Array.isArray(value)) return arrayOf(value.map(typeOf).reduce((left, right) => commonType(left, right, false) ?? STRING, value.length === 0 ? STRING : typeOf(value[0])));
  const entries = Object.entries(value as Record<string, unknown>);
  const [only] = entries;
  if (entries.length === 1 && only![0] === 'number' && typeof only![1] === 'string') return numberType(only![1]);
  return structOf(entries.map(([name, inner]) => field(name, typeOf(inner))).sort((a, b) => (a.name < b.name ? -1 : 1)));
}

function numberType(source: string): DataType {
  if (!/^-?\d+$/.test(source)) return DOUBLE;
  const value = BigInt(source);
  return BigInt.asIntN(64, value) === value ? BIGINT : decimal(source.replace('-', '').length, 0);
}
