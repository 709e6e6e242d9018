import { call } from '../plan/build.ts';
import type { Emission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import { quoteParts } from '../resolver/scope.ts';
import type { Located } from '../tree/expressions.ts';
import { commonType } from '../types/coercion.ts';
import { arrayOf, type DataType, sqlName } from '../types/dataType.ts';
import { quoteIdentifier } from '../types/duckdbType.ts';

/** `base.name`: a struct's field, the field of each struct of an array, or a map's value. */
export function resolveField(resolution: Resolution, base: TypedExpression, name: string, node: Located): TypedExpression {
  const { type } = base;
  if (type.kind === 'struct') {
    const index = fieldIndex(resolution, type.fields, name, node);
    const field = type.fields[index]!;
    return { kind: 'field', base, name, index, type: field.type, start: node.start, end: node.end };
  }
  if (type.kind === 'array' && type.element.kind === 'struct') {
    const field = type.element.fields[fieldIndex(resolution, type.element.fields, name, node)]!;
    const emission: Emission = ([list], context) => {
      const variable = context.variable();
      return `list_transform(${list}, lambda ${variable}: ${variable}.${quoteIdentifier(field.name)})`;
    };
    return call(`field ${field.name}`, arrayOf(field.type), [base], emission, node, { pretty: ([x]) => `${x}.${name}` });
  }
  if (type.kind === 'map' && type.key.kind === 'string') {
    return call('map_value', type.value, [base], ([map]) => `(${map})[${`'${name.replaceAll("'", "''")}'`}]`, node, { pretty: ([x]) => `${x}[${name}]` });
  }
  return resolution.fail(node, 'INVALID_EXTRACT_BASE_FIELD_TYPE', { base: prettyText(base), type: sqlName(type) });
}

function fieldIndex(resolution: Resolution, fields: readonly { readonly name: string }[], name: string, node: Located): number {
  const wanted = name.toLowerCase();
  const found = fields.flatMap((field, index) => (field.name.toLowerCase() === wanted ? [index] : []));
  if (found.length === 0) return resolution.fail(node, 'FIELD_NOT_FOUND', { field: name, fields: fields.map((field) => quoteParts([field.name])).join(', ') });
  if (found.length > 1) return resolution.fail(node, 'AMBIGUOUS_REFERENCE', { name: quoteParts([name]), candidates: found.map((index) => quoteParts([fields[index]!.name])).join(', ') });
  return found[0]!;
}

/** `base[index]`: zero-based in an array, by key in a map, by constant name in a struct. */
export function resolveElement(resolution: Resolution, base: TypedExpression, index: TypedExpression, node: Located): TypedExpression {
  const { type } = base;
  const pretty = ([x, i]: readonly string[]): string => `${x}[${i}]`;
  if (type.kind === 'array') {
    const place = coerceInput(resolution, index, 'integral', 1, () => `${prettyText(base)}[${prettyText(index)}]`);
    const checked: Emission = ([list, at], context) =>
      `CASE WHEN ${list} IS NULL OR ${at} IS NULL THEN NULL WHEN ${at} < 0 OR ${at} >= len(${list}) THEN ${context.error('INVALID_ARRAY_INDEX', indexMessage(at!, list!))} ELSE (${list})[${at} + 1] END`;
    const lenient: Emission = ([list, at]) => `CASE WHEN ${at} < 0 THEN NULL ELSE (${list})[${at} + 1] END`;
    return call('[]', type.element, [base, place], resolution.ansi ? checked : lenient, node, { pretty });
  }
  if (type.kind === 'map') return mapValue(resolution, base, type, index, node, pretty);
  if (type.kind === 'struct' && index.kind === 'literal' && index.type.kind === 'string' && index.value !== null) return resolveField(resolution, base, index.value as string, node);
  return resolution.fail(node, 'INVALID_EXTRACT_BASE_FIELD_TYPE', { base: prettyText(base), type: sqlName(type) });
}

export function indexMessage(index: string, list: string): string {
  return `'The index ' || ${index} || ' is out of bounds. The array has ' || len(${list}) || ' elements. Use the SQL function \`get()\` to tolerate accessing element at invalid index and return NULL instead.'`;
}

export function mapValue(resolution: Resolution, map: TypedExpression, type: Extract<DataType, { kind: 'map' }>, key: TypedExpression, node: Located, pretty: (texts: readonly string[]) => string): TypedExpression {
  const common = commonType(type.key, key.type, resolution.ansi);
  if (common === undefined) {
    return failInput(resolution, node, key, { expression: pretty([prettyText(map), prettyText(key)]), parameter: 'second', required: `"${sqlName(type.key)}"` });
  }
  return call('map_value', type.value, [map, implicitCast(resolution, key, type.key)], ([m, k]) => `(${m})[${k}]`, node, { pretty });
}
