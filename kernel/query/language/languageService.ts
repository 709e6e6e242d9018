import { fullTableName } from '../../catalog/tableName.ts';
import { formatSql } from '../../sql/format.ts';
import { collectTableReferences } from '../../sql/references.ts';
import { analyseStatement, readStatement, referencesOf, type ReadStatement } from '../../sql/services/analysis.ts';
import { completeAt } from '../../sql/services/completion.ts';
import type { Completion } from '../../sql/services/completionOffer.ts';
import { findSite } from '../../sql/services/completionSite.ts';
import { describeSymbol } from '../../sql/services/describe.ts';
import { definitionAt, occurrenceAt, referencesAt, renameAt, renameTargetAt, type TextEdit } from '../../sql/services/navigation.ts';
import type { KnownTables } from '../../sql/services/recorder.ts';
import { semanticTokens, type SemanticToken } from '../../sql/services/semanticTokens.ts';
import { signatureAt, type SignatureHelp } from '../../sql/services/signatures.ts';
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
    const tables = await this.#schemas.load(references, { text: statement, session, settings, signal });
    signal.throwIfAborted();
    const words = readWords(text);
    const { temporaries } = session;
    const { items, incomplete } = completeAt(site, { tables, tableNames: this.#names(listing), views: [...temporaries.views('session'), ...temporaries.views('engine')].map(({ name }) => name), routines: temporaries.routines(), settings, parameters: words.parameters, used: words.used });
    const offered = dialect === 'spark' ? items : items.filter(({ kind }) => kind !== 'function');
    return { from: span.start + site.start, items: offered, incomplete: incomplete || !listing.complete };
  }

  async hover(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<(Span & { readonly contents: string }) | undefined> {
    const { model, start, asker, statement, tables } = await this.#around(place, session, signal);
    const found = occurrenceAt(model, place.offset - start);
    if (found === undefined) return undefined;
    const contents = describeSymbol(await this.#withRows(found.symbol, statement, tables, asker));
    return contents === '' ? undefined : { start: found.start + start, end: found.end + start, contents };
  }

  signature({ text, offset }: TextPlace, session: QuerySession): SignatureHelp | undefined {
    const { start, end } = spanAround(text, offset);
    return signatureAt(text.slice(start, end), offset - start, session.temporaries);
  }

  async definition(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<Span | undefined> {
    const { model, start } = await this.#around(place, session, signal);
    const found = definitionAt(model, place.offset - start);
    return found && { start: found.start + start, end: found.end + start };
  }

  async references(place: TextPlace, session: QuerySession, signal: AbortSignal): Promise<readonly (Span & { readonly definition: boolean })[]> {
    const { model, start } = await this.#around(place, session, signal);
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
      const { model } = await this.#analyse(text.slice(start, end), session, signal);
      for (const token of semanticTokens(model)) found.push({ ...token, start: token.start + start, end: token.end + start });
    }
    return found;
  }

  async #around({ text, offset }: TextPlace, session: QuerySession, signal: AbortSignal): Promise<Analysed & { readonly start: number }> {
    const { start, end } = spanAround(text, offset);
    return { ...(await this.#analyse(text.slice(start, end), session, signal)), start };
  }

  async #analyse(text: string, session: QuerySession, signal: AbortSignal): Promise<Analysed> {
    const settings = statementSettings(session);
    const statement = this.#statements.get(text, () => readStatement(text));
    const asker = { text, session, settings, signal };
    const references = referencesOf(statement, settings);
    const tables = await this.#schemas.load(references, asker);
    signal.throwIfAborted();
    const read = [...references.map((reference) => tables.table(reference)), ...session.temporaries.routines()];
    const remembered = this.#models.get(JSON.stringify([settings.ansi, settings.timeZone, settings.currentSchema, text]), () => ({ read: undefined, model: undefined }));
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
