import { type JsonNode, readJson, SPARK_JSON, writeJson } from './jsonReader.ts';
import { remembered } from './memo.ts';

type Step = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'index'; readonly index: number } | { readonly kind: 'everyItem' } | { readonly kind: 'everyName' };
type Style = 'raw' | 'quoted' | 'flat';

/** A path of `get_json_object`; undefined where it is none, which gives NULL. White space before a part does not count. */
function parseJsonPath(path: string): readonly Step[] | undefined {
  if (!path.trimStart().startsWith('$')) return undefined;
  const steps: Step[] = [];
  let rest = path.trimStart().slice(1);
  while (rest.trim() !== '') {
    const step = /^\s*(?:(\.\s*\*|\['\*'\])|\.\s*([^.[]+)|\['\s*([^'?]+)'\s*\]|\[\s*(?:(\d+)|(\*))\s*\])/.exec(rest);
    if (step === null) return undefined;
    const [whole, , name, quoted, index, every] = step;
    if (every !== undefined) steps.push({ kind: 'everyItem' });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (name !== undefined || quoted !== undefined) steps.push({ kind: 'name', name: name ?? quoted! });
    else steps.push({ kind: 'everyName' });
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** What the path finds, written behind one another; nothing where it finds nothing. */
function find(node: JsonNode, steps: readonly Step[], style: Style): readonly string[] {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (node.kind === 'string' && style === 'raw') return [node.text];
    return node.kind === 'array' && style === 'flat' ? node.items.flatMap((item) => find(item, [], style)) : [writeJson(node)];
  }
  if (step.kind === 'name' && node.kind === 'object') return findName(node.entries, step.name, rest, style);
  if (step.kind === 'everyItem' && node.kind === 'array') return findItems(node.items, rest, style);
  if (step.kind === 'index' && node.kind === 'array') {
    const item = node.items[step.index];
    return item === undefined ? [] : find(item, rest, rest[0]?.kind === 'everyItem' ? 'quoted' : style);
  }
  return [];
}

/** The first entry of the name in which the rest is found. */
function findName(entries: readonly (readonly [string, JsonNode])[], name: string, rest: readonly Step[], style: Style): readonly string[] {
  for (const [key, value] of entries) {
    if (key !== name || value.kind === 'null') continue;
    const found = find(value, rest, style);
    if (found.length > 0) return found;
  }
  return [];
}

/** As Hive does: one find stands alone, several in an array; a second wildcard right behind flattens. */
function findItems(items: readonly JsonNode[], rest: readonly Step[], style: Style): readonly string[] {
  if (rest[0]?.kind === 'everyItem') {
    const found = items.flatMap((item) => find(item, rest.slice(1), 'flat'));
    return found.length === 0 ? [] : [`[${found.join(',')}]`];
  }
  const each = items.map((item) => find(item, rest, style === 'raw' ? 'quoted' : style)).filter((found) => found.length > 0);
  if (each.length === 0) return [];
  const written = each.flat().join(',');
  return [style !== 'quoted' && each.length === 1 ? written : `[${written}]`];
}

const stepsOf = remembered(parseJsonPath);

/** `get_json_object(json, path)`: null where the text is malformed or nothing is found. */
export function getJsonObject(json: string, path: string): string | null {
  const steps = stepsOf(path);
  const node = steps === undefined ? undefined : readJson(json, { ...SPARK_JSON, allowNonNumericNumbers: false });
  if (steps === undefined || node === undefined || node === 'empty') return null;
  const found = find(node, steps, 'raw');
  return found.length === 0 ? null : found.join(',');
}
