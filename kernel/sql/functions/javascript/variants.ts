import { javaDouble, type JsonNode, quoteJson, readJson, SPARK_JSON } from './jsonReader.ts';

/** A variant's JSON text as Spark prints it: keys in order, numbers in their shortest form. Undefined where a key is repeated. */
export function variantText(node: JsonNode): string | undefined {
  switch (node.kind) {
    case 'string':
      return quoteJson(node.text);
    case 'integer':
      return exactText(node.text);
    case 'fraction':
      return /[eEN I]/.test(node.text) ? javaDouble(Number(node.text)) : exactText(node.text);
    case 'array': {
      const items = node.items.map(variantText);
      return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
    }
    case 'object': {
      const names = node.entries.map(([name]) => name);
      if (new Set(names).size < names.length) return undefined;
      const entries = node.entries.map(([name, value]) => [name, variantText(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
      return entries.some(([, text]) => text === undefined) ? undefined : `{${entries.map(([name, text]) => `${quoteJson(name)}:${text}`).join(',')}}`;
    }
    default:
      return node.kind;
  }
}

/** A decimal of at most 38 digits without zeros at its end; a double beyond. */
function exactText(digits: string): string {
  const plain = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  if (plain.replace(/[-.]/g, '').replace(/^0+/, '').length > 38) return javaDouble(Number(digits));
  return plain === '-0' ? '0' : plain;
}

/** `parse_json`: the variant's text; null where the text is malformed. What stands behind the first value is not looked at. */
export function parseVariant(json: string): string | null {
  const node = readJson(json, { ...SPARK_JSON, allowSingleQuotes: false, allowNonNumericNumbers: false });
  return node === undefined || node === 'empty' ? null : (variantText(node) ?? null);
}
