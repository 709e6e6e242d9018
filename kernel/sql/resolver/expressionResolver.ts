import { call, columnOf, literal } from '../plan/build.ts';
import type { AggregateExpression, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { contains, findExpression } from '../plan/traverse.ts';
import type { CallArgument, Expression, ExpressionOf, NamePart, Located } from '../tree/expressions.ts';
import { BOOLEAN, INT, sqlName, STRING } from '../types/dataType.ts';
import { resolveArithmetic, resolveSign } from '../functions/arithmetic.ts';
import { resolveBetween, resolveComparison, resolveIn, resolveLogical, resolveLogicalChain, resolveNot } from '../functions/comparison.ts';
import { resolveCase } from '../functions/conditional.ts';
import type { FunctionCall, FunctionDefinition } from '../functions/definition.ts';
import { checkCollation } from '../functions/collations.ts';
import { findFunction } from '../functions/registry.ts';
import { resolveBitwise, resolveConcatenation, resolveConcatenationChain } from '../functions/operators.ts';
import { resolveElement, resolveField } from '../functions/access.ts';
import { resolveLike } from '../functions/patterns.ts';
import { explicitCast, implicitCast } from './casting.ts';
import { booleanLiteral, bytesLiteral, nullLiteral, resolveInterval, resolveNumber, resolveTyped } from './literals.ts';
import type { Resolution } from './resolution.ts';
import { matchColumns, matchQualifier, nearNames, quoteParts, type Scope } from './scope.ts';
import { expandStar } from './stars.ts';
import { type SubqueryPlanner, SubqueryResolver } from './subqueries.ts';
import { timeWindowColumn } from './timeWindows.ts';
import { resolveRoutine } from './temporaries.ts';
import { resolveWindow } from './windows.ts';
import { constantExpression, variableExpression } from '../variables.ts';

/** Names that are calls without parentheses, where no column has them. */
const BARE_FUNCTIONS = new Set(['current_date', 'current_timestamp', 'current_user', 'user', 'session_user', 'current_time', 'localtimestamp', 'current_catalog', 'current_database', 'current_schema']);

/** How many operators in a row become one text: the engine's time grows with the cube of their number. */
const CHAIN_MAX = 250;
const BYTES_OR_NESTED = new Set(['binary', 'array', 'map', 'struct', 'variant']);

/** Functions that take `IGNORE NULLS`, and built-in ones that take arguments by name. */
const TAKES_NULLS = new Set(['first', 'last', 'first_value', 'last_value', 'any_value', 'nth_value', 'lag', 'lead', 'array_agg', 'collect_list', 'collect_set']);
const TAKES_NAMES = new Set(['mask', 'count_min_sketch', 'variant_explode', 'variant_explode_outer']);

/** DuckDB takes twice as long to bind each further level, and cannot be interrupted meanwhile. */
const MAX_LAMBDA_DEPTH = 16;

/** Gives expressions their meaning: names to columns, calls to functions, Spark's types to all. */
export class ExpressionResolver {
  readonly resolution: Resolution;
  readonly #subqueries: SubqueryResolver;
  #lambdaDepth = 0;

  constructor(resolution: Resolution, planSubquery: SubqueryPlanner) {
    this.resolution = resolution;
    this.#subqueries = new SubqueryResolver(this, planSubquery);
  }

  resolve(node: Expression, scope: Scope): TypedExpression {
    switch (node.kind) {
      case 'null':
        return nullLiteral(node);
      case 'boolean':
        return booleanLiteral(node.value, node);
      case 'number':
        return resolveNumber(this.resolution, node);
      case 'string':
        return literal(STRING, node.value, node);
      case 'bytes':
        return bytesLiteral(node);
      case 'binary':
        return this.#binary(node, scope);
      case 'typed':
        return resolveTyped(this.resolution, node);
      case 'interval':
        return resolveInterval(this.resolution, node);
      case 'name':
        return this.#name(node, scope);
      case 'unary':
        return this.#unary(node, scope);
      case 'isNull': {
        const operand = this.resolve(node.operand, scope);
        const name = node.negated ? 'isnotnull' : 'isnull';
        return call(name, BOOLEAN, [operand], ([x]) => `(${x} IS ${node.negated ? 'NOT ' : ''}NULL)`, node, { pretty: ([x]) => `(${x} IS ${node.negated ? 'NOT ' : ''}NULL)` });
      }
      case 'isBoolean':
        return this.#isBoolean(node, scope);
      case 'isDistinct': {
        const same = resolveComparison(this.resolution, '<=>', this.resolve(node.left, scope), this.resolve(node.right, scope), node);
        return node.negated ? same : resolveNot(this.resolution, same, node);
      }
      case 'between': {
        const between = resolveBetween(this.resolution, this.resolve(node.operand, scope), this.resolve(node.low, scope), this.resolve(node.high, scope), node);
        return node.negated ? resolveNot(this.resolution, between, node) : between;
      }
      case 'inList': {
        const inList = resolveIn(this.resolution, this.resolve(node.operand, scope), node.values.map((value) => this.resolve(value, scope)), node);
        return node.negated ? resolveNot(this.resolution, inList, node) : inList;
      }
      case 'inQuery':
        return this.#subqueries.in(node, scope);
      case 'like': {
        return resolveLike(this.resolution, node, this.resolve(node.operand, scope), node.patterns.map((pattern) => this.resolve(pattern, scope)));
      }
      case 'case':
        return this.#case(node, scope);
      case 'cast':
        return explicitCast(this.resolution, this.resolve(node.operand, scope), node.type, node.mode === 'try', node);
      case 'call':
        return this.#call(node, scope);
      case 'routine':
        return resolveRoutine(this, node, scope);
      case 'index':
        return resolveElement(this.resolution, this.resolve(node.base, scope), this.resolve(node.index, scope), node);
      case 'field':
        return resolveField(this.resolution, this.resolve(node.base, scope), node.name.text, node);
      case 'path':
        return this.#path(node, scope);
      case 'subquery':
        return this.#subqueries.scalar(node, scope);
      case 'exists':
        return this.#subqueries.exists(node, scope);
      case 'row':
        return this.#callOf('struct', node.items.map((item) => this.resolve(item.value, scope)), node, node.items.map((item) => item.name));
      case 'collate':
        checkCollation(this.resolution, node.collation, node);
        return this.resolve(node.operand, scope);
      case 'parameter':
        return this.resolution.fail(node, 'UNBOUND_SQL_PARAMETER', { name: node.name ?? `_${node.start}` });
      case 'constant':
        return constantExpression(node.value, node);
      case 'interpolation':
        return this.resolution.refuse(node, `The placeholder ${this.#source(node)}`, 'no notebook has put a value in');
      case 'identifierClause':
        return this.resolution.refuse(node, 'IDENTIFIER(…)', 'names from expressions are not resolved yet');
      case 'lambda':
        return this.resolution.fail(node, 'INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: 'this function' });
      case 'star':
        return this.resolution.fail(node, 'PARSE_SYNTAX_ERROR', { error: "'*'", hint: ': a star stands in a select list or an argument list' });
      case 'tableArgument':
        return this.resolution.refuse(node, 'A table argument', 'there are no table functions of that kind');
      case 'default':
        return this.resolution.fail(node, 'PARSE_SYNTAX_ERROR', { error: "'DEFAULT'", hint: ': DEFAULT stands only where columns are assigned' });
    }
  }

  /** A condition of WHERE, HAVING, ON or QUALIFY. */
  resolveCondition(node: Expression, scope: Scope): TypedExpression {
    const condition = this.resolve(node, scope);
    if (condition.type.kind === 'boolean') return condition;
    if (condition.type.kind === 'void') return implicitCast(this.resolution, condition, BOOLEAN);
    const text = prettyText(condition);
    return this.resolution.fail(node, 'DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { expression: text, filter: text, type: sqlName(condition.type) });
  }

  #source(node: Located): string {
    return this.resolution.text.slice(node.start, node.end);
  }

  #name(node: ExpressionOf<'name'>, scope: Scope): TypedExpression {
    const found = this.findName(node.parts, scope, node);
    if (found !== undefined) return found;
    const single = node.parts.length === 1 ? node.parts[0]! : undefined;
    if (single !== undefined && !single.quoted && BARE_FUNCTIONS.has(single.text.toLowerCase())) return this.#callOf(single.text.toLowerCase(), [], node);
    const parts = node.parts.map((part) => part.text);
    const variable = this.resolution.settings.variables?.(parts);
    if (variable !== undefined) return this.#fields(variableExpression(variable, { start: node.start, end: node.parts[variable.used - 1]!.end }), node.parts.slice(variable.used));
    const near = nearNames(scope.columns, parts);
    if (near.length === 0) return this.resolution.fail(node, 'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { name: quoteParts(parts) });
    return this.resolution.fail(node, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts(parts), proposal: near.join(', ') }, near.map((name) => name.replaceAll('`', '')));
  }

  /** What a dotted name means, from the innermost scope outwards; undefined where nothing has it. */
  findName(parts: readonly NamePart[], scope: Scope, node: Located): TypedExpression | undefined {
    const texts = parts.map((part) => part.text);
    for (let place: Scope | undefined = scope; place !== undefined; place = place.outer) {
      const variable = place.variables?.get(texts[0]!.toLowerCase());
      if (variable !== undefined) return this.#fields({ kind: 'variable', variable, type: variable.type, start: node.start, end: parts[0]!.end }, parts.slice(1));
      const matches = matchColumns(place.columns, texts);
      if (matches.length > 1 && place.over === true) {
        // Output columns of one name: what the select list reads may tell.
        const below = matchColumns(place.outer?.columns ?? [], texts);
        if (below.length !== 1) return undefined;
      } else if (matches.length > 1) {
        const candidates = matches.map(({ column }) => quoteParts([...column.qualifier.slice(-1), column.attribute.name])).join(', ');
        return this.resolution.fail(node, 'AMBIGUOUS_REFERENCE', { name: quoteParts(texts), candidates });
      }
      const [match] = matches.length > 1 ? [] : matches;
      if (match !== undefined) {
        const at = texts.length - match.rest - 1;
        return this.#fields(columnOf(match.column.attribute, { start: node.start, end: parts[at]!.end }, texts[at]), parts.slice(at + 1));
      }
      const alias = place.aliases?.get(texts[0]!.toLowerCase());
      if (alias !== undefined) return this.#fields(this.#lateral(alias, place, texts[0]!, node), parts.slice(1));
      const parameter = parameterOf(place, texts);
      if (parameter !== undefined) return this.#fields(parameter.value, parts.slice(parameter.parts));
    }
    return undefined;
  }

  #lateral(alias: TypedExpression, { repeatedAliases, aliasesRefusedIn }: Scope, name: string, node: Located): TypedExpression {
    if (repeatedAliases !== undefined && aliasesRefusedIn !== undefined) this.#refuseLateral(aliasesRefusedIn, name, node);
    const number = repeatedAliases?.get(name.toLowerCase());
    return number === undefined ? alias : this.resolution.fail(node, 'AMBIGUOUS_LATERAL_COLUMN_ALIAS', { name: quoteParts([name]), number });
  }

  #fields(base: TypedExpression, parts: readonly NamePart[]): TypedExpression {
    let result = base;
    for (const part of parts) result = resolveField(this.resolution, result, part.text, { start: base.start, end: part.end });
    return result;
  }

  #unary(node: ExpressionOf<'unary'>, scope: Scope): TypedExpression {
    const operand = this.resolve(node.operand, scope);
    if (node.operator === 'NOT') return resolveNot(this.resolution, operand, node);
    if (node.operator === '~') return resolveBitwise(this.resolution, '~', [operand], node);
    return resolveSign(this.resolution, node.operator, operand, node);
  }

  /** Left-deep chains are walked in a loop: a thousand terms of AND nest a thousand deep. */
  #binary(node: ExpressionOf<'binary'>, scope: Scope): TypedExpression {
    const chain: ExpressionOf<'binary'>[] = [node];
    let first: Expression = node.left;
    while (first.kind === 'binary') {
      chain.push(first);
      first = first.left;
    }
    let left = this.#operand(first, scope, chain.at(-1)!);
    const steps = chain.reverse();
    for (let at = 0; at < steps.length; ) {
      const run = runFrom(steps, at);
      const rights = run.map((step) => this.#operand(step.right, scope, step));
      left = this.#run(run, [left, ...rights]);
      at += run.length;
    }
    return left;
  }

  /** A chain of one operator: as one call where it may stand in one, else step by step. */
  #run(steps: readonly ExpressionOf<'binary'>[], operands: readonly TypedExpression[]): TypedExpression {
    const last = steps.at(-1)!;
    const { operator } = last;
    if (steps.length > 1 && (operator === 'AND' || operator === 'OR') && operands.every(({ type }) => type.kind === 'boolean' || type.kind === 'void')) return resolveLogicalChain(this.resolution, operator === 'AND' ? 'and' : 'or', operands, last);
    if (steps.length > 1 && operator === '||' && operands.every(({ type }) => !BYTES_OR_NESTED.has(type.kind))) return resolveConcatenationChain(this.resolution, operands, last);
    if (steps.length > CHAIN_MAX) return this.resolution.refuse(last, `A chain of ${steps.length} operators`, `the engine takes ${CHAIN_MAX} at most`);
    return steps.reduce((left, step, place) => this.#operator(step, left, operands[place + 1]!), operands[0]!);
  }

  /** A value; a generator is none. */
  #operand(node: Expression, scope: Scope, around: Located): TypedExpression {
    const value = this.resolve(node, scope);
    if (value.kind === 'generator' && scope.condition === true) return this.resolution.fail(around, 'UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: 'Filter' });
    return value.kind === 'generator' ? this.resolution.fail(around, 'UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: prettyText(value) }) : value;
  }

  #operator(node: ExpressionOf<'binary'>, left: TypedExpression, right: TypedExpression): TypedExpression {
    const { resolution } = this;
    switch (node.operator) {
      case 'AND':
      case 'OR':
        return resolveLogical(resolution, node.operator === 'AND' ? 'and' : 'or', left, right, node);
      case '=':
      case '<>':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '<=>':
        return resolveComparison(resolution, node.operator, left, right, node);
      case '|':
      case '^':
      case '&':
      case '<<':
      case '>>':
      case '>>>':
        return resolveBitwise(resolution, node.operator, [left, right], node);
      case '||':
        return resolveConcatenation(resolution, [left, right], node);
      default:
        return resolveArithmetic(resolution, node.operator, left, right, node);
    }
  }

  #isBoolean(node: ExpressionOf<'isBoolean'>, scope: Scope): TypedExpression {
    const operand = implicitCast(this.resolution, this.resolve(node.operand, scope), BOOLEAN);
    const not = node.negated ? 'NOT ' : '';
    const word = node.value === undefined ? 'NULL' : String(node.value).toUpperCase();
    return call(`is ${not}${word}`.toLowerCase(), BOOLEAN, [operand], ([x]) => `(${x} IS ${not}${word})`, node, { pretty: ([x]) => (node.value === undefined ? `(${x} IS ${not}NULL)` : node.negated ? `(NOT (${x} <=> ${String(node.value)}))` : `(${x} <=> ${String(node.value)})`) });
  }

  #case(node: ExpressionOf<'case'>, scope: Scope): TypedExpression {
    const subject = node.operand === undefined ? undefined : this.resolve(node.operand, scope);
    const branches = node.branches.map(({ when, result }) => {
      const tested = this.resolve(when, scope);
      return { when: subject === undefined ? tested : resolveComparison(this.resolution, '=', subject, tested, when), result: this.resolve(result, scope) };
    });
    return resolveCase(this.resolution, branches, node.otherwise && this.resolve(node.otherwise, scope), node);
  }

  #path(node: ExpressionOf<'path'>, scope: Scope): TypedExpression {
    const base = this.resolve(node.base, scope);
    const path = `$${node.segments.map((segment) => (segment.kind === 'wildcard' ? '[*]' : segment.kind === 'index' ? `[${segment.index}]` : /^\w+$/.test(segment.name) ? `.${segment.name}` : `['${segment.name}']`)).join('')}`;
    if (base.type.kind === 'variant') return this.#callOf('variant_get', [base, literal(STRING, path, node), literal(STRING, 'variant', node)], node);
    if (base.type.kind !== 'string') return this.resolution.refuse(node, 'A path into a value that is no text', 'only JSON texts and variants are read by path');
    return this.#callOf('get_json_object', [base, literal(STRING, path, node)], node);
  }

  /** A call by name with typed arguments, for syntax that stands for one. */
  #callOf(name: string, operands: readonly TypedExpression[], node: Located, aliases: readonly (string | undefined)[] = []): TypedExpression {
    const definition = findFunction(name);
    if (definition === undefined) return this.resolution.refuse(node, name, 'the function behind it is not there yet');
    return this.#apply(definition, { name, arguments: operands, node, resolution: this.resolution, distinct: false, nulls: undefined, orderBy: [], aliases });
  }

  #call(node: ExpressionOf<'call'>, scope: Scope, inFrom = false): TypedExpression {
    const name = this.#functionName(node);
    const definition = findFunction(name);
    if (definition === undefined || (definition.group === 'table' && definition.state !== 'refused' && !inFrom)) {
      const path = ['`system`.`builtin`', '`system`.`session`', quoteParts([this.resolution.settings.currentCatalog, this.resolution.settings.currentSchema])].join(', ');
      return this.resolution.fail(node, 'UNRESOLVED_ROUTINE', { name: quoteParts(node.name.map((part) => part.text)), path });
    }
    // before a lambda looks at the arguments before it
    if (node.arguments.some(({ value }) => value.kind === 'lambda')) this.#checkCount(definition, name, node.arguments.length, node);
    const around = definition.group === 'aggregate' && node.over === undefined ? (scope.aggregateScope ?? scope) : scope;
    const inner: Scope = node.over !== undefined ? { ...around, aliasesRefusedIn: { kind: 'window', node } } : definition.group === 'aggregate' ? { ...around, aliasesRefusedIn: { kind: definition.name.startsWith('grouping') ? 'grouping' : 'aggregate', node } } : around;
    const given = this.#arguments(node, inner, definition);
    const orderBy = (node.withinGroup ?? []).map((item) => ({ value: this.resolve(item.value, inner), descending: item.descending, nullsFirst: item.nullsFirst }));
    const resolved = this.#apply(definition, { name, ...given, node, resolution: this.resolution, distinct: node.distinct, nulls: node.nulls, orderBy });
    return timeWindowColumn(this.resolution, this.#clauses(node, resolved, scope), scope);
  }

  #functionName(node: ExpressionOf<'call'>): string {
    const parts = node.name.map((part) => part.text.toLowerCase());
    const builtin = parts.length === 3 && parts[0] === 'system' && parts[1] === 'builtin';
    return parts.length === 1 || builtin ? parts.at(-1)! : parts.join('.');
  }

  #arguments(node: ExpressionOf<'call'>, scope: Scope, definition: FunctionDefinition): Pick<FunctionCall, 'arguments' | 'aliases'> {
    const [only] = node.arguments;
    if (definition.name === 'count' && !node.distinct && node.arguments.length === 1 && only!.value.kind === 'star') {
      if (isBareStar(only!)) return { arguments: [literal(INT, 1n, node)], aliases: [] };
      if (only!.value.qualifier.length > 0 && matchQualifier(scope.columns, only!.value.qualifier.map(({ text }) => text)).length > 0) return this.resolution.refuse(node, 'count of a table\'s star', 'Spark asks for the columns, or for count(*)');
    }
    const given: TypedExpression[] = [];
    const aliases: (string | undefined)[] = [];
    for (const argument of node.arguments) {
      if (argument.name !== undefined && !(definition.name.includes('explode') && argument.name.toLowerCase() === (definition.group === 'table' ? 'input' : 'collection'))) return this.#namedArgument(definition, argument.name, node);
      if (argument.value.kind === 'star') {
        for (const column of expandStar(this, argument.value, scope)) {
          given.push(column.value);
          aliases.push(undefined);
        }
      } else if (argument.value.kind === 'lambda') {
        given.push(this.#lambda(argument.value, given, definition, scope));
        aliases.push(undefined);
      } else {
        given.push(this.#operand(argument.value, scope, node));
        aliases.push(argument.alias);
      }
    }
    return { arguments: given, aliases };
  }

  #lambda(node: ExpressionOf<'lambda'>, before: readonly TypedExpression[], definition: FunctionDefinition, scope: Scope): TypedExpression {
    const types = definition.lambdaParameters?.(before, node.parameters.length);
    if (types === undefined) return this.resolution.fail(node, 'INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: definition.name });
    if (types.length !== node.parameters.length) return this.resolution.fail(node, 'INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH', { expected: node.parameters.length, actual: types.length });
    const names = node.parameters.map(({ text }) => text.toLowerCase());
    if (new Set(names).size < names.length) return this.resolution.fail(node, 'INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES', { names: node.parameters.map(({ text }) => quoteParts([text])).join(', ') });
    const parameters = this.resolution.variables(node.parameters.map((part) => part.text), types);
    const variables = new Map(scope.variables);
    for (const parameter of parameters) variables.set(parameter.name.toLowerCase(), parameter);
    if (this.#lambdaDepth >= MAX_LAMBDA_DEPTH) return this.resolution.refuse(node, 'A function inside of functions', `it nests more than ${MAX_LAMBDA_DEPTH} deep`);
    this.#lambdaDepth++;
    try {
      const body = this.resolve(node.body, { ...scope, variables });
      return { kind: 'lambda', parameters, body, type: body.type, start: node.start, end: node.end };
    } finally {
      this.#lambdaDepth--;
    }
  }

  #apply(definition: FunctionDefinition, given: FunctionCall): TypedExpression {
    this.#checkCount(definition, given.name, given.arguments.length, given.node);
    return definition.resolve(given);
  }

  #checkCount({ min, max, state }: FunctionDefinition, name: string, count: number, node: Located): void {
    if (state === 'refused' || (count >= min && (max === undefined || count <= max))) return;
    const expected = max === min ? String(min) : max === undefined ? `> ${min - 1}` : `[${Array.from({ length: max - min + 1 }, (_, index) => min + index).join(', ')}]`;
    if (name === 'count') return this.resolution.fail(node, 'WRONG_NUM_ARGS.WITH_SUGGESTION', { function: name, expected: '>= 1', actual: count });
    this.resolution.fail(node, 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { function: name, expected, actual: count });
  }

  /** DISTINCT, FILTER and OVER, which only some functions take. */
  #clauses(node: ExpressionOf<'call'>, resolved: TypedExpression, scope: Scope): TypedExpression {
    const filter = node.filter === undefined ? undefined : this.#aggregateFilter(node.filter, scope);
    if (resolved.kind !== 'aggregate') {
      if (node.over !== undefined) return this.resolution.fail(node, 'UNSUPPORTED_EXPR_FOR_WINDOW', { expression: prettyText(resolved) });
      if (filter !== undefined || node.distinct) return this.resolution.fail(node, 'INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { function: node.name.at(-1)!.text.toLowerCase(), syntax: filter === undefined ? 'DISTINCT' : 'FILTER clause' });
      return resolved;
    }
    if (node.over !== undefined && filter !== undefined) return this.resolution.refuse(node, 'FILTER in a window', 'Spark does not run it');
    if (node.nulls !== undefined && !TAKES_NULLS.has(node.name.at(-1)!.text.toLowerCase())) return this.resolution.fail(node, 'INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { function: resolved.name, syntax: `${node.nulls} NULLS` });
    for (const operand of resolved.operands) {
      if (node.over !== undefined) continue;
      if (contains(operand, 'aggregate')) return this.resolution.fail(node, 'NESTED_AGGREGATE_FUNCTION', {});
      if (contains(operand, 'window')) return this.resolution.refuse(node, 'A window function inside of an aggregate function', 'Spark does not take it there: a subquery does');
      if (findExpression(operand, (each) => each.kind === 'call' && each.volatile) !== undefined) return this.resolution.fail(node, 'AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION', { expression: prettyText(resolved) });
    }
    const aggregate: AggregateExpression = filter === undefined ? resolved : { ...resolved, filter, pretty: (texts) => `${resolved.pretty(texts)} FILTER (WHERE ${prettyText(filter)})` };
    if (node.over !== undefined) return resolveWindow(this, aggregate, node.over, { ...scope, aliasesRefusedIn: { kind: 'window', node } }, node);
    if (aggregate.window !== undefined) return this.resolution.fail(node, 'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE', { function: prettyText(aggregate) });
    return aggregate;
  }

  /** A lateral alias may stand beside an aggregate function or a window, not in it. */
  #refuseLateral({ kind, node: around }: NonNullable<Scope['aliasesRefusedIn']>, name: string, node: Located): never {
    const [alias, expression] = [quoteParts([name]), this.#source(around)];
    if (kind === 'grouping') return this.resolution.fail(node, 'GROUPING_COLUMN_MISMATCH', { grouping: alias, groupingColumns: expression });
    return this.resolution.fail(node, kind === 'window' ? 'UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW' : 'UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC', { alias, expression });
  }

  #aggregateFilter(node: Expression, scope: Scope): TypedExpression {
    const filter = this.resolve(node, scope);
    if (filter.type.kind !== 'boolean') return this.resolution.fail(node, 'INVALID_AGGREGATE_FILTER.NOT_BOOLEAN', { filter: prettyText(filter) });
    const changing = findExpression(filter, (each) => each.kind === 'call' && each.volatile);
    if (changing !== undefined) return this.resolution.fail(changing, 'INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC', { filter: prettyText(filter) });
    const found = findExpression(filter, ({ kind }) => kind === 'aggregate' || kind === 'window');
    if (found === undefined) return filter;
    const parameters = { filter: prettyText(filter), found: prettyText(found) };
    return found.kind === 'window' ? this.resolution.fail(node, 'INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION', parameters) : this.resolution.fail(node, 'INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE', parameters);
  }

  #namedArgument({ name }: FunctionDefinition, argument: string, node: Located): never {
    if (TAKES_NAMES.has(name)) return this.resolution.refuse(node, `The named argument ${argument}`, `${name} takes its arguments by place here`);
    return this.resolution.fail(node, 'NAMED_PARAMETERS_NOT_SUPPORTED', { function: `\`${name}\`` });
  }

  /** A call of a generator as a table function; undefined where `name` is none. */
  resolveGenerator(name: readonly NamePart[], given: readonly CallArgument[], scope: Scope, node: Located): Extract<TypedExpression, { kind: 'generator' }> | undefined {
    const group = findFunction(name.at(-1)!.text)?.group;
    if (group !== 'generator' && group !== 'table') return undefined;
    const call: ExpressionOf<'call'> = { kind: 'call', name, arguments: given, distinct: false, filter: undefined, nulls: undefined, withinGroup: undefined, over: undefined, start: node.start, end: node.end };
    const resolved = this.#call(call, scope, true);
    return resolved.kind === 'generator' ? resolved : undefined;
  }
}

/** The steps from `at` on that have one operator; a step of its own where that operator makes no chains. */
function runFrom(steps: readonly ExpressionOf<'binary'>[], at: number): readonly ExpressionOf<'binary'>[] {
  const { operator } = steps[at]!;
  let end = at + 1;
  while (steps[end]?.operator === operator) end++;
  return steps.slice(at, end);
}

/** `p`, or `f.p` in the body of `f`; `parts` is how many of the name's parts that takes. */
function parameterOf({ routine }: Scope, texts: readonly string[]): { readonly value: TypedExpression; readonly parts: number } | undefined {
  const [first, second] = texts.map((text) => text.toLowerCase());
  const bare = routine?.parameters.get(first!);
  if (bare !== undefined) return { value: bare, parts: 1 };
  const qualified = first === routine?.name && second !== undefined ? routine?.parameters.get(second) : undefined;
  return qualified && { value: qualified, parts: 2 };
}

function isBareStar(argument: CallArgument): boolean {
  return argument.value.kind === 'star' && argument.value.qualifier.length === 0 && argument.value.except.length === 0;
}
