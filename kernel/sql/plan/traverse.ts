import { simpleString } from '../types/dataType.ts';
import type { AggregateExpression, SortKey, TypedExpression, WindowExpression } from './expression.ts';

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
      return `subquery@${expression.start}`;
    case 'window':
      return `window(${expressionKey(expression.function)},[${expression.partitionBy.map(expressionKey).join()}],[${sortKeys(expression.orderBy)}],${JSON.stringify(expression.frame, frameReplacer)})`;
    case 'aggregate':
      return `${expression.name}(${expression.distinct ? 'distinct ' : ''}${expression.operands.map(expressionKey).join()};${expression.filter === undefined ? '' : expressionKey(expression.filter)};${sortKeys(expression.orderBy)})${constantsOf(expression)}`;
    default:
      return `${expression.name}(${expression.operands.map(expressionKey).join()})${expression.kind === 'call' && expression.volatile ? `@${expression.start}` : ''}:${simpleString(expression.type)}${expression.kind === 'call' ? constantsOf(expression) : ''}`;
  }
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
