import { parseSchema, type StructType } from '../schema.ts';
import type { OpenTransaction } from '../write/openTransaction.ts';
import { evolvedSchema, type WrittenColumn } from '../write/schemaEvolution.ts';
import { adoptMetadata, withSchema } from './commitMetadata.ts';

/**
 * Lets a table take columns that rows bring along; the same commit says so. @returns the schema that it then has
 * @throws LakebookError as `evolvedSchema`, as `adoptMetadata`
 */
export function evolveSchema(open: OpenTransaction, columns: readonly WrittenColumn[]): StructType {
  const { metadata } = open.target();
  const schema = parseSchema(metadata.schemaString, open.table);
  const widens = metadata.configuration['delta.enableTypeWidening']?.toLowerCase() === 'true';
  const evolved = evolvedSchema(schema, columns, { table: open.table, widens });
  if (evolved === schema) return schema;
  const next = withSchema(metadata, evolved, open);
  adoptMetadata(open, next);
  return parseSchema(next.schemaString, open.table);
}
