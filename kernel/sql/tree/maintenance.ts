import type { PartitionField } from './definitions.ts';
import type { Expression, NamePart } from './expressions.ts';
import type { Query, TableRelation, TimeTravel } from './queries.ts';
import type { PartitionValue } from './writes.ts';

/** Statements about the files, the log and the statistics of a table. */
export type MaintenanceStatement =
  | { readonly kind: 'optimize'; readonly target: TableRelation; readonly full: boolean; readonly where: Expression | undefined; readonly zOrderBy: readonly (readonly NamePart[])[] }
  | {
      readonly kind: 'vacuum';
      readonly target: TableRelation;
      readonly mode: 'LITE' | 'FULL' | undefined;
      readonly inventory: Query | readonly NamePart[] | undefined;
      readonly retainHours: string | undefined;
      readonly dryRun: boolean;
    }
  | { readonly kind: 'restore'; readonly target: TableRelation; readonly to: TimeTravel }
  | { readonly kind: 'convertToDelta'; readonly source: TableRelation; readonly statistics: boolean; readonly partitionedBy: readonly PartitionField[] }
  | { readonly kind: 'generate'; readonly mode: string; readonly target: TableRelation }
  | { readonly kind: 'reorg'; readonly target: TableRelation; readonly where: Expression | undefined; readonly action: 'PURGE' | 'UPGRADE UNIFORM'; readonly options: Readonly<Record<string, string>> }
  | { readonly kind: 'analyzeTable'; readonly target: TableRelation; readonly partition: readonly PartitionValue[]; readonly delta: boolean; readonly columns: readonly NamePart[] | 'ALL' | undefined; readonly scan: boolean }
  | { readonly kind: 'analyzeTables'; readonly schema: readonly NamePart[] | undefined; readonly scan: boolean }
  | { readonly kind: 'repairTable'; readonly check: 'FSCK' | 'MSCK' | undefined; readonly target: TableRelation; readonly dryRun: boolean; readonly partitions: 'ADD' | 'DROP' | 'SYNC' | undefined };
