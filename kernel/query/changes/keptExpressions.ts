import { LakebookError, type ErrorCode, type ErrorParameters } from '../../base/errors.ts';
import { generationOf } from '../../delta/write/constraints.ts';
import { findField, type StructType } from '../../delta/schema.ts';
import { toText } from '../../delta/engine.ts';
import type { OpenTransaction } from '../../delta/write/openTransaction.ts';
import { holdsQuery } from '../../sql/changes/treeParts.ts';
import type { ResolvedQuery } from '../../sql/resolve.ts';
import { spanOf } from '../../sql/span.ts';
import type { TypedExpression } from '../../sql/plan/expression.ts';
import { expressionsOf, inputsOf } from '../../sql/plan/outerColumns.ts';
import type { Plan } from '../../sql/plan/plan.ts';
import { prettyText } from '../../sql/plan/pretty.ts';
import { findExpression, isConstant } from '../../sql/plan/traverse.ts';
import type { ColumnDefinition, TableConstraint } from '../../sql/tree/definitions.ts';
import type { Expression } from '../../sql/tree/expressions.ts';
import { castVerdict, tightestCommonType } from '../../sql/types/coercion.ts';
import { type DataType, sameType, sqlName } from '../../sql/types/dataType.ts';
import { toSparkType } from '../deltaColumns.ts';
import { pointAt, withoutPlace } from '../errorPlace.ts';
import type { StatementContext } from '../selectStatement.ts';
import { resolveTableExpression } from '../tableExpressions.ts';

/**
 * The expressions that a statement gives a table to keep. One that no row could be written with is refused at once, as
 * Delta and Spark do, and not at the first INSERT.
 */
export class KeptExpressions {
  readonly #open: OpenTransaction;
  readonly #context: StatementContext;
  /** As errors name the statement. */
  readonly #statement: KeepingStatement;

  constructor(open: OpenTransaction, context: StatementContext, statement: KeepingStatement) {
    this.#open = open;
    this.#context = context;
    this.#statement = statement;
  }

  /** All that a new table's definition says. @throws LakebookError as the checks of one expression */
  async checkTable({ columns, constraints }: { readonly columns: readonly ColumnDefinition[]; readonly constraints: readonly TableConstraint[] }, schema: StructType): Promise<void> {
    const plain: StructType = { ...schema, fields: schema.fields.filter((field) => generationOf(field) === undefined) };
    for (const column of columns) {
      const name = column.name.at(-1)!.text;
      const { type } = findField(schema, name)!;
      if (column.generated !== undefined) await this.#checkGenerated({ name, type: toSparkType(type), value: column.generated }, plain);
      if (column.default !== undefined) await this.checkDefault({ name, type: toSparkType(type), value: column.default });
    }
    for (const constraint of [...constraints, ...columns.flatMap((column) => column.constraints)]) if (constraint.kind === 'check') await this.checkCondition(constraint.name?.text ?? '', constraint.condition, schema);
  }

  /** @throws LakebookError INVALID_DEFAULT_VALUE.…, INVALID_NON_DETERMINISTIC_EXPRESSIONS, or what is wrong with the expression */
  async checkDefault({ name, type, value }: Kept): Promise<void> {
    const told = { statement: this.#statement, name: `\`${name}\``, value: this.#textOf(value) };
    if (holdsQuery(value)) this.#refuse(value, 'INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION', told);
    const alters = this.#statement.startsWith('ALTER');
    const query = this.#resolved(value, NO_COLUMNS, () => this.#refuse(value, alters ? 'INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION' : 'INVALID_DEFAULT_VALUE.NOT_CONSTANT', told));
    const actual = query.columns[0]!.type;
    if (!(await this.#fits(value, query, type))) this.#refuse(value, 'INVALID_DEFAULT_VALUE.DATA_TYPE', { ...told, expectedType: sqlName(type), actualType: sqlName(actual) });
    const changing = findInPlan(query.plan, isVolatile);
    if (changing !== undefined && !alters) this.#refuse(value, 'INVALID_NON_DETERMINISTIC_EXPRESSIONS', { expressions: prettyText(changing) });
    if (changing !== undefined || findInPlan(query.plan, ({ kind }) => OF_MANY_ROWS.has(kind)) !== undefined) this.#refuse(value, 'INVALID_DEFAULT_VALUE.NOT_CONSTANT', told);
    await this.#compile(value, NO_COLUMNS);
  }

  /** @throws LakebookError DELTA_NON_BOOLEAN_CHECK_CONSTRAINT, or what is wrong with the condition */
  async checkCondition(name: string, value: Expression, schema: StructType): Promise<void> {
    const query = this.#resolved(value, schema);
    const { type } = query.columns[0]!;
    if (type.kind !== 'boolean' && type.kind !== 'void') this.#refuse(value, 'DELTA_NON_BOOLEAN_CHECK_CONSTRAINT', { name, expression: this.#textOf(value) });
    const misplaced = findInPlan(query.plan, ({ kind }) => OF_MANY_ROWS.has(kind));
    if (misplaced !== undefined) this.#refuse(value, 'INVALID_WHERE_CONDITION', { condition: this.#textOf(value), expressions: prettyText(misplaced) });
    await this.#compile(value, schema);
  }

  /** @param plain the columns that it may speak of: those that are not generated themselves */
  async #checkGenerated({ name, type, value }: Kept, plain: StructType): Promise<void> {
    const expression = this.#textOf(value);
    if (holdsQuery(value)) this.#refuse(value, 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN', { expression });
    const query = this.#resolved(value, plain, () => this.#refuse(value, 'DELTA_INVALID_GENERATED_COLUMN_REFERENCES', { column: name }));
    const found = (test: (each: TypedExpression) => boolean, code: 'DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN' | 'DELTA_AGGREGATE_IN_GENERATED_COLUMN' | 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN'): void => {
      const guilty = findInPlan(query.plan, test);
      if (guilty !== undefined) this.#refuse(value, code, { expression: prettyText(guilty) });
    };
    found(isVolatile, 'DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN');
    found(({ kind }) => kind === 'aggregate', 'DELTA_AGGREGATE_IN_GENERATED_COLUMN');
    found((each) => OF_MANY_ROWS.has(each.kind) || isOfSession(each, query.text), 'DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN');
    const actual = query.columns[0]!.type;
    if (!sameType(actual, type)) this.#refuse(value, 'DELTA_GENERATED_COLUMNS_EXPR_TYPE_MISMATCH', { column: name, expressionType: sqlName(actual), columnType: sqlName(type) });
    await this.#compile(value, plain);
  }

  #textOf({ start, end }: Expression): string {
    return this.#context.text.slice(start, end);
  }

  #refuse<Code extends ErrorCode>(at: Expression, code: Code, parameters: ErrorParameters<Code>): never {
    throw new LakebookError(code, parameters, { span: spanOf(this.#context.text, at) });
  }

  /** @param unknown what a name means that is no column: by default the error that says so */
  #resolved(value: Expression, columns: StructType, unknown?: () => never): ResolvedQuery {
    try {
      return resolveTableExpression(this.#textOf(value), columns, this.#context.settings);
    } catch (error) {
      if (error instanceof LakebookError && error.code.startsWith('UNRESOLVED_COLUMN.')) unknown?.();
      throw this.#pointed(error, value);
    }
  }

  /** What a writer would do with it. */
  async #compile(value: Expression, columns: StructType): Promise<void> {
    try {
      await this.#open.expressions.compile(this.#textOf(value), columns, 'r');
    } catch (error) {
      throw this.#pointed(error, value);
    }
  }

  #pointed(error: unknown, at: Expression): unknown {
    return pointAt(withoutPlace(error), spanOf(this.#context.text, at));
  }

  /** Whether a default is of its column's type, becomes it without loss, or is a constant that can be cast. */
  async #fits(value: Expression, { plan, columns }: ResolvedQuery, type: DataType): Promise<boolean> {
    const actual = columns[0]!.type;
    if (sameType(actual, type) || actual.kind === 'void') return true;
    if (castVerdict(actual, type, 'ansi') !== 'yes') return false;
    const common = tightestCommonType(actual, type, true);
    if (type.kind === 'string' || (common !== undefined && sameType(common, type)) || NESTED.has(type.kind)) return true;
    const constant = findInPlan(plan, (each) => each.kind !== 'column' && !isConstant(each)) === undefined;
    if (!constant || actual.kind === 'boolean' || type.kind === 'boolean') return false;
    const text = this.#textOf(value);
    const { engine, expressions } = this.#open;
    const lost = await expressions.compile(`(${text}\n) IS NOT NULL AND TRY_CAST((${text}\n) AS ${sqlName(type)}) IS NULL`, NO_COLUMNS, 'r');
    return toText((await engine.select(`SELECT (${lost})::VARCHAR AS lost`, this.#context.signal)).column('lost')[0]) !== 'true';
  }
}

type KeepingStatement = 'CREATE TABLE' | 'REPLACE TABLE' | 'ALTER TABLE ALTER COLUMN' | 'ALTER TABLE ADD CONSTRAINT';

interface Kept {
  readonly name: string;
  readonly type: DataType;
  readonly value: Expression;
}

const NO_COLUMNS: StructType = { kind: 'struct', fields: [] };
const NESTED: ReadonlySet<DataType['kind']> = new Set(['array', 'map', 'struct', 'variant']);
/** What has more rows than one to read, or to give. */
const OF_MANY_ROWS: ReadonlySet<TypedExpression['kind']> = new Set(['aggregate', 'window', 'generator']);
/** Functions whose value is the statement's or the user's, not the row's. */
const OF_SESSION = /^[\s(]*(?:now|curdate|user|session_user|localtimestamp|current_\w+)(?:\s*\(\s*\))?[\s)]*$/i;

function isOfSession({ kind, start, end }: TypedExpression, text: string): boolean {
  return (kind === 'literal' || kind === 'call') && OF_SESSION.test(text.slice(start, end));
}

function isVolatile(each: TypedExpression): boolean {
  return each.kind === 'call' && each.volatile;
}

function findInPlan(plan: Plan, test: (each: TypedExpression) => boolean): TypedExpression | undefined {
  for (const expression of expressionsOf(plan)) {
    const found = findExpression(expression, test);
    if (found !== undefined) return found;
  }
  for (const input of inputsOf(plan)) {
    const found = findInPlan(input, test);
    if (found !== undefined) return found;
  }
  return undefined;
}
