import { call } from '../plan/build.ts';
import type { AggregateEmission, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { castNode } from '../resolver/casting.ts';
import { type DataType, field, INT, sqlName, STRING, structOf, VARIANT } from '../types/dataType.ts';
import { entriesText, unpackedText, variantText, WHOLE } from '../emitter/variantCasts.ts';
import { aggregateNode, custom, type FunctionCall, type FunctionDefinition, plainAggregatePretty, presentValues, unexpected } from './definition.ts';

function variantOperand(given: FunctionCall): TypedExpression {
  const value = given.arguments[0]!;
  if (value.type.kind !== 'variant' && value.type.kind !== 'void') return unexpected(given, value, 'first', '"VARIANT"');
  return value.type.kind === 'void' ? castNode(value, VARIANT, 'ansi', false, value) : value;
}

function resolveSchema(given: FunctionCall): TypedExpression {
  return call('schema_of_variant', STRING, [variantOperand(given)], ([v]) => `js_variant_schema(${v})`, given.node);
}

function resolveSchemaAggregate(given: FunctionCall): TypedExpression {
  const emission: AggregateEmission = (texts) => `js_common_schema(${presentValues(texts, (text) => `js_pack_variant(${text})`)})`;
  return aggregateNode(given, 'schema_of_variant_agg', STRING, [variantOperand(given)], emission, { pretty: plainAggregatePretty(given.name, given.distinct), nullable: false });
}

function hasVariant(type: DataType): boolean {
  if (type.kind === 'array') return hasVariant(type.element);
  if (type.kind === 'map') return type.key.kind === 'string' && hasVariant(type.value);
  if (type.kind === 'struct') return type.fields.every((each) => hasVariant(each.type));
  return type.kind !== 'interval';
}

function resolveToVariant(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const value = given.arguments[0]!;
  const { type } = value;
  const nested = type.kind === 'array' || type.kind === 'map' || type.kind === 'struct';
  if (!nested || !hasVariant(type)) return resolution.fail(node, 'DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { expression: `to_variant_object(${prettyText(value)})`, from: sqlName(type), to: 'VARIANT' });
  return call('to_variant_object', VARIANT, [value], ([x], context) => variantText(x!, type, context), node);
}

/** `variant_explode(v)`: a row for each element or field, in the order of the keys. */
function explode(name: string, outer: boolean): FunctionDefinition {
  return custom('table', name, 0, 1, (given) => {
    const { resolution, node } = given;
    if (given.arguments.length === 0) return resolution.fail(node, 'REQUIRED_PARAMETER_NOT_FOUND', { routine: `\`${name}\``, parameter: '`input`', index: 0 });
    const written = given.arguments[0]!;
    if (written.type.kind !== 'variant' && written.type.kind !== 'void') return unexpected(given, written, 'first', '"VARIANT"');
    const value = written.type.kind === 'void' ? castNode(written, VARIANT, 'ansi', false, written) : written;
    const output = structOf([field('pos', INT, outer), field('key', STRING), field('value', VARIANT, outer)]);
    return {
      kind: 'generator', name, operands: [value], output, outer, type: output, start: node.start, end: node.end,
      emission: ([v], context) => {
        const list = entriesText({ variant: v!, path: WHOLE });
        const each = context.variable();
        return [`CAST(unnest(range(len(${list}))) AS INTEGER)`, `unnest(list_transform(${list}, lambda ${each}: ${each}.k))`, `unnest(list_transform(${list}, lambda ${each}: ${unpackedText(each)}))`];
      },
      pretty: (texts) => `${name}(${texts.join(', ')})`,
    };
  });
}

/** Variants as wholes: their types, their parts, and values made into them. */
export const VARIANT_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('variant', 'schema_of_variant', 1, 1, resolveSchema),
  custom('aggregate', 'schema_of_variant_agg', 1, 1, resolveSchemaAggregate),
  custom('variant', 'to_variant_object', 1, 1, resolveToVariant),
  explode('variant_explode', false),
  explode('variant_explode_outer', true),
];
