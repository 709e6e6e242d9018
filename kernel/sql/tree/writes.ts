import type { Expression, Located, NamePart } from './expressions.ts';
import type { Query, Relation, SelectItem, TableRelation } from './queries.ts';

/** Statements that change the rows of tables. */
export type WriteStatement =
  | ({ readonly kind: 'insert' } & Insert)
  /** `FROM s INSERT … INSERT …`: the query of each names the shared relations. */
  | { readonly kind: 'insertEach'; readonly inserts: readonly (Insert & Located)[] }
  | { readonly kind: 'insertDirectory'; readonly local: boolean; readonly path: string | undefined; readonly format: string | undefined; readonly options: Properties; readonly query: Query }
  | { readonly kind: 'update'; readonly target: TableRelation; readonly assignments: readonly Assignment[]; readonly where: Expression | undefined }
  | { readonly kind: 'delete'; readonly target: TableRelation; readonly where: Expression | undefined }
  | { readonly kind: 'truncateTable'; readonly target: TableRelation; readonly partition: readonly PartitionValue[] }
  | { readonly kind: 'merge'; readonly schemaEvolution: boolean; readonly target: TableRelation; readonly source: Relation; readonly condition: Expression; readonly clauses: readonly MergeClause[] }
  | CopyInto
  | { readonly kind: 'loadData'; readonly local: boolean; readonly path: string; readonly overwrite: boolean; readonly target: TableRelation; readonly partition: readonly PartitionValue[] };

/** Keys as they are written. */
export type Properties = Readonly<Record<string, string>>;

export interface Insert {
  readonly schemaEvolution: boolean;
  readonly target: TableRelation;
  readonly overwrite: boolean;
  readonly partition: readonly PartitionValue[];
  /** `PARTITION (…) IF NOT EXISTS`. */
  readonly ifNotExists: boolean;
  /** Empty: all columns, in their order. */
  readonly columns: readonly (readonly NamePart[])[];
  readonly byName: boolean;
  /** `REPLACE WHERE p`, `REPLACE USING (c)`: the rows that go before the new ones come. */
  readonly replace: { readonly kind: 'where'; readonly condition: Expression } | { readonly kind: 'using'; readonly columns: readonly NamePart[] } | undefined;
  readonly query: Query;
}

/** `dt = '2024-01-01'`; without a value the partition is taken from the rows. */
export interface PartitionValue {
  readonly column: readonly NamePart[];
  readonly value: Expression | undefined;
}
export interface Assignment extends Located {
  readonly target: readonly NamePart[];
  /** `DEFAULT` is an expression of its own kind. */
  readonly value: Expression;
}

export interface MergeClause extends Located {
  readonly match: 'matched' | 'notMatched' | 'notMatchedBySource';
  readonly condition: Expression | undefined;
  readonly action: MergeAction;
}
export type MergeAction =
  | { readonly kind: 'delete' }
  | { readonly kind: 'updateAll' | 'insertAll'; readonly except: readonly (readonly NamePart[])[] }
  | { readonly kind: 'update'; readonly assignments: readonly Assignment[] }
  | { readonly kind: 'insert'; readonly columns: readonly (readonly NamePart[])[]; readonly values: readonly Expression[] };

export interface CopyInto {
  readonly kind: 'copyInto';
  readonly target: TableRelation;
  readonly columns: readonly (readonly NamePart[])[];
  readonly byPosition: boolean;
  readonly path: string;
  /** `(SELECT … FROM 'path')`; undefined takes every column. */
  readonly items: readonly SelectItem[] | undefined;
  readonly where: Expression | undefined;
  readonly format: NamePart;
  readonly files: readonly string[];
  readonly pattern: string | undefined;
  /** Rows to check without writing. */
  readonly validate: number | 'ALL' | undefined;
  readonly formatOptions: Properties;
  readonly copyOptions: Properties;
}
