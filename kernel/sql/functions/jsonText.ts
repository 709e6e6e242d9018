import { jsonReading } from './javascript/jsonValues.ts';
import { type JsonNode, readJson } from './javascript/jsonReader.ts';
import { arrayOf, BIGINT, BOOLEAN, type DataType, decimal, DOUBLE, field, STRING, type StructField, structOf, VOID } from '../types/dataType.ts';

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
export function schemaOfJson(text: string, options: ReadonlyMap<string, string>): DataType | undefined {
  const node = readJson(text, jsonReading(options).dialect);
  if (node === 'empty') return STRING;
  return node && (settled(typeOf(node, options)) ?? structOf([]));
}

function typeOf(node: JsonNode, options: ReadonlyMap<string, string>): DataType {
  const texts = options.get('primitivesasstring') === 'true';
  switch (node.kind) {
    case 'null':
      return VOID;
    case 'string':
      return node.text === '' ? VOID : STRING;
    case 'array':
      return arrayOf(node.items.map((item) => typeOf(item, options)).reduce(merged, VOID));
    case 'object':
      return structOf(node.entries.map(([name, inner]) => field(name, typeOf(inner, options))).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
    case 'integer':
      return texts ? STRING : integerType(node.text);
    case 'fraction':
      return texts ? STRING : options.get('prefersdecimal') === 'true' ? fractionType(node.text) : DOUBLE;
    default:
      return texts ? STRING : BOOLEAN;
  }
}

function integerType(text: string): DataType {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) === value) return BIGINT;
  const digits = text.replace('-', '').length;
  return digits > 38 ? DOUBLE : decimal(digits, 0);
}

function fractionType(text: string): DataType {
  const match = /^-?0*(\d*)\.(\d+)$/.exec(text);
  if (match === null) return DOUBLE;
  const precision = Math.max(match[1]!.length + match[2]!.length, match[2]!.length);
  return precision > 38 ? DOUBLE : decimal(precision, match[2]!.length);
}

/** The type that holds values of both: numbers widen, structs have the fields of both, anything else is a text. */
function merged(left: DataType, right: DataType): DataType {
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (left.kind === 'array' && right.kind === 'array') return arrayOf(merged(left.element, right.element));
  if (left.kind === 'struct' && right.kind === 'struct') return structOf(mergedFields(left.fields, right.fields));
  if (left.kind === 'decimal' || right.kind === 'decimal') return left.kind === 'double' || right.kind === 'double' ? DOUBLE : mergedDecimal(left, right);
  if (left.kind === right.kind) return left;
  return [left, right].every(({ kind }) => kind === 'bigint' || kind === 'double') ? DOUBLE : STRING;
}

function mergedDecimal(left: DataType, right: DataType): DataType {
  const [a, b] = [left, right].map((type) => (type.kind === 'decimal' ? type : type.kind === 'bigint' ? { precision: 20, scale: 0 } : undefined));
  if (a === undefined || b === undefined) return STRING;
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  return precision > 38 ? DOUBLE : decimal(precision, scale);
}

function mergedFields(left: readonly StructField[], right: readonly StructField[]): StructField[] {
  const others = new Map(right.map((each) => [each.name, each.type]));
  const both = left.map((each) => field(each.name, others.has(each.name) ? merged(each.type, others.get(each.name)!) : each.type));
  const names = new Set(left.map((each) => each.name));
  return [...both, ...right.filter((each) => !names.has(each.name))].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Without what stayed unknown: that is a text, and objects without fields are left out. */
function settled(type: DataType): DataType | undefined {
  if (type.kind === 'void') return STRING;
  if (type.kind === 'array') {
    const element = settled(type.element);
    return element && arrayOf(element);
  }
  if (type.kind !== 'struct') return type;
  const fields = type.fields.flatMap((each) => {
    const inner = settled(each.type);
    return inner === undefined ? [] : [field(each.name, inner)];
  });
  return fields.length === 0 ? undefined : structOf(fields);
}
