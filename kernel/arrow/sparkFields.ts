import type { Field, Schema } from 'apache-arrow';

/** Field metadata: the column's type as Spark's `simpleString` writes it. */
export const SPARK_TYPE_KEY = 'lakebook:type';

/** A column of a result. `type` is Spark's `simpleString`. */
export interface SparkColumn {
  readonly name: string;
  readonly type: string;
}

/** The schema's columns. */
export function sparkColumns(schema: Schema): readonly SparkColumn[] {
  return schema.fields.map((field) => ({ name: field.name, type: sparkTypeOf(field) }));
}

export function sparkTypeOf(field: Field): string {
  return field.metadata.get(SPARK_TYPE_KEY) ?? 'string';
}

/** The types within an array's, a map's or a struct's `simpleString`, in their order; none within others. */
export function innerTypes(type: string): readonly string[] {
  const open = type.indexOf('<');
  if (open < 0 || !type.endsWith('>')) return [];
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = from; at < type.length; at++) {
    const sign = type[at];
    if (depth === 0 && (sign === ',' || at === type.length - 1)) {
      parts.push(type.slice(from, at));
      from = at + 1;
    } else if (sign === '<' || sign === '(') depth++;
    else if (sign === '>' || sign === ')') depth--;
  }
  return type.startsWith('struct<') ? parts.map((part) => part.slice(part.indexOf(':') + 1)) : parts;
}
