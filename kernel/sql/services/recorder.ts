import type { SessionSettings } from '../catalog.ts';
import type { Expression, Located, NamePart } from '../tree/expressions.ts';
import type { DataType } from '../types/dataType.ts';
import { findFunction } from '../functions/registry.ts';
import { documentRoutine } from './routines.ts';
import type { TableReference } from '../catalog.ts';
import type { Temporaries } from '../temporaries.ts';
import { ExpressionTypes } from './expressionTypes.ts';
import { EMPTY_SCOPE } from './nameScope.ts';
import type { CursorPlace, KnownTable, LazyType, NameScope, Occurrence, ScopedColumn, SqlSymbol, SymbolOf } from './symbols.ts';

/** The text of the name that stands for the cursor. */
export const CURSOR_NAME = '\u0000cursor';

export function isCursor(part: Pick<NamePart, 'text'> | undefined): boolean {
  return part?.text === CURSOR_NAME;
}

/** A variable in sight of a statement. Offsets count in its text, and may lie before it. */
export interface KnownVariable {
  readonly name: string;
  readonly of: 'session' | 'script' | 'row';
  /** What may stand before the name. */
  readonly qualifier: readonly string[];
  readonly type: DataType | undefined;
  /** What tells the type where none is known. */
  readonly initial?: Expression | undefined;
  readonly definition?: Located | undefined;
}

export interface KnownParameter {
  readonly name: string;
  readonly value?: string | undefined;
  readonly definition?: Located | undefined;
}

export interface KnownTables {
  /** Undefined where the table is not there, or not loaded. */
  table(reference: TableReference): KnownTable | undefined;
  /** Views and functions of the session; none by default. */
  readonly temporaries?: Temporaries;
  /** The nearest first; none by default. */
  readonly variables?: readonly KnownVariable[];
  readonly parameters?: readonly KnownParameter[];
}

/** What the walkers of one statement share: what they found, and who knows types and tables. */
export class Recorder {
  readonly text: string;
  readonly settings: SessionSettings;
  readonly types: ExpressionTypes;
  readonly tied = new Set<SqlSymbol>();
  cursor: CursorPlace | undefined;
  /** What stands around every query of the statement: variables. */
  readonly surroundings: NameScope | undefined;
  readonly #tables: KnownTables;
  readonly #tableSymbols = new Map<string, SymbolOf<'table'>>();
  readonly #occurrences = new Map<number, Occurrence>();

  constructor(text: string, settings: SessionSettings, tables: KnownTables) {
    this.text = text;
    this.settings = settings;
    this.#tables = tables;
    this.types = new ExpressionTypes(text, settings, tables);
    this.surroundings = variableScope(tables.variables ?? [], this.types);
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

  parameter(place: Located, name: string): void {
    const known = this.#tables.parameters?.find((each) => each.name.toLowerCase() === name.toLowerCase());
    this.refer(place, { kind: 'parameter', name, ...(known?.value === undefined ? {} : { value: known.value }), ...(known?.definition === undefined ? {} : { definition: known.definition }) });
  }

  /** A column that the statement names at `part`. */
  alias(part: NamePart, type: LazyType, nullable: boolean, expression: Located | undefined): ScopedColumn {
    const symbol = { kind: 'alias', name: part.text, definition: part, named: true, type, expression } as const;
    this.define(part, symbol);
    return { name: part.text, qualifier: [], symbol, type, nullable, relation: undefined };
  }
}

/** Variables are found behind all columns, like those of a query around. */
function variableScope(variables: readonly KnownVariable[], types: ExpressionTypes): NameScope | undefined {
  const nearest = variables.filter(({ name }, index) => variables.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) === index);
  if (nearest.length === 0) return undefined;
  const columns = nearest.map(({ name, of, qualifier, type: known, initial, definition }): ScopedColumn => {
    const type = lazily(() => known ?? (initial === undefined ? undefined : types.typeOf(initial, EMPTY_SCOPE)));
    return { name, qualifier, symbol: { kind: 'variable', name, of, definition, type }, type, nullable: true, relation: undefined };
  });
  return { ...EMPTY_SCOPE, columns };
}

function versionKey(version: { readonly kind: string }): string {
  return JSON.stringify(version, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** The value, worked out once and when first asked for. */
export function lazily<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => (known ??= { value: compute() }).value;
}
