import type { StructType } from '../schema.ts';

/**
 * The port to whoever understands the expressions that a table's metadata holds (constraints, generated columns,
 * defaults): Spark SQL texts over the table's columns.
 */
export interface Expressions {
  /**
   * The expression as the engine's SQL over columns `alias."name"`, ready to run on any of its connections.
   * @throws LakebookError what is wrong with the text
   */
  compile(text: string, columns: StructType, alias: string): Promise<string>;
}
