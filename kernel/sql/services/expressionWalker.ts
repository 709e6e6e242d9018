import { findFunction } from '../functions/registry.ts';
import type { TypedExpression } from '../plan/expression.ts';
import type { Expression, ExpressionOf, NamePart, WindowSpec } from '../tree/expressions.ts';
import type { Query } from '../tree/queries.ts';
import type { DataType, StructField } from '../types/dataType.ts';
import { childExpressions, windowExpressions } from './childExpressions.ts';
import { findByName, findName, visibleColumns, qualifiedColumns } from './nameScope.ts';
import { isCursor, lazily, type Recorder } from './recorder.ts';
import type { Clause, LazyType, NameScope, ScopedColumn, SymbolOf } from './symbols.ts';

/** Walks a query inside an expression. */
export type QueryWalk = (query: Query, outer: NameScope) => readonly ScopedColumn[];

/** Records what the names in expressions mean. Never throws for what is unknown: that has no meaning recorded. */
export class ExpressionWalker {
  readonly #recorder: Recorder;
  readonly #walkQuery: QueryWalk;

  constructor(recorder: Recorder, walkQuery: QueryWalk) {
    this.#recorder = recorder;
    this.#walkQuery = walkQuery;
  }

  walkAll(nodes: readonly Expression[], scope: NameScope, clause: Clause): void {
    for (const node of nodes) this.walk(node, scope, clause);
  }

  walk(node: Expression, scope: NameScope, clause: Clause): void {
    switch (node.kind) {
      case 'name':
        return this.name(node.parts, scope, clause);
      case 'call':
        return this.#call(node, scope, clause);
      case 'lambda':
        return this.#lambda(node, [], scope, clause);
      case 'parameter':
        return this.#parameter(node);
      case 'field':
        this.walk(node.base, scope, clause);
        return this.#field(node, scope);
      case 'star':
        return this.#star(node, scope, clause);
      case 'subquery':
      case 'exists':
        this.#walkQuery(node.query, scope);
        return;
      case 'inQuery':
        this.walk(node.operand, scope, clause);
        this.#walkQuery(node.query, scope);
        return;
      case 'binary':
        return this.#binary(node, scope, clause);
      default:
        return this.walkAll(childExpressions(node), scope, clause);
    }
  }

  #parameter(node: ExpressionOf<'parameter'>): void {
    if (node.name === undefined) return;
    if (isCursor({ text: node.name })) this.#recorder.cursor = { kind: 'parameter' };
    else this.#recorder.parameter(node, node.name);
  }

  /** Left-deep chains are walked in a loop: a thousand terms of AND nest a thousand deep. */
  #binary(node: ExpressionOf<'binary'>, scope: NameScope, clause: Clause): void {
    const operands: Expression[] = [];
    let first: Expression = node;
    while (first.kind === 'binary') {
      operands.push(first.right);
      first = first.left;
    }
    this.walk(first, scope, clause);
    this.walkAll(operands.reverse(), scope, clause);
  }

  name(parts: readonly NamePart[], scope: NameScope, clause: Clause): void {
    const texts = parts.map((part) => part.text);
    const cursor = parts.findIndex(isCursor);
    if (cursor >= 0) {
      this.#recorder.cursor = { kind: 'expression', scope, qualifier: texts.slice(0, cursor), clause };
      if (cursor > 0) this.name(parts.slice(0, cursor), scope, clause);
      return;
    }
    const match = findName(scope, texts);
    if (match === undefined) return this.#otherName(parts, scope);
    const qualifier = parts[match.at - 1];
    if (match.kind === 'column' && qualifier !== undefined && match.column.relation !== undefined) this.#recorder.refer(qualifier, match.column.relation);
    const [symbol, type] = match.kind === 'column' ? [match.column.symbol, match.column.type] : [match.variable, match.variable.type];
    this.#recorder.refer(parts[match.at]!, symbol);
    this.#fields(parts.slice(match.at + 1), type);
  }

  /** A table's alias alone in front of what is being typed, or a function without parentheses. */
  #otherName(parts: readonly NamePart[], scope: NameScope): void {
    const [first] = parts;
    const column = qualifiedColumns(scope, parts.map((part) => part.text))[0];
    if (column?.relation !== undefined) this.#recorder.refer(parts.at(-1)!, column.relation);
    else if (parts.length === 1 && !first!.quoted && findFunction(first!.text)?.min === 0) this.#recorder.refer(first!, { kind: 'function', name: first!.text.toLowerCase() });
  }

  #fields(parts: readonly NamePart[], type: LazyType): void {
    let current = type;
    for (const part of parts) {
      const base = current;
      const field = lazily(() => structField(base(), part.text));
      current = () => field()?.type;
      this.#recorder.refer(part, { kind: 'field', name: part.text, type: current, comment: undefined });
    }
  }

  #field(node: ExpressionOf<'field'>, scope: NameScope): void {
    if (isCursor(node.name)) {
      this.#recorder.cursor = { kind: 'field', type: this.#recorder.types.typeOf(node.base, scope) };
      return;
    }
    this.#fields([node.name], lazily(() => this.#recorder.types.typeOf(node.base, scope)));
  }

  #star(node: ExpressionOf<'star'>, scope: NameScope, clause: Clause): void {
    const columns = node.qualifier.length === 0 ? visibleColumns(scope.columns) : qualifiedColumns(scope, node.qualifier.map((part) => part.text));
    const relation = node.qualifier.length > 0 ? columns[0]?.relation : undefined;
    if (relation !== undefined) this.#recorder.refer(node.qualifier.at(-1)!, relation);
    for (const path of node.except) this.columnName(path, columns);
    for (const { value, name } of node.replace) {
      this.walk(value, scope, clause);
      this.columnName([name], columns);
    }
  }

  /** A name that must be one of these columns. */
  columnName(path: readonly NamePart[], columns: readonly ScopedColumn[]): void {
    if (path.some(isCursor)) this.#recorder.cursor = { kind: 'columns', columns };
    const found = findByName(columns, path.at(-1)!.text);
    if (found !== undefined) this.#recorder.refer(path.at(-1)!, found.symbol);
  }

  #call(node: ExpressionOf<'call'>, scope: NameScope, clause: Clause): void {
    const name = node.name.at(-1)!;
    this.#recorder.callee(name);
    for (const [index, { value }] of node.arguments.entries()) {
      if (value.kind === 'lambda') this.#lambda(value, this.#lambdaTypes(node, index, scope), scope, clause);
      else this.walk(value, scope, clause);
    }
    if (node.filter !== undefined) this.walk(node.filter, scope, clause);
    for (const { value } of node.withinGroup ?? []) this.walk(value, scope, clause);
    if (node.over !== undefined) this.window(node.over, scope);
  }

  #lambda(node: ExpressionOf<'lambda'>, types: readonly LazyType[], scope: NameScope, clause: Clause): void {
    const variables = node.parameters.map((part, index): SymbolOf<'variable'> => ({ kind: 'variable', name: part.text, of: 'lambda', definition: part, type: types[index] ?? (() => undefined) }));
    for (const [index, variable] of variables.entries()) this.#recorder.define(node.parameters[index]!, variable);
    this.walk(node.body, { ...scope, variables: [...variables, ...scope.variables] }, clause);
  }

  #lambdaTypes(call: ExpressionOf<'call'>, index: number, scope: NameScope): readonly LazyType[] {
    const lambda = call.arguments[index]!.value;
    const count = lambda.kind === 'lambda' ? lambda.parameters.length : 0;
    const parameters = lazily(() => {
      const before: TypedExpression[] = [];
      for (const { value } of call.arguments.slice(0, index)) {
        const resolved = this.#recorder.types.resolve(value, scope);
        if (resolved === undefined) return undefined;
        before.push(resolved);
      }
      return findFunction(call.name.at(-1)!.text)?.lambdaParameters?.(before, count);
    });
    return Array.from({ length: count }, (_, at) => () => parameters()?.[at]?.type);
  }

  window(spec: WindowSpec, scope: NameScope): void {
    const window = spec.base === undefined ? undefined : findByName(scope.windows, spec.base);
    if (window !== undefined) {
      const at = this.#recorder.text.slice(spec.start, spec.end).toLowerCase().indexOf(window.name.toLowerCase());
      if (at >= 0) this.#recorder.refer({ start: spec.start + at, end: spec.start + at + window.name.length }, window);
    }
    this.walkAll(windowExpressions(spec), scope, 'other');
  }
}

/** The field of a struct, or of the structs in an array, by its name in any case. */
function structField(type: DataType | undefined, name: string): StructField | undefined {
  if (type?.kind === 'array') return structField(type.element, name);
  return type?.kind === 'struct' ? findByName(type.fields, name) : undefined;
}
