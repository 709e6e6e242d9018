import type { AggregateEmission, AggregateTexts, CallExpression, Emission, EmissionContext, SortKey, TypedExpression } from '../plan/expression.ts';
import { call, template } from '../plan/build.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, failInput, type InputKind } from '../resolver/casting.ts';
import type { Resolution } from '../resolver/resolution.ts';
import type { NullTreatment, Located } from '../tree/expressions.ts';
import type { DataType } from '../types/dataType.ts';

/** A call whose arguments are typed. */
export interface FunctionCall {
  /** As the user wrote it, lower case. */
  readonly name: string;
  readonly arguments: readonly TypedExpression[];
  readonly node: Located;
  readonly resolution: Resolution;
  readonly distinct: boolean;
  readonly nulls: NullTreatment | undefined;
  readonly orderBy: readonly SortKey[];
  /** Aliases of `struct(1 AS x)`. */
  readonly aliases: readonly (string | undefined)[];
}

/** How faithful a function is: `exact` is tested against Spark, `approximate` has a documented difference. */
type FunctionState = 'exact' | 'approximate' | 'refused';
export type FunctionGroup = 'operator' | 'math' | 'string' | 'conditional' | 'conversion' | 'date' | 'array' | 'map' | 'struct' | 'lambda' | 'json' | 'aggregate' | 'window' | 'generator' | 'table' | 'hash' | 'url' | 'misc' | 'bitwise' | 'variant';

export interface FunctionDefinition {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: FunctionGroup;
  readonly state: FunctionState;
  readonly note: string | undefined;
  /** Number of arguments; `max` undefined is any number. */
  readonly min: number;
  readonly max: number | undefined;
  readonly resolve: (call: FunctionCall) => TypedExpression;
  /**
   * For functions that take lambdas: the types of the parameters of the lambda behind the arguments `before`;
   * `count` is how many the user wrote. Undefined where no lambda may stand there.
   */
  readonly lambdaParameters?: (before: readonly TypedExpression[], count: number) => readonly LambdaParameter[] | undefined;
}

export interface LambdaParameter {
  readonly type: DataType;
  /** Its text, given the names of all of the lambda's parameters; its own name by default. */
  readonly sql?: (names: readonly string[]) => string;
}

export interface FunctionOptions {
  readonly aliases?: readonly string[];
  readonly state?: FunctionState;
  readonly note?: string;
  /** Fewest arguments; the inputs behind are optional and given as `defaults`. */
  readonly min?: number;
  /** Values of left-out arguments, from the end; they show in generated names, as in Spark. */
  readonly defaults?: readonly ((call: FunctionCall) => TypedExpression)[];
  readonly display?: string;
  readonly pretty?: CallExpression['pretty'];
  readonly volatile?: boolean;
  readonly loose?: CallExpression['loose'];
  readonly acceptsLoose?: boolean;
}

type Returns = DataType | ((operands: readonly TypedExpression[], call: FunctionCall) => DataType);

/** A scalar function with a fixed list of inputs. `text` has `$1`, `$2`, … for the operands. */
export function scalar(group: FunctionGroup, name: string, inputs: readonly InputKind[], returns: Returns, text: string | Emission, options: FunctionOptions = {}): FunctionDefinition {
  const emission = typeof text === 'string' ? template(text) : text;
  const min = options.min ?? inputs.length;
  return {
    name, aliases: options.aliases ?? [], group, state: options.state ?? 'exact', note: options.note, min, max: inputs.length,
    resolve: (given) => {
      const shown = displayName(given, options.display);
      const all = withDefaults(given, inputs.length, options.defaults ?? []);
      const operands = all.map((operand, place) => coerceInput(given.resolution, operand, inputs[place]!, place, () => `${shown}(…)`));
      const type = typeof returns === 'function' ? returns(operands, given) : returns;
      return call(name, type, operands, emission, given.node, { ...options, pretty: options.pretty ?? ((texts) => `${shown}(${texts.join(', ')})`) });
    },
  };
}

/** A scalar function that makes its own tree. */
export function custom(group: FunctionGroup, name: string, min: number, max: number | undefined, resolve: (call: FunctionCall) => TypedExpression, options: Pick<FunctionOptions, 'aliases' | 'state' | 'note'> = {}): FunctionDefinition {
  return { name, aliases: options.aliases ?? [], group, state: options.state ?? 'exact', note: options.note, min, max, resolve };
}

/** A function that exists in Spark and is not run here. */
export function refusedFunction(group: FunctionGroup, name: string, reason: string): FunctionDefinition {
  return {
    name, aliases: [], group, state: 'refused', note: reason, min: 0, max: undefined,
    resolve: ({ resolution, node }) => resolution.refuse(node, `The function ${name}`, reason),
  };
}

/** An argument of a type that the call does not take. */
export function unexpected(given: FunctionCall, operand: TypedExpression, parameter: string, required: string): never {
  return failInput(given.resolution, given.node, operand, { expression: `${given.name}(${given.arguments.map(prettyText).join(', ')})`, parameter, required });
}

/** The text of a value that is NULL without one of its operands being NULL where it cannot be made: then the error. */
export function orFail(operands: readonly string[], value: string, error: string): string {
  return `CASE WHEN ${operands.map((each) => `${each} IS NOT NULL`).join(' AND ')} AND ${value} IS NULL THEN ${error} ELSE ${value} END`;
}

/** A text or list may grow so far by a count; more would fill the memory in one step that nothing interrupts. */
const COUNT_MAX = 100_000_000;

/** The text of a count that makes a text or list grow, with a refusal where it is beyond what is run here. */
export function boundedCount(count: string, context: EmissionContext): string {
  return /^\(?-?\d{1,8}\)?$/.test(count) ? count : whereBounded(count, count, context);
}

/** `value`, with a refusal where the count that it leads to is beyond what is run here. */
export function whereBounded(count: string, value: string, context: EmissionContext): string {
  return `CASE WHEN ${count} > ${COUNT_MAX} THEN ${context.error('UNSUPPORTED_FEATURE.LOCAL_ENGINE', `'A value of more than ${COUNT_MAX} characters or elements: it would fill the memory in one step'`)} ELSE ${value} END`;
}

function withDefaults(given: FunctionCall, count: number, defaults: NonNullable<FunctionOptions['defaults']>): readonly TypedExpression[] {
  const missing = count - given.arguments.length;
  if (missing <= 0 || defaults.length === 0) return given.arguments;
  return [...given.arguments, ...defaults.slice(defaults.length - missing).map((make) => make(given))];
}

/** Aliases show as written, except where Spark prints its own name. */
function displayName(given: FunctionCall, display: string | undefined): string {
  return display ?? given.name;
}

export interface AggregateOptions extends FunctionOptions {
  readonly nullable?: boolean;
  readonly looseResult?: boolean;
}

/** An aggregate with a fixed list of inputs; `text` gives the call for the operands. */
export function aggregate(name: string, inputs: readonly InputKind[], returns: Returns, emission: AggregateEmission, options: AggregateOptions = {}): FunctionDefinition {
  return {
    name, aliases: options.aliases ?? [], group: 'aggregate', state: options.state ?? 'exact', note: options.note, min: options.min ?? inputs.length, max: inputs.length,
    resolve: (given) => {
      const shown = displayName(given, options.display);
      const all = withDefaults(given, inputs.length, options.defaults ?? []);
      const operands = all.map((operand, place) => coerceInput(given.resolution, operand, inputs[place]!, place, () => `${shown}(…)`));
      const type = typeof returns === 'function' ? returns(operands, given) : returns;
      return aggregateNode(given, name, type, operands, emission, { pretty: options.pretty ?? plainAggregatePretty(shown, given.distinct), loose: options.looseResult ?? false, nullable: options.nullable ?? true });
    },
  };
}

export function plainAggregatePretty(shown: string, distinct: boolean): (texts: readonly string[]) => string {
  return (texts) => `${shown}(${distinct ? 'DISTINCT ' : ''}${texts.join(', ')})`;
}

export function aggregateNode(
  given: FunctionCall,
  name: string,
  type: DataType,
  operands: readonly TypedExpression[],
  emission: AggregateEmission,
  options: { readonly pretty: (texts: readonly string[]) => string; readonly loose?: boolean; readonly nullable?: boolean },
): TypedExpression {
  const { start, end } = given.node;
  return { kind: 'aggregate', name, type, operands, distinct: given.distinct, filter: undefined, orderBy: given.orderBy, emission, loose: options.loose ?? false, nullable: options.nullable ?? true, pretty: options.pretty, start, end };
}

/** The text of one aggregate call: `sum(DISTINCT x ORDER BY y) FILTER (WHERE f) OVER (…)`. */
export function aggregateCall(name: string, parts: { readonly operands: readonly string[]; readonly distinct?: boolean; readonly filter?: string | undefined; readonly orderBy?: string | undefined; readonly over: string }): string {
  const order = parts.orderBy === undefined ? '' : ` ORDER BY ${parts.orderBy}`;
  const filter = parts.filter === undefined ? '' : ` FILTER (WHERE ${parts.filter})`;
  return `${name}(${parts.distinct === true ? 'DISTINCT ' : ''}${parts.operands.join(', ')}${order})${filter}${parts.over}`;
}

/** Two filters of an aggregate as one. */
export function andFilter(left: string | undefined, right: string | undefined): string | undefined {
  return left === undefined ? right : right === undefined ? left : `${left} AND ${right}`;
}

/** The values that are there, as the text of a JSON list: for a function that looks at all of them at once. */
export function presentValues(texts: AggregateTexts, each: (text: string) => string): string {
  const [value] = texts.operands;
  const list = aggregateCall('list', { ...texts, filter: andFilter(texts.filter, `${value} IS NOT NULL`), operands: [each(value!)] });
  return `CAST(to_json(coalesce(${list}, [])) AS VARCHAR)`;
}
