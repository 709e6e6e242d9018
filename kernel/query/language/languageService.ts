import { fullTableName } from '../../catalog/tableName.ts';
import { formatSql } from '../../sql/format.ts';
import { collectTableReferences } from '../../sql/references.ts';
import { analyseStatement, readStatement, referencesOf, type ReadStatement } from '../../sql/services/analysis.ts';
import { completeAt } from '../../sql/services/completion.ts';
import type { Completion } from '../../sql/services/completionOffer.ts';
import { findSite } from '../../sql/services/completionSite.ts';
import { declarationsAt, readDeclarations } from '../../sql/services/declarations.ts';
import { describeSymbol } from '../../sql/services/describe.ts';
import { definitionAt, occurrenceAt, referencesAt, renameAt, renameTargetAt, type TextEdit } from '../../sql/services/navigation.ts';
import type { KnownParameter, KnownTables, KnownVariable } from '../../sql/services/recorder.ts';
import { semanticTokens, type SemanticToken } from '../../sql/services/semanticTokens.ts';
import { signatureAt, type SignatureHelp } from '../../sql/services/signatures.ts';
import { tokenize } from '../../sql/lexer.ts';
import { simpleString } from '../../sql/types/dataType.ts';
import { spanAround, splitStatementSpans } from '../../sql/services/statementText.ts';
import type { SqlSymbol, StatementModel } from '../../sql/services/symbols.ts';
import { readWords } from '../../sql/services/words.ts';
import { INFORMATION_NAMES } from '../informationSchema/relations.ts';
import type { PinningDependencies } from '../pinnedTables.ts';
import type { Dialect } from '../queryEngine.ts';
import type { QuerySession } from '../querySession.ts';
import { statementSettings } from '../statementSettings.ts';
import { RecentValues } from './cache.ts';
import { type Asker, TableSchemas } from './tableSchemas.ts';

/** A place in a text; offsets are UTF-16. */
export interface TextPlace {
  readonly text: string;
  readonly offset: number;
}
export interface Span {
  readonly start: number;
  readonly end: number;
}
export interface TextCompletions {
  /** Offset at which the text to be replaced begins. */
  readonly from: number;
  readonly items: readonly Completion[];
  /** True where more is still to be found: the search for tables runs, or the list was cut. */
  readonly incomplete: boolean;
}
type Refused = { readonly kind: 'refused'; readonly reason: string };
export type RenameRange = (Span & { readonly kind: 'name'; readonly name: string }) | Refused;
export type RenameEdits = { readonly kind: 'edits'; readonly edits: readonly TextEdit[] } | Refused;

/** How long completion waits for the search for tables; what is found later comes with the next key. */
const LISTING_PATIENCE_MS = 200;
const STATEMENTS_KEPT = 2_000;

/**
 * What an editor asks about a text in Spark's dialect. Each statement is read on its own and remembered by its text, so
 * that a key costs one statement, however long the text is. Nothing is run.
 */
export class LanguageService {
  readonly #dependencies: PinningDependencies;
  readonly #schemas: TableSchemas;
  readonly #statements = new RecentValues<ReadStatement>(STATEMENTS_KEPT);
  readonly #models = new RecentValues<RememberedModel>(STATEMENTS_KEPT);
  #tableNames: { readonly of: unknown; readonly names: readonly (readonly [string, string, string])[] } = { of: undefined, names: [] };

  constructor(dependencies: PinningDependencies) {
    this.#dependencies = dependencies;
    this.#schemas = new TableSchemas(dependencies);
  }

  async complete({ text, offset }: TextPlace, dialect: Dialect, session: QuerySession, signal: AbortSignal): Promise<TextCompletions> {
    const span = spanAround(text, offset);
    const statement = text.slice(span.start, span.end);
    const site = findSite(statement, offset - span.start);
    if (site === undefined) return { from: offset, items: [], incomplete: false };
    const settings = statementSettings(session);
    const listing = await this.#dependencies.catalog.settledListing(LISTING_PATIENCE_MS);
    const references = [site.statement, ...(site.tablesOnly === undefined ? [] : [site.tablesOnly])].flatMap((read) => referencesOf(read, settings));
    const schemas = await this.#schemas.load(references, { text: statement, session, settings, signal });
    const tables = withNames(schemas, { text, offset }, span.start, session);
    signal.throwIfAborted();
    const words = readWords(text);
    const { temporaries } = session;
    const { items, incomplete } = completeAt(site, { tables, tableNames: this.#names(listing), views: [...temporaries.views('session'), ...temporaries.views('engine')].map(({ name }) => name), routines: temporaries.routines(), settings, parameters: [...new Set([...words.parameters, ...(tables.parameters ?? []).map(({ name }) => name)])], used: words.used });
    const offered = dialect === 'spark' ? items : items.filter(({ kind }) => kind !== 'function');
    return { from: span.start + site.start, items: offered, incomplete: incomplete || !listing.complete };
  }

  async hover(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<(Span & { readonly contents: string }) | undefined> {
    const { model, start, asker, statement, tables } = await this.#around(place, session, signal);
    const found = occurrenceAt(model, place.offset - start) ?? declaredAt(place, start, tables);
    if (found === undefined) return undefined;
    const contents = describeSymbol(await this.#withRows(found.symbol, statement, tables, asker));
    return contents === '' ? undefined : { start: found.start + start, end: found.end + start, contents };
  }

  signature({ text, offset }: TextPlace, session: QuerySession): SignatureHelp | undefined {
    const { start, end } = spanAround(text, offset);
    return signatureAt(text.slice(start, end), offset - start, session.temporaries);
  }

  async definition(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<Span | undefined> {
    const { model, start, tables } = await this.#around(place, session, signal);
    const found = definitionAt(model, place.offset - start) ?? declaredAt(place, start, tables)?.symbol.definition;
    return found && { start: found.start + start, end: found.end + start };
  }

  async references(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<readonly (Span & { readonly definition: boolean })[]> {
    const { model, start, tables } = await this.#around(place, session, signal);
    const symbol = occurrenceAt(model, place.offset - start)?.symbol ?? declaredAt(place, start, tables)?.symbol;
    if (symbol?.kind === 'variable' && symbol.of !== 'lambda' && symbol.definition !== undefined) return usesOf(place.text, symbol.definition.start + start);
    return referencesAt(model, place.offset - start).map((found) => ({ start: found.start + start, end: found.end + start, definition: found.role === 'definition' }));
  }

  async renameRange(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<RenameRange> {
    const { model, start } = await this.#around(place, session, signal);
    const target = renameTargetAt(model, place.offset - start);
    return target.kind === 'refused' ? target : { kind: 'name', name: target.name, start: target.start + start, end: target.end + start };
  }

  async rename(place: TextPlace, newName: string, session: QuerySession, signal: AbortSignal): Promise<RenameEdits> {
    const { start, statement, tables, asker } = await this.#around(place, session, signal);
    const renaming = renameAt(statement, place.offset - start, newName, asker.settings, tables);
    return renaming.kind === 'refused' ? renaming : { kind: 'edits', edits: renaming.edits.map((edit) => ({ ...edit, start: edit.start + start, end: edit.end + start })) };
  }

  /** The text laid out; statements that do not parse stay as they are. */
  format(text: string): string {
    return formatSql(text).text;
  }

  async tokens(text: string, session: QuerySession, signal: AbortSignal): Promise<readonly SemanticToken[]> {
    const found: SemanticToken[] = [];
    for (const { start, end } of splitStatementSpans(text)) {
      signal.throwIfAborted();
      const { model } = await this.#analyse({ text, offset: end }, { start, end }, session, signal);
      for (const token of semanticTokens(model)) found.push({ ...token, start: token.start + start, end: token.end + start });
    }
    return found;
  }

  async #around(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<Analysed & { readonly start: number }> {
    const span = spanAround(place.text, place.offset);
    return { ...(await this.#analyse(place, span, session, signal)), start: span.start };
  }

  async #analyse(place: TextPlace, span: Span, session: QuerySession, signal: AbortSignal): Promise<Analysed> {
    const text = place.text.slice(span.start, span.end);
    const settings = statementSettings(session);
    const statement = this.#statements.get(text, () => readStatement(text));
    const asker = { text, session, settings, signal };
    const references = referencesOf(statement, settings);
    const tables = withNames(await this.#schemas.load(references, asker), place, span.start, session);
    signal.throwIfAborted();
    const read = [...references.map((reference) => tables.table(reference)), ...session.temporaries.routines()];
    const remembered = this.#models.get(JSON.stringify([settings.ansi, settings.timeZone, settings.currentSchema, text, namesKey(tables)]), () => ({ read: undefined, model: undefined }));
    if (remembered.model === undefined || remembered.read?.length !== read.length || !remembered.read.every((one, index) => one === read[index])) {
      remembered.read = read;
      remembered.model = analyseStatement(statement, settings, tables);
    }
    return { statement, tables, asker, model: remembered.model };
  }

  /** A table with its rows counted: only who asks for one table waits for that. */
  async #withRows(symbol: SqlSymbol, { tree }: ReadStatement, tables: KnownTables, asker: Asker): Promise<SqlSymbol> {
    if (symbol.kind !== 'table' || symbol.table?.facts === undefined || tree === undefined) return symbol;
    const { table } = symbol;
    const reference = collectTableReferences(tree, asker.settings).find((each) => tables.table(each) === table);
    const rows = reference === undefined ? undefined : await this.#schemas.records(reference, table, asker);
    return { ...symbol, table: { ...table, facts: { ...symbol.table.facts, rows } } };
  }

  #names(listing: unknown): readonly (readonly [string, string, string])[] {
    if (this.#tableNames.of !== listing) this.#tableNames = { of: listing, names: [...this.#dependencies.catalog.namedTables().map(fullTableName), ...INFORMATION_NAMES] };
    return this.#tableNames.names;
  }
}

/** The tables, with the variables and parameters that a statement at a place of a text may name. */
function withNames(tables: KnownTables, { text, offset }: TextPlace, start: number, session: QuerySession): KnownTables {
  const place = (at: Span): Span => ({ start: at.start - start, end: at.end - start });
  const declared = declarationsAt(readDeclarations(text), offset);
  const variables = declared.flatMap((each): KnownVariable[] => (each.kind === 'widget' ? [] : [{ name: each.name, of: each.kind === 'local' ? 'script' : each.kind, qualifier: each.kind === 'session' ? ['system', 'session'] : each.label === undefined ? [] : [each.label], type: each.type, initial: each.initial, definition: place(each) }]));
  const live = session.variables.list().map(({ name, type }): KnownVariable => ({ name, of: 'session', qualifier: ['system', 'session'], type }));
  const values = session.parameters.list();
  const widgets = declared.filter(({ kind }) => kind === 'widget');
  const parameters = [...widgets.map((each): KnownParameter => ({ name: each.name, value: values.get(each.name.toLowerCase())?.value, definition: place(each) })), ...[...values].map(([name, { value }]): KnownParameter => ({ name, value }))];
  return { table: (reference) => tables.table(reference), ...(tables.temporaries === undefined ? {} : { temporaries: tables.temporaries }), variables: [...variables, ...live], parameters };
}

function namesKey({ variables = [], parameters = [] }: KnownTables): string {
  return JSON.stringify([variables.map(({ name, of, type, definition }) => [name, of, type === undefined ? '' : simpleString(type), definition?.start]), parameters.map(({ name, value, definition }) => [name, value, definition?.start])]);
}

/** The variable or widget whose name stands at a place that no tree tells of: in the head of a script's block, in its own declaration. */
function declaredAt({ text, offset }: TextPlace, start: number, { variables = [], parameters = [] }: KnownTables): (Span & { readonly symbol: Extract<SqlSymbol, { kind: 'variable' | 'parameter' }> }) | undefined {
  const tokens = tokenize(text);
  const at = tokens.findIndex((token) => (token.kind === 'word' || token.kind === 'quoted') && token.start <= offset && offset <= token.end);
  const token = tokens[at];
  if (token === undefined || tokens[at - 1]?.key === '.' || tokens[at + 1]?.key === '(') return undefined;
  const named = ({ name }: { readonly name: string }): boolean => name.toLowerCase() === token.text.toLowerCase();
  const place = { start: token.start - start, end: token.end - start };
  const widget = parameters.find((each) => named(each) && each.definition?.start === place.start);
  if (widget !== undefined) return { ...place, symbol: { kind: 'parameter', name: widget.name, ...(widget.value === undefined ? {} : { value: widget.value }), definition: place } };
  const variable = variables.find(named);
  return variable && { ...place, symbol: { kind: 'variable', name: variable.name, of: variable.of, definition: variable.definition, type: () => variable.type } };
}

/** The places of a text where a declared name stands for what was declared there. */
function usesOf(text: string, definition: number): readonly (Span & { readonly definition: boolean })[] {
  const declarations = readDeclarations(text);
  const wanted = declarations.find(({ start }) => start === definition);
  const tokens = tokenize(text);
  return tokens.flatMap(({ kind, text: name, start, end }, at) => {
    const candidate = (kind === 'word' || kind === 'quoted') && name.toLowerCase() === wanted?.name.toLowerCase() && tokens[at - 1]?.key !== '.' && tokens[at + 1]?.key !== '(';
    const found = candidate ? declarationsAt(declarations, start).find((each) => each.name.toLowerCase() === name.toLowerCase()) : undefined;
    return found !== undefined && found === wanted ? [{ start, end, definition: start === definition }] : [];
  });
}

interface Analysed {
  readonly statement: ReadStatement;
  readonly tables: KnownTables;
  readonly asker: Asker;
  readonly model: StatementModel;
}

/** What was made of a statement while it read these tables and functions. */
interface RememberedModel {
  read: readonly unknown[] | undefined;
  model: StatementModel | undefined;
}
