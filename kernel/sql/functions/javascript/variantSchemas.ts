import { tightestCommonType } from '../../types/coercion.ts';
import { widerDecimal } from '../../types/decimals.ts';
import { decimal, type DataType, isFractional, sqlName, BIGINT, BINARY, BOOLEAN, DATE, DOUBLE, FLOAT, STRING, TIMESTAMP, TIMESTAMP_NTZ, VARIANT, VOID } from '../../types/dataType.ts';
import { strippedDecimal, unknownKind, type VariantNode } from './variantNode.ts';

/** The type of a variant's value, whose objects have no order of fields. */
type Schema =
  | { readonly kind: 'plain'; readonly type: DataType }
  | { readonly kind: 'array'; readonly element: Schema }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Schema> };

const plain = (type: DataType): Schema => ({ kind: 'plain', type });
const NOTHING = plain(VOID);
const MIXED = plain(VARIANT);

const PLAIN: Readonly<Partial<Record<VariantNode['kind'], DataType>>> = {
  null: VOID, boolean: BOOLEAN, integer: BIGINT, double: DOUBLE, float: FLOAT, string: STRING, binary: BINARY, date: DATE, timestamp: TIMESTAMP, timestamp_ntz: TIMESTAMP_NTZ,
};

function schemaOf(node: VariantNode): Schema {
  switch (node.kind) {
    case 'array':
      return { kind: 'array', element: node.items.map(schemaOf).reduce(merged, NOTHING) };
    case 'object':
      return { kind: 'object', fields: new Map(node.fields.map(([name, value]) => [name, schemaOf(value)])) };
    case 'decimal': {
      const { unscaled, scale } = strippedDecimal(node);
      return plain(decimal(Math.max(String(unscaled < 0n ? -unscaled : unscaled).length, scale), scale));
    }
    default: {
      const type = PLAIN[node.kind];
      if (type === undefined) throw unknownKind(node.kind);
      return plain(type);
    }
  }
}

function merged(left: Schema, right: Schema): Schema {
  if (left.kind === 'plain' && right.kind === 'plain') return plain(mergedType(left.type, right.type));
  if (left.kind === 'plain' || right.kind === 'plain') return left === NOTHING || isNothing(left) ? right : isNothing(right) ? left : MIXED;
  if (left.kind === 'array' && right.kind === 'array') return { kind: 'array', element: merged(left.element, right.element) };
  if (left.kind !== 'object' || right.kind !== 'object') return MIXED;
  const fields = new Map(left.fields);
  for (const [name, schema] of right.fields) fields.set(name, merged(fields.get(name) ?? NOTHING, schema));
  return { kind: 'object', fields };
}

function isNothing(schema: Schema): boolean {
  return schema.kind === 'plain' && schema.type.kind === 'void';
}

function mergedType(left: DataType, right: DataType): DataType {
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (left.kind !== 'decimal' && right.kind !== 'decimal') return tightestCommonType(left, right, false) ?? VARIANT;
  if (isFractional(left) || isFractional(right)) return DOUBLE;
  const [a, b] = [left, right].map((type) => (type.kind === 'bigint' ? decimal(20, 0) : type));
  if (a?.kind !== 'decimal' || b?.kind !== 'decimal') return VARIANT;
  const scale = Math.max(a.scale, b.scale);
  return Math.max(a.precision - a.scale, b.precision - b.scale) + scale > 38 ? DOUBLE : widerDecimal(a, b);
}

function schemaText(schema: Schema): string {
  if (schema.kind === 'plain') return sqlName(schema.type);
  if (schema.kind === 'array') return `ARRAY<${schemaText(schema.element)}>`;
  const fields = [...schema.fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => `${/^\w+$/.test(name) && !/^\d+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``}: ${schemaText(inner)}`);
  return `OBJECT<${fields.join(', ')}>`;
}

/** The type that variants have in common, as Spark writes it. */
export function variantSchema(variants: readonly VariantNode[]): string {
  return schemaText(variants.map(schemaOf).reduce(merged, NOTHING));
}
