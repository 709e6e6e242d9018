import type { ObjectName } from './definitions.ts';
import type { CallArgument, Located, NamePart } from './expressions.ts';
import type { TableRelation } from './queries.ts';
import type { PartitionValue, Properties } from './writes.ts';

/** Statements that a server with users, streams and files of its own answers, and listings of what it holds. */
export type GovernanceStatement =
  | { readonly kind: 'privileges'; readonly action: 'GRANT' | 'DENY' | 'REVOKE'; readonly privileges: readonly string[]; readonly on: Securable | undefined; readonly principal: Principal }
  | { readonly kind: 'showGrants'; readonly principal: NamePart | undefined; readonly on: Securable | undefined }
  | { readonly kind: 'setTag'; readonly on: Securable; readonly tags: Properties }
  | { readonly kind: 'unsetTag'; readonly on: Securable; readonly keys: readonly string[] }
  | { readonly kind: 'call'; readonly procedure: ObjectName; readonly arguments: readonly CallArgument[] }
  /** `CREATE FLOW …`, `APPLY CHANGES INTO …`: changes that a pipeline applies; what stands behind its head is text. */
  | { readonly kind: 'flow'; readonly name: ObjectName | undefined; readonly target: ObjectName | undefined; readonly definition: string }
  | { readonly kind: 'addResource'; readonly resource: string; readonly paths: readonly string[] }
  | { readonly kind: 'files'; readonly action: 'LIST' | 'PUT' | 'GET' | 'REMOVE'; readonly paths: readonly string[]; readonly limit: number | undefined; readonly overwrite: boolean }
  | { readonly kind: 'sync'; readonly definition: string }
  | { readonly kind: 'showObjects'; readonly objects: string; readonly schema: readonly NamePart[] | undefined; readonly pattern: string | undefined; readonly on: TableRelation | undefined }
  | { readonly kind: 'showTableExtended'; readonly schema: readonly NamePart[] | undefined; readonly pattern: string; readonly partition: readonly PartitionValue[] }
  | { readonly kind: 'showPartitions'; readonly table: TableRelation; readonly partition: readonly PartitionValue[] }
  | { readonly kind: 'showCreateTable'; readonly table: TableRelation; readonly asSerde: boolean }
  | { readonly kind: 'describeObject'; readonly object: string; readonly extended: boolean; readonly name: ObjectName }
  | { readonly kind: 'describePartition'; readonly table: TableRelation; readonly extended: boolean; readonly partition: readonly PartitionValue[] };

/** What a privilege or a tag is on; a metastore has no name. */
export interface Securable extends Located {
  readonly kind: string;
  readonly name: ObjectName | undefined;
}
export interface Principal extends Located {
  readonly recipient: boolean;
  readonly name: NamePart;
}
