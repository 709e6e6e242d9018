import type { CatalogColumn } from '../catalog.ts';
import type { FunctionDocumentation } from '../functions/documentation.ts';
import type { Located } from '../tree/expressions.ts';
import type { DataType } from '../types/dataType.ts';

/** What is known of a stored table beside its columns. Numbers are undefined where no statistics tell. */
export interface TableFacts {
  readonly version: number | undefined;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  readonly files: number | undefined;
  readonly comment: string | undefined;
  readonly partitionColumns: readonly string[];
}

/** A table as language services see it. */
export interface KnownTable {
  /** The full name: `workspace`, schema, table. */
  readonly name: readonly string[];
  readonly columns: readonly CatalogColumn[];
  readonly facts?: TableFacts;
}

/** Types are worked out when asked for: most names of a statement are never looked at. */
export type LazyType = () => DataType | undefined;

/** What a name in a statement stands for. Two names mean the same where their symbol is the same object. */
export type SqlSymbol =
  | { readonly kind: 'table'; readonly name: string; readonly table: KnownTable | undefined }
  | { readonly kind: 'cte'; readonly name: string; readonly definition: Located; readonly columns: () => readonly ScopedColumn[] }
  /** The alias of a table, a subquery or a table function. */
  | { readonly kind: 'relation'; readonly name: string; readonly definition: Located; readonly of: SqlSymbol | undefined; readonly columns: () => readonly ScopedColumn[] }
  /** A column of a stored table, or one that a table function gives. */
  | { readonly kind: 'column'; readonly name: string; readonly type: LazyType; readonly nullable: boolean | undefined; readonly comment: string | undefined; readonly table: SqlSymbol | undefined }
  /** A column that the statement itself names: `x AS name`, `t AS a(name)`. `named` tells whether the place is a name alone. */
  | { readonly kind: 'alias'; readonly name: string; readonly definition: Located; readonly named: boolean; readonly type: LazyType; readonly expression: Located | undefined }
  /** A variable of a lambda, of the session or a script, or the row of a FOR; one that the text does not declare has no definition. */
  | { readonly kind: 'variable'; readonly name: string; readonly of: 'lambda' | 'session' | 'script' | 'row'; readonly definition: Located | undefined; readonly type: LazyType }
  | { readonly kind: 'window'; readonly name: string; readonly definition: Located }
  | { readonly kind: 'field'; readonly name: string; readonly type: LazyType; readonly comment: string | undefined }
  /** `documentation` where it is a function of the session. */
  | { readonly kind: 'function'; readonly name: string; readonly documentation?: FunctionDocumentation }
  /** `value` is what it has now; `definition` is the widget that the text makes. */
  | { readonly kind: 'parameter'; readonly name: string; readonly value?: string; readonly definition?: Located };
export type SymbolOf<Kind extends SqlSymbol['kind']> = Extract<SqlSymbol, { readonly kind: Kind }>;

/** One place in the statement that names something. */
export interface Occurrence extends Located {
  readonly symbol: SqlSymbol;
  readonly role: 'definition' | 'reference';
}

/** A column that expressions can name. */
export interface ScopedColumn {
  readonly name: string;
  /** What may stand before the name, longest form. */
  readonly qualifier: readonly string[];
  readonly symbol: SqlSymbol;
  readonly type: LazyType;
  readonly nullable: boolean;
  /** Whom the qualifier names. */
  readonly relation: SqlSymbol | undefined;
  readonly hidden?: boolean;
  /** The side of a USING join that bare names leave out. */
  readonly qualifiedOnly?: boolean;
}

/** What may be named at a place, innermost first. */
export interface NameScope {
  readonly columns: readonly ScopedColumn[];
  /** Output columns that are found before the others (ORDER BY, HAVING). */
  readonly outputs: readonly ScopedColumn[];
  /** Aliases that are found behind the columns: earlier items of the select list, all of it for GROUP BY. */
  readonly aliases: readonly ScopedColumn[];
  readonly variables: readonly SymbolOf<'variable'>[];
  readonly windows: readonly SymbolOf<'window'>[];
  readonly outer: NameScope | undefined;
  readonly ctes: readonly SymbolOf<'cte'>[];
}

/** What stands at the cursor, where the statement was analysed with one. */
export type CursorPlace =
  /** A name in an expression. `qualifier` is what stands before the dot. */
  | { readonly kind: 'expression'; readonly scope: NameScope; readonly qualifier: readonly string[]; readonly clause: Clause }
  /** A field behind an expression that is no name: `f(x).`, `a[0].` */
  | { readonly kind: 'field'; readonly type: DataType | undefined }
  | { readonly kind: 'table'; readonly qualifier: readonly string[]; readonly ctes: readonly SymbolOf<'cte'>[] }
  /** One of these columns and nothing else: USING, EXCEPT, DROP, SET. */
  | { readonly kind: 'columns'; readonly columns: readonly ScopedColumn[] }
  | { readonly kind: 'parameter' }
  /** A name that is being made up: an alias. */
  | { readonly kind: 'newName' };
export type Clause = 'select' | 'from' | 'where' | 'groupBy' | 'having' | 'orderBy' | 'on' | 'other';

/** The names of one statement. Offsets count in its text. */
export interface StatementModel {
  /** In the order of the text. */
  readonly occurrences: readonly Occurrence[];
  /** Symbols that stand for the same column through USING or BY NAME: none of them can be renamed alone. */
  readonly tied: ReadonlySet<SqlSymbol>;
  readonly cursor: CursorPlace | undefined;
  readonly outputs: readonly ScopedColumn[];
}
