import { LakebookError } from '../../base/errors.ts';
import { formatType, parseSchema, type DeltaType, type StructField, type StructType } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import { duckdbType, identifier } from '../sqlText.ts';
import { checkedRows, constraintsOf, declaredLength, explainViolation, generationOf, type Constraint } from './constraints.ts';
import { afterGiving, checkCountable, identityOf, nextValue, type IdentityColumn } from './identity.ts';
import type { OpenTransaction } from './openTransaction.ts';

/** Rows as a statement gives them. */
export interface NewRows {
  /** A SELECT of the engine with {@link columns}, of the table's own types. */
  readonly select: string;
  /** Logical names of the columns given. Those left out are computed, numbered, or NULL. */
  readonly columns: readonly string[];
  /** What they must meet beside the table's own rules. */
  readonly constraints?: readonly Constraint[];
}

/** Rows with every column of the table, checked as they are read. */
export interface CompleteRows {
  readonly select: string;
  /** An error of reading {@link select}, as one of ours where a row broke a rule. */
  readonly explain: (error: unknown) => unknown;
  /** Counts the values that identity columns gave out: to be called with the number of rows before the commit. */
  readonly settle: (rowCount: number) => void;
}

const DEFAULT = 'CURRENT_DEFAULT';

/**
 * Rows of a statement made whole and checked against every rule of the table (PROTOCOL.md "Generated Columns", "Identity
 * Columns", "Default Columns", "Column Invariants", "CHECK Constraints").
 * @throws LakebookError DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED
 */
export async function completeRows(open: OpenTransaction, rows: NewRows): Promise<CompleteRows> {
  const { table } = open;
  const schema = parseSchema(open.target().metadata.schemaString, table);
  const given = new Set(rows.columns.map((name) => name.toLowerCase()));
  const isGiven = ({ name }: StructField): boolean => given.has(name.toLowerCase());
  const refused = schema.fields.find((field) => isGiven(field) && identityOf(field)?.allowsExplicitValues === false);
  if (refused !== undefined) throw new LakebookError('DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED', { table, column: refused.name });
  const numbered = numberedFields(schema, isGiven, table);
  return checked(open, schema, await fill(rows.select, schema, isGiven, open), numbered, { more: rows.constraints ?? [] });
}

/** Identity columns that the table itself numbers. */
function numberedFields(schema: StructType, isGiven: (field: StructField) => boolean, table: string): readonly StructField[] {
  return schema.fields.filter((field) => {
    const identity = isGiven(field) ? undefined : identityOf(field);
    if (identity !== undefined) checkCountable(nextValue(identity), field.name, table);
    return identity !== undefined;
  });
}

/** A column of rows that came without it: numbered, its default, or NULL; generated ones are computed later. */
async function valueOf(field: StructField, { expressions }: OpenTransaction): Promise<string> {
  const [identity, text] = [identityOf(field), field.metadata[DEFAULT]];
  if (identity !== undefined) return numbers(identity, 'row_number() OVER ()');
  if (typeof text === 'string') return `CAST(${await expressions.compile(castText(text, field.type), NO_COLUMNS, 'g')} AS ${duckdbType(field.type)})`;
  return `NULL::${duckdbType(field.type)}`;
}

/** A default is cast as Spark casts: 1.5 becomes the integer 1. Nested ones are of their column's type. */
function castText(text: string, type: DeltaType): string {
  if (type.kind === 'struct' || type.kind === 'array' || type.kind === 'map' || type.kind === 'void') return text;
  return `CAST((${text}\n) AS ${type.kind === 'decimal' ? formatType(type) : type.kind})`;
}

const NO_COLUMNS: StructType = { kind: 'struct', fields: [] };

function numbers(identity: IdentityColumn, position: string): string {
  return `(${nextValue(identity)}::BIGINT + ${identity.step}::BIGINT * (${position} - 1))`;
}

async function fill(select: string, schema: StructType, isGiven: (field: StructField) => boolean, open: OpenTransaction): Promise<string> {
  if (schema.fields.every(isGiven)) return select;
  const columns = await Promise.all(schema.fields.map(async (field) => `${isGiven(field) ? `g.${identifier(field.name)}` : await valueOf(field, open)} AS ${identifier(field.name)}`));
  return compute(`SELECT ${columns.join(', ')} FROM (${select}) g`, schema, isGiven, open);
}

/** The same rows with generated columns computed from the others. Columns of the select beside the table's stay. */
async function compute(select: string, schema: StructType, isGiven: (field: StructField) => boolean, { expressions }: OpenTransaction): Promise<string> {
  const computed = schema.fields.filter((field) => !isGiven(field) && generationOf(field) !== undefined);
  if (computed.length === 0) return select;
  const replaced = await Promise.all(computed.map(async (field) => `CAST(${await expressions.compile(generationOf(field) ?? '', schema, 'b')} AS ${duckdbType(field.type)}) AS ${identifier(field.name)}`));
  return `SELECT b.* REPLACE (${replaced.join(', ')}) FROM (${select}) b`;
}

/** Rows that a statement updates or inserts, as {@link completeRows} makes them whole. `select` has all of the table's columns, and more. */
export interface ChangedNewRows extends NewRows {
  /** SQL over the select's rows, as `g`: whether a row is new, and so gets numbers. */
  readonly isNew: string;
  readonly newCount: number;
}

export async function completeChangedRows(open: OpenTransaction, { select, columns, isNew, newCount }: ChangedNewRows): Promise<CompleteRows> {
  const { table } = open;
  const schema = parseSchema(open.target().metadata.schemaString, table);
  const given = new Set(columns.map((name) => name.toLowerCase()));
  const isGiven = ({ name }: StructField): boolean => given.has(name.toLowerCase());
  const numbered = numberedFields(schema, isGiven, table);
  const replaced = numbered.map((field) => `CASE WHEN ${isNew} THEN ${numbers(identityOf(field)!, `row_number() OVER (PARTITION BY ${isNew})`)} ELSE g.${identifier(field.name)} END AS ${identifier(field.name)}`);
  const filled = replaced.length === 0 ? select : `SELECT g.* REPLACE (${replaced.join(', ')}) FROM (${select}) g`;
  return checked(open, schema, await compute(filled, schema, isGiven, open), numbered, { newCount });
}

async function checked(open: OpenTransaction, schema: StructType, select: string, numbered: readonly StructField[], { more = [], newCount }: { readonly more?: readonly Constraint[]; readonly newCount?: number }): Promise<CompleteRows> {
  const { table, transaction, expressions } = open;
  const constraints = [...more, ...constraintsOf(open.target().metadata, schema)];
  return {
    select: await checkedRows(withDeclaredLengths(select, schema), constraints, schema, expressions),
    explain: (error) => explainViolation(error, constraints, table),
    settle: (rowCount) => {
      const count = newCount ?? rowCount;
      if (numbered.length === 0 || count === 0) return;
      const given = afterGiving(schema, numbered.map(({ name }) => name), count, table);
      transaction.setMetadata({ ...transaction.metadata, schemaString: schemaText(given) });
    },
  };
}

/** Spaces behind the limit of CHAR and VARCHAR are dropped, as Spark does; longer texts stay, and break a rule. Who reads fills CHAR up. */
function withDeclaredLengths(select: string, schema: StructType): string {
  const replaced = schema.fields.flatMap((field) => {
    const declared = declaredLength(field);
    if (declared === undefined) return [];
    const text = `d.${identifier(field.name)}`;
    return [`CASE WHEN length(${text}) > ${declared.signsMax} AND length(rtrim(${text}, ' ')) <= ${declared.signsMax} THEN left(${text}, ${declared.signsMax}) ELSE ${text} END AS ${identifier(field.name)}`];
  });
  return replaced.length === 0 ? select : `SELECT d.* REPLACE (${replaced.join(', ')}) FROM (${select}) d`;
}
