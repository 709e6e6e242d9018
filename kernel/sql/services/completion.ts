import { documentFunction } from '../functions/documentation.ts';
import { findFunction, functionNames } from '../functions/registry.ts';
import { type DataType, simpleString } from '../types/dataType.ts';
import { analyseStatement } from './analysis.ts';
import { tableOffers } from './completionTables.ts';
import type { Completions, CompletionSources, Offer } from './completionOffer.ts';
import type { CompletionSite } from './completionSite.ts';
import { keywordOffers, snippetOffers } from './completionWords.ts';
import { describeFunction, describeRoutine, describeSymbol } from './describe.ts';
import { findName, qualifiedColumns, visibleColumns } from './nameScope.ts';
import { documentRoutine } from './routines.ts';
import { quoteName } from './quoting.ts';
import { rankOffers } from './ranking.ts';
import type { CursorPlace, NameScope, ScopedColumn, SqlSymbol } from './symbols.ts';

/** What may stand at a site: names in scope, functions, keywords that the grammar allows. A broken statement is no hindrance. */
export function completeAt(site: CompletionSite, sources: CompletionSources): Completions {
  const place = placeOf(site, sources);
  const words = place !== undefined && 'qualifier' in place && place.qualifier.length > 0 ? [] : keywordOffers(site);
  return rankOffers([...namesAt(place, site, sources), ...(isPlain(place) ? [...words, ...snippetOffers(site)] : [])], site.prefix, sources.used);
}

/** Whether keywords may stand there too. */
function isPlain(place: CursorPlace | undefined): boolean {
  if (place === undefined || place.kind === 'newName') return true;
  return (place.kind === 'expression' || place.kind === 'table') && place.qualifier.length === 0;
}

function placeOf(site: CompletionSite, { settings, tables }: CompletionSources): CursorPlace | undefined {
  const { cursor } = analyseStatement(site.statement, settings, tables);
  if (cursor !== undefined) return cursor;
  if (STANDS_BEFORE_TABLE.has(site.before.at(-1)?.key ?? '')) return { kind: 'table', qualifier: [], ctes: [] };
  const operand = operandExpected(site) || site.before.at(-1)?.key === '.';
  return operand && site.tablesOnly !== undefined ? analyseStatement(site.tablesOnly, settings, tables).cursor : undefined;
}

function operandExpected({ expected }: CompletionSite): boolean {
  return expected.some((key) => key === 'expression' || key === 'identifier');
}

/** Variables in sight, where no more is known of the statement: an operand, or anything in a script, whose heads are read by no tree here. */
function variableOffers(site: CompletionSite, { tables: { variables = [] } }: CompletionSources): readonly Offer[] {
  if (!operandExpected(site) && variables.every(({ of }) => of === 'session')) return [];
  return variables.map(({ name, type }) => ({ label: name, kind: 'variable', insertText: quoteName(name), rank: 0, ...detailOf(type) }));
}

const STANDS_BEFORE_TABLE: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'TABLE', 'DESCRIBE', 'DESC', 'UPDATE', 'DETAIL', 'HISTORY', 'OPTIMIZE', 'VACUUM', 'REFRESH']);

function namesAt(place: CursorPlace | undefined, site: CompletionSite, sources: CompletionSources): readonly Offer[] {
  switch (place?.kind) {
    case undefined:
      return variableOffers(site, sources);
    case 'newName':
      return [];
    case 'table':
      return [...tableOffers(place, sources), ...(place.qualifier.length === 0 ? [...functionOffers(site, true), ...routineOffers(site, sources, 'table')] : [])];
    case 'columns':
      return visibleColumns(place.columns).map((column) => columnOffer(column, 0));
    case 'field':
      return fieldOffers(place.type);
    case 'parameter':
      return sources.parameters.map((name) => ({ label: name, kind: 'parameter', insertText: name, rank: 0 }));
    case 'expression':
      return place.qualifier.length > 0 ? qualifiedOffers(place.scope, place.qualifier) : [...expressionOffers(place), ...routineOffers(site, sources, 'scalar'), ...functionOffers(site, false)];
  }
}

function qualifiedOffers(scope: NameScope, qualifier: readonly string[]): readonly Offer[] {
  const columns = qualifiedColumns(scope, qualifier).filter((column) => column.hidden !== true).map((column) => columnOffer(column, 0));
  const match = findName(scope, qualifier);
  if (match === undefined) return columns;
  let type = match.kind === 'column' ? match.column.type() : match.variable.type();
  for (const part of qualifier.slice(match.at + 1)) type = fieldsOf(type).find(({ name }) => name.toLowerCase() === part.toLowerCase())?.type;
  return [...columns, ...fieldOffers(type)];
}

function fieldsOf(type: DataType | undefined): Extract<DataType, { readonly kind: 'struct' }>['fields'] {
  if (type?.kind === 'array') return fieldsOf(type.element);
  return type?.kind === 'struct' ? type.fields : [];
}

function fieldOffers(type: DataType | undefined): readonly Offer[] {
  return fieldsOf(type).map((field) => ({ label: field.name, kind: 'field', detail: simpleString(field.type), insertText: quoteName(field.name), rank: 0 }));
}

/** Columns and aliases in scope, the nearest first, and the tables that they come from. */
function expressionOffers({ scope, clause }: Extract<CursorPlace, { readonly kind: 'expression' }>): readonly Offer[] {
  const offers: Offer[] = [];
  let depth = 0;
  for (let place: NameScope | undefined = scope; place !== undefined; place = place.outer, depth += 0.25) {
    const rank = depth;
    offers.push(...place.variables.map((variable): Offer => ({ label: variable.name, kind: 'variable', insertText: quoteName(variable.name), rank, documentation: describeSymbol(variable), ...detailOf(variable.type()) })));
    const outputs = place.outputs.filter(({ symbol }) => symbol.kind === 'alias');
    offers.push(...outputs.map((column) => columnOffer(column, rank)));
    offers.push(...columnsOf(place, rank), ...place.aliases.map((column) => columnOffer(column, rank)));
    offers.push(...relationOffers(place.columns, rank + 1));
    if (clause === 'on' && depth === 0) offers.push(...joinOffers(place.columns));
  }
  return offers;
}

/** Columns by their name alone, or behind their table where two tables have the name. */
function columnsOf({ columns }: NameScope, rank: number): readonly Offer[] {
  const visible = visibleColumns(columns);
  const count = new Map<string, number>();
  for (const { name } of visible) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1);
  return visible.map((column) => {
    const table = column.qualifier.at(-1);
    const plain = columnOffer(column, rank);
    return count.get(column.name.toLowerCase()) === 1 || table === undefined ? plain : { ...plain, label: `${table}.${column.name}`, insertText: `${quoteName(table)}.${plain.insertText}` };
  });
}

function columnOffer(column: ScopedColumn, rank: number): Offer {
  return { label: column.name, kind: column.symbol.kind === 'alias' || column.symbol.kind === 'variable' ? column.symbol.kind : 'column', insertText: quoteName(column.name), rank, documentation: describeSymbol(column.symbol), ...detailOf(column.type()) };
}

function detailOf(type: DataType | undefined): { readonly detail?: string } {
  return type === undefined ? {} : { detail: simpleString(type) };
}

function relationOffers(columns: readonly ScopedColumn[], rank: number): readonly Offer[] {
  const relations = new Map<string, SqlSymbol>();
  for (const { qualifier, relation } of columns) if (relation !== undefined && qualifier.length > 0) relations.set(qualifier.at(-1)!, relation);
  return [...relations].map(([name, symbol]) => ({ label: name, kind: 'table', insertText: quoteName(name), rank, documentation: describeSymbol(symbol) }));
}

/** Conditions that join two tables by the columns that both have. */
function joinOffers(columns: readonly ScopedColumn[]): readonly Offer[] {
  const last = columns.at(-1)?.qualifier.at(-1);
  if (last === undefined) return [];
  const right = columns.filter(({ qualifier }) => qualifier.at(-1) === last);
  const left = columns.filter(({ qualifier }) => qualifier.length > 0 && qualifier.at(-1) !== last);
  return right.flatMap((column): Offer[] => {
    const other = left.find(({ name, hidden }) => hidden !== true && name.toLowerCase() === column.name.toLowerCase());
    if (other === undefined || column.hidden === true) return [];
    const text = `${quoteName(other.qualifier.at(-1)!)}.${quoteName(other.name)} = ${quoteName(last)}.${quoteName(column.name)}`;
    return [{ label: text, kind: 'snippet', insertText: text.replaceAll('$', String.raw`\$`), rank: 0 }];
  });
}

const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['range', 'read_files', 'table_changes', 'explode', 'posexplode', 'inline', 'stack']);

/** Functions by name; the brackets come along unless they are there. */
function functionOffers({ called }: CompletionSite, givesRows: boolean): readonly Offer[] {
  const names = givesRows ? [...TABLE_FUNCTIONS] : functionNames().filter((name) => /^\w+$/.test(name));
  return names.flatMap((name): Offer[] => {
    const definition = findFunction(name);
    if (definition?.state === 'refused' || (definition === undefined && !givesRows)) return [];
    const empty = documentFunction(name)?.signatures.every((signature) => signature.endsWith('()')) === true;
    const documentation = describeFunction(name);
    const insert = called ? { insertText: name } : empty ? { insertText: `${name}()` } : { insertText: `${name}($1)`, snippet: true };
    return [{ label: name, kind: 'function', rank: givesRows ? 6 : 3, detail: definition?.group ?? 'table', ...insert, ...(documentation === undefined ? {} : { documentation }) }];
  });
}

/** SQL functions of the session. */
function routineOffers({ called }: CompletionSite, { routines }: CompletionSources, kind: 'scalar' | 'table'): readonly Offer[] {
  return routines.filter(({ body }) => body.kind === kind).map((routine) => {
    const insert = called ? { insertText: quoteName(routine.name) } : { insertText: `${quoteName(routine.name)}($1)`, snippet: true };
    return { label: routine.name, kind: 'function', rank: 2.5, detail: 'function of the session', documentation: describeRoutine(documentRoutine(routine)), ...insert };
  });
}
