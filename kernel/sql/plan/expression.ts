import type { DataType, StructType } from '../types/dataType.ts';
import type { Located } from '../tree/expressions.ts';
import type { LiteralValue } from './scan.ts';
import type { Plan } from './plan.ts';

/**
 * What an emission may need beside its operands' texts. `error` makes the text of a guard that raises `code` with a
 * SQL text as its message, marked with the node so that the run-time error can be pointed at.
 */
export interface EmissionContext {
  readonly ansi: boolean;
  readonly timeZone: string;
  /** Decimal arithmetic in 128 bits from the start, and sums beyond; else in 64 where DuckDB does so, which may overflow and be run again. */
  readonly wideDecimals: boolean;
  error(code: string, messageSql: string): string;
  /** A name for a lambda variable that no other in the statement has. */
  variable(): string;
}
/** Operands' DuckDB texts in, DuckDB text out. Texts are operands themselves: what is compound is in parentheses. */
export type Emission = (operands: readonly string[], context: EmissionContext) => string;

/** A column as the plan knows it: names may repeat, ids never do. */
export interface Attribute {
  readonly id: number;
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  /** Of a column declared CHAR(n). */
  readonly charLength?: number | undefined;
}

interface Typed extends Located {
  readonly type: DataType;
}

export type TypedExpression =
  | (Typed & { readonly kind: 'literal'; readonly value: LiteralValue; readonly pretty: string })
  /** `spelling` is the name as the statement writes it. */
  | (Typed & { readonly kind: 'column'; readonly attribute: Attribute; readonly spelling: string })
  | CallExpression
  | CastExpression
  | (Typed & { readonly kind: 'field'; readonly base: TypedExpression; readonly name: string; readonly index: number })
  | LambdaExpression
  | (Typed & { readonly kind: 'variable'; readonly variable: LambdaVariable })
  | SubqueryExpression
  | AggregateExpression
  | WindowExpression
  | GeneratorExpression;

/** A scalar function or operator with its Spark-typed operands. */
export type CallExpression = Typed & {
  readonly kind: 'call';
  /** Lower-case canonical name or operator sign; predicates are recognised by it. */
  readonly name: string;
  readonly operands: readonly TypedExpression[];
  readonly emission: Emission;
  /**
   * `always`: the text's DuckDB type may differ from the mapped type in width alone (decimals of the same scale, wider
   * integers); `operands`: where an operand's does. `never` promises the mapped type.
   */
  readonly loose: 'never' | 'always' | 'operands';
  /** Operands may be given as loose texts. */
  readonly acceptsLoose: boolean;
  /** Not the same at each evaluation (`rand`, `uuid`): never repeated in the text. */
  readonly volatile: boolean;
  /** Spark's own text for it, given the operands' texts. */
  readonly pretty: (operands: readonly string[]) => string;
};

export type CastMode = 'ansi' | 'legacy' | 'try';
export type CastExpression = Typed & {
  readonly kind: 'cast';
  readonly operand: TypedExpression;
  readonly mode: CastMode;
  /** Written by the user; implicit casts do not show in names. */
  readonly explicit: boolean;
};

export interface LambdaVariable {
  readonly id: number;
  readonly name: string;
  readonly type: DataType;
  /** Its text in DuckDB's lambda, where that is not a variable of its own. */
  readonly sql: string;
}
export type LambdaExpression = Typed & { readonly kind: 'lambda'; readonly parameters: readonly LambdaVariable[]; readonly body: TypedExpression };

type SubqueryExpression = Typed & {
  readonly kind: 'subquery';
  readonly form: 'scalar' | 'exists' | 'in' | 'notIn';
  /** Left side of IN: one operand a column. */
  readonly operands: readonly TypedExpression[];
  readonly plan: Plan;
  /** The columns of the query around it that it reads. */
  readonly outer: readonly Attribute[];
  /** What is written, without spelling and places: tells subqueries of one scope apart. */
  readonly source: string;
};

export interface SortKey {
  readonly value: TypedExpression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}
/** The pieces of an aggregate call's text. */
export interface AggregateTexts {
  readonly operands: readonly string[];
  readonly distinct: boolean;
  /** Inside of `FILTER (WHERE …)`, already without the word; undefined where there is none. */
  readonly filter: string | undefined;
  readonly orderBy: string | undefined;
  /** ` OVER (…)` or nothing: put behind every aggregate call of the text. */
  readonly over: string;
}
export type AggregateEmission = (texts: AggregateTexts, context: EmissionContext) => string;
export type AggregateExpression = Typed & {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly operands: readonly TypedExpression[];
  readonly distinct: boolean;
  readonly filter: TypedExpression | undefined;
  readonly orderBy: readonly SortKey[];
  readonly emission: AggregateEmission;
  readonly loose: boolean;
  readonly nullable: boolean;
  /** Set for functions that need OVER: the frame that Spark gives them, as it prints it. */
  readonly window?: { readonly frame: string };
  readonly pretty: (operands: readonly string[]) => string;
};

export type FrameEdge =
  | { readonly kind: 'unboundedPreceding' | 'unboundedFollowing' | 'currentRow' }
  | { readonly kind: 'preceding' | 'following'; readonly distance: TypedExpression };
export interface ResolvedFrame {
  readonly unit: 'ROWS' | 'RANGE';
  readonly from: FrameEdge;
  readonly to: FrameEdge;
}
export type WindowExpression = Typed & {
  readonly kind: 'window';
  readonly function: AggregateExpression;
  readonly partitionBy: readonly TypedExpression[];
  readonly orderBy: readonly SortKey[];
  readonly frame: ResolvedFrame | undefined;
  readonly pretty: () => string;
};

/** One row in, any number out. `rows` gives one list of values per output column. */
export type GeneratorExpression = Typed & {
  readonly kind: 'generator';
  readonly name: string;
  readonly operands: readonly TypedExpression[];
  readonly output: StructType;
  readonly outer: boolean;
  /** The body of `SELECT …` that yields the rows, one column per output field, unnamed. */
  readonly emission: (operands: readonly string[], context: EmissionContext) => readonly string[];
  readonly pretty: (operands: readonly string[]) => string;
};

export interface NamedExpression {
  readonly attribute: Attribute;
  readonly value: TypedExpression;
}
