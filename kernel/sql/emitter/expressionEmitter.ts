import { LakebookError } from '../../base/errors.ts';
import type { EmissionContext, SortKey, TypedExpression, WindowExpression, FrameEdge, AggregateExpression } from '../plan/expression.ts';
import type { Plan } from '../plan/plan.ts';
import { orderedText } from '../functions/comparison.ts';
import { foldCast } from '../resolver/folding.ts';
import type { Located } from '../tree/expressions.ts';
import type { OwnSettings } from '../tree/temporaries.ts';
import { quoteString, toDuckDbType } from '../types/duckdbType.ts';
import { castText, fieldText } from './casts.ts';
import { literalText, looseDecimalText } from './literals.ts';

/** A column's text in the SELECT that is being written. */
export interface ColumnText {
  readonly sql: string;
  /** Its DuckDB type may be wider than the mapped one. */
  readonly loose: boolean;
  /** No more than a name or a constant: may be repeated and be a key. */
  readonly plain: boolean;
}
export type ColumnLookup = (attributeId: number) => ColumnText | undefined;
/** Writes a subquery whose outer columns `lookup` knows. */
export type SubqueryEmitter = (plan: Plan, lookup: ColumnLookup, form: 'scalar' | 'exists' | 'in') => string;

export interface EmitterOptions {
  readonly ansi: boolean;
  readonly timeZone: string;
  /** Stretches of the text with settings of their own. */
  readonly own: readonly OwnSettings[];
  readonly wideDecimals: boolean;
}

interface Text {
  readonly sql: string;
  readonly loose: boolean;
}

/** Writes typed expressions as DuckDB text. */
export class ExpressionEmitter {
  readonly #options: EmitterOptions;
  readonly #subquery: SubqueryEmitter;
  #nextVariable = 1;

  constructor(options: EmitterOptions, subquery: SubqueryEmitter) {
    this.#options = options;
    this.#subquery = subquery;
  }

  /** The text, of exactly the expression's mapped type. */
  exact(expression: TypedExpression, lookup: ColumnLookup): string {
    const { sql, loose } = this.text(expression, lookup, false);
    return loose ? `CAST(${sql} AS ${toDuckDbType(expression.type)})` : sql;
  }

  /** The text, of the mapped type or a wider one of the same scale. */
  loose(expression: TypedExpression, lookup: ColumnLookup): Text {
    return this.text(expression, lookup, true);
  }

  text(expression: TypedExpression, lookup: ColumnLookup, loosely: boolean): Text {
    switch (expression.kind) {
      case 'literal':
        if (loosely && expression.type.kind === 'decimal' && expression.value !== null) return { sql: looseDecimalText(expression.value as bigint, expression.type.scale), loose: true };
        return { sql: literalText(expression.type, expression.value), loose: false };
      case 'column':
        return this.#column(expression, lookup);
      case 'call':
        return this.#call(expression, lookup);
      case 'cast':
        return this.#cast(expression, lookup, loosely);
      case 'field':
        return { sql: fieldText(this.exact(expression.base, lookup), fieldName(expression)), loose: false };
      case 'lambda':
        return { sql: this.exact(expression.body, lookup), loose: false };
      case 'variable':
        return { sql: expression.variable.sql, loose: false };
      case 'subquery': {
        const sql = this.#subqueryText(expression, lookup);
        // As a value, Spark's IN over a query knows true and false only.
        return { sql: expression.form === 'in' || expression.form === 'notIn' ? `coalesce(${sql}, FALSE)` : sql, loose: false };
      }
      case 'aggregate':
        return { sql: this.aggregate(expression, lookup, ''), loose: expression.loose };
      case 'window':
        return { sql: this.#window(expression, lookup), loose: expression.function.loose };
      case 'generator':
        throw internal('a generator outside of its step');
    }
  }

  context(node: Located): EmissionContext {
    const { own, wideDecimals, ...session } = this.#options;
    const { ansi, timeZone } = own.find(({ start, end }) => start <= node.start && node.start < end) ?? session;
    return {
      ansi,
      timeZone,
      wideDecimals,
      error: (code, message) => `error(${quoteString(`[${code}#${node.start}-${node.end}] `)} || ${message})`,
      variable: () => `e${this.#nextVariable++}`,
    };
  }

  #column(expression: Extract<TypedExpression, { kind: 'column' }>, lookup: ColumnLookup): Text {
    const column = lookup(expression.attribute.id);
    if (column === undefined) throw internal(`the column ${expression.attribute.name} is not in reach`);
    return column;
  }

  #call(expression: Extract<TypedExpression, { kind: 'call' }>, lookup: ColumnLookup): Text {
    let anyLoose = false;
    const operands = expression.operands.map((operand) => {
      if (!expression.acceptsLoose) return this.exact(operand, lookup);
      const text = this.loose(operand, lookup);
      anyLoose ||= text.loose;
      return text.sql;
    });
    const context = this.context(expression);
    const simple = expression.operands.map((operand) => operand.kind === 'literal' || operand.kind === 'lambda' || operand.kind === 'column' || operand.kind === 'variable');
    const bindable = !expression.operands.some((operand) => operand.kind === 'lambda');
    const sql = bindable ? writeOnce(operands, simple, (texts) => expression.emission(texts, context), context) : expression.emission(operands, context);
    return { sql, loose: expression.loose === 'always' || (expression.loose === 'operands' && anyLoose) };
  }

  #cast(expression: Extract<TypedExpression, { kind: 'cast' }>, lookup: ColumnLookup, loosely: boolean): Text {
    const { operand, type } = expression;
    const context = this.context(expression);
    const folded = expression.mode === 'try' ? undefined : foldCast(operand, type, context);
    if (folded !== undefined) return this.text(folded, lookup, loosely);
    const widening = operand.type.kind === 'decimal' && type.kind === 'decimal' && operand.type.scale === type.scale && operand.type.precision <= type.precision;
    if (widening && loosely) return { ...this.loose(operand, lookup), loose: true };
    const sql = writeOnce([this.exact(operand, lookup)], [operand.kind === 'column'], ([text]) => castText(text!, operand.type, type, expression.mode, context), context);
    return { sql, loose: false };
  }

  #subqueryText(expression: Extract<TypedExpression, { kind: 'subquery' }>, lookup: ColumnLookup): string {
    const { form, operands, plan } = expression;
    if (form === 'scalar') return `(${this.#subquery(plan, lookup, 'scalar')})`;
    if (form === 'exists') return `EXISTS (${this.#subquery(plan, lookup, 'exists')})`;
    const left = operands.map((operand) => this.exact(operand, lookup));
    if (left.length > 1 && (form === 'notIn' || expression.outer.length > 0)) return manyColumnsIn(form, left, this.#subquery(plan, lookup, 'in'));
    return `(${left.length === 1 ? left[0] : `(${left.join(', ')})`} ${form === 'in' ? 'IN' : 'NOT IN'} (${this.#subquery(plan, lookup, 'in')}))`;
  }

  /** A condition that keeps rows: what is unknown and what is false are the same here. */
  condition(expression: TypedExpression, lookup: ColumnLookup): string {
    if (expression.kind === 'subquery') return this.#subqueryText(expression, lookup);
    if (expression.kind === 'call' && expression.name === 'and') return `(${expression.operands.map((operand) => this.condition(operand, lookup)).join(' AND ')})`;
    return this.exact(expression, lookup);
  }

  /** An aggregate call; `over` is its window, if it has one. */
  aggregate(expression: AggregateExpression, lookup: ColumnLookup, over: string): string {
    const accepts = expression.loose || WIDTHLESS_AGGREGATES.has(expression.name);
    const operands = expression.operands.map((operand) => (accepts ? this.loose(operand, lookup).sql : this.exact(operand, lookup)));
    const texts = {
      operands,
      distinct: expression.distinct,
      filter: expression.filter === undefined ? undefined : this.exact(expression.filter, lookup),
      orderBy: expression.orderBy.length === 0 ? undefined : expression.orderBy.map((key) => this.sortKey(key, lookup)).join(', '),
      over,
    };
    return expression.emission(texts, this.context(expression));
  }

  sortKey(key: SortKey, lookup: ColumnLookup): string {
    return `${this.sortValue(key.value, lookup)}${direction(key)}`;
  }

  /** A value as it is ordered by. */
  sortValue(value: TypedExpression, lookup: ColumnLookup): string {
    return orderedText(this.loose(value, lookup).sql, value.type, this.context(value));
  }

  #window(expression: WindowExpression, lookup: ColumnLookup): string {
    const parts: string[] = [];
    if (expression.partitionBy.length > 0) parts.push(`PARTITION BY ${expression.partitionBy.map((each) => this.loose(each, lookup).sql).join(', ')}`);
    if (expression.orderBy.length > 0) parts.push(`ORDER BY ${expression.orderBy.map((key) => this.sortKey(key, lookup)).join(', ')}`);
    const { frame } = expression;
    if (frame !== undefined) parts.push(`${frame.unit} BETWEEN ${this.#edge(frame.from, lookup)} AND ${this.#edge(frame.to, lookup)}`);
    return this.aggregate(expression.function, lookup, ` OVER (${parts.join(' ')})`);
  }

  #edge(edge: FrameEdge, lookup: ColumnLookup): string {
    switch (edge.kind) {
      case 'unboundedPreceding':
        return 'UNBOUNDED PRECEDING';
      case 'unboundedFollowing':
        return 'UNBOUNDED FOLLOWING';
      case 'currentRow':
        return 'CURRENT ROW';
      case 'preceding':
      case 'following':
        return `${this.exact(edge.distance, lookup)} ${edge.kind.toUpperCase()}`;
    }
  }
}

/** DuckDB takes a row with a NULL for unknown even where another of its values differs, and has no correlated IN over rows. */
function manyColumnsIn(form: 'in' | 'notIn', left: readonly string[], query: string): string {
  const same = left.map((text, index) => `${text} = "in".k${index}`).join(' AND ');
  const names = left.map((_, index) => `k${index}`).join(', ');
  const [found, missed] = form === 'in' ? ['TRUE', 'FALSE'] : ['FALSE', 'TRUE'];
  return `(SELECT CASE WHEN bool_or(same) THEN ${found} WHEN count(*) > count(same) THEN NULL ELSE ${missed} END FROM (SELECT (${same}) AS same FROM (${query}) AS "in"(${names})))`;
}

/** Operands longer than this, or with more macros in them, are given a name where they would be written more than once. */
const LONG_OPERAND = 250;
const MOST_MACROS = 1;

/**
 * The text of a call, its long operands written once: a guard or a macro repeats its operands, and nested repetition
 * grows without bound. A lambda over a list of one is DuckDB's only way to name a value inside of an expression.
 */
function writeOnce(operands: readonly string[], simple: readonly boolean[], emit: (texts: readonly string[]) => string, context: EmissionContext): string {
  const plain = emit(operands);
  const heavy = operands.filter((operand, index) => simple[index] !== true && isHeavy(operand));
  if (heavy.length === 0) return plain;
  const ownText = operands.reduce((text, operand) => text.replaceAll(operand, ''), plain);
  const callsMacro = ownText.includes('spark_');
  if (!heavy.some((operand) => callsMacro || plain.indexOf(operand) !== plain.lastIndexOf(operand))) return plain;
  const name = context.variable();
  const bound = operands.flatMap((operand, index) => (simple[index] === true ? [] : [`'o${index}': ${operand}`]));
  const texts = operands.map((operand, index) => (simple[index] === true ? operand : `${name}.o${index}`));
  return `(list_transform([{${bound.join(', ')}}], lambda ${name}: ${emit(texts)}))[1]`;
}

function isHeavy(operand: string): boolean {
  return operand.length > LONG_OPERAND || operand.split('spark_').length - 1 > MOST_MACROS;
}

/** Aggregates whose result has a type of its own, whatever the width of what they read. */
const WIDTHLESS_AGGREGATES = new Set(['sum', 'avg', 'count']);

function fieldName(expression: Extract<TypedExpression, { kind: 'field' }>): string {
  return expression.base.type.kind === 'struct' ? expression.base.type.fields[expression.index]!.name : expression.name;
}

export function direction(key: Pick<SortKey, 'descending' | 'nullsFirst'>): string {
  return ` ${key.descending ? 'DESC' : 'ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
}

export function internal(detail: string): LakebookError<'INTERNAL_ERROR'> {
  return new LakebookError('INTERNAL_ERROR', { detail: `The SQL emitter broke its own rule: ${detail}.` });
}
