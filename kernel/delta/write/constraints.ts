import { LakebookError } from '../../base/errors.ts';
import { asRecord, type Metadata } from '../actions.ts';
import type { DeltaType, StructField, StructType } from '../schema.ts';
import { toNumber, toText, type Engine } from '../engine.ts';
import { identifier, literal } from '../sqlText.ts';
import type { Expressions } from './expressions.ts';

/** What every new row of a table must meet. */
export type Constraint =
  | { readonly kind: 'notNull'; readonly path: readonly string[] }
  | { readonly kind: 'check'; readonly name: string; readonly expression: string }
  /** A stored value is what its expression gives (PROTOCOL.md "Generated Columns"). */
  | { readonly kind: 'generated'; readonly column: string; readonly expression: string }
  /** What rows must meet that come in the place of others which did. */
  | { readonly kind: 'replaceWhere'; readonly expression: string }
  /** `CHAR(n)`, `VARCHAR(n)`: at most n signs. */
  | { readonly kind: 'length'; readonly column: string; readonly signsMax: number; readonly type: string };

export const CONSTRAINT_PROPERTY = 'delta.constraints.';
const GENERATION = 'delta.generationExpression';
const INVARIANTS = 'delta.invariants';
const CHAR_VARCHAR = '__CHAR_VARCHAR_TYPE_STRING';

/** The constraints of a table, in the order in which they are checked. Pure. */
export function constraintsOf(metadata: Metadata, schema: StructType): readonly Constraint[] {
  const checks = Object.entries(metadata.configuration).filter(([key]) => key.startsWith(CONSTRAINT_PROPERTY));
  return [
    ...notNullPaths(schema).map((path): Constraint => ({ kind: 'notNull', path })),
    ...schema.fields.flatMap(columnConstraints),
    ...checks.map(([key, expression]): Constraint => ({ kind: 'check', name: key.slice(CONSTRAINT_PROPERTY.length), expression })),
  ];
}

function columnConstraints(field: StructField): readonly Constraint[] {
  const { name, metadata } = field;
  const [generation, invariants] = [metadata[GENERATION], metadata[INVARIANTS]];
  const declared = declaredLength(field);
  const invariant = typeof invariants === 'string' ? invariantExpression(invariants) : undefined;
  return [
    ...(typeof generation === 'string' ? [{ kind: 'generated', column: name, expression: generation } as const] : []),
    ...(invariant === undefined ? [] : [{ kind: 'check', name: `EXPRESSION(${invariant})`, expression: invariant } as const]),
    ...(declared === undefined ? [] : [{ kind: 'length', column: name, signsMax: declared.signsMax, type: declared.type } as const]),
  ];
}

/** `CHAR(n)` or `VARCHAR(n)`, which its metadata keeps; undefined for any other column. */
export function declaredLength({ metadata }: StructField): { readonly signsMax: number; readonly type: string } | undefined {
  const type = metadata[CHAR_VARCHAR];
  const [, length] = typeof type === 'string' ? (/^(?:char|varchar)\((\d+)\)$/i.exec(type) ?? []) : [];
  return length === undefined ? undefined : { signsMax: Number(length), type: String(type) };
}

/** PROTOCOL.md "Column Invariants": JSON that holds JSON's text of the expression. */
function invariantExpression(text: string): string | undefined {
  const outer = asRecord(JSON.parse(text))['expression'];
  const inner = typeof outer === 'string' ? asRecord(JSON.parse(outer)) : asRecord(outer);
  return typeof inner['expression'] === 'string' ? inner['expression'] : undefined;
}

function notNullPaths(struct: StructType, above: readonly string[] = []): readonly (readonly string[])[] {
  return struct.fields.flatMap(({ name, type, nullable }) => {
    const path = [...above, name];
    return [...(nullable ? [] : [path]), ...(type.kind === 'struct' ? notNullPaths(type, path) : [])];
  });
}

/** How a violation leaves the engine: a text that no error of its own has. */
const MARK = 'lakebook-violation:';

/** Of a violating row so many columns are told. */
const TOLD_COLUMNS_MAX = 20;

/** A SELECT of the same rows that fails at the first one that breaks a constraint. */
export async function checkedRows(select: string, constraints: readonly Constraint[], schema: StructType, expressions: Expressions): Promise<string> {
  if (constraints.length === 0) return select;
  const cases: string[] = [];
  for (const [index, constraint] of constraints.entries()) cases.push(`WHEN NOT (${await conditionOf(constraint, schema, expressions)}) THEN ${failure(index, constraint, schema)}`);
  return `SELECT r.* FROM (${select}) r WHERE CASE ${cases.join(' ')} ELSE true END`;
}

async function conditionOf(constraint: Constraint, schema: StructType, expressions: Expressions): Promise<string> {
  switch (constraint.kind) {
    case 'notNull':
      return notNullCondition(constraint.path);
    case 'check':
    case 'replaceWhere':
      return `coalesce((${await expressions.compile(constraint.expression, schema, 'r')})::BOOLEAN, false)`;
    case 'generated':
      return `r.${identifier(constraint.column)} IS NOT DISTINCT FROM (${await expressions.compile(constraint.expression, schema, 'r')})`;
    case 'length':
      return `coalesce(length(r.${identifier(constraint.column)}) <= ${constraint.signsMax}, true)`;
  }
}

/** A field of a struct that is NULL itself is not missing. */
function notNullCondition(path: readonly string[]): string {
  const at = (depth: number): string => `(r.${path.slice(0, depth).map(identifier).join('.')})`;
  const parents = path.slice(0, -1).map((_, depth) => `${at(depth + 1)} IS NULL`);
  return [...parents, `${at(path.length)} IS NOT NULL`].join(' OR ');
}

function failure(index: number, constraint: Constraint, schema: StructType): string {
  return `error(${literal(`${MARK}${index}:`)} || to_json(${toldColumns(constraint, schema)})::VARCHAR)::BOOLEAN`;
}

/** The columns that tell of a row, as a struct, or as an empty map. */
function toldColumns(constraint: Constraint, schema: StructType): string {
  const named = 'expression' in constraint ? columnsNamedIn(constraint.expression, schema) : schema.fields;
  const told = named.filter(({ type }) => isTold(type)).slice(0, TOLD_COLUMNS_MAX).map(({ name }) => `${literal(name)}: r.${identifier(name)}`);
  return told.length === 0 ? 'MAP([]::VARCHAR[], []::VARCHAR[])' : `{${told.join(', ')}}`;
}

function isTold({ kind }: DeltaType): boolean {
  return kind !== 'binary' && kind !== 'variant';
}

function wordsOf(expression: string): ReadonlySet<string> {
  return new Set((expression.toLowerCase().match(/`[^`]*`|[\p{L}_][\p{L}\p{N}_]*/gu) ?? []).map((word) => word.replaceAll('`', '')));
}

function columnsNamedIn(expression: string, { fields }: StructType): readonly StructField[] {
  const words = wordsOf(expression);
  return fields.filter(({ name }) => words.has(name.toLowerCase()));
}

/** The rows of a relation that break a constraint: how many, and the first of them. */
export async function findViolations(relation: string, constraint: Constraint, schema: StructType, { engine, expressions }: { readonly engine: Engine; readonly expressions: Expressions }, signal?: AbortSignal): Promise<{ readonly count: number; readonly row: string }> {
  const told = toldColumns(constraint, schema);
  const batch = await engine.select(`SELECT count(*) AS rows, first(to_json(${told})::VARCHAR) AS row FROM (${relation}) r WHERE NOT (${await conditionOf(constraint, schema, expressions)})`, signal);
  return { count: toNumber(batch.column('rows')[0]), row: describeRow(toText(batch.column('row')[0]) ?? '') };
}

/** Names of columns that an expression may speak of: a word that is none of them does no harm. */
export function isNamedIn(expression: string, path: readonly string[]): boolean {
  const words = wordsOf(expression);
  return path.every((name) => words.has(name.toLowerCase()));
}

/** A violation that the engine raised, as an error of ours; any other error as it is. */
export function explainViolation(error: unknown, constraints: readonly Constraint[], table: string): unknown {
  const text = error instanceof Error ? error.message : '';
  const start = text.indexOf(MARK);
  if (start < 0) return error;
  const [, index, json] = /^(\d+):(.*)/s.exec(text.slice(start + MARK.length)) ?? [];
  const constraint = constraints[Number(index)];
  if (constraint === undefined) return error;
  const row = describeRow(json ?? '');
  switch (constraint.kind) {
    case 'notNull':
      return new LakebookError('DELTA_NOT_NULL_CONSTRAINT_VIOLATED', { table, column: constraint.path.join('.'), row }, { cause: error });
    case 'check':
      return new LakebookError('DELTA_VIOLATE_CONSTRAINT_WITH_VALUES', { table, constraint: constraint.name, expression: constraint.expression, row }, { cause: error });
    case 'replaceWhere':
      return new LakebookError('DELTA_REPLACE_WHERE_MISMATCH', { table, replaceWhere: constraint.expression, row }, { cause: error });
    case 'generated':
      return new LakebookError('DELTA_VIOLATE_CONSTRAINT_WITH_VALUES', { table, constraint: 'Generated Column', expression: `${constraint.column} <=> ${constraint.expression}`, row }, { cause: error });
    case 'length':
      return new LakebookError('DELTA_EXCEED_CHAR_VARCHAR_LIMIT', { table, column: constraint.column, type: constraint.type, row }, { cause: error });
  }
}

/** `a = 1, b = NULL` from the JSON of a row; an engine's text may go on behind it. */
function describeRow(text: string): string {
  for (let end = text.lastIndexOf('}'); end > 0; end = text.lastIndexOf('}', end - 1)) {
    try {
      const entries = Object.entries(asRecord(JSON.parse(text.slice(0, end + 1))));
      return entries.map(([name, value]) => `${name} = ${value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}`).join(', ');
    } catch {
      continue;
    }
  }
  return text;
}

/** @returns the expression of a generated column; undefined for any other */
export function generationOf(field: StructField): string | undefined {
  const text = field.metadata[GENERATION];
  return typeof text === 'string' ? text : undefined;
}

