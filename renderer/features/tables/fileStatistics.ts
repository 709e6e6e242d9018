/** What a file's statistics say of one column. */
export interface ColumnStatistics {
  /** Dotted name. */
  readonly column: string;
  readonly min: string;
  readonly max: string;
  readonly nulls: string;
}

/**
 * The log's statistics text column by column; empty where it is absent or broken. Numbers keep their digits: what JSON
 * would round stays as it is written.
 */
export function buildStatistics(stats: string | undefined): readonly ColumnStatistics[] {
  const parsed = parseObject(stats === undefined ? undefined : quoteNumbers(stats));
  if (parsed === undefined) return [];
  const [mins, maxs, nulls] = ['minValues', 'maxValues', 'nullCount'].map((key) => flatten(parsed[key]));
  const columns = new Set([...(mins?.keys() ?? []), ...(maxs?.keys() ?? []), ...(nulls?.keys() ?? [])]);
  return [...columns].map((column) => ({ column, min: mins?.get(column) ?? '', max: maxs?.get(column) ?? '', nulls: nulls?.get(column) ?? '' }));
}

type JsonObject = { readonly [key: string]: unknown };

function parseObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // statistics are hints; broken ones say nothing
  }
}

/** Numbers outside of texts become texts. */
function quoteNumbers(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => (token.startsWith('"') ? token : `"${token}"`));
}

function flatten(value: unknown, prefix = ''): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  if (!isObject(value)) return entries;
  for (const [key, member] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isObject(member)) for (const [nested, text] of flatten(member, name)) entries.set(nested, text);
    else entries.set(name, typeof member === 'string' ? member : JSON.stringify(member));
  }
  return entries;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
