import { LakebookError, type ErrorCode, type ErrorParameters } from '../base/errors.ts';
import { functionNames, findFunction } from '../sql/functions/registry.ts';
import type { OutputColumn, ResolvedQuery } from '../sql/resolve.ts';
import { spanOf } from '../sql/span.ts';
import type { TemporaryView } from '../sql/temporaries.ts';
import type { Expression, Located, NamePart } from '../sql/tree/expressions.ts';
import type { Query, QueryBody, Relation, SelectItem } from '../sql/tree/queries.ts';
import type { StatementOf } from '../sql/tree/statements.ts';
import type { RoutineParameter, ViewColumn } from '../sql/tree/temporaries.ts';
import { sameType, type DataType } from '../sql/types/dataType.ts';
import { GLOBAL_SCHEMA } from './temporaryObjects.ts';
import type { QuerySession } from './querySession.ts';

/** What a definition needs of the pipeline. */
export interface DefinitionContext {
  /** What offsets point into. */
  readonly text: string;
  readonly session: QuerySession;
  /** Names and types of a query that is part of the definition. */
  resolve(query: Query, making: string): Promise<ResolvedQuery>;
}

/**
 * `CREATE [OR REPLACE] [GLOBAL] TEMPORARY VIEW`: the query is resolved now, its tables are pinned by each statement that
 * uses the view.
 */
export async function createView(statement: StatementOf<'createTemporaryView'>, context: DefinitionContext): Promise<void> {
  const { text, session } = context;
  const fail = failing(text, nameSpan(statement.name));
  if (statement.name.length > 1) throw fail('TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS', { name: quoted(statement.name) });
  const bare = statement.name[0]!.text;
  const name = statement.global ? [GLOBAL_SCHEMA, bare] : [bare];
  if (!statement.orReplace && session.temporaries.view(name) !== undefined) throw fail('TEMP_TABLE_OR_VIEW_ALREADY_EXISTS', { name: quoteNames(name) });
  const { columns } = await context.resolve(statement.query, name.join('.'));
  const { query, comment } = statement;
  const view: TemporaryView = { name, query, comment, columns: viewColumns(statement, columns, fail), source: text.slice(query.start, query.end), origin: query.start, conditions: conditionsOf(session) };
  session.temporaries.setView(view);
}

function viewColumns({ columns: named, name }: StatementOf<'createTemporaryView'>, columns: readonly OutputColumn[], fail: Fail): readonly ViewColumn[] {
  if (named.length > 0 && named.length !== columns.length) {
    const parameters = { view: quoted(name), viewColumns: named.map((column) => quoted([column.name])).join(', '), dataColumns: columns.map((column) => `\`${column.name}\``).join(', ') };
    throw named.length > columns.length ? fail('CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS', parameters) : fail('CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS', parameters);
  }
  const result = columns.map((column, place): ViewColumn => {
    const own = named[place];
    return { name: own?.name.text ?? column.name, source: column.name, type: column.type, ...(own?.comment === undefined ? {} : { comment: own.comment }) };
  });
  const repeated = result.find((column, place) => result.findIndex((other) => other.name.toLowerCase() === column.name.toLowerCase()) < place);
  if (repeated !== undefined) throw fail('COLUMN_ALREADY_EXISTS', { column: `\`${repeated.name.toLowerCase()}\`` });
  return result;
}

/** @throws LakebookError TABLE_OR_VIEW_NOT_FOUND where there is no such view of the session */
export function dropView(statement: StatementOf<'dropView'>, text: string, session: QuerySession): void {
  const view = session.temporaries.view(statement.name.map((part) => part.text));
  if (view !== undefined) session.temporaries.dropView(view);
  else if (!statement.ifExists) throw failing(text, nameSpan(statement.name))('TABLE_OR_VIEW_NOT_FOUND', { name: quoted(statement.name) });
}

/** `CREATE [OR REPLACE] TEMPORARY FUNCTION … RETURN`: the body is resolved now, over parameters without a value. */
export async function createFunction(statement: StatementOf<'createTemporaryFunction'>, context: DefinitionContext): Promise<void> {
  const { text, session } = context;
  const { parameters, body, comment } = statement;
  checkFunction(statement, context);
  const { text: name } = statement.name[0]!;
  const table = statement.result.kind === 'table';
  const probe = table ? tableProbe(name, parameters, body) : scalarProbe(name, parameters, toScalar(body), statement.result.type);
  const resolved = await context.resolve(probe, name);
  const complex = table ? undefined : complexStep(resolved.plan);
  if (complex !== undefined) throw failing(text, body)('USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS', { query: text.slice(body.start, body.end) });
  const stored = { name, parameters, comment, source: text.slice(statement.start, statement.end), origin: statement.start, conditions: conditionsOf(session) };
  const routine = table && body.kind === 'query'
    ? { ...stored, body: { kind: 'table' as const, columns: resultColumns(statement, resolved.columns, text), query: body } }
    : { ...stored, body: { kind: 'scalar' as const, type: resolved.columns[0]!.type, value: toScalar(body) } };
  session.temporaries.setRoutine(routine);
}

function checkFunction({ name, ifNotExists, orReplace, parameters, result, body }: StatementOf<'createTemporaryFunction'>, { text, session }: DefinitionContext): void {
  const fail = failing(text, nameSpan(name));
  const bare = name.at(-1)!.text;
  if (ifNotExists) throw fail('INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS', {});
  if (name.length > 1) throw fail('INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE', { database: quoted(name.slice(0, -1)) });
  if (findFunction(bare) !== undefined) throw orReplace ? fail('USER_DEFINED_FUNCTIONS.CANNOT_REPLACE_NON_SQL_UDF_WITH_SQL_UDF', { name: bare }) : fail('ROUTINE_ALREADY_EXISTS', { name: quoted(name) });
  if (!orReplace && session.temporaries.routine(bare) !== undefined) throw fail('ROUTINE_ALREADY_EXISTS', { name: quoted(name) });
  if (result.kind === 'table' && body.kind !== 'query') throw failing(text, body)('PARSE_SYNTAX_ERROR', { error: `'${text.slice(body.start, body.end)}'`, hint: ': a function that RETURNS TABLE returns a query' });
  for (const [place, parameter] of parameters.entries()) {
    const { text: own } = parameter.name;
    if (parameters.findIndex((other) => other.name.text.toLowerCase() === own.toLowerCase()) < place) throw failing(text, parameter.name)('DUPLICATE_ROUTINE_PARAMETER_NAMES', { routine: bare, names: `\`${own}\`` });
    const next = parameters[place + 1];
    if (parameter.default !== undefined && next !== undefined && next.default === undefined) throw failing(text, next.name)('USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION', { routine: `\`${bare}\``, parameter: quoted([parameter.name]), next: quoted([next.name]) });
  }
}

/** @throws LakebookError ROUTINE_NOT_FOUND */
export function dropFunction(statement: StatementOf<'dropTemporaryFunction'>, text: string, session: QuerySession): void {
  const fail = failing(text, nameSpan(statement.name));
  const name = statement.name.at(-1)!.text;
  const routine = statement.name.length > 1 ? undefined : session.temporaries.routine(name);
  if (routine !== undefined) return session.temporaries.dropRoutine(routine);
  if (functionNames().includes(name.toLowerCase())) throw fail('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `Dropping ${name}`, reason: 'it is a function of Spark itself' });
  if (!statement.ifExists) throw fail('ROUTINE_NOT_FOUND', { name: quoted(statement.name) });
}

function toScalar(body: Expression | Query): Expression {
  return body.kind === 'query' ? { kind: 'subquery', query: body, start: body.start, end: body.end } : body;
}

/** `SELECT body FROM (VALUES (CAST(NULL AS T), …)) AS f(p, …)`: parameters are found like columns, and named in errors. */
function scalarProbe(name: string, parameters: readonly RoutineParameter[], body: Expression, type: DataType | undefined): Query {
  const located = { start: body.start, end: body.end };
  const value: Expression = type === undefined ? body : { kind: 'cast', operand: body, type, mode: 'cast', ...located };
  return probe([{ value, alias: undefined, aliases: [], ...located }], parameterRow(name, parameters, located), located);
}

function tableProbe(name: string, parameters: readonly RoutineParameter[], body: Expression | Query): Query {
  const located = { start: body.start, end: body.end };
  if (body.kind !== 'query') return probe([], [], located);
  const part: NamePart = { text: 'result', quoted: true, ...located };
  const rows: Relation = { kind: 'derived', query: body, lateral: true, alias: { name: part, columns: [], ...located }, sample: undefined, ...located };
  const star: Expression = { kind: 'star', qualifier: [part], except: [], replace: [], ...located };
  return probe([{ value: star, alias: undefined, aliases: [], ...located }], [...parameterRow(name, parameters, located), rows], located);
}

function parameterRow(name: string, parameters: readonly RoutineParameter[], located: Located): readonly Relation[] {
  if (parameters.length === 0) return [];
  const items = parameters.map((parameter) => ({ value: { kind: 'cast' as const, operand: { kind: 'null' as const, ...located }, type: parameter.type, mode: 'cast' as const, ...located } }));
  const alias = { name: { text: name, quoted: true, ...located }, columns: parameters.map((parameter) => parameter.name), ...located };
  return [{ kind: 'inlineValues', rows: [{ kind: 'row', items, ...located }], alias, ...located }];
}

function probe(items: readonly SelectItem[], from: readonly Relation[], located: Located): Query {
  const body: QueryBody = { kind: 'select', hints: [], distinct: false, items, from, lateralViews: [], where: undefined, groupBy: undefined, having: undefined, qualify: undefined, windows: [], ...located };
  return { kind: 'query', recursive: false, ctes: [], body, orderBy: [], sortBy: [], distributeBy: [], limit: undefined, offset: undefined, pipes: [], ...located };
}

/** The step that makes one row of several, or several of one, outside of subqueries. */
function complexStep(plan: ResolvedQuery['plan']): ResolvedQuery['plan'] | undefined {
  if (plan.kind === 'aggregate' || plan.kind === 'window' || plan.kind === 'generate') return plan;
  return plan.kind === 'project' ? complexStep(plan.input) : undefined;
}

function resultColumns({ name, result, body }: StatementOf<'createTemporaryFunction'>, columns: readonly OutputColumn[], text: string): readonly { readonly name: string; readonly type: DataType }[] {
  const declared = result.kind === 'table' ? result.columns : undefined;
  if (declared === undefined) return columns;
  if (declared.length !== columns.length) throw failing(text, body)('USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH', { output: columns.length, columns: declared.length, name: quoted(name) });
  return declared.map((column, place) => (sameType(column.type, columns[place]!.type) ? { name: column.name, type: columns[place]!.type } : { name: column.name, type: column.type }));
}

function conditionsOf(session: QuerySession): TemporaryView['conditions'] {
  return { ...session.settings, schema: session.schema };
}

type Fail = <Code extends ErrorCode>(code: Code, parameters: ErrorParameters<Code>) => LakebookError;

/** Errors at one place of the text. */
function failing(text: string, at: Located): Fail {
  return (code, parameters) => new LakebookError(code, parameters, { span: spanOf(text, at) });
}

function nameSpan(name: readonly NamePart[]): Located {
  return { start: name[0]!.start, end: name.at(-1)!.end };
}

function quoted(name: readonly NamePart[]): string {
  return quoteNames(name.map((part) => part.text));
}

function quoteNames(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join('.');
}

