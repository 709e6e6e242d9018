import type { GeneratorExpression, TypedExpression } from '../plan/expression.ts';
import { literal } from '../plan/build.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, implicitCast } from '../resolver/casting.ts';
import { tightestCommonType } from '../types/coercion.ts';
import { type DataType, field, INT, sameType, sqlName, STRING, type StructField, structOf, VOID } from '../types/dataType.ts';
import { quoteIdentifier } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition, unexpected } from './definition.ts';

function generator(given: FunctionCall, operands: readonly TypedExpression[], fields: readonly StructField[], outer: boolean, emission: GeneratorExpression['emission']): TypedExpression {
  const output = structOf(fields);
  const { start, end } = given.node;
  return { kind: 'generator', name: given.name, operands, output, outer, type: output, emission, pretty: (texts) => `${given.name}(${texts.join(', ')})`, start, end };
}

/** `explode` and `posexplode` over arrays and maps. */
function explode(name: string, outer: boolean, position: boolean): FunctionDefinition {
  return custom('generator', name, 1, 1, (given) => {
    if (given.arguments[0]!.type.kind === 'void') return unexpected(given, given.arguments[0]!, 'first', '("ARRAY" or "MAP")');
    const value = coerceInput(given.resolution, given.arguments[0]!, 'collection', 0, () => `${name}(…)`);
    const { type } = value;
    const before = position ? [field('pos', INT, outer)] : [];
    const numbers = (size: string): string[] => (position ? [`CAST(unnest(range(${size})) AS INTEGER)`] : []);
    if (type.kind === 'map') {
      return generator(given, [value], [...before, field('key', type.key, outer), field('value', type.value)], outer, ([m]) => [...numbers(`CAST(cardinality(${m}) AS BIGINT)`), `unnest(map_keys(${m}))`, `unnest(map_values(${m}))`]);
    }
    const element: DataType = type.kind === 'array' ? type.element : VOID;
    return generator(given, [value], [...before, field('col', element)], outer, ([list]) => [...numbers(`len(${list})`), `unnest(${list})`]);
  });
}

function inline(name: string, outer: boolean): FunctionDefinition {
  return custom('generator', name, 1, 1, (given) => {
    const value = coerceInput(given.resolution, given.arguments[0]!, 'array', 0, () => `${name}(…)`);
    const element = value.type.kind === 'array' ? value.type.element : VOID;
    if (element.kind !== 'struct') return failInput(given.resolution, given.node, value, { expression: `${name}(${prettyText(value)})`, parameter: 'first', required: '"ARRAY<STRUCT>"' });
    return generator(given, [value], element.fields.map((each) => field(each.name, each.type)), outer, ([list], context) =>
      element.fields.map((each) => {
        const variable = context.variable();
        return `unnest(list_transform(${list}, lambda ${variable}: ${variable}.${quoteIdentifier(each.name)}))`;
      }));
  });
}

/** `stack(n, …)`: the values in n rows. */
/** Rows of `stack` are part of the statement's text. */
const STACKED_MAX = 10_000;

function resolveStack(given: FunctionCall): TypedExpression {
  const { resolution, node } = given;
  const [count, ...values] = given.arguments;
  if (count!.type.kind === 'void') return unexpected(given, count!, 'first', '"INT"');
  if (count!.kind === 'literal' && typeof count!.value === 'bigint' && count!.value < 1n) return resolution.fail(node, 'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { expression: `stack(${given.arguments.map(prettyText).join(', ')})`, name: 'n', range: '(0, 2147483647]', value: String(count!.value) });
  if (count!.kind !== 'literal' || typeof count!.value !== 'bigint') return resolution.fail(count!, 'DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { expression: `stack(${prettyText(count!)}, …)`, input: 'n', type: '"INT"' });
  const rows = Number(count!.value);
  if (rows > STACKED_MAX) return resolution.refuse(count!, `stack of ${rows} rows`, 'each row is written out here');
  const width = Math.ceil(values.length / rows);
  const padded = [...values, ...Array.from({ length: rows * width - values.length }, () => literal(VOID, null, node))];
  const columns = Array.from({ length: width }, (_, column) => padded.filter((_value, index) => index % width === column));
  const typed = columns.map((cells, column) => {
    let type: DataType = VOID;
    for (const [row, cell] of cells.entries()) {
      const common: DataType | undefined = type.kind === 'void' || cell.type.kind === 'void' || sameType(type, cell.type) ? tightestCommonType(type, cell.type, resolution.ansi) : undefined;
      if (common === undefined) return resolution.fail(node, 'DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES', { expression: 'stack(…)', column: column + 1, left: sqlName(type), leftIndex: row, right: sqlName(cell.type), rightIndex: row + 1 });
      type = common;
    }
    return { type, cells: cells.map((cell) => implicitCast(resolution, cell, type)) };
  });
  const operands = typed.flatMap((column) => column.cells);
  return generator(given, operands, typed.map((column, index) => field(`col${index}`, column.type)), false, (texts) => {
    let at = 0;
    return typed.map((column) => {
      const cells = texts.slice(at, at + column.cells.length);
      at += column.cells.length;
      return `unnest([${cells.join(', ')}])`;
    });
  });
}

function resolveJsonTuple(given: FunctionCall): TypedExpression {
  const other = given.arguments.find(({ type }) => type.kind !== 'string' && type.kind !== 'void');
  if (other !== undefined) return given.resolution.fail(given.node, 'DATATYPE_MISMATCH.NON_STRING_TYPE', { expression: `json_tuple(${given.arguments.map(prettyText).join(', ')})`, function: 'json_tuple' });
  const [json, ...names] = given.arguments.map((operand) => implicitCast(given.resolution, operand, STRING));
  return generator(given, [json!, ...names], names.map((_, index) => field(`c${index}`, STRING)), false, ([j, ...keys]) => keys.map((key) => `js_json_field(${j}, ${key})`));
}

export const GENERATOR_FUNCTIONS: readonly FunctionDefinition[] = [
  explode('explode', false, false),
  explode('explode_outer', true, false),
  explode('posexplode', false, true),
  explode('posexplode_outer', true, true),
  inline('inline', false),
  inline('inline_outer', true),
  custom('generator', 'stack', 2, undefined, resolveStack),
  custom('generator', 'json_tuple', 2, undefined, resolveJsonTuple),
];
