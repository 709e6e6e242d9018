import type { DataType } from '../types/dataType.ts';
import type { Clustering, ColumnDefinition, ColumnMask, ColumnPosition, ObjectName, TableConstraint } from './definitions.ts';
import type { Expression, Located, NamePart } from './expressions.ts';
import type { Query, TableRelation } from './queries.ts';
import type { PartitionValue, Properties } from './writes.ts';

/** `ALTER TABLE t …`; other objects are named, as nothing reads them. */
export type AlterationStatement =
  | { readonly kind: 'alterTable'; readonly target: TableRelation; readonly change: Change }
  | { readonly kind: 'alterObject'; readonly object: string; readonly name: ObjectName; readonly change: Change };

export type Change = Located &
  (
    | { readonly kind: 'addColumns'; readonly ifNotExists: boolean; readonly columns: readonly ColumnDefinition[] }
    | { readonly kind: 'replaceColumns'; readonly columns: readonly ColumnDefinition[] }
    | { readonly kind: 'alterColumns'; readonly columns: readonly ColumnAlteration[] }
    | { readonly kind: 'renameColumn'; readonly column: readonly NamePart[]; readonly to: NamePart }
    | { readonly kind: 'dropColumns'; readonly ifExists: boolean; readonly columns: readonly (readonly NamePart[])[] }
    | { readonly kind: 'rename'; readonly to: readonly NamePart[] }
    | { readonly kind: 'setProperties' | 'setTags' | 'setOptions'; readonly properties: Properties }
    | { readonly kind: 'unsetProperties' | 'unsetTags'; readonly ifExists: boolean; readonly keys: readonly string[] }
    | { readonly kind: 'addConstraint'; readonly constraint: TableConstraint }
    /** A primary or foreign key may go without its name. */
    | { readonly kind: 'dropConstraint'; readonly constraint: 'named' | 'primaryKey' | 'foreignKey'; readonly ifExists: boolean; readonly name: NamePart | undefined; readonly columns: readonly NamePart[]; readonly cascade: boolean }
    | { readonly kind: 'clusterBy'; readonly clusterBy: Clustering }
    | { readonly kind: 'dropFeature'; readonly feature: string; readonly truncateHistory: boolean }
    | { readonly kind: 'addPartitions'; readonly ifNotExists: boolean; readonly partitions: readonly { readonly values: readonly PartitionValue[]; readonly location: string | undefined }[] }
    | { readonly kind: 'dropPartitions'; readonly ifExists: boolean; readonly partitions: readonly (readonly Expression[])[]; readonly purge: boolean }
    | { readonly kind: 'renamePartition'; readonly from: readonly PartitionValue[]; readonly to: readonly PartitionValue[] }
    | { readonly kind: 'recoverPartitions' | 'dropRowFilter' }
    | { readonly kind: 'setLocation'; readonly partition: readonly PartitionValue[]; readonly location: string }
    | { readonly kind: 'setRowFilter'; readonly filter: ColumnMask }
    | { readonly kind: 'setOwner'; readonly owner: NamePart }
    | { readonly kind: 'setCollation'; readonly collation: NamePart }
    | { readonly kind: 'setQuery'; readonly query: Query }
    /** Changes of a server's objects (schedules, shares, optimization …): their text. */
    | { readonly kind: 'other'; readonly text: string }
  );

export interface ColumnAlteration extends Located {
  readonly column: readonly NamePart[];
  readonly changes: readonly ColumnChange[];
}
export type ColumnChange =
  | { readonly kind: 'type'; readonly type: DataType; readonly typeText: string }
  | { readonly kind: 'nullable'; readonly nullable: boolean }
  /** Undefined: `DROP DEFAULT`. */
  | { readonly kind: 'default'; readonly value: Expression | undefined }
  | { readonly kind: 'comment'; readonly comment: string }
  | { readonly kind: 'position'; readonly position: ColumnPosition }
  | { readonly kind: 'mask'; readonly mask: ColumnMask | undefined }
  | { readonly kind: 'setTags'; readonly properties: Properties }
  | { readonly kind: 'unsetTags'; readonly keys: readonly string[] }
  | { readonly kind: 'syncIdentity' };
