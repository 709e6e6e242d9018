import type { Metadata } from '../actions.ts';
import { parseSchema, type StructType } from '../schema.ts';
import { schemaText } from '../schemaText.ts';
import { assignColumnMapping } from '../write/columnMappingAssignment.ts';
import type { FileActions } from '../write/fileActions.ts';
import { checkIcebergCompat } from '../write/icebergCompat.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { checkDefinition } from '../write/tableMetadata.ts';
import type { Operation } from '../write/transaction.ts';
import { NO_ROWS, type CommandResult } from './commandResult.ts';

/** Commits another metadata of a table, checked. @throws LakebookError as {@link adoptMetadata}, as a commit */
export async function commitMetadata(open: OpenTransaction, metadata: Metadata, operation: Operation, files?: FileActions): Promise<CommandResult> {
  adoptMetadata(open, metadata);
  return { committed: await open.commit(operation, files), metrics: operation.metrics ?? {}, rows: NO_ROWS };
}

/** Has the transaction's commit say another metadata, checked. @throws LakebookError as `checkDefinition`, `checkIcebergCompat` */
export function adoptMetadata({ transaction, table, base }: OpenTransaction, metadata: Metadata): void {
  const schema = parseSchema(metadata.schemaString, table);
  checkDefinition({ schema, partitionColumns: metadata.partitionColumns, configuration: metadata.configuration }, table);
  transaction.setMetadata(metadata);
  checkIcebergCompat(transaction.target.protocol, metadata, { schema, table, former: base?.metadata });
}

/** The metadata with another schema: columns that are new get their ids where the table maps columns. */
export function withSchema(metadata: Metadata, schema: StructType, { environment }: Pick<OpenTransaction, 'environment'>): Metadata {
  const mapped = assignColumnMapping(schema, metadata.configuration, { keepNames: false, uuid: () => environment.uuid() });
  return { ...metadata, schemaString: schemaText(mapped.schema), configuration: mapped.configuration };
}
