import type { SessionSettings } from '../catalog.ts';
import type { Located, NamePart } from '../tree/expressions.ts';
import { findFunction } from '../functions/registry.ts';
import { documentRoutine } from './routines.ts';
import type { TableReference } from '../catalog.ts';
import type { Temporaries } from '../temporaries.ts';
import { ExpressionTypes } from './expressionTypes.ts';
import type { CursorPlace, KnownTable, LazyType, Occurrence, ScopedColumn, SqlSymbol, SymbolOf } from './symbols.ts';

/** The text of the name that stands for the cursor. */
export const CURSOR_NAME = '\u0000cursor';

export function isCursor(part: Pick<NamePart, 'text'> | undefined): boolean {
  return part?.text === CURSOR_NAME;
}

export interface KnownTables {
  /** Undefined where the table is not there, or not loaded. */
  table(reference: TableReference): KnownTable | undefined;
  /** Views and functions of the session; none by default. */
  readonly temporaries?: Temporaries;
}

/** What the walkers of one statement share: what they found, and who knows types and tables. */
export class Recorder {
  readonly text: string;
  readonly settings: SessionSettings;
  readonly types: ExpressionTypes;
  readonly tied = new Set<SqlSymbol>();
  cursor: CursorPlace | undefined;
  readonly #tables: KnownTables;
  readonly #tableSymbols = new Map<string, SymbolOf<'table'>>();
  readonly #occurrences = new Map<number, Occurrence>();

  constructor(text: string, settings: SessionSettings, tables: KnownTables) {
    this.text = text;
    this.settings = settings;
    this.#tables = tables;
    this.types = new ExpressionTypes(text, settings, tables);
  }

  define(place: Located, symbol: SqlSymbol): void {
    this.#record(place, symbol, 'definition');
  }

  refer(place: Located, symbol: SqlSymbol): void {
    this.#record(place, symbol, 'reference');
  }

  /** Names put in by the repair, and the cursor's, are nobody's. */
  #record({ start, end }: Located, symbol: SqlSymbol, role: Occurrence['role']): void {
    if (Number.isInteger(start) && Number.isInteger(end) && end > start) this.#occurrences.set(start, { start, end, symbol, role });
  }

  occurrences(): readonly Occurrence[] {
    return [...this.#occurrences.values()].sort((left, right) => left.start - right.start);
  }

  /** The one symbol of a stored table in this statement, with its columns. */
  table(reference: TableReference, written: readonly string[]): SymbolOf<'table'> {
    const key = JSON.stringify([reference.source, reference.kind, 'version' in reference ? versionKey(reference.version) : '']).toLowerCase();
    const known = this.#tableSymbols.get(key);
    if (known !== undefined) return known;
    const table = this.#tables.table(reference);
    const symbol = { kind: 'table', name: (table?.name ?? written).join('.'), table } as const;
    this.#tableSymbols.set(key, symbol);
    return symbol;
  }

  /** A function's name, Spark's own or one of the session's. */
  callee(part: NamePart): void {
    const name = part.text.toLowerCase();
    const routine = findFunction(name) === undefined ? this.#tables.temporaries?.routine(name) : undefined;
    this.refer(part, { kind: 'function', name, ...(routine === undefined ? {} : { documentation: documentRoutine(routine) }) });
  }

  /** A column that the statement names at `part`. */
  alias(part: NamePart, type: LazyType, nullable: boolean, expression: Located | undefined): ScopedColumn {
    const symbol = { kind: 'alias', name: part.text, definition: part, named: true, type, expression } as const;
    this.define(part, symbol);
    return { name: part.text, qualifier: [], symbol, type, nullable, relation: undefined };
  }
}

function versionKey(version: { readonly kind: string }): string {
  return JSON.stringify(version, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** The value, worked out once and when first asked for. */
export function lazily<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => (known ??= { value: compute() }).value;
}
