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
