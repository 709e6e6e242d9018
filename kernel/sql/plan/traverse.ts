import { simpleString } from '../types/dataType.ts';
import type { AggregateExpression, CallExpression, SortKey, TypedExpression, WindowExpression } from './expression.ts';

/** The direct operands of an expression, subquery plans left aside. */
export function operandsOf(expression: TypedExpression): readonly TypedExpression[] {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'variable':
      return [];
    case 'call':
    case 'generator':
    case 'subquery':
      return expression.operands;
    case 'cast':
      return [expression.operand];
    case 'field':
      return [expression.base];
    case 'lambda':
      return [expression.body];
    case 'aggregate':
      return [...expression.operands, ...(expression.filter === undefined ? [] : [expression.filter]), ...expression.orderBy.map((key) => key.value)];
    case 'window':
      return [...operandsOf(expression.function), ...expression.partitionBy, ...expression.orderBy.map((key) => key.value), ...frameDistances(expression)];
  }
}

function frameDistances(window: WindowExpression): TypedExpression[] {
  if (window.frame === undefined) return [];
  return [window.frame.from, window.frame.to].flatMap((edge) => ('distance' in edge ? [edge.distance] : []));
}

/** The expression with each direct operand replaced. */
export function mapOperands(expression: TypedExpression, replace: (operand: TypedExpression) => TypedExpression): TypedExpression {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'variable':
      return expression;
    case 'call':
    case 'generator':
    case 'subquery':
      return { ...expression, operands: expression.operands.map(replace) };
    case 'cast':
      return { ...expression, operand: replace(expression.operand) };
    case 'field':
      return { ...expression, base: replace(expression.base) };
    case 'lambda':
      return { ...expression, body: replace(expression.body) };
    case 'aggregate':
      return mapAggregate(expression, replace);
    case 'window':
      return {
        ...expression,
        function: mapAggregate(expression.function, replace),
        partitionBy: expression.partitionBy.map(replace),
        orderBy: expression.orderBy.map((key) => ({ ...key, value: replace(key.value) })),
      };
  }
}

function mapAggregate(expression: AggregateExpression, replace: (operand: TypedExpression) => TypedExpression): AggregateExpression {
  return {
    ...expression,
    operands: expression.operands.map(replace),
    filter: expression.filter && replace(expression.filter),
    orderBy: expression.orderBy.map((key) => ({ ...key, value: replace(key.value) })),
  };
}

/** The first expression, parents before operands, that `test` accepts. */
export function findExpression(expression: TypedExpression, test: (candidate: TypedExpression) => boolean): TypedExpression | undefined {
  if (test(expression)) return expression;
  for (const operand of operandsOf(expression)) {
    const found = findExpression(operand, test);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function contains(expression: TypedExpression, kind: TypedExpression['kind']): boolean {
  return findExpression(expression, (candidate) => candidate.kind === kind) !== undefined;
}

/** A text that two expressions share exactly when they mean the same; spelling of names is left aside. */
export function expressionKey(expression: TypedExpression): string {
  switch (expression.kind) {
    case 'literal':
      return `${simpleString(expression.type)}:${expression.value instanceof Uint8Array ? [...expression.value].join('.') : String(expression.value)}`;
    case 'column':
      return `#${expression.attribute.id}`;
    case 'variable':
      return `$${expression.variable.id}`;
    case 'cast':
      return `cast(${expressionKey(expression.operand)},${simpleString(expression.type)},${expression.mode})`;
    case 'field':
      return `${expressionKey(expression.base)}.${expression.index}`;
    case 'lambda':
      // Variables have ids of their own in each text, so equal lambdas get equal places here.
      return lambdaKey(expression);
    case 'subquery':
      return `${expression.form}[${expression.operands.map(expressionKey).join()};${expression.outer.map(({ id }) => id).join()};${expression.source}]`;
    case 'window':
      return `window(${expressionKey(expression.function)},[${expression.partitionBy.map(expressionKey).join()}],[${sortKeys(expression.orderBy)}],${JSON.stringify(expression.frame, frameReplacer)})`;
    case 'aggregate':
      return `${expression.name}(${expression.distinct ? 'distinct ' : ''}${expression.operands.map(expressionKey).join()};${expression.filter === undefined ? '' : expressionKey(expression.filter)};${sortKeys(expression.orderBy)})${constantsOf(expression)}`;
    case 'call':
      return symmetricKey(expression) ?? plainKey(expression);
    default:
      return plainKey(expression);
  }
}

function plainKey(expression: Extract<TypedExpression, { kind: 'call' | 'generator' }>): string {
  return `${expression.name}(${expression.operands.map(expressionKey).join()})${expression.kind === 'call' && expression.volatile ? `@${expression.start}` : ''}:${simpleString(expression.type)}${expression.kind === 'call' ? constantsOf(expression) : ''}`;
}

/** Operators whose operands may change places, and may do so through a chain of them. */
const COMMUTATIVE = new Set(['+', '*', '&', '|', '^', 'and', 'or', 'greatest', 'least']);
const FLIPPED: Readonly<Record<string, string>> = { '=': '=', '<=>': '<=>', '<>': '<>', '>': '<', '>=': '<=' };
const OPPOSITE: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** One text for the ways to write a call that Spark takes for the same; undefined where there is one way only. */
function symmetricKey(expression: CallExpression): string | undefined {
  const { name, operands } = expression;
  const [first, second] = operands;
  if (name === 'not' && first?.kind === 'call' && first.operands.length === 2 && OPPOSITE[first.name] !== undefined) return symmetricKey({ ...first, name: OPPOSITE[first.name]! });
  if (operands.length === 2 && (name in FLIPPED || name in OPPOSITE)) {
    const [left, right] = [expressionKey(first!), expressionKey(second!)];
    const flipped = name === '>' || name === '>=' || ((name === '=' || name === '<=>' || name === '<>') && right < left);
    return flipped ? `${FLIPPED[name]}(${right},${left})` : `${name}(${left},${right})`;
  }
  if (name === 'in') return `in(${[expressionKey(first!), ...operands.slice(1).map(expressionKey).sort()].join()})`;
  // `try_add` is a `+` of another kind, and shows it
  const asCall = name === 'greatest' || name === 'least';
  if (!COMMUTATIVE.has(name) || expression.pretty(operands.map(() => '?')).startsWith('(') === asCall) return undefined;
  const parts = operands.flatMap((operand) => termsOf(operand, expression)).map(expressionKey).sort();
  return `${name}(${parts.join()}):${simpleString(expression.type)}`;
}

function termsOf(operand: TypedExpression, { name, type }: CallExpression): readonly TypedExpression[] {
  return operand.kind === 'call' && operand.name === name && simpleString(operand.type) === simpleString(type) ? operand.operands.flatMap((each) => termsOf(each, operand)) : [operand];
}

/** What an expression is made with beside its operands (a percentage, a separator, a pattern), as it shows in its name. */
function constantsOf(expression: Extract<TypedExpression, { kind: 'call' | 'aggregate' }>): string {
  return expression.pretty(expression.operands.map(() => '?')).replace(/^\w+\(/, '(');
}

function frameReplacer(name: string, value: unknown): unknown {
  return name === 'distance' ? expressionKey(value as TypedExpression) : value;
}

function sortKeys(keys: readonly SortKey[]): string {
  return keys.map((key) => `${expressionKey(key.value)} ${key.descending} ${key.nullsFirst}`).join();
}

function lambdaKey(lambda: Extract<TypedExpression, { kind: 'lambda' }>): string {
  const places = new Map(lambda.parameters.map((parameter, place) => [`$${parameter.id}`, `$p${place}`]));
  return `lambda(${expressionKey(lambda.body).replace(/\$\d+/g, (name) => places.get(name) ?? name)})`;
}

/** Whether a value is known before any row is read. */
export function isConstant(value: TypedExpression): boolean {
  return findExpression(value, (each) => each.kind === 'call' ? each.volatile : each.kind !== 'literal' && each.kind !== 'cast' && each.kind !== 'field') === undefined;
}
