import { call } from '../plan/build.ts';
import type { AggregateEmission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { findExpression } from '../plan/traverse.ts';
import { castNode } from '../resolver/casting.ts';
import { type DataType, field, holds, INT, sqlName, STRING, structOf, VARIANT } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { fieldText } from '../emitter/casts.ts';
import { aggregateNode, custom, type FunctionCall, type FunctionDefinition, plainAggregatePretty, presentValues, unexpected } from './definition.ts';
import { isUtc } from './temporalArithmetic.ts';
import { plainJsonText } from './json.ts';

const UNTYPED = 'a variant is JSON here: a decimal without a fraction is told as BIGINT, a value that a cast put in by its JSON text';

function variantOperand(given: FunctionCall): TypedExpression {
  const value = given.arguments[0]!;
  if (value.type.kind !== 'variant' && value.type.kind !== 'void') return unexpected(given, value, 'first', '"VARIANT"');
  // What is no JSON kind of its own keeps its type in Spark's variant, and not in ours.
  const lost = findExpression(value, (each) => each.kind === 'cast' && each.type.kind === 'variant' && !KEPT.has(each.operand.type.kind));
  if (lost !== undefined) return given.resolution.refuse(given.node, `${given.name} of a cast`, 'a variant is JSON here, without the types of its values');
  return value.type.kind === 'void' ? castNode(value, VARIANT, 'ansi', false, value) : value;
}

const KEPT = new Set(['variant', 'void', 'string', 'boolean', 'tinyint', 'smallint', 'int', 'bigint']);

function resolveSchema(given: FunctionCall): TypedExpression {
  return call('schema_of_variant', STRING, [variantOperand(given)], ([v]) => `js_variant_schema(CAST(to_json([CAST(${v} AS VARCHAR)]) AS VARCHAR))`, given.node);
}

function resolveSchemaAggregate(given: FunctionCall): TypedExpression {
  const emission: AggregateEmission = (texts) => `js_variant_schema(${presentValues(texts, (text) => `CAST(${text} AS VARCHAR)`)})`;
  return aggregateNode(given, 'schema_of_variant_agg', STRING, [variantOperand(given)], emission, { pretty: plainAggregatePretty(given.name, given.distinct), nullable: false });
}

/** A value as a variant's JSON text. */
function variantText(text: string, type: DataType, context: EmissionContext): string {
  switch (type.kind) {
    case 'string':
    case 'float':
    case 'double':
    case 'binary':
      return plainJsonText(text, type);
    case 'decimal':
      return type.scale === 0 ? `CAST(${text} AS VARCHAR)` : `regexp_replace(regexp_replace(CAST(${text} AS VARCHAR), '\\.?0+$', ''), '^(-?)\\.', '\\10.')`;
    case 'date':
    case 'timestamp_ntz':
      return `('"' || CAST(${text} AS VARCHAR) || '"')`;
    case 'timestamp':
      return `('"' || CAST(CAST(${text} AS TIMESTAMP) AS VARCHAR) || '+00:00"')`;
    case 'array': {
      const each = context.variable();
      return `('[' || array_to_string(list_transform(${text}, lambda ${each}: coalesce(${variantText(each, type.element, context)}, 'null')), ',') || ']')`;
    }
    case 'map': {
      const each = context.variable();
      return `('{' || array_to_string(list_transform(list_sort(map_entries(${text})), lambda ${each}: CAST(to_json(${each}.key) AS VARCHAR) || ':' || coalesce(${variantText(`${each}.value`, type.value, context)}, 'null')), ',') || '}')`;
    }
    case 'struct': {
      const fields = [...type.fields].sort((a, b) => (a.name < b.name ? -1 : 1));
      const parts = fields.map(({ name, type: inner }) => `${quoteString(`${JSON.stringify(name)}:`)} || coalesce(${variantText(fieldText(text, name), inner, context)}, 'null')`);
      return `CASE WHEN ${text} IS NOT NULL THEN '{' || ${parts.length === 0 ? "''" : parts.join(" || ',' || ")} || '}' END`;
    }
    default:
      return `CAST(${text} AS VARCHAR)`;
  }
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
  if (holds(type, 'timestamp') && !isUtc(resolution.settings.timeZone)) return resolution.refuse(node, 'to_variant_object of timestamps outside of UTC', 'their offset is not written here');
  return call('to_variant_object', VARIANT, [value], ([x], context) => `CAST(${variantText(x!, type, context)} AS JSON)`, node);
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
        const list = `CAST(CAST(js_variant_entries(CAST(${v} AS VARCHAR)) AS JSON) AS STRUCT(k VARCHAR, v VARCHAR)[])`;
        const each = context.variable();
        return [`CAST(unnest(range(len(${list}))) AS INTEGER)`, `unnest(list_transform(${list}, lambda ${each}: ${each}.k))`, `unnest(list_transform(${list}, lambda ${each}: CAST(${each}.v AS JSON)))`];
      },
      pretty: (texts) => `${name}(${texts.join(', ')})`,
    };
  });
}

/** Variants as wholes: their types, their parts, and values made into them. */
export const VARIANT_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('variant', 'schema_of_variant', 1, 1, resolveSchema, { state: 'approximate', note: UNTYPED }),
  custom('aggregate', 'schema_of_variant_agg', 1, 1, resolveSchemaAggregate, { state: 'approximate', note: UNTYPED }),
  custom('variant', 'to_variant_object', 1, 1, resolveToVariant),
  explode('variant_explode', false),
  explode('variant_explode_outer', true),
];
