import type { DataType } from '../types/dataType.ts';
import type { Expression, Located, NamePart } from './expressions.ts';
import type { Query, TableRelation } from './queries.ts';
import type { RoutineParameter, RoutineResult } from './temporaries.ts';
import type { Properties } from './writes.ts';

/** Statements that make, drop and describe objects of the catalog. */
export type DefinitionStatement =
  | ({ readonly kind: 'createTable'; readonly name: ObjectName; readonly replace: Replacement; readonly external: boolean; readonly ifNotExists: boolean; readonly query: Query | undefined } & TableBody)
  | { readonly kind: 'createTableLike'; readonly name: ObjectName; readonly ifNotExists: boolean; readonly source: TableRelation; readonly clauses: ObjectClauses }
  | { readonly kind: 'cloneTable'; readonly name: ObjectName; readonly replace: Replacement; readonly ifNotExists: boolean; readonly depth: 'shallow' | 'deep'; readonly source: TableRelation; readonly clauses: ObjectClauses }
  | { readonly kind: 'createView'; readonly name: ObjectName; readonly orReplace: boolean; readonly ifNotExists: boolean; readonly columns: readonly NamedColumn[]; readonly clauses: ObjectClauses; readonly query: Query }
  | ({ readonly kind: 'createStreamingTable' | 'createMaterializedView'; readonly name: ObjectName; readonly orReplace: boolean; readonly orRefresh: boolean; readonly ifNotExists: boolean; readonly query: Query | undefined } & TableBody)
  | { readonly kind: 'createSchema' | 'createCatalog' | 'createVolume'; readonly name: ObjectName; readonly external: boolean; readonly ifNotExists: boolean; readonly clauses: ObjectClauses }
  | { readonly kind: 'createFunction'; readonly name: ObjectName; readonly orReplace: boolean; readonly ifNotExists: boolean; readonly temporary: boolean; readonly definition: FunctionDefinition }
  | { readonly kind: 'drop'; readonly object: string; readonly name: ObjectName; readonly ifExists: boolean; readonly on: TableRelation | undefined; readonly behaviour: 'CASCADE' | 'RESTRICT' | 'PURGE' | undefined }
  | { readonly kind: 'undrop'; readonly object: string; readonly name: ObjectName | undefined; readonly id: string | undefined }
  | { readonly kind: 'comment'; readonly object: string; readonly name: ObjectName; readonly comment: string | undefined }
  /** Objects of a server's governance (shares, policies, connections …): their head is read, the rest is kept as text. */
  | { readonly kind: 'createObject'; readonly object: string; readonly name: ObjectName; readonly orReplace: boolean; readonly ifNotExists: boolean; readonly definition: string };

/** The name of an object that need not be there: no relation, so that nothing looks for it. */
export interface ObjectName extends Located {
  readonly parts: readonly NamePart[];
  /** `IDENTIFIER(e)` in place of the parts. */
  readonly identifier: Expression | undefined;
}
/** `CREATE`, `CREATE OR REPLACE`, and `REPLACE`, which wants the table to be there. */
export type Replacement = 'none' | 'orReplace' | 'replace';

interface TableBody {
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  readonly clauses: ObjectClauses;
}
export interface NamedColumn extends Located {
  readonly name: NamePart;
  readonly comment: string | undefined;
}

export interface ColumnDefinition extends Located {
  /** More than one part reaches into a struct. */
  readonly name: readonly NamePart[];
  readonly type: DataType;
  /** The type as written: `VARCHAR(10)` is a string with a limit. */
  readonly typeText: string;
  readonly nullable: boolean;
  readonly default: Expression | undefined;
  /** `GENERATED ALWAYS AS (e)`. */
  readonly generated: Expression | undefined;
  readonly identity: IdentityColumn | undefined;
  readonly comment: string | undefined;
  readonly mask: ColumnMask | undefined;
  readonly constraints: readonly TableConstraint[];
  readonly position: ColumnPosition | undefined;
}
export interface IdentityColumn {
  readonly always: boolean;
  readonly start: string | undefined;
  readonly increment: string | undefined;
}
export interface ColumnMask {
  readonly function: readonly NamePart[];
  readonly columns: readonly Expression[];
}
export type ColumnPosition = { readonly kind: 'first' } | { readonly kind: 'after'; readonly column: NamePart };

export type TableConstraint = Located & {
  readonly name: NamePart | undefined;
  /** `NOT ENFORCED`, `RELY` …, as written, in upper case. */
  readonly characteristics: readonly string[];
} & (
    | { readonly kind: 'primaryKey' | 'unique'; readonly columns: readonly NamePart[] }
    | { readonly kind: 'foreignKey'; readonly columns: readonly NamePart[]; readonly table: readonly NamePart[]; readonly references: readonly NamePart[] }
    | { readonly kind: 'check'; readonly condition: Expression }
    | { readonly kind: 'expect'; readonly condition: Expression; readonly onViolation: 'DROP ROW' | 'FAIL UPDATE' | undefined }
  );

export type Clustering = readonly (readonly NamePart[])[] | 'AUTO' | 'NONE';
/** A column to partition by, a new one where it has a type, or an expression such as `days(ts)`. */
export interface PartitionField extends Located {
  readonly value: Expression;
  readonly type: DataType | undefined;
}

/** What may stand behind the columns of an object, in any order. */
export interface ObjectClauses {
  /** `USING delta`, `STORED AS PARQUET`. */
  readonly format?: readonly NamePart[];
  readonly partitionedBy?: readonly PartitionField[];
  readonly clusterBy?: Clustering;
  readonly location?: string;
  readonly managedLocation?: string;
  readonly comment?: string;
  readonly properties?: Properties;
  readonly options?: Properties;
  readonly collation?: NamePart;
  readonly rowFilter?: ColumnMask;
  readonly schemaBinding?: 'BINDING' | 'COMPENSATION' | 'EVOLUTION' | 'TYPE EVOLUTION';
  readonly schedule?: string;
}

export type FunctionDefinition =
  | { readonly kind: 'sql'; readonly parameters: readonly RoutineParameter[]; readonly result: RoutineResult; readonly comment: string | undefined; readonly body: Expression | Query }
  | { readonly kind: 'class'; readonly name: string; readonly resources: readonly { readonly kind: string; readonly path: string }[] }
  /** Of another language: its text. */
  | { readonly kind: 'foreign'; readonly parameters: readonly RoutineParameter[]; readonly result: RoutineResult; readonly language: string; readonly body: string };
