import type { Located } from '../tree/expressions.ts';
import type { DataType } from '../types/dataType.ts';
import { literalPretty } from '../types/literalText.ts';
import type { Attribute, CallExpression, Emission, TypedExpression } from './expression.ts';
import type { LiteralValue } from './scan.ts';

/** A constant. `pretty` is what generated column names show; by default the value as Spark prints it. */
export function literal(type: DataType, value: LiteralValue, node: Located, pretty = literalPretty(type, value)): TypedExpression {
  return { kind: 'literal', type, value, pretty, start: node.start, end: node.end };
}

export function columnOf(attribute: Attribute, node: Located, spelling = attribute.name): TypedExpression {
  return { kind: 'column', attribute, spelling, type: attribute.type, start: node.start, end: node.end };
}

export interface CallOptions {
  readonly loose?: CallExpression['loose'];
  readonly acceptsLoose?: boolean;
  readonly volatile?: boolean;
  readonly pretty?: CallExpression['pretty'];
}

/** A scalar call; shown as `name(operands)` unless told otherwise. */
export function call(name: string, type: DataType, operands: readonly TypedExpression[], emission: Emission, node: Located, options: CallOptions = {}): CallExpression {
  return {
    kind: 'call',
    name,
    type,
    operands,
    emission,
    loose: options.loose ?? 'never',
    acceptsLoose: options.acceptsLoose ?? false,
    volatile: options.volatile ?? false,
    pretty: options.pretty ?? ((texts) => `${name}(${texts.join(', ')})`),
    start: node.start,
    end: node.end,
  };
}

/** An emission from a text with `$1`, `$2`, … for the operands. */
export function template(text: string): Emission {
  const pieces = text.split(/\$(\d)/);
  return (operands) => pieces.map((piece, index) => (index % 2 === 0 ? piece : operands[Number(piece) - 1]!)).join('');
}
