import { columnOf } from '../plan/build.ts';
import type { Attribute, NamedExpression, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { expressionKey, findExpression, mapOperands } from '../plan/traverse.ts';
import { outputOf, type Plan } from '../plan/plan.ts';
import type { Resolution } from './resolution.ts';
import { quoteParts } from './scope.ts';
import { columnsRead, isCorrelatedValue } from './subqueries.ts';

/** What GROUP BY asks for, resolved: the keys, and which of them each grouping set has. */
export interface Grouping {
  readonly keys: readonly TypedExpression[];
  readonly sets: readonly (readonly number[])[] | undefined;
  /** There is a GROUP BY clause, maybe with no key. */
  readonly explicit: boolean;
}

/** Splits expressions over a GROUP BY into keys, aggregates, and what is computed from both. */
export class Aggregation {
  readonly #resolution: Resolution;
  readonly #input: Plan;
  readonly #grouping: Grouping;
  readonly #keys: readonly NamedExpression[];
  readonly #keyPlaces = new Map<string, number>();
  readonly #aggregates = new Map<string, NamedExpression>();
  readonly #inputIds: ReadonlySet<number>;
  readonly #available = new Set<number>();

  constructor(resolution: Resolution, input: Plan, grouping: Grouping) {
    this.#resolution = resolution;
    this.#input = input;
    this.#grouping = grouping;
    this.#keys = grouping.keys.map((value) => ({ attribute: value.kind === 'column' ? value.attribute : resolution.attribute(prettyText(value), value.type), value }));
    for (const [place, key] of this.#keys.entries()) {
      this.#keyPlaces.set(expressionKey(key.value), place);
      this.#available.add(key.attribute.id);
    }
    this.#inputIds = new Set(outputOf(input).map((attribute) => attribute.id));
  }

  /**
   * The expression over the aggregate's output.
   * @throws LakebookError MISSING_GROUP_BY, MISSING_AGGREGATION where it names a column that is no key
   */
  rewrite(expression: TypedExpression): TypedExpression {
    const rewritten = this.#replace(expression);
    const stray = this.#stray(rewritten);
    if (stray !== undefined) this.#missing(expression, stray);
    return rewritten;
  }

  /** The same for HAVING and ORDER BY, where a column that is no key cannot be named at all. `outputs` is what can. */
  rewriteOver(expression: TypedExpression, outputs: readonly Attribute[]): TypedExpression {
    const rewritten = this.#replace(expression);
    const stray = this.#stray(rewritten);
    if (stray === undefined) return rewritten;
    return this.#resolution.fail(stray, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', { name: quoteParts([prettyText(stray)]), proposal: outputs.map(({ name }) => quoteParts([name])).join(', ') });
  }

  /** Whether a column is neither of the input nor of this aggregation's output. */
  isForeign({ id }: Attribute): boolean {
    return !this.#inputIds.has(id) && !this.#available.has(id);
  }

  /** A column of the input that is no key; a subquery is blamed for those it reads. */
  #stray(rewritten: TypedExpression): TypedExpression | undefined {
    const isStray = ({ id }: Attribute): boolean => this.#inputIds.has(id) && !this.#available.has(id);
    return findExpression(rewritten, (each) => (each.kind === 'column' ? isStray(each.attribute) : each.kind === 'subquery' && !isCorrelatedValue(each) && each.outer.some(isStray)));
  }

  #missing(expression: TypedExpression, stray: TypedExpression): never {
    if (!this.#grouping.explicit) return this.#resolution.fail(expression, 'MISSING_GROUP_BY', {});
    return this.#resolution.fail(stray, 'MISSING_AGGREGATION', { expression: prettyText(stray) });
  }

  #replace(expression: TypedExpression): TypedExpression {
    const place = this.#keyPlaces.get(expressionKey(expression));
    if (place !== undefined) {
      const { attribute } = this.#keys[place]!;
      return columnOf(attribute, expression, prettyText(expression));
    }
    if (expression.kind === 'aggregate') return columnOf(this.#aggregateAttribute(expression), expression, prettyText(expression));
    return mapOperands(expression, (operand) => this.#replace(operand));
  }

  #aggregateAttribute(expression: Extract<TypedExpression, { kind: 'aggregate' }>): Attribute {
    const grouping = expression.name === 'grouping' || expression.name === 'grouping_id';
    const value = grouping ? this.#groupingCall(expression) : expression;
    const key = expressionKey(value);
    const known = this.#aggregates.get(key);
    if (known !== undefined) return known.attribute;
    const outer = grouping ? undefined : findExpression(value, (each) => each.kind === 'column' && !this.#inputIds.has(each.attribute.id));
    if (outer !== undefined) return this.#correlated(value, outer);
    const attribute = this.#resolution.attribute(prettyText(expression), expression.type, expression.nullable);
    this.#aggregates.set(key, { attribute, value });
    this.#available.add(attribute.id);
    return attribute;
  }

  #correlated(aggregate: TypedExpression, outer: TypedExpression): never {
    const mixed = columnsRead(aggregate).some(({ id }) => this.#inputIds.has(id));
    if (mixed) return this.#resolution.fail(outer, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES', { function: prettyText(aggregate) });
    return this.#resolution.fail(outer, 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE', { expressions: prettyText(aggregate) });
  }

  /** `grouping_id()` is over all keys; both functions name keys, not columns of the input. */
  #groupingCall(expression: Extract<TypedExpression, { kind: 'aggregate' }>): TypedExpression {
    if (this.#grouping.sets === undefined) return this.#resolution.fail(expression, 'UNSUPPORTED_GROUPING_EXPRESSION', {});
    const keys = this.#keys.map((key) => columnOf(key.attribute, expression, prettyText(key.value)));
    const places = expression.operands.map((operand) => this.#keyPlaces.get(expressionKey(operand)));
    if (expression.name === 'grouping' && places.includes(undefined)) return this.#resolution.fail(expression, 'GROUPING_COLUMN_MISMATCH', { grouping: prettyText(expression.operands[0]!), groupingColumns: keys.map(prettyText).join(', ') });
    if (expression.name === 'grouping_id' && places.length > 0 && (places.length !== keys.length || places.some((place, index) => place !== index))) return this.#resolution.fail(expression, 'GROUPING_ID_COLUMN_MISMATCH', { groupingIdColumn: expression.operands.map(prettyText).join(', '), groupByColumns: keys.map(prettyText).join(', ') });
    return { ...expression, operands: expression.operands.length > 0 ? expression.operands.map((operand) => this.#replace(operand)) : keys };
  }

  /** The aggregate's plan, once everything above it has been rewritten. Keys that are computed get a projection below. */
  plan(): Plan {
    const computed = this.#keys.filter((key) => key.value.kind !== 'column');
    const passed = outputOf(this.#input).map((attribute) => ({ attribute, value: columnOf(attribute, { start: 0, end: 0 }) }));
    const input: Plan = computed.length === 0 ? this.#input : { kind: 'project', input: this.#input, items: [...passed, ...computed] };
    const keys = this.#keys.map((key) => ({ attribute: key.attribute, value: columnOf(key.attribute, key.value) }));
    return { kind: 'aggregate', input, keys, sets: this.#grouping.sets, groupingId: undefined, aggregates: [...this.#aggregates.values()] };
  }
}
